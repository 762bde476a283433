//! One task per media playlist that reads it as it grows.

use std::sync::Arc;

use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Cadence, Error, Event, Fetched, Fetcher, Over, Wanted};
use crate::{
    fetch::Validators,
    guard::PublicUrl,
    units::{MediaDuration, ProgramTime},
};

/// What reads the versions of a playlist. Its methods are called one at a time and in order, and
/// should be brief: the next look waits for them.
pub trait Reader: Send + Sync + 'static {
    /// A version that differs from the one before.
    fn loaded(&self, playlist: &Fetched, now: ProgramTime) -> Outcome;

    /// The origin answered, with nothing new.
    fn unchanged(&self, _now: ProgramTime) {}

    /// A request took so long; the bytes of a new version, none for one that has not changed.
    fn asked(&self, _took: MediaDuration, _answer: Result<Option<usize>, &Error>) {}

    /// The origin gave no playlist; the last one stands.
    fn failed(&self, error: &Error, now: ProgramTime);
}

/// What a reader found in a version of a playlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its target duration.
    pub target_duration: MediaDuration,
    /// The length of its newest segment.
    pub newest_segment: MediaDuration,
    /// Whether it has a segment that was not there before.
    pub advanced: bool,
    /// Whether it will not change any more.
    pub ended: bool,
}

/// A running refresher. It ends when this is dropped, or nobody asks any more.
#[derive(Debug)]
pub struct RefresherHandle {
    wanted: Wanted,
    _cancel: DropGuard,
}

impl RefresherHandle {
    /// Keeps the playlist (and those that share its [`Wanted`]) being refreshed.
    ///
    /// # Errors
    /// [`Over`] where it has ended; start another.
    pub fn ask(&self, now: ProgramTime) -> Result<(), Over> {
        self.wanted.ask(now)
    }

    /// Whether it is still being refreshed.
    pub fn is_running(&self) -> bool {
        !self.wanted.is_over()
    }
}

/// Starts reading `url` for `reader` until nobody wants it or `cancel` is cancelled. Playlists that
/// must be read as long as any of them is wanted share `wanted`.
pub fn spawn(
    fetcher: Fetcher,
    url: PublicUrl,
    reader: Arc<dyn Reader>,
    wanted: Wanted,
    cancel: &CancellationToken,
) -> RefresherHandle {
    let cancel = cancel.child_token();
    let cadence = Cadence::new(fetcher.clock.now());
    let ending = Ending { wanted: wanted.clone(), cancel: cancel.clone() };
    let refresher = Refresher { fetcher, url, reader, ending, cadence, last: None };
    tokio::spawn(cancel.clone().run_until_cancelled_owned(refresher.run()));
    RefresherHandle { wanted, _cancel: cancel.drop_guard() }
}

struct Refresher {
    fetcher: Fetcher,
    url: PublicUrl,
    reader: Arc<dyn Reader>,
    ending: Ending,
    cadence: Cadence,
    last: Option<(Fetched, Validators)>,
}

/// However the task ends, by a panic too, those who ask must hear of it; unless its handle was
/// dropped, which says nothing of the playlists beside it.
struct Ending {
    wanted: Wanted,
    cancel: CancellationToken,
}

impl Drop for Ending {
    fn drop(&mut self) {
        if !self.cancel.is_cancelled() {
            self.wanted.end();
        }
    }
}

impl Refresher {
    async fn run(mut self) {
        loop {
            let (event, now) = self.look().await;
            let (cadence, due) = self.cadence.after(event, now, jitter());
            self.cadence = cadence;
            if !self.wait(due).await {
                return;
            }
        }
    }

    /// What one look brought, and when.
    async fn look(&mut self) -> (Event, ProgramTime) {
        let validators = self.last.as_ref().map(|(_, validators)| validators.clone());
        let began = self.fetcher.clock.now();
        let answer = self.fetcher.fetch(&self.url, validators).await;
        let now = self.fetcher.clock.now();
        let bytes = answer.as_ref().map(|new| new.as_ref().map(|(fetched, _)| fetched.text.len()));
        self.reader.asked(now - began, bytes);
        let event = match answer {
            Ok(Some((fetched, validators))) => self.read(fetched, validators, now),
            Ok(None) => self.unchanged(now),
            Err(error) => {
                self.reader.failed(&error, now);
                Event::Failed
            }
        };
        (event, now)
    }

    fn read(&mut self, fetched: Fetched, validators: Validators, now: ProgramTime) -> Event {
        if let Some((before, known)) = &mut self.last
            && before.text == fetched.text
        {
            *known = validators;
            return self.unchanged(now);
        }
        if fetched.repaired && !self.last.as_ref().is_some_and(|(before, _)| before.repaired) {
            tracing::warn!(url = %self.url, "replaced bytes that are not UTF-8 in the playlist");
        }
        let outcome = self.reader.loaded(&fetched, now);
        self.last = Some((fetched, validators));
        let Outcome { target_duration, newest_segment, advanced, ended } = outcome;
        match (ended, advanced) {
            (true, _) => Event::Ended { target_duration },
            (false, true) => Event::Advanced { target_duration, newest_segment },
            (false, false) => Event::Rewritten,
        }
    }

    fn unchanged(&self, now: ProgramTime) -> Event {
        self.reader.unchanged(now);
        Event::Unchanged
    }

    /// Waits until `due`, or as long as anyone wants it; says whether anyone does.
    async fn wait(&self, due: ProgramTime) -> bool {
        let (Fetcher { clock, settings, .. }, wanted) = (&self.fetcher, &self.ending.wanted);
        let idle = self.cadence.target_duration().times(settings.idle_target_durations);
        loop {
            clock.sleep_until(due.min(wanted.asleep_at(idle))).await;
            let now = clock.now();
            if wanted.ended(now, idle) {
                return false;
            }
            if now >= due {
                return true;
            }
        }
    }
}

/// A random byte; the middle where there is no randomness.
fn jitter() -> u8 {
    let mut byte = [128];
    let _ = getrandom::fill(&mut byte);
    byte[0]
}
