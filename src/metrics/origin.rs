//! Requests to origins and the age of what they gave.

use std::sync::atomic::AtomicU64;

use prometheus_client::{
    metrics::{family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::family::{By, ByReason, Counters, Histograms, Shelf, by, by_reason, seconds};
use crate::{ids::ConfigurationName, units::MediaDuration};

/// Metrics of MediaTailor's `Origin` group.
#[derive(Debug)]
pub struct Origin {
    request: Histograms,
    errors: Counters<ByReason>,
    timeouts: Counters,
    too_large: Counters,
    size: Histograms,
    snapshot_age: Family<By, Gauge<f64, AtomicU64>>,
    refreshers: Gauge,
}

impl Origin {
    pub(super) fn register(to: &mut Registry) -> Self {
        let snapshot_age = Family::<By, Gauge<f64, AtomicU64>>::default();
        to.register_with_unit(
            "oldest_snapshot_age",
            "Time since the last good answer for the playlist that waits longest",
            Unit::Seconds,
            snapshot_age.clone(),
        );
        Self {
            request: to.times("origin_request", "Time an origin took to answer (Origin.Latency)"),
            errors: to.counters(
                "origin_errors",
                "Origin requests without a usable playlist, by reason (Origin.Errors)",
            ),
            timeouts: to.counters(
                "origin_timeouts",
                "Origin requests that took too long (Origin.Timeouts)",
            ),
            too_large: to.counters(
                "origin_manifest_file_size_too_large",
                "Playlists past the size limit (Origin.ManifestFileSizeTooLarge)",
            ),
            size: to.histograms(
                "origin_manifest_file_size",
                Unit::Bytes,
                "Size of playlists, decompressed (Origin.ManifestFileSizeBytes)",
                || Histogram::new([1e3, 1e4, 1e5, 1e6, 1e7]),
            ),
            snapshot_age,
            refreshers: to.gauge("origin_refreshers", "Playlists being kept fresh"),
        }
    }

    /// An origin answered with a playlist of `bytes`, or that it has not changed (`None`).
    pub fn answered(
        &self,
        configuration: &ConfigurationName,
        took: MediaDuration,
        bytes: Option<usize>,
    ) {
        self.request.get_or_create(&by(configuration)).observe(seconds(took));
        if let Some(bytes) = bytes.and_then(|bytes| u32::try_from(bytes).ok()) {
            self.size.get_or_create(&by(configuration)).observe(bytes.into());
        }
    }

    /// An origin's answer was of no use; `reason` is that of `origin::Error`.
    pub fn failed(
        &self,
        configuration: &ConfigurationName,
        took: MediaDuration,
        reason: &'static str,
    ) {
        self.request.get_or_create(&by(configuration)).observe(seconds(took));
        self.errors.get_or_create(&by_reason(configuration, reason)).inc();
    }

    /// The failure just counted was a timeout.
    pub fn timed_out(&self, configuration: &ConfigurationName) {
        self.timeouts.get_or_create(&by(configuration)).inc();
    }

    /// The failure just counted was a playlist past the size limit.
    pub fn too_large(&self, configuration: &ConfigurationName) {
        self.too_large.get_or_create(&by(configuration)).inc();
    }

    /// How old the stalest playlist of a configuration is.
    pub fn set_oldest_snapshot(&self, configuration: &ConfigurationName, age: MediaDuration) {
        self.snapshot_age.get_or_create(&by(configuration)).set(seconds(age));
    }

    /// How many playlists are kept fresh.
    pub fn set_refreshers(&self, count: usize) {
        self.refreshers.set(i64::try_from(count).unwrap_or(i64::MAX));
    }
}
