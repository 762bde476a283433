//! The beacon sink: what arrived, in order.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use serde::Serialize;

use crate::units::ProgramTime;

/// Keeps the newest [`MOST_HITS`] hits.
#[derive(Debug, Default)]
pub(super) struct Sink {
    hits: Mutex<VecDeque<Hit>>,
}

/// One beacon that arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Hit {
    /// RFC 3339, UTC, milliseconds.
    pub(super) time: String,
    /// The path's last part: `impression`, `start`, …
    pub(super) event: String,
    /// The query's parameters, among them `sid` and `ad`.
    pub(super) query: BTreeMap<String, String>,
    /// `X-Midroll-Beacon-Id`, equal in repeats.
    pub(super) beacon_id: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) forwarded_for: Option<String>,
}

impl Sink {
    pub(super) fn record(&self, hit: Hit) {
        let mut hits = self.hits.lock().unwrap_or_else(PoisonError::into_inner);
        hits.push_back(hit);
        if hits.len() > MOST_HITS {
            hits.pop_front();
        }
    }

    /// The hits of a session, or of all, newest last.
    pub(super) fn hits(&self, session: Option<&str>) -> Vec<Hit> {
        let hits = self.hits.lock().unwrap_or_else(PoisonError::into_inner);
        hits.iter().filter(|hit| session.is_none_or(|sid| hit.is_of(sid))).cloned().collect()
    }
}

impl Hit {
    /// From a request's parts.
    pub(super) fn new(
        now: ProgramTime,
        event: String,
        query: BTreeMap<String, String>,
        headers: &axum::http::HeaderMap,
    ) -> Self {
        let header = |name| headers.get(name)?.to_str().ok().map(String::from);
        Self {
            time: now.to_string(),
            event,
            query,
            beacon_id: header("x-midroll-beacon-id"),
            user_agent: header("user-agent"),
            forwarded_for: header("x-forwarded-for"),
        }
    }

    fn is_of(&self, session: &str) -> bool {
        self.query.get("sid").is_some_and(|sid| sid == session)
    }
}

/// An hour of a few viewers; older ones are forgotten.
const MOST_HITS: usize = 5_000;
