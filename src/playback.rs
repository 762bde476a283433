//! The application: begins sessions, serves playlists and ad segments, and joins the effects to the
//! decisions. No request for a live playlist waits for an ad server, nor, once its channel is known,
//! for the origin.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, Weak},
};

use arc_swap::ArcSwap;
use dashmap::DashMap;
use tokio::runtime::Handle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

mod account;
mod beacons;
mod count;
mod decide;
mod deciding;
mod error;
mod failures;
mod feed;
mod hearing;
mod journal;
mod links;
mod live;
mod making;
mod offers;
mod measure;
mod open;
mod places;
mod pre_roll;
mod prefetch;
mod profile;
mod report;
mod room;
mod seen;
mod session;
mod show;
mod slate;
mod standby;
mod sweep;
mod tell;
#[cfg(test)]
mod tests;
mod title;

pub use count::{Asked, Leads};
pub use error::Error;
pub use links::{ChannelLinks, Signer};
pub use live::Live;
pub use report::{NotTaken, Reported};
pub use session::{Device, Opening, Session};
pub use show::Shown;

use places::Places;

use crate::{
    adserver::AdServer,
    clock::Clock,
    configuration::{PlaybackConfiguration, prefetch::Prefetch},
    dispatch::Dispatcher,
    guard::Guard,
    hls,
    ids::SessionId,
    journal::Log,
    library::Library,
    metrics::Metrics,
    origin::Fetcher,
    storage::Storage,
    store::Store,
    tracking,
    units::{MediaDuration, MediaSequence, Viewer},
};

/// How much is allowed.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Sessions at a time.
    pub sessions: usize,
    /// Sessions at a time from one address, or from one IPv6 network of 64 bits.
    pub sessions_per_address: usize,
    /// Channels of one configuration at a time: whoever asks for another path or query than others
    /// has a channel of his own read from the origin.
    pub channels: usize,
    /// How much of a media playlist is read.
    pub playlist: hls::Limits,
    /// A session that has played and is silent for so long is forgotten.
    pub session_idle: MediaDuration,
    /// A session that never asked for a media playlist is forgotten after so long.
    pub session_unplayed: MediaDuration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 200_000,
            sessions_per_address: 5_000,
            channels: 1_000,
            playlist: hls::Limits::default(),
            session_idle: MediaDuration::from_secs(600),
            session_unplayed: MediaDuration::from_secs(60),
        }
    }
}

/// What may change while the service runs.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The configurations by name.
    pub configurations: HashMap<String, Arc<PlaybackConfiguration>>,
    /// Their prefetch schedules; nothing for those that have none.
    pub prefetches: HashMap<String, Vec<Prefetch>>,
    /// How much is allowed.
    pub limits: Limits,
}

/// The doors playback goes through.
#[derive(Debug)]
pub struct Doors {
    /// What time it is.
    pub clock: Clock,
    /// Reads origins.
    pub origin: Fetcher,
    /// Judges addresses.
    pub guard: Guard,
    /// Asks ad servers.
    pub adserver: AdServer,
    /// Knows creatives.
    pub library: Library,
    /// Keeps those that were made here.
    pub storage: Storage,
    /// Sends beacons.
    pub dispatcher: Dispatcher,
    /// The decision log.
    pub decisions: Log,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// Signs ad segments' addresses.
    pub signer: Signer,
    /// Where ad servers are asked and breaks decided.
    pub deciding: Handle,
}

/// The service's state.
#[derive(Debug)]
pub struct Playback {
    doors: Doors,
    store: Store,
    settings: ArcSwap<Settings>,
    channels: DashMap<String, Arc<Live>>,
    sessions: DashMap<SessionId, Arc<Session>>,
    places: Places,
    /// Whoever opens a channel holds this, so that none is one too many.
    opening: Mutex<()>,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl Playback {
    /// With these doors and settings, and nobody watching.
    pub fn new(doors: Doors, settings: Settings) -> Arc<Self> {
        let this = Arc::new(Self {
            doors,
            store: Store::default(),
            settings: ArcSwap::from_pointee(settings),
            channels: DashMap::new(),
            sessions: DashMap::new(),
            places: Places::default(),
            opening: Mutex::default(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
        });
        let attendance: Weak<Self> = Arc::downgrade(&this);
        this.doors.dispatcher.attend(attendance);
        this
    }

    /// Takes over new settings: sessions keep the source they began with, ad settings hold from the
    /// next break on.
    pub fn configure(&self, settings: Settings) {
        self.settings.store(Arc::new(settings));
    }

    /// The session of this name under this configuration.
    ///
    /// # Errors
    /// There is none, or not any more.
    pub fn session(&self, configuration: &str, id: SessionId) -> Result<Arc<Session>, Error> {
        let session = self.sessions.get(&id).map(|known| Arc::clone(&known));
        session
            .filter(|session| session.configuration.name.as_str() == configuration)
            .ok_or(Error::NoSuchSession(id))
    }

    /// How much of a media playlist is read.
    fn playlist_limits(&self) -> hls::Limits {
        self.settings.load().limits.playlist
    }

    /// The configuration as it stands now, whose ad settings the next break goes by.
    fn current(&self, session: &Session) -> Arc<PlaybackConfiguration> {
        let settings = self.settings.load();
        let known = settings.configurations.get(session.configuration.name.as_str());
        known.map_or_else(|| Arc::clone(&session.configuration), Arc::clone)
    }

    /// Has ad servers asked and breaks decided aside from playlists: a crowd's answers come in the same
    /// moment, and whoever waits for a playlist would wait for all of them to be read.
    fn aside(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn_on(work, &self.doors.deciding);
    }

    /// Waits until no ad server is being asked and no row is on its way.
    pub async fn decided(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
    }

    /// Ends background work, refreshers and requests to ad servers, and writes down what became of
    /// the breaks of those who are still watching.
    pub async fn stop(&self) {
        self.stopping.cancel();
        let all: Vec<_> = self.sessions.iter().map(|session| Arc::clone(&session)).collect();
        all.iter().for_each(|session| self.end(session));
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Playback {
    /// The tracking document of a session (§1.12 of MediaTailor's reference).
    ///
    /// # Errors
    /// There is no such session.
    pub fn tracking(&self, configuration: &str, id: SessionId) -> Result<serde_json::Value, Error> {
        let session = self.session(configuration, id)?;
        Ok(self.tracked(&session, (None, usize::MAX), ""))
    }

    /// A page of it: the ads behind those a token stands for, from the first on where it is empty.
    ///
    /// # Errors
    /// There is no such session, or the token is not of use.
    pub fn tracking_after(
        &self,
        configuration: &str,
        id: SessionId,
        token: &str,
    ) -> Result<serde_json::Value, Error> {
        let session = self.session(configuration, id)?;
        let now = self.doors.clock.now();
        let known = (!token.is_empty()).then(|| tracking::Token::read(token, now));
        let after = known.transpose().map_err(Error::BadToken)?.map(|token| token.last.msn);
        Ok(self.tracked(&session, (after, TRACKED_ADS), token))
    }

    /// `known` is the token of who has seen all that there is.
    fn tracked(
        &self,
        session: &Session,
        page: (Option<Viewer<MediaSequence>>, usize),
        known: &str,
    ) -> serde_json::Value {
        let now = self.doors.clock.now();
        session.touch(now);
        let Some(seen) = session.seen() else { return tracking::json(&[], known) };
        let placed = seen.placed();
        let scene = tracking::Scene {
            placed: &placed,
            head: seen.head(),
            timeline: seen.timeline(),
            ad_break: &|serial| seen.ad_break(serial),
        };
        let document = tracking::document(&scene, session.opening.reporting, page);
        let token = document.last.map(|last| tracking::Token { last, given: now }.to_string());
        tracking::json(&document.avails, token.as_deref().unwrap_or(known))
    }
}

/// Ads of a page of a tracking document.
const TRACKED_ADS: usize = 100;
