//! What becomes of closed files: a thread per log that mends, compresses and, past a bound, removes.
//!
//! It begins where the writer closes a file because it was full or its time was over, and then takes
//! care of every file up to that one. So what a stop or a crash left open is put away with the next
//! file, and leaving never waits for it.

use std::{
    fs, io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use super::{
    Settings, compress,
    log::Shared,
    name::{self, Name},
    repair,
};

/// The thread, as the writer sees it. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Keeper {
    closed: Option<mpsc::Sender<Name>>,
    stopped: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

struct Shelf {
    log: Arc<Shared>,
    folder: PathBuf,
    settings: Settings,
    stopped: Arc<AtomicBool>,
}

impl Keeper {
    pub(super) fn start(log: Arc<Shared>, folder: PathBuf) -> io::Result<Self> {
        let (closed, names) = mpsc::channel();
        let stopped = Arc::new(AtomicBool::new(false));
        let settings = log.settings;
        let shelf = Shelf { log, folder, settings, stopped: Arc::clone(&stopped) };
        let thread = thread::Builder::new().name("closed logs".to_owned());
        let thread = thread.spawn(move || names.iter().for_each(|name| shelf.put_away(&name)))?;
        Ok(Self { closed: Some(closed), stopped, thread: Some(thread) })
    }

    /// Every file up to this one is closed.
    pub(super) fn closed(&self, name: Name) {
        if let Some(closed) = &self.closed {
            // A thread that has panicked leaves files as they are.
            let _ = closed.send(name);
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.closed = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shelf {
    fn put_away(&self, newest: &Name) {
        if let Err(error) = self.compress(newest).and_then(|()| self.bound(newest)) {
            self.log.metrics.house.log_failed(self.log.name);
            tracing::error!(log = self.log.name, %error, "closed log files are left as they are");
        }
    }

    fn compress(&self, newest: &Name) -> io::Result<()> {
        for (_, file) in self.up_to(newest)?.iter().filter(|(_, file)| file.ends_with(".jsonl")) {
            if self.is_stopped() {
                break;
            }
            let path = self.folder.join(file);
            repair::mend_file(&path)?;
            compress::compress(&path, self.settings.compression, &|| self.is_stopped())?;
        }
        Ok(())
    }

    /// Removes the oldest files while all closed ones together are larger than they may be.
    fn bound(&self, newest: &Name) -> io::Result<()> {
        let Some(most) = self.settings.most_bytes else { return Ok(()) };
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
            tracing::warn!(log = self.log.name, file, bytes, "removed, as `most_bytes` demands");
        }
        Ok(())
    }

    fn up_to(&self, newest: &Name) -> io::Result<Vec<(Name, String)>> {
        let mut files = name::listed(&self.folder)?;
        files.retain(|(name, _)| name <= newest);
        Ok(files)
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
