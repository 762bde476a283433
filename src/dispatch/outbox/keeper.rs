//! The thread that writes.

use std::{io, sync::Arc, thread};

use tokio::sync::mpsc::{self, error::TryRecvError};

use super::{
    Found, Settings,
    health::Health,
    pending::{Asked, Pending},
    tables::{Disk, Tables},
};
use crate::threads;

/// Opens the file and starts the thread, which ends when the outbox is closed or forgotten: when
/// nobody holds what wakes it.
pub(super) fn start(
    disk: Disk,
    settings: Settings,
    woken: mpsc::Receiver<()>,
    pending: Arc<Pending>,
    health: Arc<Health>,
) -> Result<Found, Failed> {
    let tables = Tables::open(&disk)?;
    tables.take_back()?;
    let found = tables.found()?;
    let (left, ill) = (Arc::clone(&pending), Arc::clone(&health));
    let asked = Asked::default();
    let keeper = Keeper { disk, settings, woken, pending, health, tables: Some(tables), asked };
    let mistaken = move || {
        // Who waits is let go with what nobody will write.
        drop(left.end());
        ill.failed("its thread has ended");
    };
    threads::start("outbox", || keeper.run(), mistaken).map_err(Failed::Thread)?;
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
    /// Somebody has told something since the last time.
    woken: mpsc::Receiver<()>,
    pending: Arc<Pending>,
    health: Arc<Health>,
    /// None after a failure: the file has to be opened anew.
    tables: Option<Tables>,
    /// Who is to be answered in this turn.
    asked: Asked,
}

impl Keeper {
    fn run(mut self) {
        while self.wait() {
            self.turn();
        }
        self.turn();
        self.tables = None;
        let (unwritten, closing) = self.pending.end();
        if unwritten > 0 {
            tracing::error!(unwritten, "the disk does not have all changes of beacons owed");
        }
        for done in closing {
            // Whoever closed it may have stopped waiting.
            let _ = done.send(());
        }
    }

    /// Until there is something to write and others have had the time to come along; false when it
    /// is the last. A disk that has not taken what was written last is tried until it does, since
    /// nobody brings beacons to a service that is not ready.
    fn wait(&mut self) -> bool {
        let failing = self.health.is_failing();
        if !failing && self.woken.blocking_recv().is_none() {
            return false;
        }
        let wait = if failing { self.settings.retry } else { self.settings.gather };
        self.goes_on() && {
            thread::sleep(wait);
            self.goes_on()
        }
    }

    fn goes_on(&mut self) -> bool {
        self.woken.try_recv() != Err(TryRecvError::Disconnected) && !self.pending.is_closing()
    }

    fn turn(&mut self) {
        match attempt(|| self.try_write()) {
            Ok(()) => {
                self.pending.written();
                self.health.written();
                self.answer(true);
            }
            Err(error) => {
                self.tables = None;
                self.health.failed(&error);
                self.asked.add(self.pending.asked());
                self.answer(false);
            }
        }
        self.health.end();
    }

    fn try_write(&mut self) -> Result<(), redb::Error> {
        let tables = match self.tables.take() {
            Some(tables) => tables,
            None => self.open_again()?,
        };
        self.asked.add(self.pending.begin());
        let changes = self.pending.uncertain();
        if !changes.is_empty() {
            tables.apply(&changes)?;
        }
        self.tables = Some(tables);
        Ok(())
    }

    /// Now it can be seen what the failed write has left.
    fn open_again(&self) -> Result<Tables, redb::Error> {
        let tables = Tables::open(&self.disk)?;
        let there = tables.which(self.pending.uncertain().keys())?;
        self.pending.found(&there);
        Ok(tables)
    }

    fn answer(&mut self, written: bool) {
        let Asked { waiting, loads } = std::mem::take(&mut self.asked);
        for done in waiting {
            // Whoever waited may have gone on without.
            let _ = done.send(written);
        }
        for (wanted, answer) in loads {
            let read = self.tables.as_ref().map(|tables| attempt(|| tables.load(&wanted)));
            let _ = answer.send(read.and_then(Result::ok));
        }
    }
}

/// A mistake is a failure: the file is opened anew.
fn attempt<T>(work: impl FnOnce() -> Result<T, redb::Error>) -> Result<T, String> {
    match threads::caught(work) {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(mistake) => Err(mistake.to_string()),
    }
}
