use std::fs;

use axum::http::HeaderMap;

use super::*;
use crate::{
    clock::{Clock, Hand},
    fetch::tests::support::{self, Names, Server},
    ids::ConfigurationName,
    journal,
};

struct Scene {
    server: Server,
    readiness: Arc<Readiness>,
    metrics: Arc<Metrics>,
    data_dir: PathBuf,
    hand: Hand,
}

impl Scene {
    async fn new(name: &str) -> Self {
        let data_dir = std::env::temp_dir().join(format!("midroll-{}-{name}", std::process::id()));
        let metrics = Arc::new(Metrics::new());
        let settings = journal::Settings::default();
        let (clock, hand) = Clock::by_hand(ProgramTime::from_millis(0));
        let journal = Journal::open(&data_dir, settings, &clock, &metrics).unwrap();
        let readiness = Readiness::new(data_dir.clone(), clock, journal, Outbox::stub(true));
        let readiness = Arc::new(readiness);
        let server = Server::start(router(Arc::clone(&metrics), Arc::clone(&readiness))).await;
        Self { server, readiness, metrics, data_dir, hand }
    }

    async fn get(&self, path: &str) -> (u16, HeaderMap, String) {
        let client = support::client(support::open_guard(), Names::Unknown);
        let url = self.server.url(path);
        let answer = client.try_get(&url, support::request()).await.unwrap();
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        (answer.status.as_u16(), answer.headers, text)
    }

    async fn check(&self, path: &str, status: u16, text: &str) {
        let (got, _, body) = self.get(path).await;
        assert_eq!((got, body.as_str()), (status, text), "{path}");
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.data_dir);
    }
}

#[tokio::test]
async fn ready_is_what_serves_and_is_not_leaving() {
    let scene = Scene::new("ready").await;
    scene.check("/live", 200, "live\n").await;
    scene.check("/ready", 503, "not ready:\n- the configuration is not served yet\n").await;
    scene.readiness.set(Phase::Serving);
    scene.check("/ready", 200, "ready\n").await;
    scene.readiness.set(Phase::Leaving);
    scene.check("/ready", 503, "not ready:\n- the service is shutting down\n").await;
}

#[tokio::test]
async fn a_data_dir_that_cannot_be_written_is_not_ready() {
    let scene = Scene::new("data-dir").await;
    scene.readiness.set(Phase::Serving);
    fs::remove_dir_all(&scene.data_dir).unwrap();
    let text = format!(
        "not ready:\n- `data_dir` ({}) cannot be written: No such file or directory (os error 2)\n",
        scene.data_dir.display()
    );
    scene.check("/ready", 503, &text).await;
    fs::create_dir(&scene.data_dir).unwrap();
    scene.hand.advance(MediaDuration::from_secs(1));
    scene.check("/ready", 200, "ready\n").await;
}

#[tokio::test]
async fn however_many_ask_the_disk_is_tried_once_a_second() {
    let scene = Scene::new("probe").await;
    scene.readiness.set(Phase::Serving);
    let probe = scene.data_dir.join(PROBE);
    for second in 0..3 {
        let mut tried = 0;
        for _ in 0..5 {
            scene.check("/ready", 200, "ready\n").await;
            tried += usize::from(fs::remove_file(&probe).is_ok());
        }
        assert_eq!(tried, 1, "second {second}");
        scene.hand.advance(MediaDuration::from_secs(1));
    }
}

#[tokio::test]
async fn metrics_are_open_metrics() {
    let scene = Scene::new("metrics").await;
    scene.metrics.players.session_started(&ConfigurationName::new("news"));
    let (status, headers, text) = scene.get("/metrics").await;
    assert_eq!((status, &headers["content-type"]), (200, &CONTENT_TYPE.parse().unwrap()));
    assert_eq!(text, scene.metrics.render());
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn other_paths_are_not_here() {
    let scene = Scene::new("other").await;
    assert_eq!(scene.get("/").await.0, 404);
    assert_eq!(scene.get("/v1/master/news/a.m3u8").await.0, 404);
}
