//! What is summed up.

use std::{collections::BTreeMap, fmt, ops::AddAssign};

use serde::{Serialize, Serializer};

use super::{hosts::Host, latency::Latency};
use crate::units::{MediaDuration, ProgramTime};

/// Everything that the logs sum up to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Files that were read.
    pub files: usize,
    /// Rows that were counted.
    pub rows: u64,
    /// Lines that are no row of either log.
    pub unreadable_lines: u64,
    /// Files that could not be read to their end, and why.
    pub damaged: Vec<String>,
    /// The oldest and the newest row.
    pub span: Option<(ProgramTime, ProgramTime)>,
    /// Everything together.
    pub total: Counts,
    /// The same by each dimension; names sorted.
    pub by: BTreeMap<Dimension, BTreeMap<String, Counts>>,
    /// Beacons by event and by who says that it happened.
    pub events: BTreeMap<(String, &'static str), Beacons>,
    /// Where beacons go.
    pub hosts: BTreeMap<String, Host>,
    /// How long attempts took, by the hour.
    pub latency: BTreeMap<String, Latency>,
}

/// What counts are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Dimension {
    /// The playback configuration.
    Configuration,
    /// The host that was asked for ads.
    AdServer,
    /// Of the ad.
    Advertiser,
    /// Of the ad.
    Campaign,
    /// `Creative@id`.
    Creative,
    /// `Ad@id`.
    Ad,
    /// The hour (UTC): of a beacon when it was due, of an ad when its first beacon was, of a break
    /// when it was planned.
    Hour,
}

/// Counts of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Questions to ad servers (`MAKING_ADS_REQUEST`).
    pub requests: u64,
    /// Answers with ads.
    pub answers: u64,
    /// Answers without.
    pub empty_answers: u64,
    /// No answer, by event (`ERROR_ADS_TIMEOUT`).
    pub errors: BTreeMap<String, u64>,
    /// Breaks that were decided, each for one viewer.
    pub breaks: u64,
    /// Those that got an ad.
    pub breaks_filled: u64,
    /// Their length in the source.
    pub break_seconds: Seconds,
    /// Ads chosen for them.
    pub planned_seconds: Seconds,
    /// Breaks whose end is known.
    pub breaks_ended: u64,
    /// Their length in the source.
    pub ended_seconds: Seconds,
    /// Ads chosen for them.
    pub ended_planned_seconds: Seconds,
    /// Ads that stood in their playlists.
    pub published_seconds: Seconds,
    /// Ads whose segments were requested.
    pub requested_seconds: Seconds,
    /// What no ad filled of them, by reason.
    pub unfilled: BTreeMap<String, Seconds>,
    /// Ads chosen, each for one viewer.
    pub ads_planned: u64,
    /// Their length.
    pub ads_planned_seconds: Seconds,
    /// Ads not chosen, by reason.
    pub ads_skipped: BTreeMap<String, u64>,
    /// Impression beacons that count: distinct ones of the service that were accepted.
    pub impressions: u64,
    /// Ads shown to viewers, by the moments that the service's beacons counted for them.
    pub showings: Showings,
    /// Beacons of the service.
    pub beacons: Beacons,
    /// Beacons reported by players.
    pub client_events: u64,
    /// The same as `showings` by what players reported: whoever has a session's address may report
    /// for it, so it counts nothing else.
    pub client_showings: Showings,
}

/// Ads shown to viewers: how many reached which moment. Each counts once, however many URLs the
/// moment has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Showings {
    /// An impression was counted.
    pub impression: u64,
    /// It began.
    pub start: u64,
    /// A quarter.
    pub first_quartile: u64,
    /// Half.
    pub midpoint: u64,
    /// Three quarters.
    pub third_quartile: u64,
    /// All of it.
    pub complete: u64,
}

/// Beacons by what became of them. Each that fell due stands in one of `sent` to `open`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Beacons {
    /// Distinct beacons that fell due.
    pub due: u64,
    /// Accepted.
    pub sent: u64,
    /// Refused for good.
    pub failed: u64,
    /// Given up after the last attempt.
    pub expired: u64,
    /// In flight when the service was killed, and not heard of since.
    pub unknown: u64,
    /// None of these yet.
    pub open: u64,
    /// Requests made for them.
    pub attempts: u64,
    /// Accepted more than once; counted once.
    pub sent_again: u64,
    /// Accepted, with no row of their falling due in these files.
    pub sent_without_due: u64,
}

impl Beacons {
    /// All of it in this order.
    pub(super) const fn counts(&self) -> [u64; 9] {
        [
            self.due,
            self.sent,
            self.failed,
            self.expired,
            self.unknown,
            self.open,
            self.attempts,
            self.sent_again,
            self.sent_without_due,
        ]
    }
}

/// Exact seconds, however many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub(super) i128);

impl AddAssign<MediaDuration> for Seconds {
    fn add_assign(&mut self, length: MediaDuration) {
        self.0 += i128::from(length.as_nanos());
    }
}

/// As [`MediaDuration`] prints: `30.0`, `14.04`.
impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (secs, rest) = (self.0.unsigned_abs() / NANOS, self.0.unsigned_abs() % NANOS);
        let fraction = format!("{rest:09}");
        let digits = fraction.trim_end_matches('0');
        write!(f, "{sign}{secs}.{}", if digits.is_empty() { "0" } else { digits })
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let number: serde_json::Number =
            self.to_string().parse().map_err(serde::ser::Error::custom)?;
        number.serialize(to)
    }
}

/// `part / whole` to four places, `0.9167`; nothing of nothing is nothing.
pub(super) fn ratio(part: i128, whole: i128) -> Option<String> {
    if whole <= 0 {
        return None;
    }
    let scaled = (part * 20_000 + whole).div_euclid(whole * 2);
    Some(format!("{}.{:04}", scaled / 10_000, scaled % 10_000))
}

impl Counts {
    /// Ads planned per second of break.
    pub(super) fn fill_rate(&self) -> Option<String> {
        ratio(self.planned_seconds.0, self.break_seconds.0)
    }

    /// Questions that got no answer.
    pub(super) fn failed_requests(&self) -> u64 {
        self.errors.values().sum()
    }

    /// Of all that were asked.
    pub(super) fn error_rate(&self) -> Option<String> {
        let answered = self.answers + self.empty_answers + self.failed_requests();
        ratio(self.failed_requests().into(), answered.into())
    }

    /// Of ads that counted as shown.
    pub(super) fn completion_rate(&self) -> Option<String> {
        ratio(self.showings.complete.into(), self.showings.impression.into())
    }
}

impl Showings {
    /// Name and count of each moment, in order.
    pub(super) const fn moments(&self) -> [(&'static str, u64); 6] {
        [
            ("impression", self.impression),
            ("start", self.start),
            ("firstQuartile", self.first_quartile),
            ("midpoint", self.midpoint),
            ("thirdQuartile", self.third_quartile),
            ("complete", self.complete),
        ]
    }

    /// The count of a moment; none of other events.
    pub(super) fn moment(&mut self, event: &str) -> Option<&mut u64> {
        match event {
            "impression" => Some(&mut self.impression),
            "start" => Some(&mut self.start),
            "firstQuartile" => Some(&mut self.first_quartile),
            "midpoint" => Some(&mut self.midpoint),
            "thirdQuartile" => Some(&mut self.third_quartile),
            "complete" => Some(&mut self.complete),
            _ => None,
        }
    }
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Configuration,
        Self::AdServer,
        Self::Advertiser,
        Self::Campaign,
        Self::Creative,
        Self::Ad,
        Self::Hour,
    ];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::AdServer => "ad_server",
            Self::Advertiser => "advertiser",
            Self::Campaign => "campaign",
            Self::Creative => "creative",
            Self::Ad => "ad",
            Self::Hour => "hour",
        }
    }
}

/// In a second.
const NANOS: u128 = 1_000_000_000;
