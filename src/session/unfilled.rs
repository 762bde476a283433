//! Which seconds of a break no ad fills, and why.
//!
//! A break is ads, slate and programme in turn; what is no ad is unfilled for the reason that held
//! where it stands. All reasons together come to the break's length less the ads published in it, to
//! the nanosecond.

use super::{Decision, Group, Part, Replacement, pieces};
use crate::{
    channel::Break,
    pod::Unfilled,
    units::{MediaDuration, ProgramTime},
};

/// A stretch that no ad fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// How long.
    pub length: MediaDuration,
    /// Why.
    pub reason: Unfilled,
}

/// What no ad fills of a break that a session has seen up to `until`, in the order in which the
/// reasons first count; `replaced` is what it shows in it.
pub fn unfilled(
    decision: &Decision,
    ad_break: &Break,
    replaced: &[Replacement],
    until: ProgramTime,
) -> Vec<Shortfall> {
    let Some(length) = ad_break.length() else { return Vec::new() };
    if let Some(reason) = ad_break.refusal {
        return vec![Shortfall { length, reason }];
    }
    let begins = ad_break.begins();
    let until =
        ad_break.end.unwrap_or(until).clamp(begins, begins + length.max(MediaDuration::ZERO));
    let shown: MediaDuration = replaced.iter().map(ads).sum();
    let planned = decision.pods().map(|pod| pod.duration()).sum();
    let cut = ad_break.end.is_some() && shown < planned;
    let mut gaps = Gaps { decision, all: Vec::new() };
    let mut at = begins;
    for (place, replacement) in replaced.iter().enumerate() {
        let last = cut && place + 1 == replaced.len();
        gaps.programme(at, replacement.start.min(until));
        at = replacement.end.unwrap_or(until);
        gaps.replaced(replacement, at, last);
    }
    gaps.programme(at, until);
    gaps.add(begins + length - until, Unfilled::SessionEnded);
    gaps.come_to((length - shown).max(MediaDuration::ZERO))
}

fn ads(replacement: &Replacement) -> MediaDuration {
    let is_ad = |group: usize| replacement.groups.get(group).is_some_and(Group::is_ad);
    let ads = pieces(&replacement.groups).filter(|piece| is_ad(piece.group));
    ads.map(|piece| piece.duration).sum()
}

struct Gaps<'a> {
    decision: &'a Decision,
    all: Vec<Shortfall>,
}

impl Gaps<'_> {
    /// Programme is shown, for whatever reasons hold meanwhile.
    fn programme(&mut self, from: ProgramTime, to: ProgramTime) {
        let mut at = from;
        while at < to {
            let next = self.decision.reasons.iter().map(|reason| reason.since).find(|t| *t > at);
            let next = next.map_or(to, |next| next.min(to));
            self.add(next - at, self.decision.why(at));
            at = next;
        }
    }

    /// Slate among the ads, and what is left at the end; where an early return has `cut` ads, they
    /// are what is missing behind the last one.
    fn replaced(&mut self, replacement: &Replacement, end: ProgramTime, cut: bool) {
        let last_ad = replacement.groups.iter().rposition(Group::is_ad);
        for piece in pieces(&replacement.groups) {
            let missing = cut && last_ad.is_none_or(|ad| ad < piece.group);
            let why = match replacement.groups.get(piece.group).map(|group| group.part) {
                None | Some(Part::Ad) => continue,
                Some(Part::Bumper) => Unfilled::Bumper,
                Some(Part::Slate) if missing => Unfilled::EarlyCueIn,
                Some(Part::Slate) => self.decision.why(replacement.start + piece.begins),
            };
            self.add(piece.duration, why);
        }
        let why = self.decision.why(end);
        let rest = end - (replacement.start + replacement.length);
        self.add(rest, if cut { Unfilled::EarlyCueIn } else { why });
    }

    fn add(&mut self, length: MediaDuration, reason: Unfilled) {
        if length <= MediaDuration::ZERO {
            return;
        }
        match self.all.iter_mut().find(|known| known.reason == reason) {
            Some(known) => known.length += length,
            None => self.all.push(Shortfall { length, reason }),
        }
    }

    /// Ads that ran past what they replace leave less of what comes last.
    fn come_to(mut self, length: MediaDuration) -> Vec<Shortfall> {
        let sum: MediaDuration = self.all.iter().map(|known| known.length).sum();
        let mut excess = (sum - length).max(MediaDuration::ZERO);
        for known in self.all.iter_mut().rev() {
            let less = known.length.min(excess);
            known.length -= less;
            excess -= less;
        }
        self.all.retain(|known| known.length > MediaDuration::ZERO);
        self.all
    }
}
