//! The logs for analytics: JSON Lines files that only ever grow.
//!
//! Two logs, beacons and decisions, each a folder of files that rotate by size and time and sort by
//! name. A row is on its way to the operating system as soon as it is accepted, and on the disk a
//! second later; lines are never rewritten. The most that a crash can spoil is one last line, which
//! [`Journal::open`] mends before it writes anything. Closed files are compressed, and may be bounded
//! (`journal/closed.rs`): a file stands in the folder in one form or, where a crash or a moment has
//! it in both, is the same in both.
//!
//! A disk that fails or is full does not stop the service. Rows wait in memory, bounded in bytes,
//! and are written when it recovers; past that bound they are given up, which is counted
//! (`midroll_log_rows_lost_total`) and said once a minute. Of the viewer a row tells what is
//! configured (`journal/personal.rs`). Deliberately absent: knowing what a row means. Who writes one,
//! names its fields.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{clock::Clock, ids::SessionId, metrics::Metrics, units::MediaDuration};

mod closed;
mod compress;
mod earlier;
mod export;
mod files;
mod log;
mod name;
mod personal;
mod recent;
mod repair;
#[cfg(test)]
mod tests;
mod writer;

use earlier::Earlier;
use export::Exporter;

pub use compress::Compression;
pub use export::Export;
pub use log::{Log, Lost};
pub use personal::{Key, Person, Personal};
pub use recent::Recent;

/// Both logs; clones share them.
#[derive(Clone, Debug)]
pub struct Journal {
    beacons: Log,
    decisions: Log,
    /// Held as long as the journal is, so that no second process writes here.
    _lock: Arc<fs::File>,
}

/// One line of a log.
#[derive(Clone, Debug)]
pub struct Row {
    /// Whose it is, so that a session's recent rows can be shown.
    pub session: Option<SessionId>,
    /// One JSON object, without a line break.
    pub json: Arc<str>,
    /// Whom it may tell only so much of; nobody where it tells of nobody.
    pub person: Person,
}

impl Row {
    /// Writes down a value that serialises as a JSON object.
    pub fn new(session: Option<SessionId>, row: &impl serde::Serialize) -> Self {
        let json = serde_json::to_string(row).expect("a row's keys are strings");
        Self { session, json: json.into(), person: Person::default() }
    }

    /// The same, about this person.
    #[must_use]
    pub fn about(self, person: Person) -> Self {
        Self { person, ..self }
    }
}

/// Sizes and times of both logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// A file is closed before it would pass this many bytes.
    pub file_bytes: u64,
    /// A file is closed when so much time is over, counted from midnight UTC.
    pub file_period: MediaDuration,
    /// How long a row may be in the operating system's hands only.
    pub sync_every: MediaDuration,
    /// What a closed file becomes.
    pub compression: Compression,
    /// Where closed files also go as Parquet, before they are compressed; needs compression, by
    /// which it is known what has been stored.
    pub export: Option<Export>,
    /// How many bytes a log's files may have together before the oldest is removed, judged when a
    /// file is closed.
    pub most_bytes: Option<u64>,
    /// What is told of viewers.
    pub personal: Personal,
    /// How many bytes of accepted rows may wait for the disk, per log.
    pub waiting_bytes: usize,
    /// How many bytes of written rows are kept to be shown, per log.
    pub recent_bytes: usize,
    /// How long a row waits for room before it is given up.
    pub patience: std::time::Duration,
    /// How long a failed write waits before it is tried again.
    pub retry: std::time::Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            file_bytes: 64 << 20,
            file_period: MediaDuration::from_secs(3600),
            sync_every: MediaDuration::from_secs(1),
            compression: Compression::default(),
            export: None,
            most_bytes: None,
            personal: Personal::default(),
            waiting_bytes: 32 << 20,
            recent_bytes: 4 << 20,
            patience: std::time::Duration::from_secs(5),
            retry: std::time::Duration::from_secs(1),
        }
    }
}

/// Why the logs cannot be kept in a folder.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder or file of theirs cannot be made, read or mended.
    #[error("cannot use `{path}` for logs")]
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process writes there.
    #[error("`{path}` is in use by another process")]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// The store for Parquet files cannot be opened as it is configured.
    #[error("cannot open the store for Parquet files")]
    Store(#[source] object_store::Error),
    /// The thread that writes cannot be started.
    #[error("cannot start a log's writer")]
    Thread(#[source] io::Error),
}

impl Journal {
    /// Opens `data_dir/logs/beacons` and `data_dir/logs/decisions`, makes them where needed, mends
    /// what a crash has left, and starts a writer for each.
    ///
    /// # Errors
    /// When the folders cannot be used or another process uses them.
    pub fn open(
        data_dir: &Path,
        settings: Settings,
        clock: &Clock,
        metrics: &Arc<Metrics>,
    ) -> Result<Self, Error> {
        let folder = data_dir.join("logs");
        let lock = lock(&folder)?;
        let export = settings.export.as_ref();
        let exporter = export.map(|to| Exporter::open(to, data_dir)).transpose()?;
        let log = |name, settings| {
            log::open(name, &folder.join(name), settings, exporter.clone(), clock, metrics)
        };
        let path = folder.join("beacons");
        // Before they are put away.
        let earlier =
            Earlier::of(&path, log::EARLIER).map_err(|source| Error::Unusable { path, source })?;
        let beacons = log("beacons", settings.clone())?;
        beacons.remember(earlier);
        Ok(Self { beacons, decisions: log("decisions", settings)?, _lock: Arc::new(lock) })
    }

    /// The log of beacons due, sent and given up.
    pub const fn beacons(&self) -> &Log {
        &self.beacons
    }

    /// The log of ad decisions.
    pub const fn decisions(&self) -> &Log {
        &self.decisions
    }

    /// Whether the last write to both logs went well.
    pub fn is_writable(&self) -> bool {
        self.beacons.is_writable() && self.decisions.is_writable()
    }

    /// Writes what is waiting, closes the files and has them stored and compressed within this time;
    /// what takes longer is left to the next start. Rows offered from now on are given up. Where the
    /// disk fails, rows are tried once more and then given up.
    pub async fn close(&self, within: std::time::Duration) {
        tokio::join!(self.beacons.close(within), self.decisions.close(within));
    }
}

fn lock(folder: &Path) -> Result<fs::File, Error> {
    let unusable = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Unusable { path, source }
    };
    fs::create_dir_all(folder).map_err(unusable(folder))?;
    let path = folder.join("lock");
    let file = fs::File::create(&path).map_err(unusable(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(Error::InUse { path }),
        Err(fs::TryLockError::Error(source)) => Err(Error::Unusable { path, source }),
    }
}
