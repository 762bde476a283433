//! From the records of a partition to counts.

use std::{
    collections::{BTreeMap, HashMap},
    io,
};

use super::{
    names::{Name, Names},
    record::{Ended, Filled, Key, Labels, Outcome, Record, Skipped, Source},
    spill::Part,
    totals::{Beacons, Counts, Dimension, Seconds},
};
use crate::units::MediaDuration;

/// Counts by group, names as numbers.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub(super) total: Counts,
    pub(super) by: HashMap<(Dimension, Name), Counts>,
    pub(super) hours: BTreeMap<i64, Counts>,
    pub(super) events: BTreeMap<(Name, Source), Beacons>,
}

/// What a partition's rows say of one beacon.
#[derive(Debug)]
struct Beacon {
    labels: Labels,
    event: Name,
    source: Source,
    showing: Key,
    /// One bit for each outcome.
    seen: u8,
    sent: u32,
    attempts: Attempts,
}

/// The attempts that were told of, each once however many rows tell of it.
#[derive(Debug, Default)]
struct Attempts {
    /// A bit for each of the first 64.
    first: u64,
    /// Rows of later ones.
    later: u64,
}

/// What they say of one break.
#[derive(Debug, Default)]
struct Break {
    filled: Option<Filled>,
    /// When it was first planned.
    hour: Option<i64>,
    skipped: Vec<(Labels, Name)>,
    ended: Option<Ended>,
}

impl Totals {
    /// Counts in each group that something with these labels belongs to, and in the total.
    pub(super) fn each(&mut self, labels: &Labels, mut count: impl FnMut(&mut Counts)) {
        count(&mut self.total);
        for (dimension, name) in [
            (Dimension::Configuration, labels.configuration),
            (Dimension::AdServer, labels.ad_server),
            (Dimension::Advertiser, labels.advertiser),
            (Dimension::Campaign, labels.campaign),
            (Dimension::Creative, labels.creative),
            (Dimension::Ad, labels.ad),
        ] {
            count(self.by.entry((dimension, name)).or_default());
        }
        count(self.hour(labels.hour));
    }

    /// The same for what has a configuration and perhaps an ad server only.
    pub(super) fn of_break(
        &mut self,
        configuration: Name,
        ad_server: Option<Name>,
        hour: i64,
        mut count: impl FnMut(&mut Counts),
    ) {
        count(&mut self.total);
        count(self.by.entry((Dimension::Configuration, configuration)).or_default());
        if let Some(ad_server) = ad_server {
            count(self.by.entry((Dimension::AdServer, ad_server)).or_default());
        }
        count(self.hour(hour));
    }

    fn hour(&mut self, hour: i64) -> &mut Counts {
        // Times that are none must not fill memory.
        let hour = if self.hours.len() < MOST_HOURS { hour } else { 0 };
        self.hours.entry(hour).or_default()
    }

    /// Counts what a partition's records say.
    pub(super) fn fold(&mut self, part: Part, names: &Names) -> io::Result<()> {
        let mut beacons = HashMap::new();
        let mut breaks = HashMap::<Key, Break>::new();
        part.each(&mut |key, record| {
            match record {
                Record::Filled(filled) => breaks.entry(key).or_default().planned(filled),
                Record::Skipped(skipped) => breaks.entry(key).or_default().left_out(skipped),
                Record::Ended(ended) => breaks.entry(key).or_default().has_ended(ended),
                Record::Beacon { id, labels, event, source, outcome, attempt } => {
                    let new = || Beacon::new(labels, event, source, key);
                    beacons.entry(id).or_insert_with(new).hear(outcome, attempt);
                }
            }
            Ok(())
        })?;
        breaks.into_values().for_each(|one| self.count_break(one, names));
        self.count_showings(beacons.values(), names);
        beacons.into_values().for_each(|beacon| self.count_beacon(&beacon, names));
        Ok(())
    }

    fn count_beacon(&mut self, beacon: &Beacon, names: &Names) {
        let told = beacon.told();
        let is_impression = names.name(beacon.event) == "impression";
        add(self.events.entry((beacon.event, beacon.source)).or_default(), &told);
        self.each(&beacon.labels, |counts| match beacon.source {
            Source::Server => {
                counts.impressions += if is_impression { told.sent } else { 0 };
                add(&mut counts.beacons, &told);
            }
            Source::Client => counts.client_events += 1,
        });
    }

    fn count_showings<'a>(&mut self, beacons: impl Iterator<Item = &'a Beacon>, names: &Names) {
        let mut showings = HashMap::<(Key, Source), (Labels, Vec<Name>)>::new();
        for beacon in beacons.filter(|beacon| beacon.is_sent()) {
            let new = || (beacon.labels, Vec::new());
            let (labels, events) =
                showings.entry((beacon.showing, beacon.source)).or_insert_with(new);
            labels.hour = labels.hour.min(beacon.labels.hour);
            if !events.contains(&beacon.event) {
                events.push(beacon.event);
            }
        }
        for ((_, source), (labels, events)) in &showings {
            self.each(labels, |counts| {
                let shown = match source {
                    Source::Server => &mut counts.showings,
                    Source::Client => &mut counts.client_showings,
                };
                for event in events {
                    if let Some(moment) = shown.moment(names.name(*event)) {
                        *moment += 1;
                    }
                }
            });
        }
    }

    fn count_break(&mut self, one: Break, names: &Names) {
        let Break { filled, hour, skipped, ended } = one;
        if let (Some(filled), Some(hour)) = (&filled, hour) {
            self.of_break(filled.configuration, None, hour, |counts| {
                counts.breaks += 1;
                counts.breaks_filled += u64::from(!filled.ads.is_empty());
                counts.break_seconds += length(filled.length.unwrap_or_default());
                counts.planned_seconds += length(filled.filled);
            });
            for (labels, seconds) in &filled.ads {
                self.each(&Labels { hour, ..*labels }, |counts| {
                    counts.ads_planned += 1;
                    counts.ads_planned_seconds += length(*seconds);
                });
            }
        }
        for (labels, reason) in &skipped {
            self.each(&Labels { hour: hour.unwrap_or(labels.hour), ..*labels }, |counts| {
                *named(&mut counts.ads_skipped, names.name(*reason)) += 1;
            });
        }
        if let Some(ended) = ended {
            let hour = hour.unwrap_or(ended.time.div_euclid(MILLIS_PER_HOUR));
            self.of_break(ended.configuration, None, hour, |counts| {
                counts.breaks_ended += 1;
                counts.ended_seconds += length(ended.length);
                counts.ended_planned_seconds += length(ended.planned);
                counts.published_seconds += length(ended.published);
                counts.requested_seconds += length(ended.requested);
                for (reason, seconds) in &ended.unfilled {
                    *named::<Seconds>(&mut counts.unfilled, names.name(*reason)) +=
                        length(*seconds);
                }
            });
        }
    }
}

impl Beacon {
    const fn new(labels: Labels, event: Name, source: Source, showing: Key) -> Self {
        Self {
            labels,
            event,
            source,
            showing,
            seen: 0,
            sent: 0,
            attempts: Attempts { first: 0, later: 0 },
        }
    }

    fn hear(&mut self, outcome: Outcome, attempt: u32) {
        self.seen |= bit(outcome);
        self.sent = self.sent.saturating_add(u32::from(outcome == Outcome::Sent));
        self.attempts.hear(attempt);
    }

    /// What a player reports has happened, and needs no sending.
    fn is_sent(&self) -> bool {
        self.has(Outcome::Sent) || self.source == Source::Client
    }

    const fn has(&self, outcome: Outcome) -> bool {
        self.seen & bit(outcome) != 0
    }

    /// What became of it, as counts of one.
    fn told(&self) -> Beacons {
        let mut told = Beacons { attempts: self.attempts.count(), ..Beacons::default() };
        let due = self.has(Outcome::Due);
        told.due = u64::from(due);
        if self.is_sent() {
            told.sent = 1;
            told.sent_again = u64::from(self.sent > 1);
            told.sent_without_due = u64::from(!due && self.source == Source::Server);
        } else if self.has(Outcome::Expired) {
            told.expired = 1;
        } else if self.has(Outcome::Failed) {
            told.failed = 1;
        } else if self.has(Outcome::Unknown) {
            told.unknown = 1;
        } else {
            told.open = 1;
        }
        told
    }
}

impl Attempts {
    /// None is number 0: a row of something else.
    fn hear(&mut self, number: u32) {
        let Some(bit) = number.checked_sub(1) else { return };
        match 1_u64.checked_shl(bit) {
            Some(bit) => self.first |= bit,
            None => self.later += 1,
        }
    }

    fn count(&self) -> u64 {
        u64::from(self.first.count_ones()) + self.later
    }
}

impl Break {
    fn planned(&mut self, mut filled: Filled) {
        let hour = filled.time.div_euclid(MILLIS_PER_HOUR);
        self.hour = Some(self.hour.map_or(hour, |known| known.min(hour)));
        // A later plan, of ads that came late, does not name again what was skipped.
        self.skipped.append(&mut filled.skipped);
        if self.filled.as_ref().is_none_or(|known| known.time <= filled.time) {
            self.filled = Some(filled);
        }
    }

    fn left_out(&mut self, skipped: Skipped) {
        let hour = skipped.time.div_euclid(MILLIS_PER_HOUR);
        let ads = skipped.ads.into_iter();
        self.skipped.extend(ads.map(|(labels, reason)| (Labels { hour, ..labels }, reason)));
    }

    fn has_ended(&mut self, ended: Ended) {
        if self.ended.as_ref().is_none_or(|known| known.time <= ended.time) {
            self.ended = Some(ended);
        }
    }
}

fn add(to: &mut Beacons, one: &Beacons) {
    to.due += one.due;
    to.sent += one.sent;
    to.failed += one.failed;
    to.expired += one.expired;
    to.unknown += one.unknown;
    to.open += one.open;
    to.attempts += one.attempts;
    to.sent_again += one.sent_again;
    to.sent_without_due += one.sent_without_due;
}

pub(super) fn named<'a, T: Default>(map: &'a mut BTreeMap<String, T>, name: &str) -> &'a mut T {
    if !map.contains_key(name) {
        map.insert(name.to_owned(), T::default());
    }
    map.get_mut(name).expect("it has been put there")
}

const fn bit(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Due => 1,
        Outcome::Sent => 2,
        Outcome::Retry => 4,
        Outcome::Failed => 8,
        Outcome::Expired => 16,
        Outcome::Unknown => 32,
        Outcome::Other => 64,
    }
}

const fn length(nanos: super::record::Nanos) -> MediaDuration {
    MediaDuration::from_nanos(nanos.0)
}

const MILLIS_PER_HOUR: i64 = 3_600_000;
/// Twenty years.
const MOST_HOURS: usize = 175_000;
