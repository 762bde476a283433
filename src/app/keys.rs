//! The service's keys, in `data_dir`.

use std::{io, path::Path};

use super::Error;
use crate::journal;

/// The key by which viewers are named in logs; without it the names tell nobody anything.
pub(super) fn log_key(data_dir: &Path) -> Result<journal::Key, Error> {
    let mut bytes = [0; KEY_BYTES];
    bytes.iter_mut().zip(key(data_dir, "log-key")?).for_each(|(byte, key)| *byte = key);
    Ok(journal::Key(bytes))
}

/// A key of the service's own, made at the first start. Nodes that share one have it put there.
pub(super) fn key(data_dir: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let path = data_dir.join(name);
    let failed = |source| Error::Key { path: path.clone(), source };
    match std::fs::read(&path) {
        Ok(key) if key.len() >= KEY_BYTES => return Ok(key),
        // It may be one that nodes share: another in its place would part them.
        Ok(key) => {
            let why = format!("it has {} bytes, at least {KEY_BYTES} are needed", key.len());
            return Err(failed(io::Error::other(why)));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let mut key = vec![0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|_| failed(io::Error::other("no random numbers")))?;
    std::fs::create_dir_all(data_dir).map_err(failed)?;
    let beside = data_dir.join(format!("{name}.new"));
    write_private(&beside, &key).and_then(|()| std::fs::rename(&beside, &path)).map_err(failed)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_one_that_is_too_short_is_never_replaced() {
        let outside = tempfile::tempdir().unwrap();
        let folder = outside.path().join("data");
        let made = key(&folder, "signing-key").unwrap();
        assert_eq!((made.len(), key(&folder, "signing-key").unwrap()), (KEY_BYTES, made));
        std::fs::write(folder.join("log-key"), "sixteen bytes...").unwrap();
        let Err(Error::Key { source, .. }) = key(&folder, "log-key") else {
            panic!("it was taken")
        };
        assert_eq!(source.to_string(), "it has 16 bytes, at least 32 are needed");
        assert_eq!(std::fs::read(folder.join("log-key")).unwrap(), b"sixteen bytes...");
        let mut names: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|one| one.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["log-key", "signing-key"]);
    }
}
