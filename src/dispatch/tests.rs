use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::State, http::Uri};

use super::*;
use crate::{
    adserver::device_headers,
    clock::{Clock, Hand},
    dispatch::outbox::tests::memory::Memory,
    fetch::{StatusCode, tests::support},
    journal::Journal,
    metrics::Metrics,
};

mod disks;
mod draining;
mod queueing;
mod repeating;
mod resting;
mod sending;

const SECOND: MediaDuration = MediaDuration::from_secs(1);

/// All viewers were last seen at this number of milliseconds.
#[derive(Debug)]
struct Viewers(AtomicI64);

impl Attendance for Viewers {
    fn last_seen(&self, _: SessionId) -> Option<ProgramTime> {
        Some(ProgramTime::from_millis(self.0.load(Ordering::Relaxed)))
    }
}

pub(super) fn noon() -> ProgramTime {
    ProgramTime::parse("2026-11-23T12:00:00Z").unwrap()
}

pub(super) fn showing(session: u128, position: usize) -> Showing {
    let viewer = crate::vast::variables::Session {
        id: SessionId::from_bits(session),
        client_ip: Some([192, 0, 2, 7].into()),
        user_agent: "Player/1.0".to_owned(),
        referer: String::new(),
        accept_language: String::new(),
    };
    let ad = AdInfo {
        ad_id: Some("ad-1".to_owned()),
        ads_host: "ads.example.com".to_owned(),
        universal_ad_ids: vec![crate::vast::UniversalAdId {
            registry: "ad-id.org".to_owned(),
            value: "CNPA0484000H".to_owned(),
        }],
        wrapper_depth: 1,
        ..AdInfo::default()
    };
    Showing {
        configuration: ConfigurationName::new("news"),
        asset: "live/main.m3u8".into(),
        session: SessionId::from_bits(session),
        avail: BreakId::new("42-1763899200"),
        avail_start: Some(noon()),
        position,
        ad: Arc::new(ad),
        headers: Arc::new(device_headers(&viewer)),
        last_seen: noon(),
        target_duration: MediaDuration::from_secs(6),
    }
}

pub(super) fn beacon(
    showing: &Arc<Showing>,
    event: Event,
    url: &str,
    due_at: ProgramTime,
) -> Beacon {
    let (session, avail) = (showing.session, &showing.avail);
    let moment = crate::beacon::Moment { offset: MediaDuration::ZERO, event };
    Beacon {
        id: BeaconId::of(session, avail, showing.position, moment, url),
        event,
        url: url.to_owned(),
        due_at,
        rendition: Some("0".into()),
        tracking_id: None,
        showing: Arc::clone(showing),
    }
}

/// Answers by path: `/500,200/x` first 500, then 200 for ever; counts what it gets.
#[derive(Clone, Debug, Default)]
struct Sink(Arc<Mutex<SinkState>>);

#[derive(Debug, Default)]
struct SinkState {
    got: Vec<String>,
    headers: Vec<HeaderMap>,
    visits: HashMap<String, usize>,
}

impl Sink {
    fn got(&self) -> Vec<String> {
        self.0.lock().unwrap().got.clone()
    }
}

async fn answer(State(sink): State<Sink>, uri: Uri, headers: HeaderMap) -> StatusCode {
    let path = uri.path().to_owned();
    let statuses: Vec<u16> =
        path.split('/').nth(1).unwrap().split(',').map(|code| code.parse().unwrap()).collect();
    let status = {
        let mut state = sink.0.lock().unwrap();
        state.got.push(path.clone());
        state.headers.push(headers);
        let visit = state.visits.entry(path).or_default();
        let status = statuses[(*visit).min(statuses.len() - 1)];
        *visit += 1;
        status
    };
    if status == 0 {
        std::future::pending::<()>().await;
    }
    StatusCode::from_u16(status).unwrap()
}

/// A dispatcher, its sink, its log and the hand of its clock.
struct Scene {
    dispatcher: Dispatcher,
    sink: Sink,
    server: Arc<support::Server>,
    journal: Journal,
    metrics: Arc<Metrics>,
    clock: Clock,
    hand: Hand,
    folder: std::path::PathBuf,
    /// What is owed is kept here, if not in the folder.
    disk: Option<Memory>,
}

impl Scene {
    async fn new(name: &str, policy: Policy) -> Self {
        Self::on(name, policy, None).await
    }

    async fn on(name: &str, policy: Policy, disk: Option<Memory>) -> Self {
        let folder = std::env::temp_dir().join(format!("midroll-{}-{name}", std::process::id()));
        let sink = Sink::default();
        let router = Router::new().fallback(answer).with_state(sink.clone());
        let server = Arc::new(support::Server::start(router).await);
        Self::at((folder, disk), policy, (sink, server), noon())
    }

    /// The process dies, and another begins at `now` with what is on disk.
    async fn killed(self, policy: Policy, now: ProgramTime) -> Self {
        self.killed_and(policy, now, || {}).await
    }

    /// The same, and something happens before another begins.
    async fn killed_and(mut self, policy: Policy, now: ProgramTime, then: impl FnOnce()) -> Self {
        let kept = (std::mem::take(&mut self.folder), self.disk.take());
        let world = (self.sink.clone(), Arc::clone(&self.server));
        // What a kill would cut off: nothing is awaited, nothing drained.
        self.dispatcher.outbox().close().await;
        self.journal.close(Duration::ZERO).await;
        drop(self);
        then();
        Self::at(kept, policy, world, now)
    }

    /// The process ends in order, and another begins at the same time with what is on disk.
    async fn restarted(self, policy: Policy) -> Self {
        self.restarted_and(policy, Duration::ZERO, || {}).await
    }

    /// The same with time to put the log away, and something happens before another begins.
    async fn restarted_and(
        mut self,
        policy: Policy,
        within: Duration,
        then: impl FnOnce(),
    ) -> Self {
        let kept = (std::mem::take(&mut self.folder), self.disk.take());
        let (world, now) = ((self.sink.clone(), Arc::clone(&self.server)), self.clock.now());
        self.dispatcher.drain(now + SECOND.times(10)).await;
        self.journal.close(within).await;
        drop(self);
        then();
        Self::at(kept, policy, world, now)
    }

    fn at(
        (folder, disk): (std::path::PathBuf, Option<Memory>),
        policy: Policy,
        (sink, server): (Sink, Arc<support::Server>),
        now: ProgramTime,
    ) -> Self {
        let (clock, hand) = Clock::by_hand(now);
        let metrics = Arc::new(Metrics::new());
        let journal = Journal::open(&folder, crate::journal::Settings::default(), &clock, &metrics);
        let journal = journal.unwrap();
        let guard = support::guard(&[server.url("/")]);
        let doors = Doors {
            client: support::client(guard, support::Names::Unknown),
            log: journal.beacons().clone(),
            clock: clock.clone(),
            metrics: Arc::clone(&metrics),
        };
        let dispatcher = match &disk {
            None => Dispatcher::start(&folder, policy, Settings::default(), doors).unwrap(),
            Some(disk) => Dispatcher::on(disk.open(disks::quick(), &metrics), policy, doors),
        };
        Self { dispatcher, sink, server, journal, metrics, clock, hand, folder, disk }
    }

    fn url(&self, path: &str) -> String {
        self.server.url(path).into()
    }

    /// The rows so far as `event outcome attempt status reason`, once there are `count`.
    async fn rows(&self, count: usize) -> Vec<String> {
        for _ in 0..2000 {
            if self.journal.beacons().recent(0, usize::MAX, None).len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let rows = self.journal.beacons().recent(0, usize::MAX, None);
        rows.iter().map(|recent| line(&recent.row.json)).collect()
    }
}

impl Scene {
    /// All that the disk has for the sink.
    fn everything(&self) -> outbox::Wanted {
        outbox::Wanted {
            host: self.server.address.to_string().into(),
            from: (ProgramTime::from_nanos(i64::MIN), 0),
            most: usize::MAX,
            known: std::collections::HashSet::new(),
        }
    }

    /// Waits until so many beacons are on disk.
    async fn owed(&self, count: usize) {
        for _ in 0..2000 {
            let kept = self.dispatcher.outbox().load(self.everything()).await;
            if kept.is_some_and(|kept| kept.len() == count) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("not {count} on disk");
    }

    /// Waits until the sink has been asked so often.
    async fn asked(&self, times: usize) {
        for _ in 0..2000 {
            if self.sink.got().len() >= times {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("not asked {times} times: {:?}", self.sink.got());
    }

    /// Waits until a scrape would show this line.
    async fn counted(&self, line: &str) {
        for _ in 0..2000 {
            if self.metrics.render().lines().any(|counted| counted == line) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("no `{line}` in\n{}", self.metrics.render());
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if !self.folder.as_os_str().is_empty() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

fn line(json: &str) -> String {
    let row: serde_json::Value = serde_json::from_str(json).unwrap();
    let words = ["event", "outcome", "attempt", "status", "reason"].map(|key| match &row[key] {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    words.join(" ")
}
