//! Ads that a live session begins with, in the place of the programme behind the edge at which it joins.

use std::sync::Arc;

use super::{
    Decision, Fill, LEAD, Replacement, Span, Suppressed, Timeline,
    replacement::{begins_before, may_pass},
    replacements,
};
use crate::{
    channel::{Break, BreakSerial, Seat, View, Wanted},
    pod::{Ad, Pod, Unfilled},
    units::{MediaDuration, ProgramTime},
};

/// The ads a session began with.
#[derive(Clone, Debug)]
pub struct PreRoll {
    /// Where they stand, in the channel's memory.
    pub serial: BreakSerial,
    /// Keeps that there.
    pub seat: Seat,
}

/// These ads in the place of the programme, and black where the programme returns later.
pub fn led_in(place: &Break, pod: Pod, pad: Option<Ad>) -> Decision {
    Decision::new(place, vec![Span::from_start(Fill::Pod(Arc::new(pod)))], pad)
}

/// What these ads need of the place where a session begins with them, and what others need that are about
/// as long, and no longer than `longest`.
pub fn place_wanted<'a>(ads: &'a [Ad], longest: MediaDuration, view: &View) -> Wanted<'a> {
    let enough = view.least_lag();
    let steps = move || ads.iter().flat_map(|ad| ad.creative.steps());
    let suits = move |lag| lag >= enough && begins_in_time(steps(), lag, enough);
    let (first, last) = (steps().next(), steps().last());
    let overrun = may_pass(last.unwrap_or(MediaDuration::ZERO), view.target_duration);
    let first = first.unwrap_or(MediaDuration::ZERO);
    let length: MediaDuration = steps().sum();
    let longest = longest.min(ALIKE.times(length.as_nanos() / ALIKE.as_nanos() + 1));
    Wanted { longest, length, first, overrun, suits: Box::new(suits) }
}

/// Ads whose lengths differ by less share their place: what is remembered of one goes with its length.
const ALIKE: MediaDuration = MediaDuration::from_secs(30);

/// Do ads whose segments are so long list as much as `enough` once the source is `source` past their
/// beginning? Players begin so far before the end of the first playlist they read.
fn begins_in_time(
    steps: impl IntoIterator<Item = MediaDuration>,
    source: MediaDuration,
    enough: MediaDuration,
) -> bool {
    let mut listed = MediaDuration::ZERO;
    for step in steps {
        if listed + step > source + LEAD || !begins_before(listed, source) {
            return listed >= enough;
        }
        listed += step;
    }
    source >= enough // what follows is programme
}

impl Timeline {
    /// The same for a session that begins with these ads. Breaks that begin under them are filled, if at
    /// all, where they are over.
    #[must_use]
    pub fn led_in_by(self, place: &Break, seat: Seat, decision: Arc<Decision>) -> Self {
        let ads: MediaDuration = decision.pods().map(|pod| pod.duration()).sum();
        let until = place.begins() + ads;
        let suppressed = match self.suppressed {
            Some(longer) if longer.until >= until => longer,
            shorter => Suppressed {
                until,
                partial: shorter.is_none_or(|shorter| shorter.partial),
                why: Unfilled::PreRoll,
            },
        };
        let pre_roll = Some(PreRoll { serial: place.serial, seat });
        Self { pre_roll, suppressed: Some(suppressed), ..self }.with(decision)
    }

    /// The same for players that are told to begin with them: as far before the end as the first
    /// playlist is long, which would be too near to it otherwise.
    #[must_use]
    pub fn starting(self, view: &View, place: &Break, edge: ProgramTime) -> Self {
        let track = view.tracks.get(view.reference).and_then(Option::as_ref);
        let says = track.is_some_and(|track| track.frame.has_start());
        let length = edge - place.begins();
        let far = length >= view.target_duration.times(3);
        Self { starts: (far && !says).then_some(length), ..self }
    }

    /// What the session began with, if it is not settled: its place and what stands there so far.
    pub fn led_in<'a>(&self, view: &'a View) -> Option<(&'a Arc<Break>, Vec<Replacement>)> {
        let place = view.ad_break(self.pre_roll.as_ref()?.serial)?;
        let decision = self.decision(place.serial)?;
        Some((place, replacements(decision, place, view, MediaDuration::ZERO)))
    }

    /// From when on the programme is shown after what the session began with; none while that is open.
    pub(super) fn after_pre_roll(&self, view: &View) -> Option<ProgramTime> {
        match self.led_in(view) {
            Some((_, replaced)) => replaced.last().and_then(|last| last.end),
            None => Some(ProgramTime::from_nanos(i64::MIN + 1)),
        }
    }

    /// Its breaks that are not settled and those before it joined, its pre-roll first.
    pub(super) fn unsettled<'a>(&'a self, view: &'a View) -> impl Iterator<Item = &'a Arc<Break>> {
        let own = self.pre_roll.as_ref().and_then(|own| view.ad_break(own.serial));
        own.into_iter().chain(view.breaks_since(self.unsettled_since()))
    }
}
