//! Whether anyone still wants a playlist.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use crate::units::{MediaDuration, ProgramTime};

/// When something was last asked for; clones share it, one for all playlists of a channel.
///
/// Once it is over it stays over, so that nobody relies on a refresher that is about to end.
#[derive(Clone, Debug)]
pub struct Wanted(Arc<AtomicI64>);

/// Nobody asked for too long: what refreshed has ended, and must be started anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody asked for it for too long")]
pub struct Over;

impl Wanted {
    /// Wanted at `now`.
    pub fn new(now: ProgramTime) -> Self {
        Self(Arc::new(AtomicI64::new(now.as_nanos().max(OVER + 1))))
    }

    /// Someone wants it at `now`.
    ///
    /// # Errors
    /// [`Over`] where this comes too late.
    pub fn ask(&self, now: ProgramTime) -> Result<(), Over> {
        let later = |last| (last != OVER).then(|| now.as_nanos().max(last));
        match self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, later) {
            Ok(_) => Ok(()),
            Err(_) => Err(Over),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.0.load(Ordering::Acquire) == OVER
    }

    /// Ends it where nobody has asked for `idle`, and says whether it has ended.
    pub(super) fn ended(&self, now: ProgramTime, idle: MediaDuration) -> bool {
        let last = self.0.load(Ordering::Acquire);
        let asleep = now - ProgramTime::from_nanos(last) >= idle;
        // Someone may ask just now; then it goes on.
        let end = || self.0.compare_exchange(last, OVER, Ordering::AcqRel, Ordering::Acquire);
        last == OVER || (asleep && end().is_ok())
    }

    /// The earliest time at which nobody can have asked for `idle`.
    pub(super) fn asleep_at(&self, idle: MediaDuration) -> ProgramTime {
        ProgramTime::from_nanos(self.0.load(Ordering::Acquire)) + idle
    }

    pub(super) fn end(&self) {
        self.0.store(OVER, Ordering::Release);
    }
}

const OVER: i64 = i64::MIN;
