//! Origins that sign segments' addresses anew for every reload.

use super::super::*;

/// Number and start of the first and the last segment known after so many reloads of a window of
/// ten segments of 6 s that moves on by one each.
fn window(dated: bool, reloads: u64) -> [(u64, i64); 2] {
    let midnight = ProgramTime::parse("2026-01-01T00:00:00Z").unwrap();
    let date = |msn: u64| midnight + MediaDuration::from_secs(6 * i64::try_from(msn).unwrap());
    let mut channel = Channel::new(&[RenditionKind::Video]);
    for first in 0..=reloads {
        let head = format!("#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{first}\n");
        let mut text = format!("#EXTM3U\n{head}");
        if dated {
            text += &format!("#EXT-X-PROGRAM-DATE-TIME:{}\n", date(first));
        }
        let segment = |msn| format!("#EXTINF:6,\n{msn}.ts?token={first}\n");
        text.extend((first..first + 10).map(segment));
        channel.loaded(0, &MediaPlaylist::parse(text).unwrap().0, date(first + 10));
    }
    let segments = &channel.view().unwrap().tracks[0].as_ref().unwrap().segments;
    let told = |known: &Timed| (known.msn.0.0, (known.start - midnight).rounded_secs());
    [told(&segments[0]), told(&segments[segments.len() - 1])]
}

#[test]
fn a_signature_does_not_make_another_segment() {
    for dated in [true, false] {
        assert_eq!(window(dated, 20), [(18, 108), (29, 174)], "dated: {dated}");
    }
}
