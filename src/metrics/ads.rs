//! Requests to ad servers, what they brought, and the ads that were not shown.

use prometheus_client::{
    metrics::gauge::Gauge,
    registry::{Registry, Unit},
};

use super::family::{
    By, ByReason, Counters, Histograms, SecondsBy, Shelf, by, by_reason, ratio, ratios, seconds,
};
use crate::{
    ids::ConfigurationName,
    pod::{SkipReason, Unfilled},
    units::MediaDuration,
};

/// Metrics of MediaTailor's `AdDecisionServer` and `SkippedReason` groups.
#[derive(Debug)]
pub struct Ads {
    request: Histograms,
    errors: Counters<ByReason>,
    timeouts: Counters,
    returned: Counters,
    returned_seconds: SecondsBy,
    fill: Histograms,
    inserted: Counters,
    not_ready: Counters,
    skipped: Counters<ByReason>,
    in_flight: Gauge,
    queued: Gauge,
}

impl Ads {
    pub(super) fn register(to: &mut Registry) -> Self {
        Self {
            request: to.times::<By>(
                "ads_request",
                "Time an ad server took to answer (AdDecisionServer.Latency)",
            ),
            errors: to.counters(
                "ads_errors",
                "Ad requests without a usable answer, by reason (AdDecisionServer.Errors)",
            ),
            timeouts: to.counters(
                "ads_timeouts",
                "Ad requests that took too long (AdDecisionServer.Timeouts)",
            ),
            returned: to.counters(
                "ads_returned",
                "Ads that ad servers answered with (AdDecisionServer.Ads)",
            ),
            returned_seconds: to.seconds(
                "ads_returned_duration",
                "Length of those ads, as answered (AdDecisionServer.Duration)",
            ),
            fill: to.histograms(
                "ads_fill",
                Unit::Other("ratio".into()),
                "Length of the ads of one answer to that of the break (AdDecisionServer.FillRate)",
                ratios,
            ),
            inserted: to.counters("ads_inserted", "Ads put into breaks (AdsBilled, unbilled)"),
            not_ready: to.counters(
                "ad_not_ready",
                "Ads skipped because their media was not read yet (AdNotReady)",
            ),
            skipped: to.counters(
                "skipped_reason",
                "Ads answered but not shown, by reason (SkippedReason)",
            ),
            in_flight: to.gauge("ads_requests_in_flight", "Ad requests waiting for an answer"),
            queued: to.gauge("ads_requests_queued", "Ad requests waiting to be sent"),
        }
    }

    /// An ad server answered after `took` with ads of these lengths, for a break of `room`
    /// (`None` where the cue says no length).
    pub fn answered(
        &self,
        configuration: &ConfigurationName,
        took: MediaDuration,
        ads: &[MediaDuration],
        room: Option<MediaDuration>,
    ) {
        let by = by(configuration);
        let total: MediaDuration = ads.iter().copied().sum();
        self.request.get_or_create(&by).observe(seconds(took));
        self.returned.get_or_create(&by).inc_by(u64::try_from(ads.len()).unwrap_or(u64::MAX));
        self.returned_seconds.get_or_create(&by).inc_by(seconds(total));
        if let Some(room) = room {
            self.fill.get_or_create(&by).observe(ratio(total, room));
        }
    }

    /// An ad request came to nothing.
    pub fn failed(&self, configuration: &ConfigurationName, took: MediaDuration, reason: Unfilled) {
        self.request.get_or_create(&by(configuration)).observe(seconds(took));
        self.errors.get_or_create(&by_reason(configuration, reason.as_str())).inc();
        if reason == Unfilled::AdsTimeout {
            self.timeouts.get_or_create(&by(configuration)).inc();
        }
    }

    /// `count` ads were put into a session's break.
    pub fn inserted(&self, configuration: &ConfigurationName, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.inserted.get_or_create(&by(configuration)).inc_by(count);
    }

    /// An ad was skipped.
    pub fn skipped(&self, configuration: &ConfigurationName, reason: SkipReason) {
        self.skipped.get_or_create(&by_reason(configuration, reason.as_str())).inc();
        if reason == SkipReason::ImportInProgress {
            self.not_ready.get_or_create(&by(configuration)).inc();
        }
    }

    /// How many ad requests wait for an answer, and how many to be sent.
    pub fn set_requests(&self, in_flight: usize, queued: usize) {
        self.in_flight.set(i64::try_from(in_flight).unwrap_or(i64::MAX));
        self.queued.set(i64::try_from(queued).unwrap_or(i64::MAX));
    }
}
