//! Beacons: due, attempted, given up, and how long they waited.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};

use super::family::{ByEvent, Counters, Histograms, Shelf, by, by_event, seconds};
use crate::{beacon::Event, ids::ConfigurationName, units::MediaDuration};

/// Metrics of MediaTailor's `Avail.Impression … Complete` and their `Fired`, `Retried`, `Recovered`.
#[derive(Debug)]
pub struct Beacons {
    due: Counters<ByEvent>,
    attempts: Counters<ByOutcome>,
    recovered: Counters<ByEvent>,
    lapsed: Counters<ByEvent>,
    request: Histograms,
    delay: Histograms,
    scheduled: Gauge,
    queued: Gauge,
    in_flight: Gauge,
    away: Gauge,
    reported: Counters<ByEvent>,
    outbox_failing: Gauge,
    unreadable: Counter,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByOutcome {
    configuration: ConfigurationName,
    event: Event,
    outcome: &'static str,
}

impl Beacons {
    pub(super) fn register(to: &mut Registry) -> Self {
        Self {
            due: to.counters(
                "avail_beacons",
                "Beacons due, by event (Avail.Impression, Avail.Start … Avail.Complete)",
            ),
            attempts: to.counters(
                "beacon_attempts",
                "Beacons sent or given up, and attempts to be repeated, by outcome (Fired, Retried)",
            ),
            recovered: to.counters(
                "beacons_recovered",
                "Beacons that were accepted after a failed attempt (Recovered)",
            ),
            lapsed: to.counters(
                "beacons_lapsed",
                "Moments of ads that no beacon is owed for, their viewer having left before",
            ),
            request: to.times("beacon_request", "Time a beacon's server took to answer"),
            delay: to.times("beacon_delay", "Time from a beacon being due to its being accepted"),
            scheduled: to.gauge("beacons_scheduled", "Beacons that are not due yet"),
            queued: to.gauge("beacons_queued", "Beacons due and not accepted yet"),
            in_flight: to.gauge("beacons_in_flight", "Beacons waiting for an answer"),
            away: to.gauge("beacons_on_disk", "Beacons that wait on disk for room in memory"),
            reported: to.counters("client_events", "Events that players reported, by event"),
            unreadable: to.counter(
                "beacons_unreadable",
                "Beacons owed that another version wrote and this one cannot read; they are kept",
            ),
            outbox_failing: to.gauge(
                "beacon_outbox_failing",
                "1 while what is owed cannot be written to disk",
            ),
        }
    }

    /// A beacon became due.
    pub fn due(&self, configuration: &ConfigurationName, event: Event) {
        self.due.get_or_create(&by_event(configuration, event)).inc();
    }

    /// Its moment came after the viewer had left.
    pub fn lapsed(&self, configuration: &ConfigurationName, event: Event) {
        self.lapsed.get_or_create(&by_event(configuration, event)).inc();
    }

    /// An attempt ended after `took`, or a beacon was given up; `outcome` is the log's.
    pub fn attempted(
        &self,
        configuration: &ConfigurationName,
        event: Event,
        outcome: &'static str,
        took: Option<MediaDuration>,
    ) {
        let by_outcome = ByOutcome { configuration: configuration.clone(), event, outcome };
        self.attempts.get_or_create(&by_outcome).inc();
        if let Some(took) = took {
            self.request.get_or_create(&by(configuration)).observe(seconds(took));
        }
    }

    /// A beacon was accepted `delay` after it was due, at the `attempt`th attempt.
    pub fn accepted(
        &self,
        configuration: &ConfigurationName,
        event: Event,
        delay: MediaDuration,
        attempt: u32,
    ) {
        self.delay.get_or_create(&by(configuration)).observe(seconds(delay));
        if attempt > 1 {
            self.recovered.get_or_create(&by_event(configuration, event)).inc();
        }
    }

    /// So many beacons owed were set aside.
    pub fn unreadable(&self, count: usize) {
        self.unreadable.inc_by(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// A player reported an event.
    pub fn reported(&self, configuration: &ConfigurationName, event: Event) {
        self.reported.get_or_create(&by_event(configuration, event)).inc();
    }

    /// Whether what is owed can be written to disk.
    pub fn set_outbox_failing(&self, failing: bool) {
        self.outbox_failing.set(i64::from(failing));
    }

    /// How many beacons are not due yet, are due, are being sent, and are on disk only.
    pub fn set_queue(&self, scheduled: usize, queued: usize, in_flight: usize, away: usize) {
        let number = |count| i64::try_from(count).unwrap_or(i64::MAX);
        self.scheduled.set(number(scheduled));
        self.queued.set(number(queued));
        self.in_flight.set(number(in_flight));
        self.away.set(number(away));
    }
}
