//! The end of a channel: ENDLIST comes with the last segment, in every rendition, once.

use std::collections::HashMap;

use super::{Findings, Seen};
use crate::truth::Truth;

pub(super) fn check(seen: &[Seen], truth: &Truth, findings: &mut Findings) {
    let mut ended: HashMap<usize, &Seen> = HashMap::new();
    for answer in seen {
        let Some(source) = truth.renditions.get(answer.rendition) else { continue };
        let known = ended.get(&answer.rendition);
        if known.is_some_and(|known| known.playlist != answer.playlist) {
            findings.add("A-94", answer.reload, "the playlist changed after `EXT-X-ENDLIST`");
        }
        let over = source.listings.iter().find(|listing| listing.ended);
        let over = over.map(|listing| listing.at_ms).filter(|at| *at <= answer.at_ms);
        match over {
            None if answer.playlist.end_list => {
                findings.add("A-94", answer.reload, "`EXT-X-ENDLIST` while the origin goes on");
            }
            Some(over)
                if !answer.playlist.end_list && answer.at_ms - over > 3 * truth.target_ms() =>
            {
                let text = "the origin ended 3 target durations ago";
                findings.add("A-94", answer.reload, text);
            }
            _ => {}
        }
        if answer.playlist.end_list {
            ended.entry(answer.rendition).or_insert(answer);
        }
    }
}
