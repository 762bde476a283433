//! Renditions of which no playlist ever comes.

use super::super::*;

/// Six segments of 6 s and more, a break of 12 s from the third on.
fn playlist(segments: usize) -> MediaPlaylist {
    let mut text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n\
                    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n"
        .to_owned();
    for n in 0..segments {
        text += if n == 2 { "#EXT-X-CUE-OUT:12\n" } else { "" };
        text += &format!("#EXTINF:6,\n{n}.ts\n");
    }
    MediaPlaylist::parse(text).unwrap().0
}

fn at(secs: i64) -> ProgramTime {
    ProgramTime::parse("2026-01-01T00:00:36Z").unwrap() + MediaDuration::from_secs(secs)
}

#[test]
fn nothing_is_waited_for_that_is_never_read() {
    let kinds = [RenditionKind::Video, RenditionKind::Audio, RenditionKind::IFrame];
    let mut channel = Channel::new(&kinds).without([2]);
    channel.loaded(0, &playlist(6), at(0));
    assert!(channel.view().is_none(), "the sound has not been read");
    channel.loaded(1, &playlist(6), at(0));
    assert!(channel.view().unwrap().aligned);
    let ended = Arc::clone(&channel.view().unwrap().breaks[0]);
    assert!(ended.end.is_some());
    // All is known of the break: it is not made anew with each reading.
    channel.loaded(0, &playlist(7), at(6));
    assert!(Arc::ptr_eq(&ended, &channel.view().unwrap().breaks[0]));
}
