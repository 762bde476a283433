//! What there is, when it was shown last, and its removal.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::{ObjectMeta, ObjectStore as _, ObjectStoreExt as _, PutPayload, path::Path};

use super::{
    CREATIVES, Error, Key, MANIFEST, Manifest, SOURCES, Storage, below, claim::CLAIMS, json,
};
use crate::units::{MediaDuration, ProgramTime};

/// A creative that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    /// Its name.
    pub key: Key,
    /// Bytes of all its files.
    pub bytes: u64,
    /// When a node said last that it is shown, else when its newest file was written.
    pub used: ProgramTime,
    /// Whether all of it is there; else somebody writes it, or has died at it.
    pub whole: bool,
}

/// When a creative was shown last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    at: ProgramTime,
    /// When that was noted for all nodes.
    noted: ProgramTime,
}

impl Storage {
    /// All that is kept, what was shown least lately first. Nothing is read, so that nothing that
    /// cannot be read is in the way.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub async fn shelved(&self) -> Result<Vec<Shelved>, Error> {
        let mut shelved = BTreeMap::new();
        for file in self.listed(CREATIVES).await? {
            let mut parts = file.location.parts().skip(1);
            let (key, name) = (parts.next(), parts.next());
            let Some(key) = key.and_then(|key| key.as_ref().parse::<Key>().ok()) else { continue };
            let used = ProgramTime::from_millis(i64::MIN / 1_000_000);
            let new = || Shelved { key: key.clone(), bytes: 0, used, whole: false };
            let one = shelved.entry(key.clone()).or_insert_with(new);
            one.bytes += file.size;
            one.used = one.used.max(written(&file));
            one.whole |= name.is_some_and(|name| name.as_ref() == MANIFEST);
        }
        for note in self.listed(SHOWN).await? {
            let name = note.location.filename().and_then(|name| name.parse::<Key>().ok());
            if let Some(one) = name.and_then(|key| shelved.get_mut(&key)) {
                one.used = one.used.max(written(&note));
            }
        }
        let mut shelved: Vec<_> = shelved.into_values().collect();
        for one in &mut shelved {
            let here = self.used.get(&one.key).map(|shown| shown.at);
            one.used = here.map_or(one.used, |here| here.max(one.used));
        }
        shelved.sort_by(|one, other| one.used.cmp(&other.used).then(one.key.cmp(&other.key)));
        Ok(shelved)
    }

    /// When a node said last that it shows a creative.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub async fn shown(&self, key: &Key) -> Result<Option<ProgramTime>, Error> {
        match self.store.head(&shown(key)).await.map_err(Error::of) {
            Ok(note) => Ok(Some(written(&note))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes a creative out of sight: who looks for it from now on finds none, and what was found of it
    /// before is still there. Gives its manifest, none where there was none.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub async fn hide(&self, key: &Key) -> Result<Option<Manifest>, Error> {
        let manifest = self.manifest(key).await.or_else(Error::unreadable_is_none)?;
        self.delete(&below(key, MANIFEST)?).await?;
        Ok(manifest)
    }

    /// Puts a creative back that was taken out of sight.
    ///
    /// # Errors
    /// A store that does not take it.
    pub async fn unhide(&self, key: &Key, manifest: &Manifest) -> Result<(), Error> {
        self.put(&below(key, MANIFEST)?, json(manifest)?).await
    }

    /// Removes a creative, or what there is of it: its manifest first, so that nothing half-gone is
    /// ever found.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub async fn remove(&self, key: &Key) -> Result<(), Error> {
        self.delete(&below(key, MANIFEST)?).await?;
        for file in self.listed(&format!("{CREATIVES}/{key}")).await? {
            self.delete(&file.location).await?;
        }
        self.used.remove(key);
        self.delete(&shown(key)).await
    }

    /// Removes the notes of sources that are older than that; gives how many.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub async fn forget_sources(&self, before: ProgramTime) -> Result<usize, Error> {
        self.forget(SOURCES, before).await
    }

    /// Removes the claims that were last made before that; gives how many.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub async fn forget_claims(&self, before: ProgramTime) -> Result<usize, Error> {
        self.forget(CLAIMS, before).await
    }

    async fn forget(&self, folder: &str, before: ProgramTime) -> Result<usize, Error> {
        let mut forgotten = 0;
        let mut notes = self.store.list(Some(&Path::from(folder)));
        while let Some(note) = notes.next().await.transpose().map_err(Error::of)? {
            if written(&note) < before {
                self.delete(&note.location).await?;
                forgotten += 1;
            }
        }
        Ok(forgotten)
    }

    /// Takes note that a creative is shown; for all nodes, in the background, where that was not done
    /// lately.
    pub fn touch(&self, key: &Key, now: ProgramTime) {
        let mut shown_here = self
            .used
            .entry(key.clone())
            .or_insert(Shown { at: now, noted: ProgramTime::from_millis(0) });
        shown_here.at = shown_here.at.max(now);
        if now - shown_here.noted < NOTED {
            return;
        }
        shown_here.noted = now;
        drop(shown_here);
        let (store, key) = (self.clone(), key.clone());
        tokio::spawn(async move {
            if let Err(error) = store.store.put(&shown(&key), PutPayload::default()).await {
                tracing::warn!(%error, "that a creative is shown cannot be noted");
                if let Some(mut known) = store.used.get_mut(&key) {
                    known.noted = now - NOTED + NOT_NOTED;
                }
            }
        });
    }

    async fn listed(&self, folder: &str) -> Result<Vec<ObjectMeta>, Error> {
        self.store.list(Some(&Path::from(folder))).try_collect().await.map_err(Error::of)
    }

    async fn delete(&self, at: &Path) -> Result<(), Error> {
        match self.store.delete(at).await.map_err(Error::of) {
            Err(Error::NotFound) => Ok(()),
            other => other,
        }
    }
}

impl Error {
    fn unreadable_is_none<T>(self) -> Result<Option<T>, Self> {
        match self {
            Self::Unreadable => Ok(None),
            other => Err(other),
        }
    }
}

/// The store's time, not ours.
fn written(file: &ObjectMeta) -> ProgramTime {
    ProgramTime::from_millis(file.last_modified.timestamp_millis())
}

/// An empty file, written each time a node shows the creative.
fn shown(key: &Key) -> Path {
    Path::from(format!("{SHOWN}/{key}"))
}

const SHOWN: &str = "shown";
/// How often it is noted that a creative is shown.
const NOTED: MediaDuration = MediaDuration::from_secs(900);
/// How soon it is tried again where the store did not take it.
const NOT_NOTED: MediaDuration = MediaDuration::from_secs(60);
