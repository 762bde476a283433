//! What stands at the head of a playlist never changes, and dates are never taken
//! away.

use std::collections::HashMap;

use super::{Findings, Seen};

pub(super) fn headers(seen: &[Seen], findings: &mut Findings) {
    let mut first: HashMap<usize, &Seen> = HashMap::new();
    for answer in seen.iter().filter(|answer| !answer.repeated) {
        let known = *first.entry(answer.rendition).or_insert(answer);
        let (old, new) = (known.playlist.target_duration, answer.playlist.target_duration);
        if old != new {
            let text = format!("target duration {old} became {new}");
            findings.add("A-41", answer.reload, text);
        }
        let header = |answer: &Seen| {
            let lines = answer.playlist.header.iter();
            let mut lines: Vec<_> =
                lines.filter(|l| !l.starts_with("#EXT-X-TARGETDURATION")).cloned().collect();
            lines.sort();
            lines
        };
        let (old, new) = (header(known), header(answer));
        if old != new {
            findings.add("A-12", answer.reload, format!("header {old:?} became {new:?}"));
        }
    }
}
