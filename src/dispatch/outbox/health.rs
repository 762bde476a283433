//! How the disk does, for those who do not write to it.
//!
//! It fails from a write that went wrong until one that goes well. It is late from when somebody has
//! waited in vain for a write that goes on (a network's disk can hang for hours) until one returns.
//! Deliberately absent: reading the time of a wait. Who has waited says so.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    clock::Clock,
    metrics::Metrics,
    threads::Hang,
    units::{MediaDuration, ProgramTime},
};

#[derive(Debug)]
pub(super) struct Health {
    state: Mutex<State>,
    hang: Hang,
    clock: Clock,
    metrics: Arc<Metrics>,
}

#[derive(Debug, Default)]
struct State {
    failing: bool,
    said: Said,
}

impl Health {
    pub(super) fn new(clock: Clock, metrics: Arc<Metrics>) -> Self {
        Self { state: Mutex::default(), hang: Hang::default(), clock, metrics }
    }

    pub(super) fn is_writable(&self) -> bool {
        !self.is_failing() && !self.hang.is_on()
    }

    pub(super) fn is_failing(&self) -> bool {
        self.state().failing
    }

    /// The thread has come back.
    pub(super) fn end(&self) {
        if self.hang.returned() {
            tracing::info!("the disk answers again that beacons owed are written to");
        }
        self.show(&self.state());
    }

    /// How often the thread has come back from the disk.
    pub(super) fn turns(&self) -> u64 {
        self.hang.returns()
    }

    /// Somebody has waited as long as anybody shall, and the thread has not come back since.
    pub(super) fn waited_in_vain(&self, since: u64) {
        if self.hang.waited_in_vain(since) {
            tracing::error!("the disk does not answer; beacons owed are sent from memory");
            self.show(&self.state());
        }
    }

    pub(super) fn written(&self) {
        let mut state = self.state();
        if std::mem::take(&mut state.failing) {
            tracing::info!("beacons owed can be written again");
        }
        self.show(&state);
    }

    pub(super) fn failed(&self, why: &str) {
        let mut state = self.state();
        state.failing = true;
        if state.said.is_news(why, self.clock.now()) {
            tracing::error!(
                error = why,
                "beacons owed cannot be written; they are sent from memory"
            );
        }
        self.show(&state);
    }

    fn show(&self, state: &State) {
        self.metrics.beacons.set_outbox_failing(state.failing || self.hang.is_on());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was last said of trouble, and when.
#[derive(Debug, Default)]
struct Said(Option<(String, ProgramTime)>);

impl Said {
    /// Whether this is to be said: at once where it is another trouble, else once a minute.
    fn is_news(&mut self, words: &str, now: ProgramTime) -> bool {
        let known = self.0.as_ref().is_some_and(|(said, at)| said == words && now - *at < AGAIN);
        if !known {
            self.0 = Some((words.to_owned(), now));
        }
        !known
    }
}

const AGAIN: MediaDuration = MediaDuration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::tests::noon;

    #[test]
    fn another_trouble_is_said_at_once_and_the_same_once_a_minute() {
        let mut said = Said::default();
        let told =
            [("full", 0), ("full", 1), ("full", 59), ("full", 60), ("in use", 61), ("full", 62)]
                .map(|(words, secs)| said.is_news(words, noon() + MediaDuration::from_secs(secs)));
        assert_eq!(told, [true, false, false, true, true, true]);
    }
}
