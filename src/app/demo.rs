//! The demo: the whole service in front of its own origin, ad server and sink, on one port.

use std::{future::Future, net::SocketAddr, path::PathBuf, sync::Arc};

use super::{App, Error, Ports};
use crate::{
    clock::Clock,
    config::{Beacons, Config, Creatives, Document, Limits, Logs, Store},
    configuration::PlaybackConfiguration,
    demo::{self, Demo},
    guard::PrivateNetworks,
    units::MediaDuration,
};

/// The demo, built, with its ports open.
#[derive(Debug)]
pub struct Running {
    app: App,
    ports: Ports,
    world: Demo,
    /// Where the page is.
    pub page: String,
    /// Where metrics and health are.
    pub admin: SocketAddr,
}

impl Running {
    /// Opens the ports and builds everything behind them.
    ///
    /// # Errors
    /// A port that is taken, a data directory that cannot be used.
    pub async fn open(
        listen: SocketAddr,
        admin_listen: SocketAddr,
        data_dir: PathBuf,
    ) -> Result<Self, Error> {
        let ports = Ports::open(listen, admin_listen).await?;
        let own = ports.players.local_addr().map_err(Error::Serve)?;
        let admin = ports.admin.local_addr().map_err(Error::Serve)?;
        // Listening everywhere, it is still reached at this machine.
        let host =
            if own.ip().is_unspecified() { "127.0.0.1".to_owned() } else { own.ip().to_string() };
        let page = format!("http://{host}:{}", own.port());
        let clock = Clock::real();
        let app = App::build(&config(&page, own, admin, data_dir)?, &clock)?;
        let log = app.journal.decisions().clone();
        let decisions = Arc::new(move |session| {
            let rows = log.recent(0, MOST_ROWS, Some(session));
            rows.iter().filter_map(|row| serde_json::from_str(&row.row.json).ok()).collect()
        });
        let world = Demo::new(&page, clock, decisions);
        Ok(Self { app, ports, world, page, admin })
    }

    /// Runs until `stop`.
    ///
    /// # Errors
    /// When serving fails.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), Error> {
        self.app.run(self.ports, demo::router(self.world), None, stop).await
    }
}

fn config(
    page: &str,
    listen: SocketAddr,
    admin_listen: SocketAddr,
    data_dir: PathBuf,
) -> Result<Config, Error> {
    let configuration = demo::configuration(page).map_err(Error::Demo)?;
    Ok(Config {
        listen,
        admin_listen,
        data_dir,
        public_url: None,
        trusted_proxies: Vec::new(),
        allow_private_networks: PrivateNetworks::Denied,
        shutdown_deadline: MediaDuration::from_secs(5),
        limits: Limits::default(),
        beacons: Beacons::default(),
        store: Store::default(),
        control_api: None,
        documents: vec![document(&configuration)],
        logs: Logs::default(),
        creatives: Creatives::default(),
        playback_configurations: vec![Arc::new(configuration)],
    })
}

/// The demo's configuration, as clients of the control API read it.
fn document(configuration: &PlaybackConfiguration) -> Document {
    let fields = [
        ("Name", Some(configuration.name.to_string())),
        ("VideoContentSourceUrl", Some(configuration.video_content_source_url.to_string())),
        ("AdDecisionServerUrl", configuration.ad_decision_server_url.clone()),
        ("SlateAdUrl", configuration.slate_ad_url.as_ref().map(ToString::to_string)),
    ];
    let there = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
    Document(there.map(|(name, value)| (name.to_owned(), value.into())).collect())
}

/// Newest rows of a session's decision log that the page is shown.
const MOST_ROWS: usize = 200;
