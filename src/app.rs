//! Builds every door from its part of the configuration, joins them, and runs until told to stop.

use std::{future::Future, path::PathBuf, sync::Arc};

use axum::Router;
use tokio_util::sync::CancellationToken;

use crate::{
    admin::{self, Phase, Readiness},
    adserver::AdServer,
    clock::Clock,
    conditioning::Conditioning,
    config::{Config, Watch},
    control::{self, Catalogue},
    dispatch::{self, Dispatcher},
    fetch,
    guard::Guard,
    http,
    journal::Journal,
    library::{self, Library},
    metrics::Metrics,
    origin,
    playback::{Doors, Playback, Settings, Signer},
    store::Documents,
    threads::Workers,
    units::{MediaDuration, ProgramTime},
};

mod creatives;
pub mod demo;
mod descriptors;
mod error;
mod keys;
mod ports;
mod serve;
mod settings;

pub use creatives::{conditioning_aside, conditioning_folder, folder_aside};
pub use error::Error;
pub use ports::Ports;

use creatives::{conditioning, storage};
use keys::key;

/// The service, built and not running yet.
#[derive(Debug)]
pub struct App {
    /// The application.
    pub playback: Arc<Playback>,
    /// Its logs.
    pub journal: Journal,
    catalogue: Arc<Catalogue>,
    conditioning: Option<Conditioning>,
    metrics: Arc<Metrics>,
    dispatcher: Dispatcher,
    clock: Clock,
    data_dir: PathBuf,
    trusted: Arc<http::TrustedProxies>,
    /// Where ad servers are asked and breaks decided.
    _deciding: Workers,
}

impl App {
    /// Builds all parts. Nothing listens yet.
    ///
    /// # Errors
    /// A data directory that cannot be used, or no TLS.
    pub fn build(config: &Config, clock: &Clock) -> Result<Self, Error> {
        let metrics = Arc::new(Metrics::new());
        let guard = Guard::new(config.guard_policy());
        let client = fetch::Client::new(guard.clone(), fetch::Settings::default())?;
        let journal = Journal::open(&config.data_dir, settings::logs(config)?, clock, &metrics)?;
        let dispatcher = Dispatcher::start(
            &config.data_dir,
            settings::beacons(config),
            dispatch::Settings::default(),
            dispatch::Doors {
                client: client.clone(),
                log: journal.beacons().clone(),
                clock: clock.clone(),
                metrics: Arc::clone(&metrics),
            },
        )?;
        let storage = storage(config)?;
        let conditioning = conditioning(config, &client, clock, &storage)?;
        let reading = library::Settings::default();
        let deciding = Workers::start("deciding").map_err(Error::Threads)?;
        // A connection is worked on by the threads that opened it: playlists have others than ads.
        let aside = fetch::Client::new(guard.clone(), fetch::Settings::default())?;
        let asking = settings::asking(config, conditioning.is_some());
        let doors = Doors {
            clock: clock.clone(),
            origin: origin::Fetcher::new(client.clone(), clock.clone(), settings::origin(config)),
            guard: guard.clone(),
            adserver: AdServer::new(aside.clone(), clock.clone(), asking),
            library: Library::new(aside, clock.clone(), reading, conditioning.clone()),
            storage,
            dispatcher: dispatcher.clone(),
            decisions: journal.decisions().clone(),
            metrics: Arc::clone(&metrics),
            signer: Signer::new(&key(&config.data_dir, "signing-key")?),
            deciding: deciding.handle().clone(),
        };
        let playback = Playback::new(doors, Settings::default());
        let documents = Arc::new(Documents::open(&config.data_dir)?);
        let file = Arc::new(config.clone());
        Ok(Self {
            catalogue: Catalogue::new(file, documents, Arc::clone(&playback), guard),
            playback,
            journal,
            conditioning,
            metrics,
            dispatcher,
            clock: clock.clone(),
            data_dir: config.data_dir.clone(),
            trusted: Arc::new(http::TrustedProxies::new(config.trusted_proxies.clone())),
            _deciding: deciding,
        })
    }

    /// Its counts.
    pub fn metrics(&self) -> Arc<Metrics> {
        Arc::clone(&self.metrics)
    }

    /// Serves players and operators until `stop` is done, then leaves in order: no new connections,
    /// answers finish, due beacons are in the log, the logs are closed.
    ///
    /// # Errors
    /// When serving itself fails.
    pub async fn run(
        self,
        ports: Ports,
        besides: Router,
        changes: Option<Watch>,
        stop: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let stopping = CancellationToken::new();
        let readiness = self.readiness();
        let players = besides.merge(self.for_players());
        let operators = self.for_operators(&readiness, &ports)?;
        let limits = self.catalogue.file().limits;
        let most = descriptors::connections(limits.connections);
        let trusted = Arc::clone(&self.trusted);
        let peers = serve::Peers::new(limits.connections_per_address, trusted, self.clock.clone());
        let players = serve::serve(ports.players, players, most, Some(peers), stopping.clone());
        let operators = serve::serve(ports.admin, operators, OPERATORS, None, stopping.clone());
        tokio::spawn(Arc::clone(&self.playback).sweep());
        if let Some(changes) = changes {
            let (catalogue, trusted) = (Arc::clone(&self.catalogue), Arc::clone(&self.trusted));
            tokio::spawn(follow(changes, catalogue, trusted));
        }
        readiness.set(Phase::Serving);
        let serving = async { tokio::join!(players, operators) };
        tokio::pin!(serving);
        tokio::select! {
            _ = &mut serving => {}
            () = stop => {}
        }
        tracing::info!("draining");
        readiness.set(Phase::Leaving);
        stopping.cancel();
        let answered = async {
            let ((), ()) = serving.await;
        };
        self.leave(answered).await;
        Ok(())
    }

    fn for_players(&self) -> Router {
        let (playback, trusted) = (Arc::clone(&self.playback), Arc::clone(&self.trusted));
        http::router(http::State { playback, trusted })
    }

    fn readiness(&self) -> Arc<Readiness> {
        Arc::new(Readiness::new(
            self.data_dir.clone(),
            self.clock.clone(),
            self.journal.clone(),
            self.dispatcher.outbox().clone(),
        ))
    }

    fn for_operators(&self, readiness: &Arc<Readiness>, ports: &Ports) -> Result<Router, Error> {
        let control = control::State {
            catalogue: Arc::clone(&self.catalogue),
            players: ports.players.local_addr().map_err(Error::Serve)?,
            clock: self.clock.clone(),
        };
        let pages = admin::creatives::router(self.conditioning.clone())
            .merge(admin::sessions::router(Arc::clone(&self.playback)));
        let health = admin::router(Arc::clone(&self.metrics), Arc::clone(readiness));
        Ok(health.merge(control::router(control, pages)))
    }

    /// Ends everything within the deadline: connections have half of it, what playback has begun a
    /// quarter, and the last eighth is for what is on its way to the disk.
    async fn leave(&self, answered: impl Future<Output = ()>) {
        let deadline = self.catalogue.file().shutdown_deadline;
        let (began, quarter) = (self.clock.now(), deadline.quarter());
        let left = async {
            if !self.by(began + quarter.times(2), answered).await {
                tracing::warn!("some connections are still open, and are cut off at the deadline");
            }
            if !self.by(began + quarter.times(3), self.playback.stop()).await {
                tracing::warn!("rows of breaks are still waiting for the disk");
            }
            let left = self.dispatcher.drain(began + deadline - quarter.half()).await;
            let dispatch::Left { unsent, not_due, away } = left;
            tracing::info!(unsent, not_due, away, "beacons left");
            let rest =
                (began + deadline - quarter.quarter() - self.clock.now()).max(MediaDuration::ZERO);
            self.journal.close(rest.to_std()).await;
        };
        match self.by(began + deadline, left).await {
            true => tracing::info!("drained"),
            false => tracing::error!("the disk did not take everything before the deadline"),
        }
    }

    /// Whether something is done by then.
    async fn by(&self, deadline: ProgramTime, done: impl Future<Output = ()>) -> bool {
        tokio::select! {
            () = done => true,
            () = self.clock.sleep_until(deadline) => false,
        }
    }
}

/// Puts every new configuration file into effect.
async fn follow(mut changes: Watch, catalogue: Arc<Catalogue>, trusted: Arc<http::TrustedProxies>) {
    while changes.changed().await.is_ok() {
        let config = Arc::clone(&changes.borrow_and_update());
        trusted.replace(config.trusted_proxies.clone());
        catalogue.follow(config);
    }
}

/// Connections of operators and what scrapes metrics, at a time.
const OPERATORS: usize = 256;
