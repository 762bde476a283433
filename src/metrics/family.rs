//! Families of metrics with the label sets that occur here, and how values get into them.

use std::{fmt, sync::atomic::AtomicU64};

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use crate::{beacon::Event, ids::ConfigurationName, units::MediaDuration};

/// Per configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct By {
    pub(super) configuration: ConfigurationName,
}

/// Per configuration and reason.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ByReason {
    pub(super) configuration: ConfigurationName,
    pub(super) reason: &'static str,
}

/// Per configuration and event of an ad.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ByEvent {
    pub(super) configuration: ConfigurationName,
    pub(super) event: Event,
}

/// Seconds that add up.
pub(super) type Seconds = Counter<f64, AtomicU64>;
pub(super) type Counters<S = By> = Family<S, Counter>;
pub(super) type SecondsBy<S = By> = Family<S, Seconds>;
pub(super) type Gauges<S = By> = Family<S, Gauge>;
pub(super) type Histograms<S = By> = Family<S, Histogram, fn() -> Histogram>;

pub(super) fn by(configuration: &ConfigurationName) -> By {
    By { configuration: configuration.clone() }
}

pub(super) fn by_reason(configuration: &ConfigurationName, reason: &'static str) -> ByReason {
    ByReason { configuration: configuration.clone(), reason }
}

pub(super) fn by_event(configuration: &ConfigurationName, event: Event) -> ByEvent {
    ByEvent { configuration: configuration.clone(), event }
}

/// Registers what it makes, so that nothing can be counted and never shown.
pub(super) trait Shelf {
    fn counters<S: LabelSet>(&mut self, name: &str, help: &str) -> Counters<S>;
    fn seconds<S: LabelSet>(&mut self, name: &str, help: &str) -> SecondsBy<S>;
    fn counter(&mut self, name: &str, help: &str) -> Counter;
    fn gauge(&mut self, name: &str, help: &str) -> Gauge;
    fn gauges<S: LabelSet>(&mut self, name: &str, help: &str) -> Gauges<S>;
    fn times<S: LabelSet>(&mut self, name: &str, help: &str) -> Histograms<S>;
    fn histograms<S: LabelSet>(
        &mut self,
        name: &str,
        unit: Unit,
        help: &str,
        make: fn() -> Histogram,
    ) -> Histograms<S>;
}

/// What a family can be keyed by.
pub(super) trait LabelSet:
    EncodeLabelSet + Clone + Eq + std::hash::Hash + fmt::Debug + Send + Sync + 'static
{
}

impl<T> LabelSet for T where
    T: EncodeLabelSet + Clone + Eq + std::hash::Hash + fmt::Debug + Send + Sync + 'static
{
}

impl Shelf for Registry {
    fn counters<S: LabelSet>(&mut self, name: &str, help: &str) -> Counters<S> {
        let family = Counters::default();
        self.register(name, help, family.clone());
        family
    }

    fn seconds<S: LabelSet>(&mut self, name: &str, help: &str) -> SecondsBy<S> {
        let family = SecondsBy::default();
        self.register_with_unit(name, help, Unit::Seconds, family.clone());
        family
    }

    fn counter(&mut self, name: &str, help: &str) -> Counter {
        let counter = Counter::default();
        self.register(name, help, counter.clone());
        counter
    }

    fn gauge(&mut self, name: &str, help: &str) -> Gauge {
        let gauge = Gauge::default();
        self.register(name, help, gauge.clone());
        gauge
    }

    fn gauges<S: LabelSet>(&mut self, name: &str, help: &str) -> Gauges<S> {
        let family = Gauges::default();
        self.register(name, help, family.clone());
        family
    }

    fn times<S: LabelSet>(&mut self, name: &str, help: &str) -> Histograms<S> {
        self.histograms(name, Unit::Seconds, help, || Histogram::new(REQUEST_SECONDS))
    }

    fn histograms<S: LabelSet>(
        &mut self,
        name: &str,
        unit: Unit,
        help: &str,
        make: fn() -> Histogram,
    ) -> Histograms<S> {
        let family = Histograms::new_with_constructor(make);
        self.register_with_unit(name, help, unit, family.clone());
        family
    }
}

/// Seconds as Prometheus wants them; below zero stays below zero.
pub(super) fn seconds(duration: MediaDuration) -> f64 {
    let size = duration.abs().to_std().as_secs_f64();
    if duration < MediaDuration::ZERO { size.copysign(-1.0) } else { size }
}

/// How much of `whole` is filled, from 0 to 1; nothing of nothing is all of it.
pub(super) fn ratio(part: MediaDuration, whole: MediaDuration) -> f64 {
    let thousandths = i128::from(part.as_nanos())
        .saturating_mul(1000)
        .checked_div(i128::from(whole.as_nanos()))
        .unwrap_or(1000);
    let thousandths = u32::try_from(thousandths.clamp(0, 1000)).unwrap_or(1000);
    std::time::Duration::from_millis(thousandths.into()).as_secs_f64()
}

/// Ratios between nothing and all.
pub(super) fn ratios() -> Histogram {
    Histogram::new([0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0])
}

/// Bounds for answers of servers: ours within a millisecond, others' within seconds.
const REQUEST_SECONDS: [f64; 13] =
    [0.000_1, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

impl EncodeLabelValue for ConfigurationName {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), fmt::Error> {
        self.as_str().encode(encoder)
    }
}

impl EncodeLabelValue for Event {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), fmt::Error> {
        self.as_str().encode(encoder)
    }
}
