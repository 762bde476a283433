//! One viewer's session at work: who he is, what was decided for him, what he is being asked about.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering},
    },
};

use tokio::sync::watch;

use super::{
    account::Accounts,
    deciding::{Decisions, Turn},
    hearing::Heard,
    live::Live,
    prefetch::Stock,
    title::Watching,
};
use crate::{
    adserver::device_headers,
    beacon::Schedule,
    channel::BreakSerial,
    configuration::{PlaybackConfiguration, Suppression},
    fetch::HeaderMap,
    hls::RenditionKind,
    ids::SessionId,
    journal::Person,
    pod::{AdInfo, Offers},
    session::Timeline,
    tracking::Reporting,
    units::ProgramTime,
    vast::variables,
};

/// Whom the ads are for, as the request that began the session told.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// His address: the peer's, or what a trusted proxy says of it.
    pub ip: Option<IpAddr>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// `Referer`.
    pub referer: Option<String>,
    /// `Accept-Language`.
    pub accept_language: Option<String>,
}

/// What a session was opened with.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// Whom for.
    pub device: Device,
    /// `ads.*` or `adsParams`: `[player_params.k]` in the ADS URL.
    pub player_params: BTreeMap<String, String>,
    /// Instead of the configuration's.
    pub suppression: Option<Suppression>,
    /// Who sends its beacons.
    pub reporting: Reporting,
    /// The stream it says it watches, for prefetch schedules.
    pub stream: Option<String>,
    /// Its playlists tell of each ad (SVTA 2053-2).
    pub signalling: bool,
    /// It begins without ads, whatever is configured.
    pub no_pre_roll: bool,
}

/// A session.
#[derive(Debug)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// The configuration it began with; ad settings are looked up anew for each break.
    pub configuration: Arc<PlaybackConfiguration>,
    /// The channel's path under the configuration.
    pub asset: Arc<str>,
    /// What it was opened with.
    pub opening: Opening,
    /// What it watches.
    pub live: Arc<Live>,
    /// When it was opened.
    pub created: ProgramTime,
    /// What tells ad servers and sinks on whose behalf they are asked.
    pub(super) headers: Arc<HeaderMap>,
    last_seen: AtomicI64,
    /// When it last asked for a playlist of video.
    watched_at: AtomicI64,
    /// One more than the newest break it has been asked about: looked at by every reload, so
    /// outside the lock.
    pub(super) asked: AtomicU32,
    /// How many breaks ads have come late for.
    pub(super) late: AtomicU32,
    /// How many of its channel's views had been published when it was swept last.
    pub(super) swept: AtomicU64,
    pub(super) decisions: Decisions,
    /// The title it watches, if it watches one; it then decides nothing live.
    pub(super) title: OnceLock<Arc<Watching>>,
    /// Whether what it begins with is decided, once that is asked for.
    pub(super) pre_roll: OnceLock<watch::Sender<bool>>,
    /// A playlist waits: whoever still waits for his turn to ask goes at once.
    pub(super) hurry: tokio::sync::Notify,
    work: Mutex<Work>,
}

/// What is under way for a session.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// When a playlist first waited for a break.
    pub(super) held: HashMap<BreakSerial, ProgramTime>,
    /// Ads that came after the deadline and may still be used.
    pub(super) late: HashMap<BreakSerial, Offers>,
    /// Ads being watched.
    pub(super) schedules: BTreeMap<(BreakSerial, usize), Schedule>,
    /// Breaks of which video was asked for.
    pub(super) seen: HashSet<BreakSerial>,
    /// `AVAIL_ENDED` has been written up to this break.
    pub(super) closed: Option<BreakSerial>,
    /// The breaks of its title of which it has been.
    pub(super) closed_rolls: HashSet<BreakSerial>,
    /// How many breaks it has been asked about.
    pub(super) avails: u32,
    /// How many events its player has reported.
    pub(super) reported: u32,
    /// What was asked for ahead of time.
    pub(super) stock: Stock,
    /// Ads that are still being made for a break.
    pub(super) makings: HashMap<BreakSerial, Vec<Arc<AdInfo>>>,
    /// What is known of answers of which a part is still to come.
    pub(super) heard: HashMap<BreakSerial, Heard>,
    /// For those who ask why.
    pub(super) accounts: Accounts,
}

impl Work {
    /// Up to here `AVAIL_ENDED` is being written, by whoever hears of it first; up to where it was.
    pub(super) fn close(&mut self, newest: BreakSerial) -> Option<BreakSerial> {
        let before = self.closed;
        self.closed = before.max(Some(newest));
        before
    }

    /// Lets go of breaks long past.
    pub(super) fn forget(&mut self, breaks: &[BreakSerial]) {
        for serial in breaks {
            self.held.remove(serial);
            self.seen.remove(serial);
        }
        self.schedules.retain(|(serial, _), _| !breaks.contains(serial));
    }
}

impl Session {
    /// A session opened at `now`.
    pub fn new(
        id: SessionId,
        configuration: Arc<PlaybackConfiguration>,
        asset: Arc<str>,
        opening: Opening,
        live: Arc<Live>,
        now: ProgramTime,
    ) -> Self {
        let headers = Arc::new(device_headers(&told(id, &opening.device)));
        Self {
            id,
            configuration,
            asset,
            opening,
            live,
            created: now,
            headers,
            last_seen: AtomicI64::new(now.as_nanos()),
            watched_at: AtomicI64::new(i64::MIN),
            asked: AtomicU32::new(0),
            late: AtomicU32::new(0),
            swept: AtomicU64::new(0),
            decisions: Decisions::default(),
            title: OnceLock::new(),
            pre_roll: OnceLock::new(),
            hurry: tokio::sync::Notify::new(),
            work: Mutex::default(),
        }
    }

    /// Whom its rows are about.
    pub(super) fn person(&self) -> Person {
        let device = &self.opening.device;
        Person { address: device.ip, user_agent: device.user_agent.clone() }
    }

    /// Which breaks stay programme at its beginning.
    pub(super) fn suppression(&self) -> Suppression {
        self.opening.suppression.unwrap_or(self.configuration.avail_suppression)
    }

    /// Heard of at `now`.
    pub fn touch(&self, now: ProgramTime) {
        self.last_seen.store(now.as_nanos(), Ordering::Relaxed);
    }

    /// When it was last heard of.
    pub fn last_seen(&self) -> ProgramTime {
        ProgramTime::from_nanos(self.last_seen.load(Ordering::Relaxed))
    }

    /// Heard of at `now`, when it asked for the playlist of a rendition.
    pub(super) fn touch_playlist(&self, now: ProgramTime, rendition: usize) {
        self.touch(now);
        let kind = self.live.renditions.get(rendition).map(|known| known.kind);
        if kind == Some(RenditionKind::Video) {
            self.watched_at.store(now.as_nanos(), Ordering::Relaxed);
        }
    }

    /// Has it asked for a playlist of video since then?
    pub(super) fn watched_since(&self, time: ProgramTime) -> bool {
        self.watched_at.load(Ordering::Relaxed) >= time.as_nanos()
    }

    /// Has it ever asked for a media playlist?
    pub fn has_played(&self) -> bool {
        self.is_title() || self.decisions.read().timeline.is_some()
    }

    /// What was decided for it so far.
    pub fn timeline(&self) -> Option<Arc<Timeline>> {
        self.decisions.read().timeline.clone()
    }

    /// Waits for the turn to decide something.
    pub(super) fn turn(&self) -> Turn<'_> {
        self.decisions.turn()
    }

    /// Counts an event its player reports; false where that is one too many.
    pub(super) fn may_report(&self) -> bool {
        let mut work = self.work();
        work.reported += 1;
        work.reported <= MOST_REPORTED
    }

    pub(super) fn keep_late(&self, serial: BreakSerial, offers: Offers) {
        let mut work = self.work();
        if let Some(known) = work.late.get_mut(&serial) {
            return known.extend(offers);
        }
        work.late.insert(serial, offers);
        self.late.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn take_late(&self, serial: BreakSerial) -> Option<Offers> {
        let offers = self.work().late.remove(&serial)?;
        self.late.fetch_sub(1, Ordering::AcqRel);
        Some(offers)
    }

    /// Have ads come after their deadline that are still of use?
    pub(super) fn has_late(&self) -> bool {
        self.late.load(Ordering::Acquire) > 0
    }

    pub(super) fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What ad servers are told of a session.
pub(super) fn told(id: SessionId, device: &Device) -> variables::Session {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    variables::Session {
        id,
        client_ip: device.ip,
        user_agent: text(&device.user_agent),
        referer: text(&device.referer),
        accept_language: text(&device.accept_language),
    }
}

/// Events a session's player may report.
const MOST_REPORTED: u32 = 10_000;
