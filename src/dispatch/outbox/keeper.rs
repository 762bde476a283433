//! The thread that writes.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use tokio::sync::{
    mpsc::{self, error::TryRecvError},
    oneshot,
};

use super::{
    Found, Kept, Key, Settings, Stage, Wanted, record,
    tables::{Change, Disk, Tables},
};
use crate::{dispatch::Beacon, metrics::Metrics};

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Message {
    Keep(Vec<(Key, Arc<Beacon>)>, oneshot::Sender<bool>),
    Reached(Vec<(Key, Stage)>, Option<oneshot::Sender<bool>>),
    Told(Vec<Key>),
    Done(Vec<Key>),
    SetAside(Vec<Key>),
    Load(Wanted, oneshot::Sender<Option<Vec<Kept>>>),
    Close(oneshot::Sender<()>),
}

/// Opens the file and starts the thread, which ends when the outbox is closed or forgotten.
pub(super) fn start(
    disk: Disk,
    settings: Settings,
    queue: mpsc::UnboundedReceiver<Message>,
    failing: Arc<AtomicBool>,
    metrics: Arc<Metrics>,
) -> Result<Found, Failed> {
    let tables = Tables::open(&disk)?;
    tables.take_back()?;
    let found = tables.found()?;
    let keeper = Keeper {
        disk,
        settings,
        queue,
        failing,
        metrics,
        tables: Some(tables),
        changes: BTreeMap::new(),
        uncertain: BTreeMap::new(),
        waiting: Vec::new(),
        loads: Vec::new(),
        closing: Vec::new(),
    };
    let thread = thread::Builder::new().name("outbox".to_owned());
    thread.spawn(|| keeper.run()).map_err(Failed::Thread)?;
    Ok(found)
}

/// Why it cannot be started.
#[derive(Debug)]
pub(super) enum Failed {
    Disk(redb::Error),
    Thread(io::Error),
}

impl From<redb::Error> for Failed {
    fn from(error: redb::Error) -> Self {
        Self::Disk(error)
    }
}

struct Keeper {
    disk: Disk,
    settings: Settings,
    queue: mpsc::UnboundedReceiver<Message>,
    failing: Arc<AtomicBool>,
    metrics: Arc<Metrics>,
    /// None after a failure: the file has to be opened anew.
    tables: Option<Tables>,
    /// What is to be written.
    changes: BTreeMap<Key, Change>,
    /// What a failed write may or may not have written.
    uncertain: BTreeMap<Key, Change>,
    waiting: Vec<oneshot::Sender<bool>>,
    loads: Vec<(Wanted, oneshot::Sender<Option<Vec<Kept>>>)>,
    closing: Vec<oneshot::Sender<()>>,
}

impl Keeper {
    fn run(mut self) {
        while self.wait() {
            self.write();
            self.answer();
        }
        self.write();
        self.answer();
        let unwritten = self.changes.len() + self.uncertain.len();
        if unwritten > 0 {
            tracing::error!(unwritten, "the disk does not have all changes of beacons owed");
        }
        self.tables = None;
        for done in self.closing.drain(..) {
            // Whoever closed it may have stopped waiting.
            let _ = done.send(());
        }
    }

    /// Until there is something to write and others have had the time to come along; false when it
    /// is the last.
    fn wait(&mut self) -> bool {
        if self.is_idle() {
            let Some(first) = self.queue.blocking_recv() else { return false };
            self.hear(first);
        }
        let wait = if self.is_failing() { self.settings.retry } else { self.settings.gather };
        self.drain() && {
            thread::sleep(wait);
            self.drain()
        }
    }

    /// Takes what is there; false where nothing comes any more.
    fn drain(&mut self) -> bool {
        loop {
            match self.queue.try_recv() {
                Ok(message) => self.hear(message),
                Err(TryRecvError::Empty) => return self.closing.is_empty(),
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Keep(beacons, done) => {
                for (key, beacon) in beacons {
                    self.change(key).put = Some(record::write(&beacon));
                }
                self.waiting.push(done);
            }
            Message::Reached(stages, done) => {
                for (key, stage) in stages {
                    self.change(key).stage = Some(stage);
                }
                self.waiting.extend(done);
            }
            Message::Told(keys) => keys.into_iter().for_each(|key| self.change(key).told = true),
            Message::Done(keys) => keys.into_iter().for_each(|key| self.forget(key)),
            Message::SetAside(keys) => {
                let aside = Change { remove: true, set_aside: true, ..Change::default() };
                self.changes.extend(keys.into_iter().map(|key| (key, aside.clone())));
            }
            Message::Load(wanted, answer) => self.loads.push((wanted, answer)),
            Message::Close(done) => self.closing.push(done),
        }
    }

    fn change(&mut self, key: Key) -> &mut Change {
        self.changes.entry(key).or_default()
    }

    /// What never came near the disk needs no removal there, so that a disk that is full for hours
    /// costs no memory for what was sent meanwhile.
    fn forget(&mut self, key: Key) {
        let unwritten = self.changes.get(&key).is_some_and(|change| change.put.is_some());
        if unwritten && !self.uncertain.contains_key(&key) {
            self.changes.remove(&key);
        } else {
            self.changes.insert(key, Change { remove: true, ..Change::default() });
        }
    }

    fn write(&mut self) {
        if self.is_idle() {
            return;
        }
        match self.try_write() {
            Ok(()) => {
                self.changes.clear();
                self.uncertain.clear();
                if self.failing.swap(false, Ordering::Relaxed) {
                    tracing::info!("beacons owed can be written again");
                }
                self.metrics.beacons.set_outbox_failing(false);
            }
            Err(error) => {
                self.tables = None;
                self.metrics.beacons.set_outbox_failing(true);
                if !self.failing.swap(true, Ordering::Relaxed) {
                    tracing::error!(%error, "beacons owed cannot be written; they are sent from memory");
                }
            }
        }
    }

    fn try_write(&mut self) -> Result<(), redb::Error> {
        let tables = match self.tables.take() {
            Some(tables) => tables,
            None => self.open_again()?,
        };
        for (key, change) in std::mem::take(&mut self.changes) {
            add(self.uncertain.entry(key).or_default(), change);
        }
        tables.apply(&self.uncertain)?;
        self.tables = Some(tables);
        Ok(())
    }

    /// Now it can be seen what the failed write has left: what is not there needs no removal.
    fn open_again(&mut self) -> Result<Tables, redb::Error> {
        let tables = Tables::open(&self.disk)?;
        let there = tables.which(self.uncertain.keys())?;
        let mut there = there.into_iter();
        self.uncertain.retain(|_, change| there.next().unwrap_or(true) || !change.remove);
        Ok(tables)
    }

    fn answer(&mut self) {
        let written = !self.is_failing();
        for done in self.waiting.drain(..) {
            // Whoever waited may have gone on without.
            let _ = done.send(written);
        }
        for (wanted, answer) in self.loads.drain(..) {
            let read = self.tables.as_ref().map(|tables| tables.load(&wanted));
            let _ = answer.send(read.and_then(Result::ok));
        }
    }

    /// Nothing is to be written, and the disk has taken what was written last: one that has not is
    /// tried until it does, since nobody brings beacons to a service that is not ready.
    fn is_idle(&self) -> bool {
        self.changes.is_empty() && self.uncertain.is_empty() && !self.is_failing()
    }

    fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }
}

/// A thread that ends by a mistake of its own leaves an outbox that keeps nothing any more.
impl Drop for Keeper {
    fn drop(&mut self) {
        if thread::panicking() {
            self.failing.store(true, Ordering::Relaxed);
            self.metrics.beacons.set_outbox_failing(true);
        }
    }
}

/// The later change on top of the earlier.
fn add(earlier: &mut Change, later: Change) {
    if later.remove {
        *earlier = later;
        return;
    }
    earlier.put = later.put.or(earlier.put.take());
    earlier.stage = later.stage.or(earlier.stage);
    earlier.told |= later.told;
}
