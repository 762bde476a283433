//! What the service counts of itself, in Prometheus' form.
//!
//! Names follow MediaTailor's CloudWatch metrics where it has one (`Avail.FillRate` is
//! `midroll_avail_fill_ratio`); each help text names its model. Labels come from closed sets and
//! configuration names only, never from a session, a URL or a host: those belong in logs. Where the
//! set is that of a module below, its word comes as a `&'static str`.
//! What MediaTailor measures per ad tracking domain is summed over domains here, and its hook and
//! function metrics have no counterpart.

use prometheus_client::registry::Registry;

mod ads;
mod avails;
mod beacons;
mod family;
mod house;
mod origin;
mod players;
#[cfg(test)]
mod tests;

pub use ads::Ads;
pub use avails::{Avails, Observed};
pub use beacons::Beacons;
pub use house::House;
pub use origin::Origin;
pub use players::{Players, Request};

/// Every metric; shared behind an `Arc`.
#[derive(Debug)]
pub struct Metrics {
    /// Requests to ad servers and what they brought.
    pub ads: Ads,
    /// Breaks and how they were filled.
    pub avails: Avails,
    /// Beacons due, sent and given up.
    pub beacons: Beacons,
    /// Logs, configuration.
    pub house: House,
    /// Requests to origins.
    pub origin: Origin,
    /// What players asked and saw.
    pub players: Players,
    registry: Registry,
}

/// The content type of [`Metrics::render`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

impl Metrics {
    /// All at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("midroll");
        Self {
            ads: Ads::register(&mut registry),
            avails: Avails::register(&mut registry),
            beacons: Beacons::register(&mut registry),
            house: House::register(&mut registry),
            origin: Origin::register(&mut registry),
            players: Players::register(&mut registry),
            registry,
        }
    }

    /// The OpenMetrics text that a scrape reads. A family that nothing was counted in is absent.
    pub fn render(&self) -> String {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)
            .expect("a string takes everything that is written to it");
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
