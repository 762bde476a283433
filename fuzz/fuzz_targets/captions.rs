//! Captions are read in their length's time, keep to their limits, and read back what was written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midroll::{caption::Captions, units::MediaDuration};

fuzz_target!(|text: &str| {
    // What is slow shows in a long file: a short one is repeated to the length of the longest.
    let repeated = text.repeat((1 << 18) / text.len().max(1));
    let _ = Captions::read(&format!("00:00:00,000 --> 00:00:10,000\n{repeated}"));
    let _ = Captions::read(&repeated);
    let Ok(captions) = Captions::read(text) else { return };
    assert!(captions.cues.len() <= 5_000);
    assert!(captions.cues.iter().all(|cue| cue.begins < cue.ends));
    assert!(captions.cues.is_sorted_by_key(|cue| cue.begins));
    let _ = captions.segment(MediaDuration::ZERO, MediaDuration::from_secs(2), 0);
});
