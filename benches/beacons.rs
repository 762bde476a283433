//! Beacons as fast as they come, through outbox, log and HTTP to a sink on this machine, for
//! `scripts/proofs/beacon-rate`.
//!
//! Arguments: beacons per second, seconds, seconds for which the sink is then away, beacons per
//! second meanwhile, folder to write into. Prints what was measured. With `sink` as the only argument
//! it is the sink: it prints its address, and when standard input ends what it has received.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "its output is what is read, and its time is real"
)]

use std::{
    collections::HashSet,
    io::{BufRead as _, BufReader, Read as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    routing::get,
};
use midroll::{
    beacon::{BeaconId, Event, Moment},
    clock::Clock,
    dispatch::{Beacon, Dispatcher, Doors, Policy, Settings, Showing},
    fetch::{self, HeaderMap},
    guard::{self, Guard, PrivateNetworks},
    ids::{BreakId, ConfigurationName, SessionId},
    journal::{self, Journal},
    metrics::Metrics,
    pod::AdInfo,
    units::{MediaDuration, ProgramTime},
};
use serde::Deserialize;

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    let args: Vec<String> = std::env::args().filter(|arg| arg != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(if args.get(1).is_some_and(|arg| arg == "sink") { 1 } else { 2 })
        .enable_all()
        .build()
        .expect("a runtime");
    if args.get(1).is_some_and(|arg| arg == "sink") {
        return runtime.block_on(sink(args.get(2).and_then(|port| port.parse().ok())));
    }
    let number = |at: usize, or: u64| args.get(at).and_then(|n| n.parse().ok()).unwrap_or(or);
    let folder = args.get(5).map_or_else(std::env::temp_dir, PathBuf::from);
    let (rate, seconds) = (number(1, 10_000), number(2, 60));
    let (away, meanwhile) = (number(3, 0), number(4, 2_000));
    runtime.block_on(measure((rate, seconds), (meanwhile, away), &folder));
}

async fn measure((rate, seconds): (u64, u64), (meanwhile, away): (u64, u64), folder: &Path) {
    let clock = Clock::real();
    let metrics = Arc::new(Metrics::new());
    let journal = Journal::open(folder, journal::Settings::default(), &clock, &metrics);
    let journal = journal.expect("a folder for logs");
    let private = PrivateNetworks::AllowedAll;
    let guard = Guard::new(guard::Policy { private, ..guard::Policy::default() });
    let doors = Doors {
        client: fetch::Client::new(guard, fetch::Settings::default()).expect("a client"),
        log: journal.beacons().clone(),
        clock: clock.clone(),
        metrics: Arc::clone(&metrics),
    };
    let policy = Policy::default();
    let dispatcher = Dispatcher::start(folder, policy, Settings::default(), doors);
    let dispatcher = dispatcher.expect("an outbox");
    let mut sink = Sink::start(None);
    let (before, began) = (ticks("self"), Instant::now());
    let sink_before = ticks(&sink.child.id().to_string());
    send(&dispatcher, &clock, sink.address, (rate, Duration::from_secs(seconds)), 0).await;
    let offered = began.elapsed();
    let sent = until_idle(&metrics, Duration::from_secs(60)).await;
    let took = began.elapsed();
    let cpu = ticks("self") - before;
    let sink_cpu = ticks(&sink.child.id().to_string()) - sink_before;
    println!(
        "{} beacons offered in {:.1} s, all accepted after {:.1} s: {sent}; CPU {cpu} % of a core \
         times seconds/100, sink {sink_cpu}; {} MiB",
        rate * seconds,
        offered.as_secs_f64(),
        took.as_secs_f64(),
        resident(),
    );
    println!("{}", sink.end());
    if away == 0 {
        return;
    }
    let gone = sink.address;
    let before = resident();
    let mut most = before;
    for minute in 0..away.div_ceil(10) {
        let tenth = Duration::from_secs(10.min(away - minute * 10));
        send(&dispatcher, &clock, gone, (meanwhile, tenth), 1 + minute).await;
        most = most.max(resident());
        if minute % 6 == 5 {
            println!(
                "sink away for {} s: {} MiB; {}",
                (minute + 1) * 10,
                resident(),
                waiting(&metrics)
            );
        }
    }
    println!(
        "sink away for {away} s at {meanwhile}/s: from {before} to {most} MiB at most; {} MiB on disk",
        std::fs::metadata(folder.join("beacons.redb")).map_or(0, |file| file.len() >> 20),
    );
    let mut sink = Sink::start(Some(gone.port()));
    let began = Instant::now();
    let all = until_idle(&metrics, Duration::from_secs(900)).await;
    println!(
        "sink back: nothing waits after {:.1} s: {all}; {}",
        began.elapsed().as_secs_f64(),
        waiting(&metrics)
    );
    println!("{}", sink.end());
}

/// Two beacons of one ad to each viewer, as a first segment's request makes them due.
async fn send(
    dispatcher: &Dispatcher,
    clock: &Clock,
    sink: SocketAddr,
    (rate, time): (u64, Duration),
    round: u64,
) {
    let began = Instant::now();
    let mut viewers = 0_u64;
    let mut every = tokio::time::interval(Duration::from_millis(5));
    while began.elapsed() < time {
        every.tick().await;
        let due = u64::try_from(began.elapsed().as_millis()).unwrap_or(0) * rate / 2_000;
        for viewer in viewers..due {
            let beacons = beacons(clock.now(), sink, u128::from(round) << 64 | u128::from(viewer));
            let dispatcher = dispatcher.clone();
            tokio::spawn(async move { dispatcher.schedule(beacons).await });
        }
        viewers = due;
    }
}

fn beacons(now: ProgramTime, sink: SocketAddr, session: u128) -> Vec<Beacon> {
    let session = SessionId::from_bits(session);
    let ad = AdInfo {
        ad_id: Some("ad-1".to_owned()),
        ad_system: Some("an ad server".to_owned()),
        ads_host: "ads.example.com".to_owned(),
        ..AdInfo::default()
    };
    let showing = Arc::new(Showing {
        configuration: ConfigurationName::new("news"),
        asset: "live/main.m3u8".into(),
        session,
        avail: BreakId::new("42-1763899200"),
        avail_start: Some(now),
        position: 0,
        ad: Arc::new(ad),
        headers: Arc::new(HeaderMap::new()),
        last_seen: now,
        target_duration: MediaDuration::from_secs(6),
    });
    let one = |event: Event| {
        let moment = Moment { offset: MediaDuration::ZERO, event };
        let id = BeaconId::of(session, &showing.avail, 0, moment, "");
        Beacon {
            id,
            event,
            url: format!("http://{sink}/?at={}&id={id}", now.as_millis()),
            due_at: now,
            rendition: Some("0".into()),
            tracking_id: None,
            showing: Arc::clone(&showing),
        }
    };
    vec![one(Event::Impression), one(Event::Start)]
}

async fn until_idle(metrics: &Metrics, most: Duration) -> bool {
    let began = Instant::now();
    while waiting(metrics).split(' ').any(|word| word.parse::<u64>().is_ok_and(|count| count > 0)) {
        if began.elapsed() > most {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    true
}

fn waiting(metrics: &Metrics) -> String {
    let rendered = metrics.render();
    let names = ["scheduled", "queued", "on_disk"];
    let lines = names.map(|name| {
        let name = format!("midroll_beacons_{name} ");
        let line = rendered.lines().find(|line| line.starts_with(&name));
        line.unwrap_or_default().trim_start_matches("midroll_beacons_").to_owned()
    });
    lines.join(" ")
}

/// Of a process, hundredths of a second.
fn ticks(process: &str) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
}

/// MiB of this process in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    let kib = line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok());
    kib.unwrap_or(0) >> 10
}

struct Sink {
    address: SocketAddr,
    child: Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Sink {
    fn start(port: Option<u16>) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program)
            .arg("sink")
            .args(port.map(|port| port.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sink");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        output.read_line(&mut line).expect("its address");
        Self { address: line.trim().parse().expect("an address"), child, output }
    }

    /// Its last words.
    fn end(&mut self) -> String {
        drop(self.child.stdin.take());
        let mut words = String::new();
        let _ = self.output.read_to_string(&mut words);
        let _ = self.child.wait();
        words.trim().to_owned()
    }
}

#[derive(Deserialize)]
struct Asked {
    at: i64,
    id: String,
}

#[derive(Default)]
struct Received {
    ids: HashSet<String>,
    repeats: usize,
    /// Milliseconds from being due to being here.
    late: Vec<i64>,
}

async fn sink(port: Option<u16>) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port.unwrap_or(0)));
    let listener = listener.await.expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    let received = Arc::new(Mutex::new(Received::default()));
    let router = Router::new().route("/", get(take)).with_state(Arc::clone(&received));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let _ = ended.await;
    let mut received = received.lock().expect("nobody panics");
    received.late.sort_unstable();
    let late = |thousandths: usize| {
        let at = received.late.len().saturating_sub(1) * thousandths / 1000;
        received.late.get(at).copied().unwrap_or(0)
    };
    println!(
        "sink: {} beacons, {} repeats; from due to there p50 {} ms, p99 {} ms, p99.9 {} ms, max {} ms",
        received.ids.len(),
        received.repeats,
        late(500),
        late(990),
        late(999),
        late(1000),
    );
}

async fn take(
    State(received): State<Arc<Mutex<Received>>>,
    Query(asked): Query<Asked>,
) -> StatusCode {
    let now = Clock::real().now().as_millis();
    let mut received = received.lock().expect("nobody panics");
    received.late.push(now - asked.at);
    if !received.ids.insert(asked.id) {
        received.repeats += 1;
    }
    StatusCode::NO_CONTENT
}
