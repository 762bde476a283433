//! Cues stand in order and in the playlist, and those of one dialect need no other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midroll::{
    cue::{self, Dialect, Dialects},
    hls::MediaPlaylist,
    inspect,
};

fuzz_target!(|text: &str| {
    if let Ok((playlist, _)) = MediaPlaylist::parse(text) {
        check(&playlist, Dialects::ALL);
        for one in Dialect::ALL {
            check(&playlist, std::iter::once(one).collect());
        }
        let odd = cue::oddities(playlist.body());
        assert!(odd.is_sorted_by_key(|oddity| oddity.line));
    }
    for json in [false, true] {
        let _ = inspect::run(text, json);
    }
});

fn check(playlist: &MediaPlaylist, trusted: Dialects) {
    let cues = cue::cues(playlist, trusted);
    assert!(cues.is_sorted_by_key(|cue| cue.at));
    let listed = playlist.media_sequence..=playlist.next_msn();
    for cue in &cues {
        assert!(listed.contains(&cue.at) && trusted.contains(cue.dialect));
    }
}
