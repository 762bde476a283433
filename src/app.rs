//! Builds every door from its part of the configuration, joins them, and runs until told to stop.

use std::{future::Future, path::PathBuf, sync::Arc};

use axum::Router;
use tokio_util::sync::CancellationToken;

use crate::{
    admin::{self, Phase, Readiness},
    adserver::{self, AdServer},
    clock::Clock,
    conditioning::Conditioning,
    config::{Config, PersonalData, Watch},
    control::{self, Catalogue},
    dispatch::{self, Dispatcher},
    fetch,
    guard::Guard,
    http,
    journal::{self, Journal, Personal},
    library::{self, Library},
    metrics::Metrics,
    origin,
    playback::{Doors, Playback, Settings, Signer},
    store::Documents,
    units::MediaDuration,
};

mod creatives;
pub mod demo;
mod error;
mod keys;
mod ports;

pub use creatives::{conditioning_aside, conditioning_folder, folder_aside};
pub use error::Error;
pub use ports::Ports;

use creatives::{conditioning, storage};
use keys::{key, log_key};
use ports::serve;

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
    deadline: MediaDuration,
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
        let journal = Journal::open(&config.data_dir, logs(config)?, clock, &metrics)?;
        let dispatcher = Dispatcher::start(
            &config.data_dir,
            dispatch::Policy {
                most: config.limits.beacons,
                per_host: config.limits.beacons_per_host,
                lifetime: config.beacons.lifetime,
                timeout: config.beacons.timeout.to_std(),
                retry_unknown: config.beacons.retry_unknown,
                ..dispatch::Policy::default()
            },
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
        let settings = library::Settings::default();
        let library = Library::new(client.clone(), clock.clone(), settings, conditioning.clone());
        let origin_settings = origin::Settings {
            limit: config.limits.playlist_bytes,
            idle_target_durations: IDLE_TARGET_DURATIONS,
            ..origin::Settings::default()
        };
        let asking = adserver::Settings {
            limit: config.limits.ads_response_bytes,
            per_host: config.limits.ads_requests_per_host,
            ..adserver::Settings::default()
        };
        let doors = Doors {
            clock: clock.clone(),
            origin: origin::Fetcher::new(client.clone(), clock.clone(), origin_settings),
            guard: guard.clone(),
            adserver: AdServer::new(client, clock.clone(), asking),
            library,
            storage,
            dispatcher: dispatcher.clone(),
            decisions: journal.decisions().clone(),
            metrics: Arc::clone(&metrics),
            signer: Signer::new(&key(&config.data_dir, "signing-key")?),
        };
        let trusted = Arc::new(http::TrustedProxies(config.trusted_proxies.clone()));
        let deadline = config.shutdown_deadline;
        let playback = Playback::new(doors, Settings::default());
        let documents = Arc::new(Documents::open(&config.data_dir)?);
        let file = Arc::new(config.clone());
        let catalogue = Catalogue::new(file, documents, Arc::clone(&playback), guard);
        let (clock, data_dir) = (clock.clone(), config.data_dir.clone());
        Ok(Self {
            playback,
            journal,
            catalogue,
            conditioning,
            metrics,
            dispatcher,
            clock,
            data_dir,
            trusted,
            deadline,
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
        let state = http::State {
            playback: Arc::clone(&self.playback),
            trusted: Arc::clone(&self.trusted),
        };
        let players = besides.merge(http::router(state));
        let readiness = Arc::new(Readiness::new(
            self.data_dir.clone(),
            self.journal.clone(),
            self.dispatcher.outbox().clone(),
        ));
        let operators = admin::router(Arc::clone(&self.metrics), Arc::clone(&readiness));
        let control = control::State {
            catalogue: Arc::clone(&self.catalogue),
            players: ports.players.local_addr().map_err(Error::Serve)?,
            clock: self.clock.clone(),
        };
        let pages = admin::creatives::router(self.conditioning.clone())
            .merge(admin::sessions::router(Arc::clone(&self.playback)));
        let operators = operators.merge(control::router(control, pages));
        let players = serve(ports.players, players, stopping.clone());
        let operators = serve(ports.admin, operators, stopping.clone());
        tokio::spawn(Arc::clone(&self.playback).sweep());
        if let Some(changes) = changes {
            tokio::spawn(follow(changes, Arc::clone(&self.catalogue)));
        }
        readiness.set(Phase::Serving);
        let serving = async { tokio::try_join!(players, operators) };
        tokio::pin!(serving);
        tokio::select! {
            ended = &mut serving => return ended.map(drop).map_err(Error::Serve),
            () = stop => {}
        }
        tracing::info!("draining");
        readiness.set(Phase::Leaving);
        stopping.cancel();
        let until = self.clock.now() + self.deadline;
        let left = || (until - self.clock.now()).to_std();
        if tokio::time::timeout(left(), serving).await.is_err() {
            tracing::warn!(deadline = %self.deadline, "connections are still open at the deadline");
        }
        if tokio::time::timeout(left(), self.playback.stop()).await.is_err() {
            tracing::warn!(deadline = %self.deadline, "ad servers are still asked at the deadline");
        }
        let owed = self.dispatcher.drain(until).await;
        let dispatch::Left { unsent, not_due, away } = owed;
        tracing::info!(unsent, not_due, away, "beacons left");
        self.journal.close(left()).await;
        tracing::info!("drained");
        Ok(())
    }
}

/// Puts every new configuration file into effect.
async fn follow(mut changes: Watch, catalogue: Arc<Catalogue>) {
    while changes.changed().await.is_ok() {
        let config = Arc::clone(&changes.borrow_and_update());
        catalogue.follow(config);
    }
}

fn logs(config: &Config) -> Result<journal::Settings, Error> {
    let (logs, default) = (&config.logs, journal::Settings::default());
    Ok(journal::Settings {
        file_bytes: logs.rotate_bytes.unwrap_or(default.file_bytes),
        file_period: logs.rotate_after.unwrap_or(default.file_period),
        compression: logs.compression,
        most_bytes: logs.most_bytes,
        export: logs.parquet.clone(),
        personal: match logs.personal_data {
            PersonalData::Full => Personal::Full,
            PersonalData::Truncated => Personal::Truncated,
            PersonalData::Hashed => Personal::Hashed(log_key(&config.data_dir)?),
            PersonalData::None => Personal::None,
        },
        ..default
    })
}

/// A viewer who asks every 20 s shall not find a channel asleep.
const IDLE_TARGET_DURATIONS: i64 = 10;
