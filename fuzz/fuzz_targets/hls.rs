//! Playlists write back byte for byte, and their segments count on.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midroll::hls::{MediaPlaylist, Multivariant};

fuzz_target!(|text: &str| {
    if let Ok((playlist, _)) = MediaPlaylist::parse(text) {
        assert_eq!(playlist.to_string(), text);
        for pair in playlist.segments.windows(2) {
            assert_eq!(pair[1].msn.0.0, pair[0].msn.0.0.saturating_add(1));
            assert!(pair[1].dsn >= pair[0].dsn);
        }
    }
    if let Ok((playlist, _)) = Multivariant::parse(text) {
        assert_eq!(playlist.to_string(), text);
        let rewritten = playlist.rewrite(|_| true, |index, _| format!("r{index}.m3u8"), str::to_owned);
        let (again, _) = Multivariant::parse(rewritten).expect("a rewritten playlist is one");
        assert_eq!(again.renditions.len(), playlist.renditions.len());
    }
});
