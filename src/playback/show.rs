//! A playlist for a viewer, from what is known at this moment.

use std::sync::Arc;

use super::{Error, Playback, live::Live, session::Session, title::Watching};
use crate::{
    channel::{BreakSerial, View},
    ids::SessionId,
    session::{Making, Step, Timeline},
    stitch::{self, Body, Held, Numbers, Playlist, Published, Sight},
    tracking,
    units::{MediaDuration, ProgramTime},
};

/// A playlist: the viewer's own lines, and those he shares.
#[derive(Clone, Debug)]
pub struct Shown {
    /// `#EXTM3U` and the two sequence numbers.
    pub header: String,
    /// The rest.
    pub body: Arc<Body>,
}

impl Playback {
    /// The personalised media playlist of `rendition`.
    ///
    /// # Errors
    /// No such session or rendition; or the origin has not answered within the cold start's time.
    pub async fn media(
        self: &Arc<Self>,
        configuration: &str,
        id: SessionId,
        rendition: usize,
    ) -> Result<Shown, Error> {
        let session = self.session(configuration, id)?;
        let known = session.live.renditions.len();
        if rendition >= known {
            return Err(Error::NoSuchRendition { asked: rendition, known });
        }
        session.touch_playlist(self.doors.clock.now(), rendition);
        if let Some(watching) = session.title.get() {
            return self.title(&session, watching, rendition).await;
        }
        self.refresh(&session.live);
        let is_new = !session.has_played();
        let awake = session.live.is_awake(rendition);
        if awake {
            self.play_pre_roll(&session).await;
        }
        let shown = match awake.then(|| self.show(&session, rendition)).flatten() {
            Some(shown) => shown,
            None => self.first(&session, rendition).await?,
        };
        // What fills the gaps of live breaks is of no use to a title.
        if is_new && !session.is_title() {
            self.prepare_profile(&session);
            self.prepare_slate(&session);
            self.prepare_pad(&session);
        }
        Ok(shown)
    }

    /// Waits for a channel's first reading, or its first after a time without viewers.
    async fn first(
        self: &Arc<Self>,
        session: &Arc<Session>,
        rendition: usize,
    ) -> Result<Shown, Error> {
        let found = loop {
            let found = tokio::time::timeout(COLD_START, self.find(session, rendition)).await;
            match found.ok().flatten() {
                Some(First::PreRoll) => self.play_pre_roll(session).await,
                found => break found,
            }
        };
        let shown = match found {
            Some(First::Title(watching)) => return self.title(session, &watching, rendition).await,
            Some(First::Live(shown)) => Some(shown),
            Some(First::PreRoll) | None => None,
        };
        // An origin that says nothing leaves those who have been watching the last good playlist.
        let last = || session.has_played().then(|| self.show(session, rendition)).flatten();
        shown.or_else(last).ok_or_else(|| {
            let why = session.live.failure(rendition);
            let why = why.unwrap_or_else(|| "it has not answered".to_owned());
            Error::NotReady { rendition, why }
        })
    }

    /// What the session turns out to watch; none where the channel is given up.
    async fn find(self: &Arc<Self>, session: &Arc<Session>, rendition: usize) -> Option<First> {
        let mut changes = session.live.changes();
        loop {
            changes.mark_unchanged();
            // Another request of the session may have begun it meanwhile.
            if let Some(watching) = session.title.get() {
                return Some(First::Title(Arc::clone(watching)));
            }
            if !session.has_played() && session.live.is_recorded() {
                return self.watch_title(session).await.map(First::Title);
            }
            let awake = session.live.is_awake(rendition);
            if awake && self.owes_pre_roll(session) {
                return Some(First::PreRoll);
            }
            if let Some(shown) = awake.then(|| self.show(session, rendition)).flatten() {
                return Some(First::Live(shown));
            }
            tokio::select! {
                changed = changes.changed() => changed.ok()?,
                // Who hangs is left out after a while, though nothing more is read.
                () = self.doors.clock.sleep(LOOK) => session.live.wait(self.doors.clock.now()),
            }
        }
    }

    fn show(self: &Arc<Self>, session: &Arc<Session>, rendition: usize) -> Option<Shown> {
        let (mut making, began) = (Making::default(), self.doors.clock.now());
        session.live.look_at_the_clock(began);
        loop {
            let (published, sight, numbers) = self.sight(session, rendition)?;
            let view = &published.view;
            self.notice(session, view, false);
            match making.next(self.overdue(session, sight.held, view), session.has_late()) {
                Step::FallBack(serial) => self.fall_back(session, serial),
                Step::UseLate => self.use_all_late(session),
                Step::Show => {
                    self.measure_playlist(session, view, sight.edge, began);
                    let body = Arc::clone(&sight.body);
                    let signals = self.signals(session, rendition, &published);
                    let starts = session.timeline().and_then(|timeline| timeline.starts);
                    let header = stitch::header(&numbers) + &stitch::start(starts) + &signals;
                    return Some(Shown { header, body });
                }
            }
        }
    }

    /// The break a playlist waits at, if that has been long enough; whoever is to ask does so now.
    fn overdue(&self, session: &Session, held: Option<Held>, view: &View) -> Option<BreakSerial> {
        let held = held?;
        session.hurry.notify_waiters();
        let undecided = session.timeline()?.decision(held.serial).is_none();
        let overdue = undecided && self.is_overdue(session, held, view, self.doors.clock.now());
        overdue.then_some(held.serial)
    }

    /// What the playlist tells of its ads, for those who want to hear it.
    fn signals(&self, session: &Session, rendition: usize, published: &Published) -> String {
        let (opening, view) = (&session.opening, &published.view);
        if !opening.signalling {
            return String::new();
        }
        let Some(timeline) = session.timeline() else { return String::new() };
        let Some(playlist) = stitch::playlist(view, rendition, &timeline) else {
            return String::new();
        };
        let track = view.tracks.get(rendition).and_then(Option::as_ref);
        if !track.is_some_and(|track| track.frame.dated) {
            return String::new();
        }
        let placed = stitch::placed(view, view.reference, &timeline);
        tracking::signals(&placed, &timeline, opening.reporting, Some(playlist.head))
    }

    /// What the rendition shows now, and of which view. The view is taken while what was decided is
    /// locked for reading, so a decision that comes next begins where this one ends.
    pub(super) fn sight(
        &self,
        session: &Session,
        rendition: usize,
    ) -> Option<(Arc<Published>, Arc<Sight>, Numbers)> {
        if !session.has_played() {
            join(session, &session.live, rendition)?;
        }
        let standing = session.decisions.read();
        let published = standing.view(&session.live)?;
        let links = &session.live.links;
        let (sight, numbers) = published.sight(rendition, standing.timeline.as_ref()?, links)?;
        Some((published, sight, numbers))
    }
}

/// What a session turns out to watch.
enum First {
    Live(Shown),
    /// Not known before it is decided what it begins with.
    PreRoll,
    Title(Arc<Watching>),
}

/// Stores where the session joins: at the channel's edge.
fn join(session: &Session, live: &Live, rendition: usize) -> Option<()> {
    let mut standing = session.decisions.write();
    if standing.timeline.is_some() {
        return Some(());
    }
    let published = live.published()?;
    if live.is_recorded() {
        return None; // to be watched from its beginning
    }
    let edge = published.view.edge;
    let nothing = Timeline::new(edge, edge);
    stitch::playlist(&published.view, rendition, &nothing)?;
    // Tracking times count from the picture, whatever is asked for first.
    let reference = published.view.reference;
    let first = stitch::playlist(&published.view, reference, &nothing)?;
    let joined = Timeline::new(edge, begins(&published, reference, &first));
    standing.timeline = Some(Arc::new(joined.suppressing(session.suppression())));
    Some(())
}

/// Where the first segment of a playlist begins.
fn begins(published: &Published, rendition: usize, playlist: &Playlist) -> ProgramTime {
    let track = published.view.tracks.get(rendition).and_then(Option::as_ref);
    let first = track.and_then(|track| track.segments.iter().find(|s| s.end() > playlist.head));
    first.map_or(playlist.head, |first| first.start)
}

/// How often who waits for a first playlist looks whether time alone has decided something.
const LOOK: MediaDuration = MediaDuration::from_millis(500);
/// How long a channel's very first playlist may take.
const COLD_START: std::time::Duration = std::time::Duration::from_secs(5);
