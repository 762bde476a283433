//! What an ad's beacons are, and where in the ad each belongs.

use std::collections::HashSet;

use super::{Event, Schedule};
use crate::{pod::AdInfo, units::MediaDuration, vast};

/// Where in an ad an event happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// From the ad's beginning.
    pub offset: MediaDuration,
    /// What happens.
    pub event: Event,
}

/// Where an ad stands among the ads of its break: what opens and closes the break goes with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    /// None before it.
    pub first: bool,
    /// None behind it.
    pub last: bool,
}

impl Stand {
    /// The how-manieth of so many ads that are decided for by now; the others of its break that were
    /// asked for have these schedules. A break is closed once: where ads came after its end was named,
    /// none of them names it again.
    pub fn of<'a>(
        index: usize,
        ads: usize,
        mut others: impl Iterator<Item = &'a Schedule>,
    ) -> Self {
        Self { first: index == 0, last: index + 1 == ads && !others.any(Schedule::has_closed) }
    }
}

/// One URL an ad asks to be requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owed<'a> {
    /// When.
    pub moment: Moment,
    /// As the ad server wrote it.
    pub url: &'a str,
}

/// Every moment of an ad of that measured length that a server can know, in order (rule D-51):
/// those of playing it, whether or not anybody asks to hear of them, and `progress` where the ad
/// server has named an offset.
pub fn moments(ad: &AdInfo, duration: MediaDuration, stand: Stand) -> Vec<Moment> {
    let playing = Event::OF_PLAYING.into_iter().filter_map(|event| at(event, duration));
    let progress = owed(ad, duration).into_iter().map(|owed| owed.moment);
    let progress = progress.filter(|moment| moment.event == Event::Progress);
    let opens = stand.first.then(|| at(Event::BreakStart, duration)).flatten();
    let closes = stand.last.then(|| at(Event::BreakEnd, duration)).flatten();
    let mut all: Vec<_> = playing.chain(progress).chain(opens).chain(closes).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What an ad's beacons are, in the order of their moments: each distinct URL template once per
/// moment.
pub fn owed(ad: &AdInfo, duration: MediaDuration) -> Vec<Owed<'_>> {
    let impression = at(Event::Impression, duration);
    let impressions = ad.impressions.iter().filter_map(|url| Some((impression?, url)));
    let tracking = ad.tracking.iter().filter_map(|one| Some((tracked(one, duration)?, &one.url)));
    let mut all: Vec<Owed<'_>> = Vec::new();
    for (moment, url) in impressions.chain(tracking) {
        let one = Owed { moment, url };
        // VAST 4.3 §3.4.4: `about:blank` stands for no impression at all.
        if !url.is_empty() && url != "about:blank" && !all.contains(&one) {
            all.push(one);
        }
    }
    all.sort_by_key(|owed| owed.moment);
    all
}

/// Whom to tell that an ad's verifications are not executed, each once (rule D-32).
pub fn unverified(ad: &AdInfo) -> impl Iterator<Item = &str> {
    let all = ad.verifications.iter().flat_map(|one| &one.tracking);
    let all = all.filter(|one| one.event == "verificationNotExecuted").map(|one| one.url.as_str());
    let mut known = HashSet::new();
    all.filter(move |url| known.insert(*url))
}

/// Where an event that needs no further word happens.
fn at(event: Event, duration: MediaDuration) -> Option<Moment> {
    let offset = duration.times(event.quarters()?).quarter();
    Some(Moment { offset, event })
}

/// When a `Tracking` element asks to be called; `None` for what only a player can know, and for an
/// offset the ad does not have.
fn tracked(one: &vast::Tracking, duration: MediaDuration) -> Option<Moment> {
    let event = Event::of_tracking(&one.event)?;
    if event != Event::Progress {
        return at(event, duration);
    }
    let offset = one.offset?.at(duration);
    (offset <= duration).then_some(Moment { offset, event })
}
