//! What is owed, on disk: a beacon is kept here from when it is accepted until it is done with.
//!
//! One thread writes; what comes while it writes goes out together with the next write, so that a
//! slow disk makes groups larger and not queues longer. A beacon that shall be sent is marked first,
//! so that a restart can tell what was in flight from what was not.
//!
//! A disk that fails, is full or hangs stops nothing: what is owed waits in memory (where the queue
//! has room for it), is sent from there, and is written when the disk recovers. Meanwhile
//! [`Outbox::is_writable`] says no, which `/ready` and `midroll_beacon_outbox_failing` show.
//! Deliberately absent: when what is sent, and what a record means.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::Beacon;
use crate::{clock::Clock, metrics::Metrics, units::ProgramTime};

mod health;
mod keeper;
mod pending;
mod record;
mod tables;
#[cfg(test)]
pub(super) mod tests;

use health::Health;
use keeper::Failed;
use pending::{Message, Pending};
use tables::Disk;

/// Where a beacon stands: by host and port, then in the order of sending.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) host: Arc<str>,
    pub(super) due_at: ProgramTime,
    /// No two beacons ever have the same.
    pub(super) number: u64,
}

/// How far a beacon had come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Its time had not come, or the disk was not told so.
    #[default]
    Kept,
    /// Its time has come, whoever has left since.
    Due,
    /// Its `due` row is in the log.
    Told,
    /// The same, and it has been tried.
    Tried {
        /// Attempts begun.
        attempts: u32,
        /// Whether the last one is in flight.
        open: bool,
    },
}

impl Stage {
    /// Attempts begun.
    pub(super) const fn attempts(self) -> u32 {
        match self {
            Self::Tried { attempts, .. } => attempts,
            _ => 0,
        }
    }
}

/// A beacon read back.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) key: Key,
    /// `None` where the record cannot be read.
    pub(super) beacon: Option<Beacon>,
    pub(super) stage: Stage,
}

/// A host's next beacons from a place on, but not these.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) host: Arc<str>,
    pub(super) from: (ProgramTime, u64),
    pub(super) most: usize,
    pub(super) known: HashSet<u64>,
}

/// What an earlier process has left.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// How much is owed to whom.
    pub(super) hosts: Vec<(Arc<str>, usize)>,
    /// What was in flight.
    pub(super) open: Vec<Kept>,
    /// The first number that was never given.
    pub(super) next: u64,
}

/// Why there is no outbox.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Its file cannot be read or written.
    #[error("cannot keep beacons in `{path}`")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: Box<redb::Error>,
    },
    /// Its thread cannot be started.
    #[error("cannot start the thread that keeps beacons")]
    Thread(#[source] std::io::Error),
}

/// How it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long a first change waits for others to be written with it.
    pub gather: Duration,
    /// How long anybody waits for the disk before it goes on without.
    pub patience: Duration,
    /// How long a failed write waits before it is tried again.
    pub retry: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            gather: Duration::from_millis(2),
            patience: Duration::from_secs(1),
            retry: Duration::from_secs(1),
        }
    }
}

/// What is owed, on disk; clones share it.
#[derive(Clone, Debug)]
pub struct Outbox {
    /// Wakes the thread; it ends when the last of these is gone.
    wake: mpsc::Sender<()>,
    pending: Arc<Pending>,
    health: Arc<Health>,
    patience: Duration,
}

impl Outbox {
    /// Opens `data_dir/beacons.redb`, and tells what it holds.
    pub(super) fn open(
        data_dir: &Path,
        settings: Settings,
        clock: &Clock,
        metrics: &Arc<Metrics>,
    ) -> Result<(Self, Found), Unusable> {
        let path = data_dir.join("beacons.redb");
        let unusable =
            |source: redb::Error| Unusable::File { path: path.clone(), source: Box::new(source) };
        std::fs::create_dir_all(data_dir).map_err(|error| unusable(error.into()))?;
        let disk = tables::file(path.clone());
        let health = Health::new(clock.clone(), Arc::clone(metrics));
        Self::on(disk, settings, health).map_err(|failed| match failed {
            Failed::Disk(error) => unusable(error),
            Failed::Thread(error) => Unusable::Thread(error),
        })
    }

    fn on(disk: Disk, settings: Settings, health: Health) -> Result<(Self, Found), Failed> {
        // One is enough: whoever is woken takes all there is.
        let (wake, woken) = mpsc::channel(1);
        let (pending, health) = (Arc::new(Pending::default()), Arc::new(health));
        let (told, shown) = (Arc::clone(&pending), Arc::clone(&health));
        let found = keeper::start(disk, settings, woken, told, shown)?;
        Ok((Self { wake, pending, health, patience: settings.patience }, found))
    }

    /// Whether the last write went well, and nobody waits in vain for the next.
    pub fn is_writable(&self) -> bool {
        self.health.is_writable()
    }

    /// Keeps beacons, at once. True once they are on disk; false where the disk takes too long, and they
    /// will be written when it can.
    pub(super) fn keep(
        &self,
        beacons: Vec<(Key, Arc<Beacon>)>,
    ) -> impl Future<Output = bool> + use<> {
        let (done, written) = self.awaited();
        self.until_written(Message::Keep(beacons, done), written)
    }

    /// Notes how far beacons have come; true as above.
    pub(super) fn reached(&self, stages: Vec<(Key, Stage)>) -> impl Future<Output = bool> + use<> {
        let (done, written) = self.awaited();
        self.until_written(Message::Reached(stages, done), written)
    }

    /// Notes that an attempt ended without being the last.
    pub(super) fn ended(&self, key: Key, attempts: u32) {
        self.tell(Message::Reached(vec![(key, Stage::Tried { attempts, open: false })], None));
    }

    /// Notes that `due` rows are in the log, of those that are still owed and were not tried.
    pub(super) fn told(&self, keys: Vec<Key>) {
        self.tell(Message::Told(keys));
    }

    /// Lets go of beacons that are done with.
    pub(super) fn done(&self, keys: Vec<Key>) {
        self.tell(Message::Done(keys));
    }

    /// Keeps records that cannot be read where a version that can will find them.
    pub(super) fn set_aside(&self, keys: Vec<Key>) {
        self.tell(Message::SetAside(keys));
    }

    /// Reads beacons back; `None` where that is not possible now.
    pub(super) async fn load(&self, wanted: Wanted) -> Option<Vec<Kept>> {
        let (answer, read) = oneshot::channel();
        self.tell(Message::Load(wanted, answer));
        read.await.ok().flatten()
    }

    /// Writes what is waiting, and stops.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        self.tell(Message::Close(done));
        // A thread that has gone has nothing left to write.
        let _ = closed.await;
    }

    /// One that forgets everything.
    #[cfg(test)]
    pub(crate) fn stub(writable: bool) -> Self {
        let health = Arc::new(Health::new(Clock::real(), Arc::new(Metrics::new())));
        let pending = Arc::new(Pending::default());
        drop(pending.end());
        let outbox = Self { wake: mpsc::channel(1).0, pending, health, patience: Duration::ZERO };
        if !writable {
            outbox.fail();
        }
        outbox
    }

    /// As if the disk had just failed.
    #[cfg(test)]
    pub(crate) fn fail(&self) {
        self.health.failed("as a test asked for");
    }

    /// Nobody waits for a disk that is known to take nothing.
    fn awaited(&self) -> (Option<oneshot::Sender<bool>>, Option<oneshot::Receiver<bool>>) {
        self.is_writable().then(oneshot::channel).unzip()
    }

    /// The thread is told at once, whether or not anybody waits.
    fn until_written(
        &self,
        message: Message,
        written: Option<oneshot::Receiver<bool>>,
    ) -> impl Future<Output = bool> + use<> {
        let (health, patience) = (Arc::clone(&self.health), self.patience);
        let turns = health.turns();
        self.tell(message);
        async move {
            let Some(written) = written else { return false };
            let done = timeout(patience, written).await;
            if done.is_err() {
                health.waited_in_vain(turns);
            }
            matches!(done, Ok(Ok(true)))
        }
    }

    fn tell(&self, message: Message) {
        self.pending.tell(message);
        // It is awake, or will never be again.
        let _ = self.wake.try_send(());
    }
}
