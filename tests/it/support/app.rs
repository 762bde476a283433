//! The whole service on loopback, before a world.

use std::{
    io::Read,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::Router;
use midroll::{
    app::{App, Ports},
    clock::Clock,
    config,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::world::World;

#[derive(Debug)]
pub(crate) struct TestApp {
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) data_dir: PathBuf,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<Result<(), midroll::app::Error>>,
}

impl TestApp {
    /// With a slate or without one.
    pub(crate) async fn start(world: &Arc<World>, slate: bool) -> Self {
        Self::start_with(world, slate, "").await
    }

    /// The same with more of a configuration file.
    pub(crate) async fn start_with(world: &Arc<World>, slate: bool, more: &str) -> Self {
        let url = format!("http://{}/ads/slate/main.m3u8", world.address);
        Self::configured(world, slate.then_some(url.as_str()), "", more).await
    }

    /// Without slate, with more of a configuration file's own keys.
    pub(crate) async fn start_under(world: &Arc<World>, keys: &str) -> Self {
        Self::configured(world, None, keys, "").await
    }

    /// With the slate at an address, or without one.
    pub(crate) async fn with_slate(world: &Arc<World>, slate: Option<&str>) -> Self {
        Self::configured(world, slate, "", "").await
    }

    async fn configured(world: &Arc<World>, slate: Option<&str>, keys: &str, more: &str) -> Self {
        let data_dir = fresh_dir();
        let base = format!("http://{}", world.address);
        let slate = slate.map(|url| format!("slate_ad_url = \"{url}\"\n")).unwrap_or_default();
        let text = format!(
            "data_dir = {data_dir:?}\n\
             {keys}\n\
             [[playback_configuration]]\n\
             name = \"news\"\n\
             video_content_source_url = \"{base}/live\"\n\
             ad_decision_server_url = \"{base}/vast?sid=[session.uuid]&dur=[session.avail_duration_secs]\"\n\
             {slate}{more}"
        );
        let report = config::check(&text);
        let config = report.config.unwrap_or_else(|| panic!("{:?}", report.errors));
        let app = App::build(&config, &Clock::real()).unwrap();
        let any = "127.0.0.1:0".parse().unwrap();
        let ports = Ports::open(any, any).await.unwrap();
        let (address, admin) =
            (ports.players.local_addr().unwrap(), ports.admin.local_addr().unwrap());
        let stop = CancellationToken::new();
        let stopping = stop.clone().cancelled_owned();
        let running =
            tokio::spawn(async move { app.run(ports, Router::new(), None, stopping).await });
        Self { address, admin, data_dir, stop, running }
    }

    /// Drains, and gives the rows of a log.
    pub(crate) async fn stop(self, log: &str) -> Vec<Value> {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
        rows(&self.data_dir.join("logs").join(log))
    }
}

/// Every row of a log's files, compressed or not, oldest first.
pub(crate) fn rows(folder: &Path) -> Vec<Value> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| text(file).lines().map(row).collect::<Vec<_>>()).collect()
}

fn row(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))
}

fn text(file: &Path) -> String {
    let mut text = String::new();
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("jsonl") => text = std::fs::read_to_string(file).unwrap(),
        Some("gz") => {
            let file = std::fs::File::open(file).unwrap();
            flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
        }
        _ => {}
    }
    text
}

pub(crate) fn fresh_dir() -> PathBuf {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    let dir = std::env::temp_dir().join(format!("midroll-test-{}", hex::encode(bytes)));
    std::fs::create_dir_all(&dir).unwrap();
    dir
}
