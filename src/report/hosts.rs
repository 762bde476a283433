//! Where beacons go, and how it went.

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::latency::Latency;

/// Attempts at one host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// Requests made.
    pub attempts: u64,
    /// Accepted.
    pub sent: u64,
    /// Not accepted: to be tried again, refused or given up.
    pub not_accepted: u64,
    /// How long they took.
    pub latency: Latency,
}

impl Serialize for Host {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut host = to.serialize_struct("Host", 6)?;
        host.serialize_field("attempts", &self.attempts)?;
        host.serialize_field("sent", &self.sent)?;
        host.serialize_field("not_accepted", &self.not_accepted)?;
        for (key, permille) in PERCENTILES {
            host.serialize_field(key, &self.latency.permille(permille))?;
        }
        host.end()
    }
}

/// What is told of latencies.
pub(super) const PERCENTILES: [(&str, u64); 3] =
    [("latency_ms_p50", 500), ("latency_ms_p95", 950), ("latency_ms_p99", 990)];

/// A URL's host, without its port; empty where there is none.
pub(super) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    }
}
