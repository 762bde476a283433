//! One decision at a time for a session, made without holding up its playlists.
//!
//! Whoever decides has the session's [`Turn`]. What was decided is read under a lock of its own, which
//! is held for moments only: while the store is asked, playlists go on being made. Ads that are
//! appended to a break stand behind what any playlist has shown of it, so meanwhile the session's
//! playlists are made of the view that the place was found in ([`Turn::pin`]): its edge stands for as
//! long as the store takes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::live::Live;
use crate::{
    session::{Decision, Timeline},
    stitch::Published,
};

/// What was decided for a session, and who decides.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    standing: RwLock<Standing>,
    /// Whether nothing is decided any more.
    over: Mutex<bool>,
}

/// What playlists are made of. Whoever reads it to make one keeps the lock until he has taken the
/// view he makes it of, so that a decision always stands behind what was shown before it.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// None until the first media playlist.
    pub(super) timeline: Option<Arc<Timeline>>,
    /// Instead of the newest view, while something is being appended to what it shows.
    pinned: Option<Arc<Published>>,
}

impl Standing {
    /// The view to make playlists of.
    pub(super) fn view(&self, live: &Live) -> Option<Arc<Published>> {
        self.pinned.clone().or_else(|| live.published())
    }

    pub(super) const fn is_pinned(&self) -> bool {
        self.pinned.is_some()
    }
}

impl Decisions {
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Standing> {
        self.standing.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Standing> {
        self.standing.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else decides for this session.
    pub(super) fn turn(&self) -> Turn<'_> {
        Turn { all: self, over: self.over.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// The turn, if nobody has it.
    pub(super) fn free_turn(&self) -> Option<Turn<'_>> {
        let over = match self.over.try_lock() {
            Ok(over) => over,
            Err(std::sync::TryLockError::Poisoned(over)) => over.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => return None,
        };
        Some(Turn { all: self, over })
    }
}

/// The right to decide for a session.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    all: &'a Decisions,
    over: MutexGuard<'a, bool>,
}

impl Turn<'_> {
    /// Has the session been forgotten?
    pub(super) fn is_over(&self) -> bool {
        *self.over
    }

    /// Nothing is decided from now on.
    pub(super) fn end(&mut self) {
        *self.over = true;
    }

    /// What was decided so far.
    pub(super) fn timeline(&self) -> Option<Arc<Timeline>> {
        self.all.read().timeline.clone()
    }

    /// The view beyond which no playlist of the session is made until something [`stands`](Self::stand)
    /// or this turn is over.
    pub(super) fn pin(&self, live: &Live) -> Option<Arc<Published>> {
        let mut standing = self.all.write();
        standing.pinned = live.published();
        standing.pinned.clone()
    }

    /// Puts a decision in the place of any earlier one for its break.
    pub(super) fn stand(&self, decision: Arc<Decision>) {
        let mut standing = self.all.write();
        let next = standing.timeline.as_ref().map(|known| Arc::new(known.with(decision)));
        *standing = Standing { timeline: next, pinned: None };
    }

    /// Puts the sum of past breaks in their place.
    pub(super) fn settle(&self, settled: Timeline) {
        self.all.write().timeline = Some(Arc::new(settled));
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let is_pinned = self.all.read().is_pinned();
        if is_pinned {
            self.all.write().pinned = None;
        }
    }
}
