//! Dates where players need them.

use super::{Findings, Timeline};
use crate::truth::Truth;

pub(super) fn check(timeline: &Timeline, truth: &Truth, findings: &mut Findings) {
    if !truth.renditions.get(timeline.rendition).is_some_and(|source| source.dated) {
        return;
    }
    for entry in timeline.entries.values() {
        let segment = &entry.segment;
        if segment.discontinuity && segment.date.is_none() {
            let text = format!("{}: no date after a discontinuity", segment.msn);
            findings.add("A-50", entry.reload, text);
        }
    }
}
