//! The sum of what breaks long past have done to a viewer's numbering.

use std::sync::Arc;

use super::{Decision, Timeline, replacements};
use crate::{
    channel::{Boundary, Break, TOLERANCE, View},
    units::{MediaDuration, ProgramTime},
};

/// A memo of a pure function: what adding up the ledger's facts for all breaks before `until` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Breaks that begin before this are in it.
    pub until: ProgramTime,
    /// Per rendition, how many segments and discontinuities the viewer counts more than the origin.
    pub ahead: Vec<(i64, i64)>,
    /// How far the viewer's clock is behind the source's.
    pub carried: MediaDuration,
    /// Where the last replacement ended.
    pub returned_at: Option<ProgramTime>,
}

/// How many discontinuities too many have been counted where a replacement begins at `start` straight
/// upon one that ended at `returned_at`: the programme's return is not shown, nor a discontinuity for
/// it, unless that is the source's own, which is counted apart.
pub fn unshown_return(
    ad_break: &Break,
    rendition: usize,
    start: &Boundary,
    returned_at: Option<ProgramTime>,
) -> i64 {
    let follows = returned_at.is_some_and(|end| (start.time - end).abs() <= TOLERANCE);
    i64::from(follows) * (1 - ad_break.turns_at(rendition, start))
}

impl Timeline {
    /// Settles the breaks that have ended and left every rendition's memory, and lets go of what was
    /// decided for them; none if there is nothing new to settle.
    pub fn settle(&self, view: &View) -> Option<Self> {
        let oldest = view.remembered_since()?;
        let since = self.unsettled_since();
        let past = |b: &&Arc<Break>| b.end.is_some_and(|end| end < oldest);
        let mut settled = Settled {
            until: since,
            ahead: vec![(0, 0); view.tracks.len()],
            carried: MediaDuration::ZERO,
            returned_at: None,
        };
        if let Some(known) = &self.settled {
            settled = Settled::clone(known);
        }
        for ad_break in self.unsettled(view).take_while(past) {
            settled.add(ad_break, self, view);
        }
        if settled.until == since {
            return None;
        }
        let begins = |decision: &Decision| view.ad_break(decision.serial).map(|b| b.begins());
        let open = |decision: &&Arc<Decision>| begins(decision) >= Some(settled.until);
        let decisions = self.decisions.iter().filter(open).cloned().collect();
        // It is the first to be settled.
        Some(Self { decisions, settled: Some(Arc::new(settled)), pre_roll: None, ..self.clone() })
    }
}

impl Settled {
    fn add(&mut self, ad_break: &Break, timeline: &Timeline, view: &View) {
        self.until = ad_break.begins() + MediaDuration::from_nanos(1);
        let Some(decision) = timeline.replaces(ad_break) else { return };
        for replacement in replacements(decision, ad_break, view, self.carried) {
            let Some(end) = replacement.end.filter(|_| replacement.count > 0) else { continue };
            let marks = (ad_break.boundary(replacement.start), ad_break.boundary(end));
            let (Some(start), Some(end)) = marks else { continue };
            self.carried += replacement.difference();
            let groups = i64::try_from(replacement.groups.len()).unwrap_or(0);
            let returned_at = self.returned_at.replace(end.time);
            for (rendition, (msn, dsn)) in self.ahead.iter_mut().enumerate() {
                *msn +=
                    i64::from(replacement.count) - ad_break.segments_between(rendition, start, end);
                *dsn += groups + 1
                    - ad_break.turns_between(rendition, start, end)
                    - unshown_return(ad_break, rendition, start, returned_at);
            }
        }
    }
}
