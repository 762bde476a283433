//! Files that somebody had begun to write into the folder when he was killed. They have names of the
//! crate's own beside what they were to become, which no listing of it shows.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Error, Storage};
use crate::units::MediaDuration;

impl Storage {
    /// Removes those that are older than that; gives how many. A bucket has none.
    ///
    /// # Errors
    /// A folder that cannot be read, a file that cannot be removed.
    pub async fn forget_torn(&self, age: MediaDuration) -> Result<usize, Error> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        let name = folder.display().to_string();
        let swept = tokio::task::spawn_blocking(move || sweep(&folder, age.to_std())).await;
        let swept = swept.unwrap_or_else(|error| Err(io::Error::other(error)));
        swept.map_err(|source| Error::File { name, source })
    }
}

fn sweep(folder: &Path, age: Duration) -> io::Result<usize> {
    let (mut folders, mut removed) = (vec![folder.to_owned()], 0);
    while let Some(folder) = folders.pop() {
        for path in entries(&folder)? {
            if path.is_dir() {
                folders.push(path);
            } else if is_torn(&path) && is_older(&path, age) {
                std::fs::remove_file(&path)?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

/// What is in a folder, nothing where it has been removed meanwhile.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match std::fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// `NAME#1` and so on.
fn is_torn(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = name.rsplit_once('#').map(|(_, number)| number);
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_older(path: &Path, age: Duration) -> bool {
    let written = std::fs::metadata(path).and_then(|known| known.modified());
    written.ok().and_then(|at| at.elapsed().ok()).is_some_and(|elapsed| elapsed > age)
}
