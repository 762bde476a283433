//! Recorded programmes at work: the first request of any rendition has a title's breaks decided, all at
//! once and within one budget, and every other one joins it. Nothing of this touches live channels.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Error, Live, Playback, Shown, session::Session};
use crate::{
    channel::Break,
    stitch::{self, Recording},
    title::Programme,
    tracking,
    units::MediaDuration,
    vast::variables::Position,
};

mod ask;
mod close;
mod decide;
mod making;
mod recordings;

pub(super) use recordings::Recordings;

/// A session's title: what it is, and how it is shown once that is decided.
#[derive(Debug)]
pub(super) struct Watching {
    recording: Arc<Recording>,
    decided: watch::Sender<Option<Arc<Programme>>>,
}

impl Session {
    /// Does it watch a title?
    pub(super) fn is_title(&self) -> bool {
        self.title.get().is_some()
    }

    /// The title as it is shown, once that is decided.
    pub(super) fn programme(&self) -> Option<Arc<Programme>> {
        self.title.get()?.decided.borrow().clone()
    }

    /// Where a break stands in what it watches.
    pub(super) fn position(&self, ad_break: &Break) -> Position {
        match self.title.get() {
            Some(watching) => watching.recording.title.position(ad_break.begins()),
            None if ad_break.serial.is_pre_roll() => Position::Before,
            None => Position::Within,
        }
    }

    /// How far into the title a break is; none live, where nobody knows when the programme began.
    pub(super) fn playhead(&self, ad_break: &Break) -> Option<MediaDuration> {
        let programme = self.programme()?;
        let roll = programme.rolls.iter().find(|roll| roll.ad_break.id == ad_break.id);
        roll.map(|roll| roll.at)
    }
}

impl Playback {
    /// The playlist of a rendition of the title a session watches.
    ///
    /// # Errors
    /// The rendition has not been read, or the title cannot be decided because the service ends.
    pub(super) async fn title(
        self: &Arc<Self>,
        session: &Arc<Session>,
        watching: &Watching,
        rendition: usize,
    ) -> Result<Shown, Error> {
        let began = self.doors.clock.now();
        let missing = |why: &str| Error::NotReady { rendition, why: why.to_owned() };
        let mut decided = watching.decided.subscribe();
        // Whoever decides does so within a budget.
        let programme =
            decided.wait_for(Option::is_some).await.ok().and_then(|known| known.clone());
        let programme = programme.ok_or_else(|| missing("the service ends"))?;
        let (live, recording) = (Arc::clone(&session.live), Arc::clone(&watching.recording));
        let shared = Arc::clone(&programme);
        // Hours of text take milliseconds, which live playlists would wait for.
        let written = move || {
            recording.playlist(&shared, rendition, &live.links).or_else(|| {
                // It was read after the others had been waited for long enough.
                let newest = live.recording()?;
                newest.playlist(&shared.on(Arc::clone(&newest.title))?, rendition, &live.links)
            })
        };
        let shown = tokio::task::spawn_blocking(written).await.ok().flatten();
        let (header, body) = shown.ok_or_else(|| {
            let why = session.live.failure(rendition);
            missing(why.as_deref().unwrap_or("it has not answered"))
        })?;
        let took = self.doors.clock.now() - began;
        self.measure_title(session, took);
        Ok(Shown { header: header + &signals(session, &programme), body })
    }

    /// Waits until every rendition of a title has been read, or failed, but not for long.
    pub(super) async fn watch_title(
        self: &Arc<Self>,
        session: &Arc<Session>,
    ) -> Option<Arc<Watching>> {
        let live = &session.live;
        let mut changes = live.changes();
        let whole = async { while !live.is_read_whole() && changes.changed().await.is_ok() {} };
        let _ = tokio::time::timeout(LATE.to_std(), whole).await;
        let recording = live.recording()?;
        let mut begun = false;
        let watching = session.title.get_or_init(|| {
            begun = true;
            Arc::new(Watching { recording, decided: watch::channel(None).0 })
        });
        if begun {
            self.begin_title(session, watching);
        }
        Some(Arc::clone(watching))
    }

    /// Decides a title in the background: whoever asked first may go away.
    fn begin_title(self: &Arc<Self>, session: &Arc<Session>, watching: &Arc<Watching>) {
        let (this, session) = (Arc::clone(self), Arc::clone(session));
        let deciding = Deciding(Arc::clone(watching));
        self.aside(async move {
            let title = &deciding.0.recording.title;
            let programme = tokio::select! {
                programme = this.decide_title(&session, title) => programme,
                () = this.stopping.cancelled() => return,
            };
            deciding.0.decided.send_replace(Some(programme));
        });
    }
}

/// Whoever decides a title. However that ends, by a panic or because the service stops, the film plays:
/// everybody who waits for the decision would wait for good.
struct Deciding(Arc<Watching>);

impl Drop for Deciding {
    fn drop(&mut self) {
        let Watching { recording, decided } = &*self.0;
        let bare = || Arc::new(Programme::new(Arc::clone(&recording.title), Vec::new()));
        decided.send_if_modified(|known| {
            let left = known.is_none();
            known.get_or_insert_with(bare);
            left
        });
    }
}

impl Live {
    /// Has the reference's playlist come to its end? Then what can be watched from now on is a title.
    pub(super) fn is_recorded(&self) -> bool {
        self.published().is_some_and(|published| {
            let view = &published.view;
            let reference = view.tracks.get(view.reference).and_then(Option::as_ref);
            self.is_awake(view.reference) && reference.is_some_and(|track| track.frame.ended)
        })
    }
}

/// What its playlists tell of their ads, for those who want to hear it.
fn signals(session: &Session, programme: &Programme) -> String {
    let opening = &session.opening;
    if !opening.signalling || !programme.title.is_dated() {
        return String::new();
    }
    let placed = stitch::title_placed(programme);
    tracking::signals(&placed, &programme.timeline, opening.reporting, None)
}

/// How long renditions that do not come are waited for.
const LATE: MediaDuration = MediaDuration::from_secs(2);
