//! A channel at work: its refreshers feed the pure state, and every change is published.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
};

use arc_swap::ArcSwapOption;
use dashmap::DashMap;
use tokio::sync::watch;
use url::Url;

mod ready;

pub(super) use ready::Role;

use ready::Ready;

use super::{links::ChannelLinks, session::Session, title::Recordings};
use crate::{
    channel::{Break, Channel, Reading, Seat, View, Wanted},
    configuration::PlaybackConfiguration,
    creative::{Packing, Slot},
    cue,
    guard::PublicUrl,
    hls::{MediaPlaylist, Multivariant, RenditionInfo, RenditionKind},
    ids::{ConfigurationName, SessionId},
    origin::RefresherHandle,
    pod::Unfilled,
    stitch::Published,
    units::{MediaDuration, ProgramTime},
};

mod news;

pub(super) use news::News;
use news::difference;

/// A channel with viewers.
#[derive(Debug)]
pub struct Live {
    /// Whose channel it is.
    pub configuration: ConfigurationName,
    /// Where its multivariant playlist lies.
    pub address: PublicUrl,
    /// Where each rendition's playlist lies; none where its URI is no address.
    pub addresses: Vec<Option<Url>>,
    /// Its multivariant playlist when it was opened.
    pub multivariant: Multivariant,
    /// Where that came from: what its addresses refer to.
    pub base: Url,
    /// What it says of each rendition.
    pub renditions: Vec<RenditionInfo>,
    /// How its playlists name things.
    pub links: ChannelLinks,
    state: Mutex<Channel>,
    published: ArcSwapOption<Published>,
    pub(super) recorded: Recordings,
    versions: AtomicU64,
    changed: watch::Sender<u64>,
    /// What is shown besides ads, and what creatives have to be.
    ready: Ready,
    /// Those who watch it.
    pub sessions: DashMap<SessionId, Arc<Session>>,
    failed: Mutex<Vec<Option<String>>>,
    /// Renditions the origin has been heard of since the refreshers were started last.
    heard: Vec<AtomicBool>,
    /// When each rendition's playlist last had something new.
    newest: Vec<AtomicI64>,
    refreshers: ArcSwapOption<Vec<(usize, RefresherHandle)>>,
    starting: Mutex<()>,
    opened: ProgramTime,
}

impl Live {
    /// A channel nothing has been read of.
    pub fn new(
        configuration: &PlaybackConfiguration,
        address: PublicUrl,
        (multivariant, base): (Multivariant, Url),
        addresses: Vec<Option<Url>>,
        links: ChannelLinks,
        now: ProgramTime,
    ) -> Self {
        let renditions = multivariant.renditions.clone();
        let kinds: Vec<_> = renditions.iter().map(|rendition| rendition.kind).collect();
        let unread = (0..kinds.len()).filter(|&at| !is_read(kinds[at], addresses.get(at)));
        let channel = Channel::new(&kinds).trusting(configuration.cues).without(unread);
        Self {
            failed: Mutex::new(vec![None; kinds.len()]),
            heard: kinds.iter().map(|_| AtomicBool::new(false)).collect(),
            newest: kinds.iter().map(|_| AtomicI64::new(now.as_nanos())).collect(),
            state: Mutex::new(channel),
            published: ArcSwapOption::empty(),
            recorded: Recordings::new(kinds.len(), configuration.cues),
            versions: AtomicU64::new(0),
            changed: watch::channel(0).0,
            sessions: DashMap::new(),
            configuration: configuration.name.clone(),
            address,
            addresses,
            multivariant,
            base,
            renditions,
            links,
            ready: Ready::new(),
            refreshers: ArcSwapOption::empty(),
            starting: Mutex::new(()),
            opened: now,
        }
    }

    /// Where a rendition's playlist lies, if it is to be read.
    pub(super) fn read_at(&self, rendition: usize) -> Option<&Url> {
        self.addresses.get(rendition)?.as_ref().filter(|_| self.is_read(rendition))
    }

    /// Is its playlist ever read?
    pub(super) fn is_read(&self, rendition: usize) -> bool {
        let known = self.renditions.get(rendition);
        known.is_some_and(|known| is_read(known.kind, self.addresses.get(rendition)))
    }

    /// The newest view; none until the origin has answered.
    pub fn published(&self) -> Option<Arc<Published>> {
        self.published.load_full()
    }

    /// How many views have been published: who has seen this many has seen the newest.
    pub(super) fn versions(&self) -> u64 {
        self.versions.load(Ordering::Acquire)
    }

    /// Told whenever something new is published or an origin request failed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// What a creative has to match, rendition by rendition.
    pub(super) fn slots(&self, view: &View) -> Vec<Slot<'_>> {
        let slots = self.renditions.iter().zip(&view.tracks).map(|(info, track)| {
            let first = track.as_ref().and_then(|track| track.segments.first());
            let frame = track.as_ref().map(|track| &track.frame);
            Slot {
                info,
                packing: first.map(|first| Packing::of(&first.segment)),
                target_duration: frame.map_or(view.target_duration, |f| f.target_duration),
            }
        });
        slots.collect()
    }

    /// Done when something of every rendition with pictures or sound has been read.
    pub(super) async fn whole_view(&self) {
        let mut changes = self.changes();
        let whole = || {
            let Some(published) = self.published() else { return false };
            let mut tracks = self.renditions.iter().zip(&published.view.tracks).enumerate();
            tracks.all(|(at, (info, track))| {
                !matches!(info.kind, RenditionKind::Video | RenditionKind::Audio)
                    || !self.is_read(at)
                    || track.as_ref().is_some_and(|track| !track.segments.is_empty())
            })
        };
        while !whole() && changes.changed().await.is_ok() {}
    }

    /// Done when something of the channel has been read.
    pub(super) async fn first_view(&self) {
        let mut changes = self.changes();
        while self.published().is_none() && changes.changed().await.is_ok() {}
    }

    /// Why a rendition's last reading failed, if it did.
    pub fn failure(&self, rendition: usize) -> Option<String> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get(rendition).cloned().flatten()
    }

    /// How long ago each playlist that is being read last had something new, or began to be read;
    /// those that have ended are to have nothing new.
    pub(super) fn ages(&self, now: ProgramTime) -> Vec<MediaDuration> {
        let running = self.refreshers.load();
        let Some(running) = running.as_ref() else { return Vec::new() };
        let published = self.published.load();
        let ended = |at: usize| {
            let track = published.as_ref().and_then(|known| known.view.tracks.get(at)?.as_ref());
            track.is_some_and(|track| track.frame.ended)
        };
        let running = running.iter().filter(|(_, refresher)| refresher.is_running());
        let running = running.filter(|(rendition, _)| !ended(*rendition));
        let newest = running.filter_map(|(rendition, _)| self.newest.get(*rendition));
        newest.map(|at| now - ProgramTime::from_nanos(at.load(Ordering::Relaxed))).collect()
    }

    /// Keeps the refreshers running; false if they have to be started.
    pub(super) fn keep(&self, now: ProgramTime) -> bool {
        let running = self.refreshers.load();
        let first = running.as_ref().and_then(|all| all.first());
        first.is_some_and(|(_, first)| first.ask(now).is_ok())
    }

    /// Is anybody still being read for?
    pub(super) fn is_wanted(&self, now: ProgramTime) -> bool {
        !self.sessions.is_empty() || now - self.opened < GRACE
    }

    /// Has the origin answered for this rendition and the reference since the refreshers were
    /// started last? Until then what is known may be hours old.
    pub(super) fn is_awake(&self, rendition: usize) -> bool {
        let published = self.published.load();
        let reference = published.as_ref().map(|known| known.view.reference);
        self.is_heard(rendition) && reference.is_some_and(|reference| self.is_heard(reference))
    }

    /// Has the origin answered for this rendition since the refreshers were started last?
    pub(super) fn is_heard(&self, rendition: usize) -> bool {
        self.heard.get(rendition).is_some_and(|heard| heard.load(Ordering::Acquire))
    }

    /// The refreshers are about to be started: nothing has been heard yet.
    pub(super) fn fall_asleep(&self, now: ProgramTime) {
        for heard in &self.heard {
            heard.store(false, Ordering::Release);
        }
        for newest in &self.newest {
            newest.store(now.as_nanos(), Ordering::Relaxed);
        }
        self.recorded.fall_asleep();
    }

    /// Takes over running refreshers, each with its rendition.
    pub(super) fn feed(&self, refreshers: Vec<(usize, RefresherHandle)>) {
        self.refreshers.store(Some(Arc::new(refreshers)));
    }

    /// Whoever starts the refreshers holds this.
    pub(super) fn starting(&self) -> MutexGuard<'_, ()> {
        self.starting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in a playlist, and says which breaks it told of first or decided to leave alone.
    pub(super) fn read(
        &self,
        rendition: usize,
        playlist: &MediaPlaylist,
        now: ProgramTime,
    ) -> News {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let before = state.view().cloned();
        let (newest, profile) = (state.newest(rendition), state.trust().profile);
        let reading = state.loaded(rendition, playlist, now);
        if let Some(newest) = self.newest.get(rendition).filter(|_| reading == Reading::Advanced) {
            newest.store(now.as_nanos(), Ordering::Relaxed);
        }
        let after = state.view().cloned();
        let (new_break, refusals, ran_out) = difference(before.as_deref(), after.as_deref());
        let read = state.read_after(rendition, newest);
        let odd = cue::oddities(read.flat_map(|segment| &segment.lines), profile);
        self.publish(&state);
        drop(state);
        self.note(rendition, None);
        News { reading, new_break, refusals, ran_out, odd }
    }

    /// Sees to what time alone has decided since the last reading.
    pub(super) fn look_at_the_clock(&self, now: ProgramTime) {
        let published = self.published.load();
        if published.as_ref().is_some_and(|known| known.view.is_due(now)) {
            self.wait(now);
        }
    }

    /// Nothing new was read; time decides things too.
    pub(super) fn wait(&self, now: ProgramTime) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waited(now);
        self.publish(&state);
    }

    /// A playlist could not be read.
    pub(super) fn fail(&self, rendition: usize, why: String, now: ProgramTime) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.failed(rendition, now);
        self.publish(&state);
        drop(state);
        self.note(rendition, Some(why));
    }

    /// Finds the place of ads that somebody who joins now is shown first, as [`Channel::lead_in`], and
    /// gives the first view that has it.
    pub(super) fn lead_in(
        &self,
        wanted: &Wanted<'_>,
        now: ProgramTime,
    ) -> Result<(Arc<Break>, Seat, Arc<Published>), Unfilled> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (place, seat) = state.lead_in(wanted, now)?;
        self.publish(&state);
        let published = self.published().ok_or(Unfilled::TooLittleListed)?;
        drop(state);
        Ok((place, seat, published))
    }

    fn publish(&self, state: &Channel) {
        let before = self.published.load_full();
        let known = before.as_ref().map(|known| &known.view);
        if let Some(view) = state.view().filter(|view| known.is_none_or(|k| !Arc::ptr_eq(k, view)))
        {
            let next = Published::after(before.as_deref(), Arc::clone(view));
            self.published.store(Some(Arc::new(next)));
            self.versions.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn note(&self, rendition: usize, failure: Option<String>) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = failed.get_mut(rendition) {
            *slot = failure;
        }
        drop(failed);
        if let Some(heard) = self.heard.get(rendition) {
            heard.store(true, Ordering::Release);
        }
        self.changed.send_modify(|version| *version = version.wrapping_add(1));
    }
}

/// I-frames are not offered beside replaced breaks, and what has no address cannot be read.
fn is_read(kind: RenditionKind, address: Option<&Option<Url>>) -> bool {
    kind != RenditionKind::IFrame && !matches!(address, Some(None))
}

/// A channel opened so short a while ago may be waiting for its first session.
const GRACE: MediaDuration = MediaDuration::from_secs(30);
