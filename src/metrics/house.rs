//! The service itself: logs, configuration.

use prometheus_client::{encoding::EncodeLabelSet, metrics::info::Info, registry::Registry};

use super::family::{Counters, Shelf};

/// Metrics that MediaTailor's operators see and its users do not.
#[derive(Debug)]
pub struct House {
    rows: Counters<ByLog>,
    log_errors: Counters<ByLog>,
    rows_lost: Counters<ByLog>,
    log_removed: Counters<ByLog>,
    log_removed_unstored: Counters<ByLog>,
    rows_exported: Counters<ByLog>,
    reloads: Counters<ByOutcome>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByLog {
    log: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByOutcome {
    outcome: &'static str,
}

impl House {
    pub(super) fn register(to: &mut Registry) -> Self {
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        to.register("build", "The version that runs", version);
        Self {
            rows: to.counters("log_rows", "Rows written to the logs for analytics"),
            log_errors: to.counters("log_errors", "Failed writes of those logs, each tried again"),
            rows_lost: to
                .counters("log_rows_lost", "Rows given up because a log could not be kept"),
            log_removed: to.counters(
                "log_removed_bytes",
                "Bytes of a log's oldest files removed for its bound",
            ),
            log_removed_unstored: to.counters(
                "log_removed_unstored_bytes",
                "Those of them that had not been stored as Parquet yet, and are gone",
            ),
            rows_exported: to
                .counters("log_rows_exported", "Rows stored as Parquet; once more after a failure"),
            reloads: to
                .counters("configuration_reloads", "Changed configuration files, by outcome"),
        }
    }

    /// `count` rows were written to `log`.
    pub fn rows_written(&self, log: &'static str, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.rows.get_or_create(&ByLog { log }).inc_by(count);
    }

    /// A write to `log` failed; its rows are kept and tried again.
    pub fn log_failed(&self, log: &'static str) {
        self.log_errors.get_or_create(&ByLog { log }).inc();
    }

    /// `count` rows of `log` were given up.
    pub fn rows_lost(&self, log: &'static str, count: u64) {
        self.rows_lost.get_or_create(&ByLog { log }).inc_by(count);
    }

    /// `bytes` of the oldest files of `log` were removed for its bound.
    pub fn log_removed(&self, log: &'static str, bytes: u64) {
        self.log_removed.get_or_create(&ByLog { log }).inc_by(bytes);
    }

    /// `bytes` of them were to be stored as Parquet and had not been.
    pub fn log_removed_unstored(&self, log: &'static str, bytes: u64) {
        self.log_removed_unstored.get_or_create(&ByLog { log }).inc_by(bytes);
    }

    /// `count` rows of `log` were stored as Parquet.
    pub fn rows_exported(&self, log: &'static str, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.rows_exported.get_or_create(&ByLog { log }).inc_by(count);
    }

    /// A changed configuration file was taken over, or refused.
    pub fn reloaded(&self, applied: bool) {
        let outcome = if applied { "applied" } else { "refused" };
        self.reloads.get_or_create(&ByOutcome { outcome }).inc();
    }
}
