use super::*;
use crate::hls::MilliHz;

#[test]
fn rates_of_playlists_are_those_of_television() {
    let exact = |rate| Rate::of_attribute(MilliHz(rate)).map(|rate| rate.to_string());
    let read: Vec<_> = [23_976, 24_000, 25_000, 29_970, 30_000, 50_000, 59_940, 12_500, 0]
        .into_iter()
        .map(exact)
        .collect();
    let expected = [
        Some("24000/1001"),
        Some("24/1"),
        Some("25/1"),
        Some("30000/1001"),
        Some("30/1"),
        Some("50/1"),
        Some("60000/1001"),
        Some("25/2"),
        None,
    ];
    assert_eq!(read, expected.map(|rate| rate.map(str::to_owned)));
}

#[test]
fn frames_and_times_turn_into_each_other() {
    let ntsc = Rate::parse("30000/1001").unwrap();
    assert_eq!(ntsc.begins(60), MediaDuration::from_millis(2_002));
    assert_eq!(ntsc.frames_in(MediaDuration::from_secs(2)), 60);
    let (pal, fast) = (Rate::new(25, 1).unwrap(), Rate::new(50, 1).unwrap());
    assert_eq!((fast.times(pal), pal.times(fast), ntsc.times(pal)), (Some(2), None, None));
}

#[test]
fn a_probe_is_read() {
    let json = br#"{"packets":[
        {"stream_index":0,"pts_time":"0.040000","duration_time":"0.040000"},
        {"stream_index":0,"pts_time":"0.000000","duration_time":"0.040000"},
        {"stream_index":1,"pts_time":"-0.021333","duration_time":"0.021333"}],
      "streams":[
        {"index":2,"codec_type":"video","codec_name":"mjpeg","width":9,"height":9,"disposition":{"attached_pic":1}},
        {"index":0,"codec_type":"video","codec_name":"h264","profile":"High","level":31,"width":720,"height":576,
         "r_frame_rate":"25/1","avg_frame_rate":"25/1","field_order":"tt","sample_aspect_ratio":"16:15"},
        {"index":1,"codec_type":"audio","codec_name":"aac","profile":"LC","sample_rate":"48000","channels":2,"tags":{"language":"und"}},
        {"index":3,"codec_type":"data"}],
      "format":{"duration":"0.080000"}}"#;
    let span = |begins, ends, packets| Span {
        begins: MediaDuration::from_nanos(begins),
        ends: MediaDuration::from_nanos(ends),
        packets,
    };
    let expected = Media {
        claimed: Some(MediaDuration::from_millis(80)),
        picture: Some(Picture {
            index: 0,
            codec: "h264".to_owned(),
            profile: Some("High".to_owned()),
            level: Some(31),
            size: (720, 576),
            rate: Rate::new(25, 1),
            average_rate: Rate::new(25, 1),
            interlaced: true,
            bright: false,
            anamorphic: true,
            span: span(0, 80_000_000, 2),
        }),
        sounds: vec![Sound {
            index: 1,
            codec: "aac".to_owned(),
            profile: Some("LC".to_owned()),
            rate: 48_000,
            channels: 2,
            language: None,
            span: span(-21_333_000, 0, 1),
        }],
    };
    assert_eq!(Media::read(json), Ok(expected));
    assert_eq!(Media::read(b"{"), Err(Unreadable));
}

/// A fragment's samples: units behind their lengths.
fn samples(units: &[&[u8]]) -> Vec<u8> {
    let length = |bytes: usize| u32::try_from(bytes).unwrap().to_be_bytes();
    let body: Vec<u8> =
        units.iter().flat_map(|unit| [&length(unit.len())[..], unit].concat()).collect();
    [&length(body.len() + 8)[..], b"mdat", &body].concat()
}

/// A transport stream of one packet per part, the first of which begins a picture.
fn packets(parts: &[&[u8]]) -> Vec<u8> {
    let packet = |(at, part): (usize, &&[u8])| {
        let begins = at == 0;
        let mut packet = vec![0x47, if begins { 0x41 } else { 0x01 }, 0, 0x10];
        if begins {
            packet.extend([0, 0, 1, 0xe0, 0, 0, 0x80, 0, 0]);
        }
        packet.extend_from_slice(part);
        packet.resize(188, 0xff);
        packet
    };
    parts.iter().enumerate().flat_map(packet).collect()
}

#[test]
fn segments_begin_with_pictures_that_need_no_other_or_not() {
    use crate::creative::Container::{Fmp4, MpegTs, WebVtt};
    let (parameters, idr, other) = (&[0x67, 1, 2][..], &[0x65, 1][..], &[0x41, 1][..]);
    let table: [(&str, _, bool, Vec<u8>, bool); 12] = [
        ("AVC", Fmp4, false, samples(&[parameters, idr]), true),
        ("AVC, another picture", Fmp4, false, samples(&[parameters, other, idr]), false),
        ("AVC in packets", MpegTs, false, packets(&[&[0, 0, 1, 0x67, 0, 0, 1, 0x65]]), true),
        ("over packets", MpegTs, false, packets(&[&[0, 0, 1, 0x67], &[0, 0, 1, 0x65]]), true),
        ("another picture in packets", MpegTs, false, packets(&[&[0, 0, 1, 0x41]]), false),
        ("HEVC", Fmp4, true, samples(&[&[32 << 1, 1], &[19 << 1, 1]]), true),
        ("HEVC, open GOP", Fmp4, true, samples(&[&[32 << 1, 1], &[21 << 1, 1]]), false),
        ("no picture", Fmp4, false, samples(&[parameters]), false),
        ("a length beyond the end", Fmp4, false, samples(&[parameters])[..11].to_vec(), false),
        ("nothing", MpegTs, false, Vec::new(), false),
        ("no packets", MpegTs, false, vec![0x48; 188], false),
        ("text", WebVtt, false, b"WEBVTT".to_vec(), false),
    ];
    for (name, container, hevc, bytes, expected) in table {
        assert_eq!(begins_with_idr(container, hevc, &bytes), expected, "{name}");
    }
}
