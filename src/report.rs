//! `midroll report`: what the logs for analytics sum up to.
//!
//! Files of both logs, plain or compressed, are read once, in bounded memory: each row becomes a
//! small record, records are spilled into partitions by what they are about (an ad shown to a viewer,
//! or a break), and each partition is then folded by itself. So beacons and breaks are counted
//! exactly, each once however many rows tell of it, and the size of the logs does not matter.
//!
//! *Counted* is a distinct `beacon_id` of the service with a row `sent`, and beside that what players
//! reported; of a break, its latest plan
//! (`FILLED_AVAIL`) and its latest end (`AVAIL_ENDED`). Deliberately absent: where files come from,
//! and what is printed of the progress.

use std::path::{Path, PathBuf};

mod fold;
mod hosts;
mod html;
mod json;
mod latency;
mod names;
mod read;
mod record;
mod row;
mod source;
mod spill;
mod spreadsheet;
mod table;
#[cfg(test)]
mod tests;
mod totals;

pub use source::Progress;
pub use totals::{Beacons, Counts, Dimension, Report, Seconds, Showings};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing to read there.
    #[error("no log files (`*.jsonl`, `.jsonl.gz`, `.jsonl.zst`) in `{path}`")]
    NoLogs {
        /// Where they were looked for.
        path: PathBuf,
    },
    /// A folder or file cannot be read.
    #[error("cannot read `{path}`")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no room for records on their way to being counted.
    #[error("cannot keep records in `{path}` meanwhile")]
    Spill {
        /// In which folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Reads the logs at `paths` (files, or folders with files at any depth) and sums them up. Records
/// are kept in unnamed files in `work` meanwhile, about a tenth of the logs' size.
///
/// # Errors
/// Files that cannot be found, read or written. A damaged file is read as far as it goes and named
/// in the report.
pub fn report(
    paths: &[PathBuf],
    work: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    bounded(paths, work, spill::Bounds::default(), progress)
}

fn bounded(
    paths: &[PathBuf],
    work: &Path,
    bounds: spill::Bounds,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    let sources = source::find(paths)?;
    let spilled = |source| Error::Spill { path: work.to_owned(), source };
    let mut reading = read::Reading::new(work, bounds);
    for source in &sources {
        reading.read(source, progress)?;
    }
    reading.finish().map_err(spilled)
}
