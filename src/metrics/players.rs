//! What players asked, got and saw.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::histogram::Histogram,
    registry::{Registry, Unit},
};

use super::family::{By, ByReason, Counters, Gauges, Histograms, Shelf, by, by_reason, seconds};
use crate::{ids::ConfigurationName, units::MediaDuration};

/// Metrics of MediaTailor's `Requests` and `GetManifest`, of sessions, and of how far viewers are
/// from the source.
#[derive(Debug)]
pub struct Players {
    requests: Counters<ByEndpoint>,
    manifest: Histograms,
    manifest_errors: Counters,
    manifest_age: Histograms,
    sessions: Gauges,
    started: Counters,
    expired: Counters,
    refused: Counters<ByReason>,
    edge: Histograms,
    hold_back: Histograms,
    deadlines: Counters,
    carried: Histograms,
}

/// One answered request of a player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The configuration in its path, where there is one of that name.
    pub configuration: Option<&'a ConfigurationName>,
    /// Which kind of path: a name from the router's closed set.
    pub endpoint: &'static str,
    /// The status answered.
    pub status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByEndpoint {
    configuration: Option<ConfigurationName>,
    endpoint: &'static str,
    status: u16,
}

impl Players {
    pub(super) fn register(to: &mut Registry) -> Self {
        let age = |to: &mut Registry, name, help| {
            to.histograms(name, Unit::Seconds, help, || Histogram::new(STREAM_SECONDS))
        };
        Self {
            requests: to.counters("requests", "Requests of players, by path and status (Requests)"),
            manifest: to.times::<By>(
                "get_manifest",
                "Time to answer a playlist request (GetManifest.Latency)",
            ),
            manifest_errors: to.counters(
                "get_manifest_errors",
                "Playlist requests answered with an error (GetManifest.Errors)",
            ),
            manifest_age: age(
                to,
                "get_manifest_age",
                "Age of the origin's answer that a playlist was made from (GetManifest.Age)",
            ),
            sessions: to.gauges("sessions", "Sessions that have not expired"),
            started: to.counters("sessions_started", "Sessions started"),
            expired: to.counters("sessions_expired", "Sessions that went idle"),
            refused: to.counters("sessions_refused", "Sessions not started, by reason"),
            edge: age(
                to,
                "viewer_edge_lag",
                "Edge of the source less the edge a viewer was given, per playlist",
            ),
            hold_back: age(to, "hold_back", "Time a break was held back for its decision"),
            deadlines: to.counters(
                "decision_deadlines_missed",
                "Breaks begun without a decision because the deadline had come",
            ),
            carried: age(
                to,
                "carried_difference",
                "What a viewer's clock is behind the source's after a break; below zero: ahead",
            ),
        }
    }

    /// A request was answered.
    pub fn requested(&self, request: Request<'_>) {
        let Request { configuration, endpoint, status } = request;
        let labels = ByEndpoint { configuration: configuration.cloned(), endpoint, status };
        self.requests.get_or_create(&labels).inc();
    }

    /// A playlist was served after `took`, made from an origin's answer of this age.
    pub fn manifest(
        &self,
        configuration: &ConfigurationName,
        took: MediaDuration,
        age: MediaDuration,
    ) {
        self.manifest.get_or_create(&by(configuration)).observe(seconds(took));
        self.manifest_age.get_or_create(&by(configuration)).observe(seconds(age));
    }

    /// A playlist request was answered with an error.
    pub fn manifest_failed(&self, configuration: &ConfigurationName) {
        self.manifest_errors.get_or_create(&by(configuration)).inc();
    }

    /// A session started.
    pub fn session_started(&self, configuration: &ConfigurationName) {
        self.started.get_or_create(&by(configuration)).inc();
        self.sessions.get_or_create(&by(configuration)).inc();
    }

    /// A session went idle and is forgotten.
    pub fn session_expired(&self, configuration: &ConfigurationName) {
        self.expired.get_or_create(&by(configuration)).inc();
        self.sessions.get_or_create(&by(configuration)).dec();
    }

    /// A session was refused; `reason` names the limit.
    pub fn session_refused(&self, configuration: &ConfigurationName, reason: &'static str) {
        self.refused.get_or_create(&by_reason(configuration, reason)).inc();
    }

    /// A viewer's playlist ends this much before the source's.
    pub fn edge_lag(&self, configuration: &ConfigurationName, lag: MediaDuration) {
        self.edge.get_or_create(&by(configuration)).observe(seconds(lag));
    }

    /// A break's decision came (or its deadline) after it had been held back this long.
    pub fn held_back(
        &self,
        configuration: &ConfigurationName,
        length: MediaDuration,
        deadline_missed: bool,
    ) {
        self.hold_back.get_or_create(&by(configuration)).observe(seconds(length));
        if deadline_missed {
            self.deadlines.get_or_create(&by(configuration)).inc();
        }
    }

    /// A break left a viewer's clock this much behind the source's.
    pub fn carried(&self, configuration: &ConfigurationName, difference: MediaDuration) {
        self.carried.get_or_create(&by(configuration)).observe(seconds(difference));
    }
}

/// Bounds in the order of segments and target durations, either side of zero.
const STREAM_SECONDS: [f64; 14] =
    [-6.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 4.0, 6.0, 9.0, 15.0, 30.0, 60.0];
