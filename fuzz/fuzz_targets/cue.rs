//! Cues stand in order, in the playlist; attributes are where they say.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midroll::{
    cue,
    hls::{Attributes, MediaPlaylist},
    inspect,
};

fuzz_target!(|text: &str| {
    for attribute in Attributes::of(text) {
        assert_eq!(&text[attribute.span], attribute.value);
    }
    if let Ok((playlist, _)) = MediaPlaylist::parse(text) {
        let cues = cue::cues(&playlist);
        assert!(cues.is_sorted_by_key(|cue| cue.at));
        let listed = playlist.media_sequence..=playlist.next_msn();
        assert!(cues.iter().all(|cue| listed.contains(&cue.at)));
    }
    let _ = inspect::run(text, false);
});
