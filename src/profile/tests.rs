use super::*;
use crate::{
    creative::{self, Slot},
    hls::{Multivariant, RenditionKind},
    media::{Media, Rate, Span},
};

const TS: creative::Packing = creative::Packing { container: Container::MpegTs, mapped: false };

fn profile(text: &str, probed: &[Option<Media>]) -> Result<Profile, Unclear> {
    let (multivariant, _) = Multivariant::parse(text).unwrap();
    let slots: Vec<_> = multivariant
        .renditions
        .iter()
        .map(|info| Slot { info, packing: Some(TS), target_duration: MediaDuration::from_secs(6) })
        .collect();
    Profile::of(&slots, probed)
}

fn seen() -> Media {
    let picture = crate::media::Picture {
        index: 0,
        codec: "h264".to_owned(),
        profile: Some("Main".to_owned()),
        level: Some(30),
        size: (640, 360),
        rate: Rate::new(25, 1),
        average_rate: Rate::new(25, 1),
        interlaced: false,
        bright: false,
        anamorphic: false,
        span: Span::default(),
    };
    let sound = crate::media::Sound {
        index: 1,
        codec: "aac".to_owned(),
        profile: Some("LC".to_owned()),
        rate: 44_100,
        channels: 1,
        language: None,
        span: Span::default(),
    };
    Media { claimed: None, picture: Some(picture), sounds: vec![sound] }
}

#[test]
fn a_ladder_with_sound_beside_it_is_read_from_its_playlist() {
    let text = "#EXTM3U\n\
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"en\",LANGUAGE=\"en\",CHANNELS=\"2\",URI=\"en.m3u8\"\n\
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"de\",LANGUAGE=\"de\",CHANNELS=\"2\",URI=\"de.m3u8\"\n\
        #EXT-X-STREAM-INF:BANDWIDTH=2000000,CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO=\"a\"\n\
        hi.m3u8\n\
        #EXT-X-STREAM-INF:BANDWIDTH=500000,CODECS=\"avc1.4d401e,mp4a.40.2\",RESOLUTION=640x361,FRAME-RATE=29.970,AUDIO=\"a\"\n\
        lo.m3u8\n";
    let picture = |codec, size, bandwidth| Picture {
        codec: VideoCodec::parse(codec).unwrap(),
        size,
        rate: Rate::new(30_000, 1_001).unwrap(),
        bandwidth,
        sound: None,
    };
    let expected = Profile {
        packing: Packing::MpegTs,
        target_seconds: 6,
        pictures: vec![
            picture("avc1.64001f", (1_280, 720), 2_000_000),
            picture("avc1.4d401e", (640, 360), 500_000),
        ],
        sounds: vec![Sound {
            codec: AudioCodec::Aac,
            rate: 48_000,
            channels: 2,
            variant: None,
            packed: false,
        }],
    };
    assert_eq!(profile(text, &[]), Ok(expected));
}

#[test]
fn what_the_playlist_does_not_say_is_taken_from_a_segment() {
    let text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000\nv.m3u8\n";
    let sound =
        Sound { codec: AudioCodec::Aac, rate: 44_100, channels: 1, variant: None, packed: false };
    let expected = Profile {
        packing: Packing::MpegTs,
        target_seconds: 6,
        pictures: vec![Picture {
            codec: VideoCodec::parse("avc1.4d401e").unwrap(),
            size: (640, 360),
            rate: Rate::new(25, 1).unwrap(),
            bandwidth: 800_000,
            sound: Some(sound),
        }],
        sounds: Vec::new(),
    };
    assert_eq!(profile(text, &[Some(seen())]), Ok(expected));
    assert_eq!(profile(text, &[None]), Err(Unclear::Unknown { rendition: 0, what: "codec" }));
}

#[test]
fn a_codec_nobody_encodes_here_is_refused_by_name() {
    let text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"av01.0.04M.08\",RESOLUTION=2x2,FRAME-RATE=25\nv.m3u8\n";
    let codec = "av01.0.04M.08".to_owned();
    assert_eq!(profile(text, &[]), Err(Unclear::Codec { rendition: 0, codec }));
}

#[test]
fn a_profile_survives_being_written_down() {
    let text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000\nv.m3u8\n";
    let profile = profile(text, &[Some(seen())]).unwrap();
    let written = serde_json::to_string(&profile).unwrap();
    let read: Profile = serde_json::from_str(&written).unwrap();
    assert_eq!((read.id(), &read), (profile.id(), &profile));
}

#[test]
fn only_what_the_channels_decoders_know_is_taken_for_its_codec() {
    let made = seen().picture.unwrap();
    let fits = |codec| VideoCodec::parse(codec).unwrap().decodes(&made);
    let fit = ["avc1.4d401e", "avc1.64001f", "avc1.42c01e", "avc1.4d4015", "hvc1.1.6.L93.B0"];
    assert_eq!(fit.map(fits), [true, true, false, false, false]);
}

#[test]
fn bare_frames_of_sound_go_with_transport_streams_alone() {
    let text = "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"a\",URI=\"a.m3u8\"\n\
                #EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS=\"avc1.4d401e,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=25,AUDIO=\"a\"\nv.m3u8\n";
    let packed = creative::Packing { container: Container::PackedAudio, mapped: false };
    let of = |picture| {
        let playlist = Multivariant::parse(text).unwrap().0;
        let slots: Vec<_> = playlist
            .renditions
            .iter()
            .map(|info| {
                let is_sound = info.kind == RenditionKind::Audio;
                let packing = Some(if is_sound { packed } else { picture });
                Slot { info, packing, target_duration: MediaDuration::from_secs(6) }
            })
            .collect();
        let read = Profile::of(&slots, &[]);
        read.map(|read| (read.packing, read.sounds[0].packed))
    };
    let fragments = creative::Packing { container: Container::Fmp4, mapped: true };
    assert_eq!(of(TS), Ok((Packing::MpegTs, true)));
    assert!(matches!(of(fragments), Err(Unclear::Mixed { .. })));
}
