//! What there is, when it was asked for last, and its removal.

use futures_util::TryStreamExt as _;
use object_store::{ObjectStore as _, ObjectStoreExt as _, path::Path};

use super::{CREATIVES, Error, Key, MANIFEST, Manifest, Storage, below};
use crate::units::ProgramTime;

/// A creative that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    /// Its name.
    pub key: Key,
    /// Bytes of all its files.
    pub bytes: u64,
    /// When a file of it was asked for here last, else when it was published.
    pub used: ProgramTime,
}

impl Storage {
    /// All that is kept, what was asked for least lately first.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub async fn shelved(&self) -> Result<Vec<Shelved>, Error> {
        let folder = Path::from(CREATIVES);
        let all: Vec<_> = self.store.list(Some(&folder)).try_collect().await.map_err(Error::of)?;
        let mut shelved = Vec::new();
        for found in all {
            let mut parts = found.location.parts().skip(1);
            let (key, name) = (parts.next(), parts.next());
            let Some(key) = key.and_then(|key| key.as_ref().parse::<Key>().ok()) else { continue };
            if name.is_none_or(|name| name.as_ref() != MANIFEST) {
                continue;
            }
            let Some(Manifest { bytes, .. }) = self.manifest(&key).await? else { continue };
            let published = ProgramTime::from_millis(found.last_modified.timestamp_millis());
            let used = self.used.get(&key).map_or(published, |asked| published.max(*asked));
            shelved.push(Shelved { key, bytes, used });
        }
        shelved.sort_by(|one, other| one.used.cmp(&other.used).then(one.key.cmp(&other.key)));
        Ok(shelved)
    }

    /// Removes a creative, its manifest first, so that nothing half-gone is ever found.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub async fn remove(&self, key: &Key) -> Result<(), Error> {
        let Some(manifest) = self.manifest(key).await? else { return Ok(()) };
        for name in std::iter::once(MANIFEST).chain(manifest.files.iter().map(String::as_str)) {
            match self.store.delete(&below(key, name)?).await.map_err(Error::of) {
                Ok(()) | Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        self.used.remove(key);
        Ok(())
    }

    /// Takes note that a creative is asked for.
    pub fn touch(&self, key: &Key, now: ProgramTime) {
        self.used.insert(key.clone(), now);
    }
}
