//! A crowd of viewers enters a break in the same second, before an ad server that is slow and takes
//! a few at a time. `scripts/proof rush` runs it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, atomic::Ordering},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use midroll::{clock::Clock, threads::Workers, units::MediaDuration};
use serde_json::Value;

use crate::support::{
    app::rows,
    service::{More, Service},
    world::{Manners, World},
};

/// Every viewer's playlist, and how long each answer took.
struct Crowd {
    client: reqwest::Client,
    manifests: Vec<String>,
    took: Mutex<Vec<Duration>>,
}

impl Crowd {
    async fn join(service: &Service, size: usize) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let master = format!("http://{}/v1/master/news/main.m3u8", service.address);
        let base = reqwest::Url::parse(&master).unwrap();
        let join = |_| {
            let answer = client.get(&master).send();
            async { answer.await.unwrap().text().await.unwrap() }
        };
        let texts: Vec<String> =
            stream::iter(0..size).map(join).buffer_unordered(20).collect().await;
        let manifest = |text: &String| {
            let line = text.lines().find(|line| !line.starts_with('#')).unwrap();
            base.join(line).unwrap().to_string()
        };
        Self { manifests: texts.iter().map(manifest).collect(), took: Mutex::default(), client }
    }

    /// Everybody reloads once a target duration, one after the other within it; gives the times the
    /// answers took, sorted.
    async fn watch(&self, time: Duration) -> Vec<Duration> {
        let clock = Clock::real();
        let ends = clock.now() + MediaDuration::from_std(time);
        let every = Duration::from_secs(TARGET_SECS);
        let spread = every / u32::try_from(self.manifests.len()).unwrap();
        let clock = &clock;
        let viewers = self.manifests.iter().enumerate().map(|(place, manifest)| async move {
            tokio::time::sleep(spread * u32::try_from(place).unwrap()).await;
            let mut reloads = tokio::time::interval(every);
            while clock.now() < ends {
                reloads.tick().await;
                self.reload(manifest, clock).await;
            }
        });
        futures_util::future::join_all(viewers).await;
        let mut took = std::mem::take(&mut *self.took.lock().unwrap());
        took.sort_unstable();
        took
    }

    async fn reload(&self, manifest: &str, clock: &Clock) {
        let began = clock.now();
        let answer = self.client.get(manifest).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.bytes().await.unwrap();
        self.took.lock().unwrap().push((clock.now() - began).to_std());
    }
}

fn percentile(sorted: &[Duration], hundredths: usize) -> Duration {
    sorted[(sorted.len() * hundredths / 100).min(sorted.len() - 1)]
}

/// Seconds by reason, over all breaks that ended.
fn unfilled(rows: &[Value]) -> BTreeMap<String, MediaDuration> {
    let ended = rows.iter().filter(|row| row["eventType"] == "AVAIL_ENDED");
    let mut sums = BTreeMap::<_, MediaDuration>::new();
    for part in ended.flat_map(|row| row["avail"]["unfilled"].as_array().unwrap()) {
        let reason = part["reason"].as_str().unwrap().to_owned();
        let seconds: MediaDuration = part["seconds"].to_string().parse().unwrap();
        *sums.entry(reason).or_default() += seconds;
    }
    sums
}

/// Of all breaks that ended.
fn sum(rows: &[Value], seconds: &str) -> MediaDuration {
    let ended = rows.iter().filter(|row| row["eventType"] == "AVAIL_ENDED");
    ended.map(|row| row["avail"][seconds].to_string().parse::<MediaDuration>().unwrap()).sum()
}

fn setting(name: &str, default: usize) -> usize {
    let set = std::env::var_os(name).and_then(|text| text.to_str()?.parse().ok());
    set.unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes and the whole machine: scripts/proof rush"]
#[expect(clippy::print_stderr, reason = "a proof reports what it measured")]
async fn a_crowd_that_enters_a_break_at_once_is_filled_as_far_as_the_ad_server_answers() {
    let sessions = setting("MIDROLL_RUSH_SESSIONS", 5_000);
    let connections = setting("MIDROLL_RUSH_CONNECTIONS", sessions / 25);
    let step = i64::try_from(TARGET_SECS).unwrap();
    // The ad server answers apart from those who measure, who would wait for it too.
    let apart = Workers::start("world").unwrap();
    let world = apart.handle().spawn(World::in_steps_of(step)).await.unwrap();
    *world.manners.lock().unwrap() = Manners::SlowBy(LATENCY);
    let slate = format!("slate_ad_url = \"http://{}/ads/slate/main.m3u8\"", world.address);
    let limits = format!("ads_requests_per_host = {connections}");
    let service =
        Service::start(&world, More { limits, configuration: slate, ..More::default() }).await;
    let crowd = Crowd::join(&service, sessions).await;
    crowd.watch(Duration::from_secs(2 * TARGET_SECS)).await;
    let before = service.used().0;
    let idle = crowd.watch(Duration::from_secs(30)).await;
    let (between, _) = service.used();
    // It is read of three segments later; then everybody asks, and waits for half a segment at most.
    world.schedule(2, 60 / step);
    crowd.watch(Duration::from_secs(2 * TARGET_SECS)).await;
    let (between, before) = (service.used().0, between - before);
    let busy = crowd.watch(Duration::from_secs(24)).await;
    let (after, memory) = service.used();
    let rest = crowd.watch(Duration::from_secs(54)).await;
    let most = world.most_asking.load(Ordering::Relaxed);
    let folder = service.leave();
    let rows = rows(&folder.join("logs/decisions"));
    let _ = std::fs::remove_dir_all(&folder);
    let filled: BTreeSet<_> = rows
        .iter()
        .filter(|row| row["eventType"] == "FILLED_AVAIL")
        .filter(|row| row["avail"]["numAds"].as_u64() > Some(0))
        .map(|row| row["sessionId"].as_str().unwrap())
        .collect();
    eprintln!("{sessions} sessions, at most {connections} ad requests of {LATENCY:?} at once");
    eprintln!("  ad requests at once: {most}; sessions with ads: {}", filled.len());
    for (name, took) in [("idle", &idle), ("rush", &busy), ("rest", &rest)] {
        let (half, nearly, last) =
            (percentile(took, 50), percentile(took, 99), percentile(took, 100));
        eprintln!("  {name}: {} playlists, p50 {half:?}, p99 {nearly:?}, max {last:?}", took.len());
    }
    eprintln!(
        "  processor: {} ms a second idle, {} in the rush; {memory} MiB at most",
        before * 10 / 30,
        (after - between) * 10 / 24
    );
    let (length, published) = (sum(&rows, "originAvailDuration"), sum(&rows, "publishedSeconds"));
    eprintln!("  {published} s of {length} s filled");
    for (reason, seconds) in unfilled(&rows) {
        eprintln!("  unfilled: {seconds} s {reason}");
    }
    let (idle, busy) = (percentile(&idle, 99), percentile(&busy, 99));
    assert!(busy <= idle * 2, "p99 of playlists: {idle:?} idle, {busy:?} in the rush");
    assert!(most <= u64::try_from(connections).unwrap(), "{most} requests at once");
    // What the ad server could answer within the time of a break's decision.
    let answerable = connections * BUDGET_MILLIS / usize::try_from(LATENCY.as_millis()).unwrap();
    assert!(filled.len() * 100 >= sessions.min(answerable) * 95, "{} filled", filled.len());
}

const TARGET_SECS: u64 = 6;
const LATENCY: Duration = Duration::from_millis(300);
/// `live_maximum_ads_personalization_time_milliseconds` as it is by default.
const BUDGET_MILLIS: usize = 10_000;
