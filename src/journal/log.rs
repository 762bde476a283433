//! One log as those who write rows see it.

use std::{
    io::BufRead,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, TryAcquireError, mpsc, oneshot};

use super::{
    Error, Person, Row, Settings,
    closed::Keeper,
    compress,
    earlier::Earlier,
    export::Exporter,
    files::{Files, Rotation},
    recent::{Recent, Ring},
    repair,
    writer::{self, Message},
};
use crate::{clock::Clock, ids::SessionId, metrics::Metrics, threads::Hang};

/// One log; clones share it.
#[derive(Clone, Debug)]
pub struct Log {
    shared: Arc<Shared>,
    /// Not shared with the writer, which ends when the last of these is gone.
    queue: mpsc::UnboundedSender<Message>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) name: &'static str,
    pub(super) settings: Settings,
    pub(super) metrics: Arc<Metrics>,
    /// Set while the disk takes nothing.
    pub(super) failing: AtomicBool,
    /// The writer in its disk.
    hang: Hang,
    /// Set when what is waiting shall be tried once more and no longer.
    pub(super) closing: AtomicBool,
    /// Bytes that may still be accepted; a row gives back what it took when it is written.
    room: Arc<Semaphore>,
    recent: Mutex<Ring>,
    /// What was written before, until it is asked for.
    earlier: Mutex<Earlier>,
    /// Rows given up so far.
    pub(super) lost: AtomicU64,
}

/// A row was given up: the disk is too slow or takes nothing, or the log is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a row of the `{log}` log was given up")]
pub struct Lost {
    /// Which log.
    pub log: &'static str,
}

pub(super) fn open(
    name: &'static str,
    folder: &Path,
    settings: Settings,
    exporter: Option<Exporter>,
    clock: &Clock,
    metrics: &Arc<Metrics>,
) -> Result<Log, Error> {
    let unusable = |source| Error::Unusable { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    compress::settle(folder).and_then(|()| repair::mend(folder)).map_err(unusable)?;
    let rotation = Rotation {
        bytes: settings.file_bytes,
        period: settings.file_period,
        sync_every: settings.sync_every,
    };
    let files = Files::open(folder, rotation).map_err(unusable)?;
    start(name, (files, folder), settings, exporter, clock, metrics)
}

/// Writes to files of this folder.
pub(super) fn start(
    name: &'static str,
    (files, folder): (Files, &Path),
    settings: Settings,
    exporter: Option<Exporter>,
    clock: &Clock,
    metrics: &Arc<Metrics>,
) -> Result<Log, Error> {
    let (log, queue) = Log::new(name, settings, metrics);
    let shared = || Arc::clone(&log.shared);
    let keeper = Keeper::start(shared(), folder.to_owned(), exporter).map_err(Error::Thread)?;
    // What a stop or a crash has left.
    keeper.closed(files.newest().clone());
    writer::start(shared(), queue, files, keeper, clock.clone()).map_err(Error::Thread)?;
    Ok(log)
}

impl Log {
    fn new(
        name: &'static str,
        settings: Settings,
        metrics: &Arc<Metrics>,
    ) -> (Self, mpsc::UnboundedReceiver<Message>) {
        let (queue, messages) = mpsc::unbounded_channel();
        let shared = Shared {
            name,
            metrics: Arc::clone(metrics),
            failing: AtomicBool::new(false),
            hang: Hang::default(),
            closing: AtomicBool::new(false),
            room: Arc::new(Semaphore::new(settings.waiting_bytes)),
            recent: Mutex::new(Ring::new(settings.recent_bytes)),
            earlier: Mutex::default(),
            settings,
            lost: AtomicU64::new(0),
        };
        (Self { shared: Arc::new(shared), queue }, messages)
    }

    /// Accepts a row to be written. Waits while too much is waiting for the disk, but never where
    /// the disk takes nothing.
    ///
    /// # Errors
    /// The row was given up; this has been counted and will be said in the service's own log.
    pub async fn write(&self, mut row: Row) -> Result<(), Lost> {
        if let Some(json) = self.shared.settings.personal.told(&row.json, &row.person) {
            row.json = json.into();
        }
        row.person = Person::default();
        self.ring().push(row.clone());
        let json = row.json;
        let room = self.room_for(json.len()).await;
        if room.is_some_and(|room| self.queue.send(Message::Row { json, room }).is_ok()) {
            return Ok(());
        }
        self.shared.lose(1);
        Err(Lost { log: self.shared.name })
    }

    /// Waits until the rows accepted so far are the operating system's, so that no kill can take
    /// them; at most as long as a row waits for room, and not at all while the disk takes nothing.
    /// Whether they are.
    pub async fn written(&self) -> bool {
        let returns = self.shared.hang.returns();
        let (done, written) = oneshot::channel();
        // Nothing is asked of a disk that fails: it would be asked for as long as that lasts.
        if !self.is_writable() || self.queue.send(Message::Written(done)).is_err() {
            return false;
        }
        let written = tokio::time::timeout(self.shared.settings.patience, written).await;
        if written.is_err() {
            self.shared.waited_in_vain(returns);
        }
        matches!(written, Ok(Ok(true)))
    }

    /// The newest rows, oldest first: at most `most` of those numbered above `after`, of one
    /// session or of all. Rows that fell out of memory are in the files only.
    pub fn recent(&self, after: u64, most: usize, session: Option<SessionId>) -> Vec<Recent> {
        self.ring().newest(after, most, session)
    }

    /// Whether the last write went well, and nobody waits in vain for the next.
    pub fn is_writable(&self) -> bool {
        !self.shared.failing.load(Ordering::Relaxed) && !self.shared.hang.is_on()
    }

    /// The newest lines that earlier processes have left, oldest first: the last 64 MiB, compressed or
    /// not. Some may lack their beginning or their end. There is nothing more when this is asked again.
    pub fn earlier(&self) -> impl BufRead + use<> {
        std::mem::take(&mut *self.shared.earlier()).end(EARLIER)
    }

    pub(super) fn remember(&self, earlier: Earlier) {
        *self.shared.earlier() = earlier;
    }

    pub(super) async fn close(&self, within: std::time::Duration) {
        let (done, closed) = oneshot::channel();
        self.shared.closing.store(true, Ordering::Relaxed);
        if self.queue.send(Message::Close(done, within)).is_ok() {
            // A writer that is gone has nothing left to write.
            let _ = closed.await;
        }
    }

    async fn room_for(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let shared = &*self.shared;
        // A row larger than all the room takes all of it.
        let bytes = bytes.saturating_add(OVERHEAD).min(shared.settings.waiting_bytes);
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        match Arc::clone(&shared.room).try_acquire_many_owned(bytes) {
            Ok(room) => return Some(room),
            Err(TryAcquireError::Closed) => return None,
            Err(TryAcquireError::NoPermits) if !self.is_writable() => return None,
            Err(TryAcquireError::NoPermits) => {}
        }
        let returns = shared.hang.returns();
        let wait = Arc::clone(&shared.room).acquire_many_owned(bytes);
        let room = tokio::time::timeout(shared.settings.patience, wait).await;
        if room.is_err() {
            shared.waited_in_vain(returns);
        }
        room.ok().and_then(|room: Result<_, AcquireError>| room.ok())
    }

    /// Takes all the room for rows that wait for the disk, as a slow disk does.
    #[cfg(test)]
    pub(crate) async fn fill(&self) -> OwnedSemaphorePermit {
        let all = u32::try_from(self.shared.settings.waiting_bytes).unwrap();
        Arc::clone(&self.shared.room).acquire_many_owned(all).await.unwrap()
    }

    /// Takes what room is left.
    #[cfg(test)]
    pub(crate) fn fill_what_is_left(&self) -> OwnedSemaphorePermit {
        let left = u32::try_from(self.shared.room.available_permits()).unwrap();
        Arc::clone(&self.shared.room).try_acquire_many_owned(left).unwrap()
    }

    fn ring(&self) -> std::sync::MutexGuard<'_, Ring> {
        self.shared.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn earlier(&self) -> std::sync::MutexGuard<'_, Earlier> {
        self.earlier.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writer has come back from the disk.
    pub(super) fn answered(&self) {
        if self.hang.returned() {
            tracing::info!(log = self.name, "the disk of the log answers again");
        }
    }

    /// Somebody has waited as long as anybody shall. Where the writer has not come back since, nobody
    /// else is to.
    fn waited_in_vain(&self, since: u64) {
        if self.hang.waited_in_vain(since) {
            tracing::error!(log = self.name, "the disk of the log does not answer");
        }
    }

    /// Counts rows that are given up.
    pub(super) fn lose(&self, rows: usize) {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        self.lost.fetch_add(rows, Ordering::Relaxed);
        self.metrics.house.rows_lost(self.name, rows);
    }
}

/// Bytes of earlier rows that may be asked for: some seconds of as many as there can be, and read in
/// about a second.
pub(super) const EARLIER: u64 = 64 << 20;

/// What a waiting row costs beside its text.
const OVERHEAD: usize = 64;
