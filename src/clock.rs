//! What time it is, and waiting for a time.
//!
//! The one place that reads the machine's clock: everything else takes `now` as an argument or asks
//! a [`Clock`], so that a test can live through three hours of a channel in a loop. A wait on the
//! real clock counts elapsed time, so a step of the wall clock can lengthen none of them.

use std::{sync::Arc, time::SystemTime};

use tokio::sync::watch;

use crate::units::{MediaDuration, ProgramTime};

#[cfg(test)]
mod tests;

/// A source of the current time; clones share it.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Real,
    ByHand(Arc<watch::Sender<ProgramTime>>),
}

impl Clock {
    /// The machine's wall clock.
    pub const fn real() -> Self {
        Self(Kind::Real)
    }

    /// A clock that stands at `start` until its [`Hand`] moves it.
    pub fn by_hand(start: ProgramTime) -> (Self, Hand) {
        let face = Arc::new(watch::Sender::new(start));
        (Self(Kind::ByHand(Arc::clone(&face))), Hand(face))
    }

    /// The current time.
    pub fn now(&self) -> ProgramTime {
        match &self.0 {
            Kind::Real => wall(),
            Kind::ByHand(face) => *face.borrow(),
        }
    }

    /// Waits until `at`; returns at once where it has passed.
    pub async fn sleep_until(&self, at: ProgramTime) {
        match &self.0 {
            Kind::Real => tokio::time::sleep((at - wall()).to_std()).await,
            Kind::ByHand(face) => {
                // The sender is held here, so waiting cannot fail.
                let _ = face.subscribe().wait_for(|now| *now >= at).await;
            }
        }
    }

    /// Waits for `length`.
    pub async fn sleep(&self, length: MediaDuration) {
        self.sleep_until(self.now() + length).await;
    }
}

/// What moves a clock made by [`Clock::by_hand`].
#[derive(Clone, Debug)]
pub struct Hand(Arc<watch::Sender<ProgramTime>>);

impl Hand {
    /// Moves the clock by `length` (backwards where negative) and wakes those whose time has come.
    pub fn advance(&self, length: MediaDuration) {
        self.0.send_modify(|now| *now = *now + length);
    }

    /// Puts the clock at `to` and wakes those whose time has come.
    pub fn set(&self, to: ProgramTime) {
        self.0.send_replace(to);
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock is what everyone else asks")]
fn wall() -> ProgramTime {
    // A machine set before 1970 reads as 1970.
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    ProgramTime::from_nanos(MediaDuration::from_std(since).as_nanos())
}
