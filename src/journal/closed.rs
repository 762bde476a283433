//! What becomes of closed files: a thread per log that mends, stores as Parquet where that is
//! configured, compresses and, past a bound, removes.
//!
//! It begins where the writer closes a file, because it was full, its time was over or the service
//! stops, and then takes care of every file up to that one. A stop waits for it as long as it may;
//! what that leaves, or a crash, is put away at the next start. A file that is not compressed yet is
//! one that may not be stored yet: after a failure, of the store or of the process, it begins there
//! again.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::{
    compress,
    export::Exporter,
    log::Shared,
    name::{self, Name},
    repair,
};
use crate::threads;

/// The thread, as the writer sees it. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Keeper {
    closed: Option<mpsc::Sender<Name>>,
    stopped: CancellationToken,
    /// Says nothing, and ends with the thread.
    ended: mpsc::Receiver<()>,
    thread: Option<thread::JoinHandle<()>>,
}

struct Shelf {
    log: Arc<Shared>,
    folder: PathBuf,
    stopped: CancellationToken,
    exporter: Option<Exporter>,
    runtime: Runtime,
}

impl Keeper {
    pub(super) fn start(
        log: Arc<Shared>,
        folder: PathBuf,
        exporter: Option<Exporter>,
    ) -> io::Result<Self> {
        let (closed, names) = mpsc::channel();
        let stopped = CancellationToken::new();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let shelf =
            Shelf { log: Arc::clone(&log), folder, exporter, runtime, stopped: stopped.clone() };
        let (alive, ended) = mpsc::channel();
        let work = move || {
            let _alive: mpsc::Sender<()> = alive;
            shelf.run(&names);
        };
        // Files stay as they are until the next start; the log itself goes on.
        let mistaken = move || log.metrics.house.log_failed(log.name);
        let thread = threads::start("closed logs", work, mistaken)?;
        Ok(Self { closed: Some(closed), stopped, ended, thread: Some(thread) })
    }

    /// Waits until all is put away that was closed, and no longer than this.
    pub(super) fn finish(mut self, within: Duration) {
        self.closed = None;
        // Nothing is ever said: either the thread ends, or its time is over.
        let _ = self.ended.recv_timeout(within);
    }

    /// Every file up to this one is closed.
    pub(super) fn closed(&self, name: Name) {
        if let Some(closed) = &self.closed {
            // A thread that has ended by a mistake leaves files as they are.
            let _ = closed.send(name);
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stopped.cancel();
        self.closed = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shelf {
    fn run(&self, names: &mpsc::Receiver<Name>) {
        while let Ok(mut newest) = names.recv() {
            while !self.put_away(&newest) {
                match names.recv_timeout(self.log.settings.retry.saturating_mul(RETRIES_APART)) {
                    Ok(newer) => newest = newer,
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
        }
    }

    /// Takes care of every file up to `newest`; false where that must be tried again.
    fn put_away(&self, newest: &Name) -> bool {
        let done = threads::caught(|| {
            let done = self.compress(newest);
            // Also where files cannot be put away: a disk that fills up does not wait for a store.
            self.bound(newest).and(done)
        });
        let done = done.unwrap_or_else(|mistake| Err(io::Error::other(mistake)));
        if let Err(error) = &done {
            self.log.metrics.house.log_failed(self.log.name);
            tracing::error!(log = self.log.name, %error, "closed log files wait to be put away");
        }
        done.is_ok() || self.is_stopped()
    }

    /// One that cannot be put away holds the next ones up as little as may be: where several fail
    /// in a row it is the store or the disk, which is asked again later.
    fn compress(&self, newest: &Name) -> io::Result<()> {
        let (mut done, mut in_a_row) = (Ok(()), 0);
        for (name, file) in self.up_to(newest)? {
            if self.is_stopped() || in_a_row == MOST_IN_A_ROW {
                break;
            }
            if !is_plain(&file) {
                continue;
            }
            match self.compress_one(&name, &self.folder.join(&file)) {
                Ok(()) => in_a_row = 0,
                Err(error) => {
                    in_a_row += 1;
                    done = done.and(Err(error));
                }
            }
        }
        done
    }

    fn compress_one(&self, name: &Name, path: &Path) -> io::Result<()> {
        repair::mend_file(path)?;
        self.export(name, path)?;
        compress::compress(path, self.log.settings.compression, &|| self.is_stopped())
    }

    fn export(&self, name: &Name, path: &Path) -> io::Result<()> {
        let Some(exporter) = &self.exporter else { return Ok(()) };
        let exported = exporter.export(self.log.name, name, path, &self.stopped);
        let count = self.runtime.block_on(exported)?;
        self.log.metrics.house.rows_exported(self.log.name, count);
        Ok(())
    }

    /// Removes the oldest files while all closed ones together are larger than they may be.
    fn bound(&self, newest: &Name) -> io::Result<()> {
        let Some(most) = self.log.settings.most_bytes else { return Ok(()) };
        let files = self.up_to(newest)?;
        let mut total = 0_u64;
        for (_, file) in &files {
            total = total.saturating_add(fs::metadata(self.folder.join(file))?.len());
        }
        for (_, file) in files {
            if total <= most {
                break;
            }
            let path = self.folder.join(&file);
            let bytes = fs::metadata(&path)?.len();
            fs::remove_file(&path)?;
            total = total.saturating_sub(bytes);
            self.log.metrics.house.log_removed(self.log.name, bytes);
            if self.exporter.is_some() && is_plain(&file) {
                self.log.metrics.house.log_removed_unstored(self.log.name, bytes);
                let log = self.log.name;
                tracing::error!(log, file, bytes, "removed by `most_bytes` before it was stored");
            } else {
                tracing::warn!(
                    log = self.log.name,
                    file,
                    bytes,
                    "removed, as `most_bytes` demands"
                );
            }
        }
        Ok(())
    }

    fn up_to(&self, newest: &Name) -> io::Result<Vec<(Name, String)>> {
        let mut files = name::listed(&self.folder)?;
        files.retain(|(name, _)| name <= newest);
        Ok(files)
    }

    fn is_stopped(&self) -> bool {
        self.stopped.is_cancelled()
    }
}

/// Of files that are stored those that have been are compressed.
fn is_plain(file: &str) -> bool {
    file.ends_with(".jsonl")
}

/// Failures, before the rest waits for the next try.
const MOST_IN_A_ROW: usize = 3;

/// Of the writer's waits after a failure: half a minute.
const RETRIES_APART: u32 = 30;
