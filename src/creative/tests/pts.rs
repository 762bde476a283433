use super::*;

/// As ffprobe tells of the same file.
#[test]
fn a_transport_stream_begins_with_its_first_time_stamp() {
    let media = include_bytes!("../../demo/media/ads/aurora-coffee/v0/000.ts");
    assert_eq!(first_pts(Container::MpegTs, &[], media), Some(126_000));
    assert_eq!(first_pts(Container::MpegTs, &[], &media[..187]), None);
    assert_eq!(first_pts(Container::MpegTs, &[], b"<html>"), None);
}

fn boxed(kind: &[u8; 4], bodies: &[&[u8]]) -> Vec<u8> {
    let body = bodies.concat();
    let length = u32::try_from(body.len() + 8).unwrap();
    [&length.to_be_bytes()[..], kind, &body].concat()
}

/// A track of that number and timescale.
fn trak(track: u32, timescale: u32) -> Vec<u8> {
    let header = boxed(b"tkhd", &[&[0; 12], &track.to_be_bytes(), &[0; 4]]);
    let media = boxed(b"mdhd", &[&[0; 12], &timescale.to_be_bytes(), &[0; 4]]);
    boxed(b"trak", &[&header, &boxed(b"mdia", &[&media])])
}

#[test]
fn a_fragment_begins_at_its_decode_time() {
    let init = boxed(b"ftyp", &[b"cmfc"]);
    let init = [init, boxed(b"moov", &[&trak(1, 48_000), &trak(2, 12_800)])].concat();
    let fragment = |time: &[u8]| {
        let traf = [boxed(b"tfhd", &[&[0; 4], &2_u32.to_be_bytes()]), boxed(b"tfdt", &[time])];
        let traf = boxed(b"traf", &[&traf.concat()]);
        let moof = boxed(b"moof", &[&traf]);
        // Cut off amid the media, as the first bytes of a segment are.
        [boxed(b"styp", &[]), moof, vec![0, 1, 0, 0, b'm', b'd']].concat()
    };
    let short = fragment(&[&[0; 4][..], &25_600_u32.to_be_bytes()].concat());
    assert_eq!(first_pts(Container::Fmp4, &init, &short), Some(180_000));
    let long = fragment(&[&[1, 0, 0, 0][..], &(1_u64 << 40).to_be_bytes()].concat());
    let wrapped = (1_u64 << 40) * 90_000 / 12_800 % (1 << 33);
    assert_eq!(first_pts(Container::Fmp4, &init, &long), Some(wrapped));
    assert_eq!(first_pts(Container::Fmp4, &[], &short), None);
    assert_eq!(first_pts(Container::WebVtt, &init, &short), None);
}

#[test]
fn a_fragment_that_has_no_decode_time_is_noticed() {
    let segment = |parts: &[&[u8; 4]]| {
        let parts: Vec<_> = parts.iter().map(|kind| boxed(kind, &[&[0; 8]])).collect();
        let tracks = [boxed(b"traf", &[&boxed(b"tfdt", &[])]), boxed(b"traf", &[&parts.concat()])];
        boxed(b"moof", &[&tracks.concat()])
    };
    let lacks = |parts| lacks_time(Container::Fmp4, &segment(parts));
    assert!(lacks(&[b"tfhd", b"trun"]));
    assert!(!lacks(&[b"tfhd", b"tfdt", b"trun"]));
    // Cut off before either could be seen, and no fragments at all.
    assert!(!lacks(&[b"tfhd"]));
    assert!(!lacks_time(Container::MpegTs, &segment(&[b"tfhd", b"trun"])));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(
        init in prop::collection::vec(any::<u8>(), 0..200),
        media in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        for container in [Container::MpegTs, Container::Fmp4] {
            let first = first_pts(container, &init, &media);
            prop_assert!(first.is_none_or(|pts| pts < 1 << 33));
            prop_assert!(!lacks_time(container, &[]));
            let _ = lacks_time(container, &media);
        }
    }
}
