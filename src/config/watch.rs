//! Following a configuration file that changes.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use super::{Config, Report, check};
use crate::metrics::Metrics;

/// What is followed: the newest configuration that was whole.
pub type Watch = watch::Receiver<Arc<Config>>;

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{path}`")]
pub struct Unreadable {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// A configuration file, as it was when it was last read.
#[derive(Clone, Debug)]
pub struct File {
    path: PathBuf,
    read: Stamp,
}

/// Changes whenever a file is written, as far as can be told without reading it.
type Stamp = Option<(SystemTime, u64)>;

impl File {
    /// The file at `path`, not read yet.
    pub const fn at(path: PathBuf) -> Self {
        Self { path, read: None }
    }

    /// Reads and checks it.
    ///
    /// # Errors
    /// When it cannot be read; what is wrong with its text is in the report.
    pub fn load(&mut self) -> Result<Report, Unreadable> {
        // Before the text, so that a change while it is read is seen as one.
        self.read = stamp(&self.path);
        let unreadable = |source| Unreadable { path: self.path.clone(), source };
        fs::read_to_string(&self.path).map(|text| check(&text)).map_err(unreadable)
    }

    /// Follows the file that `running` was loaded from: looks at it every two seconds and at once on
    /// SIGHUP. A file that is still being written is left until it has stood still for one look, so
    /// a change is in effect within five seconds. A broken file is refused and said so, and what
    /// runs stays. Ends when nobody holds the watch any more.
    ///
    /// # Errors
    /// When SIGHUP cannot be listened for.
    pub fn watch(self, running: Arc<Config>, metrics: Arc<Metrics>) -> io::Result<Watch> {
        let hangup = signal(SignalKind::hangup())?;
        let (newest, watch) = watch::channel(running);
        let follower = Follower { seen: self.read, file: self, newest, metrics };
        tokio::spawn(follower.follow(hangup));
        Ok(watch)
    }
}

struct Follower {
    file: File,
    /// The file as it was at the last look.
    seen: Stamp,
    newest: watch::Sender<Arc<Config>>,
    metrics: Arc<Metrics>,
}

impl Follower {
    async fn follow(mut self, mut hangup: Signal) {
        loop {
            tokio::select! {
                () = self.newest.closed() => return,
                Some(()) = hangup.recv() => self.read_again(),
                () = tokio::time::sleep(LOOK_EVERY) => self.look(),
            }
        }
    }

    fn look(&mut self) {
        let now = stamp(&self.file.path);
        let stands_still = now == self.seen;
        self.seen = now;
        if now != self.file.read && stands_still {
            self.read_again();
        }
    }

    fn read_again(&mut self) {
        let file = self.file.path.display().to_string();
        let report = match self.file.load() {
            Ok(report) => report,
            Err(error) => {
                tracing::error!(file, error = %error.source, "{error}; what runs stays");
                return self.metrics.house.reloaded(false);
            }
        };
        for error in &report.errors {
            tracing::error!(file, %error, "the configuration is broken");
        }
        for warning in &report.warnings {
            tracing::warn!(file, %warning, "the configuration may not be meant so");
        }
        self.metrics.house.reloaded(report.config.is_some());
        match report.config {
            Some(config) => self.take_over(config),
            None => tracing::error!(file, "the changed configuration is refused; what runs stays"),
        }
    }

    fn take_over(&self, config: Config) {
        let running = Arc::clone(&self.newest.borrow());
        for key in running.fixed_changes(&config) {
            tracing::warn!("`{key}` has changed, which takes effect at the next start");
        }
        let changed = *running != config;
        tracing::info!(changed, "read the configuration again");
        if changed {
            self.newest.send_replace(Arc::new(config));
        }
    }
}

fn stamp(path: &Path) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

const LOOK_EVERY: Duration = Duration::from_secs(2);
