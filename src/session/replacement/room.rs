//! What ads in a break have to keep to: the source's pace, and what a return may be late or early by.

use super::{LEAD, shown::Ending};
use crate::{
    channel::{Break, TOLERANCE, View},
    units::{MediaDuration, ProgramTime},
};

/// What a run has to keep to.
pub(super) struct Room<'a> {
    pub(super) ad_break: &'a Break,
    pub(super) view: &'a View,
    pub(super) carried: MediaDuration,
    pub(super) start: ProgramTime,
}

impl Room<'_> {
    fn overrun(&self) -> MediaDuration {
        overrun(self.view.target_duration)
    }

    /// An ad segment may be shown once the source has come `source` far.
    pub(super) fn paced(&self, (end, step): Ending, source: MediaDuration) -> bool {
        let lead = (LEAD - self.carried).max(MediaDuration::from_millis(50)).min(LEAD);
        end <= source + lead && begins_before(end - step, source)
    }

    /// May it be shown before a return after `length`? The end of an ad may even if it is short: what
    /// else would be missing is its completion.
    pub(super) fn fits(&self, (end, step): Ending, length: MediaDuration) -> bool {
        let fits = end + self.carried <= length + self.overrun() && end <= length + LEAD;
        fits || self.paced((end, step), length)
    }

    /// The same of slate, which ends as near to the return as its segments can.
    pub(super) fn slate_fits(&self, (end, step): Ending, length: MediaDuration) -> bool {
        let fits = end + self.carried <= length + step.half() && end <= length + LEAD;
        fits && begins_before(end - step, length)
    }

    /// Is so much missing at a return after `length` that it is noticed (law 4)? That is as much as ads
    /// may run past a return too, so that black can always make it good; or half a target duration
    /// where that is less.
    pub(super) fn lacks(&self, shown: MediaDuration, length: MediaDuration) -> bool {
        length - shown - self.carried >= self.overrun()
    }

    /// Where the programme returns when nothing follows this last segment: the first boundary it does
    /// not pass by too much, the end of the break at the latest.
    pub(super) fn returns_after(&self, (length, last): Ending) -> Option<ProgramTime> {
        let reached = |time: ProgramTime| {
            let source = time - self.start;
            length <= source + LEAD
                && length + self.carried <= source + self.overrun()
                && begins_before(length - last, source)
        };
        let inside = self.ad_break.boundaries.iter().map(|boundary| boundary.time);
        let mut later = inside.filter(|time| *time > self.start);
        later.find(|time| reached(*time)).or(self.ad_break.end)
    }
}

/// Ads may end this much after the programme they replace.
fn overrun(target_duration: MediaDuration) -> MediaDuration {
    target_duration.half().min(LEAD)
}

/// The same of ads whose last segment is so long: it begins before the programme returns.
pub(in crate::session) fn may_pass(
    last: MediaDuration,
    target_duration: MediaDuration,
) -> MediaDuration {
    overrun(target_duration).min(last - TOLERANCE.half())
}

/// Does a segment that begins `begins` into a replacement stand before a return after `source`, in sound
/// that is cut on its own frames too? Dates have to rise.
pub(in crate::session) fn begins_before(begins: MediaDuration, source: MediaDuration) -> bool {
    begins + TOLERANCE.half() <= source
}
