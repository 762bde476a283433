//! Builds every door from its part of the configuration, joins them, and runs until told to stop.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    admin::{self, Phase, Readiness},
    adserver::{self, AdServer},
    clock::Clock,
    conditioning::{self, Conditioning},
    config::{Config, PersonalData, Watch},
    control::{self, Catalogue},
    dispatch::{self, Dispatcher},
    encoding, fetch,
    guard::Guard,
    http,
    journal::{self, Journal, Personal},
    library::{self, Library},
    metrics::Metrics,
    origin,
    playback::{Doors, Playback, Settings, Signer},
    storage::{self, Storage},
    store::{self, Documents},
    transcode::{self, Transcoder},
    units::MediaDuration,
};

pub mod demo;

/// Why the service cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A port cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The logs cannot be kept.
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// What clients of the control API have put cannot be read.
    #[error(transparent)]
    Documents(#[from] store::NotKept),
    /// What is owed to beacon servers cannot be kept.
    #[error(transparent)]
    Outbox(#[from] dispatch::Unusable),
    /// There is no HTTP client.
    #[error(transparent)]
    Fetch(#[from] fetch::Unusable),
    /// A key, that signs ad segments' addresses or names viewers, can neither be read nor made.
    #[error("cannot keep a key in `{path}`")]
    Key {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The store of creatives cannot be used.
    #[error(transparent)]
    Storage(#[from] storage::Error),
    /// A program is missing that a configuration needs.
    #[error("`{configuration}` needs ffmpeg, its slate being a file")]
    Transcoder {
        /// Which.
        configuration: String,
        /// Why it cannot be run.
        source: transcode::Absent,
    },
    /// A program is missing.
    #[error(transparent)]
    NoTranscoder(#[from] transcode::Absent),
    /// Creatives cannot be worked on.
    #[error("cannot work in `{path}`")]
    Work {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The demo's own address cannot be made.
    #[error("the demo cannot be reached there")]
    Demo(#[source] url::ParseError),
    /// Serving failed.
    #[error("cannot serve")]
    Serve(#[source] io::Error),
}

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
        let operators = operators.merge(control::guarded(pages, control.clone()));
        let operators = operators.merge(control::router(control));
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
        let deadline = self.deadline.to_std();
        if tokio::time::timeout(deadline, serving).await.is_err() {
            tracing::warn!(?deadline, "some connections were still open at the deadline");
        }
        self.playback.stop().await;
        let left = self.dispatcher.drain(self.clock.now() + self.deadline).await;
        tracing::info!(
            unsent = left.unsent,
            not_due = left.not_due,
            away = left.away,
            "beacons left"
        );
        self.journal.close().await;
        tracing::info!("drained");
        Ok(())
    }
}

/// Two open ports.
#[derive(Debug)]
pub struct Ports {
    /// For players.
    pub players: TcpListener,
    /// For operators.
    pub admin: TcpListener,
}

impl Ports {
    /// Opens both.
    ///
    /// # Errors
    /// When one is taken.
    pub async fn open(players: SocketAddr, admin: SocketAddr) -> Result<Self, Error> {
        Ok(Self { players: listen(players).await?, admin: listen(admin).await? })
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })
}

async fn serve(port: TcpListener, router: Router, stop: CancellationToken) -> io::Result<()> {
    use axum::serve::ListenerExt as _;
    let port = port.tap_io(|stream| {
        // A playlist is one small write; waiting to fill a packet only delays it.
        let _ = stream.set_nodelay(true);
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(port, service).with_graceful_shutdown(stop.cancelled_owned()).await
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

/// Where creatives are worked on, and where it is noted what they are for.
pub fn conditioning_folder(config: &Config) -> PathBuf {
    config.data_dir.join("conditioning")
}

/// Where [`conditioning_aside`] works; nobody else does.
pub fn folder_aside(config: &Config) -> PathBuf {
    conditioning_folder(config).join(format!("aside-{}", std::process::id()))
}

/// What makes creatives for the service's store beside the service, in a folder of its own.
///
/// # Errors
/// No ffmpeg, no TLS, no folder to work in.
pub fn conditioning_aside(config: &Config, clock: &Clock) -> Result<Conditioning, Error> {
    let transcoder = Transcoder::find()?;
    let client = fetch::Client::new(Guard::new(config.guard_policy()), fetch::Settings::default())?;
    let storage = storage(config)?;
    let doors = conditioning::Doors { client, clock: clock.clone(), transcoder, storage };
    begin(doors, config, &folder_aside(config))
}

fn begin(
    doors: conditioning::Doors,
    config: &Config,
    folder: &Path,
) -> Result<Conditioning, Error> {
    let failed = |source| Error::Work { path: folder.to_owned(), source };
    let (creatives, usual) = (&config.creatives, encoding::Settings::default());
    let settings = conditioning::Settings {
        encoding: encoding::Settings { loudness: creatives.loudness, ..usual },
        at_once: creatives.at_once,
        most_bytes: creatives.most_bytes,
        ..conditioning::Settings::new(folder.to_owned())
    };
    Conditioning::start(doors, settings).map_err(failed)
}

fn storage(config: &Config) -> Result<Storage, Error> {
    match &config.creatives.bucket {
        Some(bucket) => Ok(Storage::s3(bucket)?),
        None => Ok(Storage::local(&config.data_dir.join("creatives"))?),
    }
}

/// What makes creatives: nothing without ffmpeg, unless a configuration cannot do without.
fn conditioning(
    config: &Config,
    client: &fetch::Client,
    clock: &Clock,
    storage: &Storage,
) -> Result<Option<Conditioning>, Error> {
    let transcoder = match (Transcoder::find(), config.needs_transcoding()) {
        (Ok(transcoder), _) => transcoder,
        (Err(absent), Some(name)) => {
            return Err(Error::Transcoder { configuration: name.to_owned(), source: absent });
        }
        (Err(absent), None) => {
            tracing::warn!(%absent, "only creatives that are HLS and match their channel are shown");
            return Ok(None);
        }
    };
    let doors = conditioning::Doors {
        client: client.clone(),
        clock: clock.clone(),
        transcoder,
        storage: storage.clone(),
    };
    begin(doors, config, &conditioning_folder(config)).map(Some)
}

/// The key by which viewers are named in logs; without it the names tell nobody anything.
fn log_key(data_dir: &Path) -> Result<journal::Key, Error> {
    let mut bytes = [0; KEY_BYTES];
    bytes.iter_mut().zip(key(data_dir, "log-key")?).for_each(|(byte, key)| *byte = key);
    Ok(journal::Key(bytes))
}

/// A key of the service's own, made at the first start.
fn key(data_dir: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let path = data_dir.join(name);
    let failed = |source| Error::Key { path: path.clone(), source };
    match std::fs::read(&path) {
        Ok(key) if key.len() >= KEY_BYTES => return Ok(key),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let mut key = vec![0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|_| failed(io::Error::other("no random numbers")))?;
    std::fs::create_dir_all(data_dir).map_err(failed)?;
    write_private(&path, &key).map_err(failed)?;
    Ok(key)
}

fn write_private(path: &Path, key: &[u8]) -> io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(key)?;
    file.sync_all()
}

const KEY_BYTES: usize = 32;

/// A viewer who asks every 20 s shall not find a channel asleep.
const IDLE_TARGET_DURATIONS: i64 = 10;
