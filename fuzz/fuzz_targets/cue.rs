//! Cues stand in order and in the playlist, and those of one dialect need no other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midroll::{
    cue::{self, Dialect, Named, Profile, Trigger, Trust},
    hls::MediaPlaylist,
    inspect,
};

fuzz_target!(|text: &str| {
    if let Ok((playlist, _)) = MediaPlaylist::parse(text) {
        check(&playlist, Trust::ALL);
        Dialect::EVERY.iter().for_each(|one| check(&playlist, Trust::of([*one])));
        for one in Trigger::EVERY {
            check(&playlist, Trust { triggers: [*one].into_iter().collect(), ..Trust::ALL });
        }
        check(&playlist, Trust { profile: Profile::DvbTa, ..Trust::ALL });
        let odd = cue::oddities(playlist.body(), Profile::DvbTa);
        assert!(odd.is_sorted_by_key(|oddity| oddity.line));
    }
    for json in [false, true] {
        let _ = inspect::run(text, json);
    }
});

fn check(playlist: &MediaPlaylist, trust: Trust) {
    let cues = cue::cues(playlist, trust);
    assert!(cues.is_sorted_by_key(|cue| cue.at));
    let listed = playlist.media_sequence..=playlist.next_msn();
    for cue in &cues {
        assert!(listed.contains(&cue.at) && trust.dialects.contains(cue.dialect));
    }
}
