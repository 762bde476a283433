//! Keys of the service's own, kept in the data directory.

use std::{io, path::Path};

use super::Error;
use crate::journal;

/// The key by which viewers are named in logs; without it the names tell nobody anything.
pub(super) fn log_key(data_dir: &Path) -> Result<journal::Key, Error> {
    let mut bytes = [0; KEY_BYTES];
    bytes.iter_mut().zip(key(data_dir, "log-key")?).for_each(|(byte, key)| *byte = key);
    Ok(journal::Key(bytes))
}

/// A key of the service's own, made at the first start.
pub(super) fn key(data_dir: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let path = data_dir.join(name);
    let failed = |source| Error::Key { path: path.clone(), source };
    match std::fs::read(&path) {
        Ok(key) if key.len() >= KEY_BYTES => return Ok(key),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let mut key = vec![0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|_| failed(io::Error::other("no random numbers")))?;
    std::fs::create_dir_all(data_dir).map_err(failed)?;
    write_private(&path, &key).map_err(failed)?;
    Ok(key)
}

fn write_private(path: &Path, key: &[u8]) -> io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(key)?;
    file.sync_all()
}

const KEY_BYTES: usize = 32;
