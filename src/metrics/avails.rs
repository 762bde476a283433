//! Breaks: how many, how filled, and what became of the plan.

use prometheus_client::registry::{Registry, Unit};

use super::family::{
    ByReason, Counters, Histograms, SecondsBy, Shelf, by, by_reason, ratio, ratios, seconds,
};
use crate::{ids::ConfigurationName, pod::Unfilled, units::MediaDuration};

/// Metrics of MediaTailor's `Avail` group, and of breaks before any session is involved.
#[derive(Debug)]
pub struct Avails {
    duration: SecondsBy,
    filled: SecondsBy,
    fill: Histograms,
    unfilled: SecondsBy<ByReason>,
    observed: SecondsBy,
    observed_filled: SecondsBy,
    observed_slate: SecondsBy,
    observed_pad: SecondsBy,
    observed_fill: Histograms,
    seen: Counters,
    refused: Counters<ByReason>,
    odd_cues: Counters<ByReason>,
}

/// What became of one session's break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// From its start to its return.
    pub duration: MediaDuration,
    /// Ads in it.
    pub filled: MediaDuration,
    /// Slate in it.
    pub slate: MediaDuration,
    /// Black in it.
    pub pad: MediaDuration,
}

impl Avails {
    pub(super) fn register(to: &mut Registry) -> Self {
        let fill = |to: &mut Registry, name, help| {
            to.histograms(name, Unit::Other("ratio".into()), help, ratios)
        };
        Self {
            duration: to.seconds("avail_duration", "Length of planned breaks (Avail.Duration)"),
            filled: to.seconds(
                "avail_filled_duration",
                "Length of ads planned into them (Avail.FilledDuration)",
            ),
            fill: fill(
                to,
                "avail_fill",
                "Planned share of ads in each break that has ended (Avail.FillRate)",
            ),
            unfilled: to.seconds("avail_unfilled_duration", "Length without ads, by reason"),
            observed: to.seconds(
                "avail_observed_duration",
                "Length of breaks that have ended (Avail.ObservedDuration)",
            ),
            observed_filled: to.seconds(
                "avail_observed_filled_duration",
                "Length of ads published in them (Avail.ObservedFilledDuration)",
            ),
            observed_slate: to.seconds(
                "avail_observed_slate_duration",
                "Length of slate published in them (Avail.ObservedSlateDuration)",
            ),
            observed_pad: to.seconds(
                "avail_observed_pad_duration",
                "Length of black published in them where something was missing at the return",
            ),
            observed_fill: fill(
                to,
                "avail_observed_fill",
                "Published share of ads in each break (Avail.ObservedFillRate)",
            ),
            seen: to.counters("breaks", "Breaks read in channels, once per channel"),
            refused: to.counters(
                "breaks_refused",
                "Breaks that are not replaced for any session, by reason",
            ),
            odd_cues: to.counters(
                "cue_oddities",
                "Cue markers of which something cannot be read, by what it is, in each playlist; no_end: breaks that their limit ended",
            ),
        }
    }

    /// A session's break is planned for the first time: `filled` of `duration`.
    pub fn planned(
        &self,
        configuration: &ConfigurationName,
        duration: MediaDuration,
        filled: MediaDuration,
    ) {
        let by = by(configuration);
        self.duration.get_or_create(&by).inc_by(seconds(duration.max(MediaDuration::ZERO)));
        self.filled.get_or_create(&by).inc_by(seconds(filled.max(MediaDuration::ZERO)));
    }

    /// Ads that came late fill more of a break than was planned at first.
    pub fn filled_later(&self, configuration: &ConfigurationName, filled: MediaDuration) {
        let filled = seconds(filled.max(MediaDuration::ZERO));
        self.filled.get_or_create(&by(configuration)).inc_by(filled);
    }

    /// `length` of a session's break has no ad.
    pub fn unfilled(
        &self,
        configuration: &ConfigurationName,
        length: MediaDuration,
        reason: Unfilled,
    ) {
        let length = seconds(length.max(MediaDuration::ZERO));
        self.unfilled.get_or_create(&by_reason(configuration, reason.as_str())).inc_by(length);
    }

    /// A session's break has ended, for which `planned` of ads were planned in all.
    pub fn ended(&self, configuration: &ConfigurationName, planned: MediaDuration, what: Observed) {
        let by = by(configuration);
        self.fill.get_or_create(&by).observe(ratio(planned, what.duration));
        let positive = |length: MediaDuration| seconds(length.max(MediaDuration::ZERO));
        self.observed.get_or_create(&by).inc_by(positive(what.duration));
        self.observed_filled.get_or_create(&by).inc_by(positive(what.filled));
        self.observed_slate.get_or_create(&by).inc_by(positive(what.slate));
        self.observed_pad.get_or_create(&by).inc_by(positive(what.pad));
        self.observed_fill.get_or_create(&by).observe(ratio(what.filled, what.duration));
    }

    /// A break was read in a channel.
    pub fn seen(&self, configuration: &ConfigurationName) {
        self.seen.get_or_create(&by(configuration)).inc();
    }

    /// A marker was read of which `what` cannot be, or one is missing.
    pub fn odd_cue(&self, configuration: &ConfigurationName, what: &'static str) {
        self.odd_cues.get_or_create(&by_reason(configuration, what)).inc();
    }

    /// A channel's break is left alone.
    pub fn refused(&self, configuration: &ConfigurationName, reason: Unfilled) {
        self.refused.get_or_create(&by_reason(configuration, reason.as_str())).inc();
    }
}
