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

/// Where the newest segment lies after an encoder without dates has begun again, its segments named
/// so.
fn restarted(name: impl Fn(u64, char) -> String) -> (u64, i64) {
    let midnight = ProgramTime::parse("2026-01-01T00:00:00Z").unwrap();
    let mut channel = Channel::new(&[RenditionKind::Video]);
    let mut read = |first: u64, epoch, at: i64| {
        let head = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:";
        let mut text = format!("{head}{first}\n");
        text.extend((first..first + 4).map(|n| format!("#EXTINF:6,\n{}\n", name(n, epoch))));
        let now = midnight + MediaDuration::from_secs(at);
        channel.loaded(0, &MediaPlaylist::parse(text).unwrap().0, now);
    };
    read(7, 'a', 24);
    read(8, 'a', 30);
    read(5, 'b', 54);
    let newest = channel.view().unwrap().tracks[0].as_ref().unwrap().segments.last().cloned();
    newest.map(|newest| (newest.msn.0.0, (newest.start - midnight).rounded_secs())).unwrap()
}

#[test]
fn a_segment_is_known_by_the_part_of_its_name_that_tells_it_from_others() {
    let epochs = [
        restarted(|n, epoch| format!("{epoch}{n}.ts?token={n}")),
        restarted(|n, epoch| format!("{epoch}-{n}/media.ts")),
        restarted(|n, epoch| format!("token{n}/{epoch}-{n}/media.ts")),
    ];
    assert_eq!(epochs, [(15, 48); 3]);
}
