//! What operators and the machines that watch ask, on `admin_listen`.
//!
//! `GET /live` answers 200 as long as the process answers at all. `GET /ready` answers 200 when
//! players may be sent here, else 503 and why not. `GET /metrics` is the Prometheus scrape.
//! Those are for everybody. `GET /creatives` tells what is made of advertisers' files, and
//! `GET /sessions/{session}` why a session's breaks are filled as they are, to those who may use the
//! control API (`control`), which stands beside them.

use std::{
    fmt::Write as _,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};

use crate::{
    clock::Clock,
    dispatch::Outbox,
    journal::Journal,
    metrics::{CONTENT_TYPE, Metrics},
    units::{MediaDuration, ProgramTime},
};

pub mod creatives;
pub mod sessions;
#[cfg(test)]
mod tests;

/// The routes of `admin_listen`.
pub fn router(metrics: Arc<Metrics>, readiness: Arc<Readiness>) -> Router {
    let metrics = Router::new().route("/metrics", get(scrape)).with_state(metrics);
    Router::new()
        .route("/live", get(|| async { "live\n" }))
        .route("/ready", get(ready))
        .with_state(readiness)
        .merge(metrics)
}

/// Whether players may be sent here.
#[derive(Debug)]
pub struct Readiness {
    phase: Mutex<Phase>,
    data_dir: PathBuf,
    clock: Clock,
    journal: Journal,
    outbox: Outbox,
    probed: tokio::sync::Mutex<Option<Probed>>,
}

/// Whether `data_dir` could be written, and when that was tried.
#[derive(Debug)]
struct Probed {
    at: ProgramTime,
    trouble: Option<io::Error>,
}

/// How far the service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The configuration is not served yet.
    Starting,
    /// Players are served.
    Serving,
    /// Players that are here are served to the end, new ones shall go elsewhere.
    Leaving,
}

impl Readiness {
    /// Of a service that is starting and keeps its logs in `data_dir`.
    pub fn new(data_dir: PathBuf, clock: Clock, journal: Journal, outbox: Outbox) -> Self {
        let (phase, probed) = (Mutex::new(Phase::Starting), tokio::sync::Mutex::default());
        Self { phase, data_dir, clock, journal, outbox, probed }
    }

    /// Tells how far the service is.
    pub fn set(&self, phase: Phase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    /// Every reason why players should not be sent here; none: the service is ready.
    pub async fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        match *self.phase.lock().unwrap_or_else(PoisonError::into_inner) {
            Phase::Starting => reasons.push("the configuration is not served yet".to_owned()),
            Phase::Leaving => reasons.push("the service is shutting down".to_owned()),
            Phase::Serving => {}
        }
        reasons.extend(self.trouble_of_data_dir().await);
        if !self.journal.is_writable() {
            reasons.push("the logs for analytics cannot be written".to_owned());
        }
        if !self.outbox.is_writable() {
            reasons.push("the beacons owed cannot be written to disk".to_owned());
        }
        reasons
    }

    /// The logs know of trouble only when they have something to write. Anybody may ask, so that
    /// it is tried once a second at most, however many do.
    async fn trouble_of_data_dir(&self) -> Option<String> {
        let mut probed = self.probed.lock().await;
        let now = self.clock.now();
        let known = probed.take().filter(|known| now - known.at < PROBE_EVERY);
        let known = match known {
            Some(known) => known,
            None => {
                let text = b"written to see that it can be\n";
                let trouble = tokio::fs::write(self.data_dir.join(PROBE), text).await.err();
                Probed { at: now, trouble }
            }
        };
        let data_dir = self.data_dir.display();
        let said = known.trouble.as_ref();
        let said = said.map(|error| format!("`data_dir` ({data_dir}) cannot be written: {error}"));
        *probed = Some(known);
        said
    }
}

async fn ready(State(readiness): State<Arc<Readiness>>) -> impl IntoResponse {
    let reasons = readiness.reasons().await;
    if reasons.is_empty() {
        return (StatusCode::OK, "ready\n".to_owned());
    }
    let mut text = "not ready:\n".to_owned();
    for reason in reasons {
        writeln!(text, "- {reason}").expect("a string takes everything that is written to it");
    }
    (StatusCode::SERVICE_UNAVAILABLE, text)
}

async fn scrape(State(metrics): State<Arc<Metrics>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], metrics.render())
}

const PROBE: &str = ".ready";

const PROBE_EVERY: MediaDuration = MediaDuration::from_secs(1);
