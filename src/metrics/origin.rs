//! Requests to origins and the age of what they gave.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError, atomic::AtomicU64},
};

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
    /// Configurations that have an age.
    aging: Mutex<HashSet<ConfigurationName>>,
    refreshers: Gauge,
}

impl Origin {
    pub(super) fn register(to: &mut Registry) -> Self {
        let snapshot_age = Family::<By, Gauge<f64, AtomicU64>>::default();
        to.register_with_unit(
            "oldest_snapshot_age",
            "Time since there was something new in the playlist that waits longest for it",
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
            aging: Mutex::default(),
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

    /// How old the stalest playlist of each configuration is; where none is read there is no age.
    pub fn set_oldest_snapshots(&self, ages: HashMap<ConfigurationName, MediaDuration>) {
        let mut known = self.aging.lock().unwrap_or_else(PoisonError::into_inner);
        for gone in known.extract_if(|name| !ages.contains_key(name)) {
            self.snapshot_age.remove(&by(&gone));
        }
        for (configuration, age) in ages {
            self.snapshot_age.get_or_create(&by(&configuration)).set(seconds(age));
            known.insert(configuration);
        }
    }

    /// How many playlists are kept fresh.
    pub fn set_refreshers(&self, count: usize) {
        self.refreshers.set(i64::try_from(count).unwrap_or(i64::MAX));
    }
}
