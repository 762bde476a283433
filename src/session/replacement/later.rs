//! Where something may follow what a break shows already.

use super::{
    super::{Decision, Fill},
    Room, Run, Shown, runs,
};
use crate::{
    channel::{Break, TOLERANCE, View},
    units::{MediaDuration, ProgramTime},
};

/// A place behind ads or slate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::session) struct Behind {
    /// After so many ad segments of the last replacement.
    pub(in crate::session) after: u32,
    /// When that is.
    pub(in crate::session) at: ProgramTime,
}

/// The first place behind the ads decided for and the slate that has been shown, in the last
/// replacement of a decision; none where there is none, or where the programme has returned.
pub(in crate::session) fn behind(
    decision: &Decision,
    ad_break: &Break,
    view: &View,
    carried: MediaDuration,
) -> Option<Behind> {
    let mut carried = carried;
    let mut place = None;
    for run in runs(decision, ad_break.begins()) {
        let room = Room { ad_break, view, carried, start: run.start };
        let settled = run.settle(&room);
        let ads = run.ads();
        let (after, length) = (settled.count.max(ads.count), settled.length.max(ads.length));
        // A return is open as long as nothing of the programme behind it has been shown, nor black
        // before it.
        let is_free = |end: ProgramTime| end >= view.edge - TOLERANCE && settled.count <= ads.count;
        let behind = Behind { after, at: run.start + length };
        // Nothing follows the clip that closes the break.
        let is_closing = run.closes_at().is_some_and(|at| settled.count > at);
        place = settled.end.is_none_or(is_free).then_some(behind).filter(|_| !is_closing);
        carried += settled.difference();
    }
    place
}

impl Run<'_> {
    /// After how many ad segments the clip stands that closes the break, if one does.
    fn closes_at(&self) -> Option<u32> {
        let clip = self.fills.iter().rposition(|(fill, _)| matches!(fill, Fill::Bumper(_)))?;
        self.fills.get(clip.checked_sub(1)?)?.1
    }

    /// Everything up to its last ad; where it has none so far, the clip that stands before them.
    fn ads(&self) -> Shown {
        let last = self.fills.iter().rposition(|(fill, _)| matches!(fill, Fill::Pod(_)));
        let begins = matches!(self.fills.first(), Some((Fill::Bumper(_), _)));
        let last = last.or(begins.then_some(0));
        let fills = last.map_or(&[][..], |last| &self.fills[..=last]);
        let mut shown = Shown::default();
        Self { start: self.start, fills: fills.to_vec(), pad: None }.walk(&mut shown, |_, _| true);
        shown
    }
}
