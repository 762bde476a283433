//! What clients of the control API have put, kept as it is and whatever happens to the process.
//!
//! One small file per document below `data_dir/control`, replaced as a whole: what was answered with
//! success is on the disk, and a crash leaves the document that was or the one that is. Nothing here
//! knows what a document means. A store that nodes share has to offer the same calls.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a document is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A playback configuration; its key is its name.
    PlaybackConfiguration,
    /// What is logged of a playback configuration; the same key.
    LogConfiguration,
    /// A prefetch schedule; its key is the configuration's name, a `/` and its own.
    PrefetchSchedule,
}

/// All documents.
#[derive(Debug)]
pub struct Documents {
    folder: PathBuf,
    /// Whoever changes something holds this while he waits for the disk.
    changing: Mutex<()>,
    /// Never held while anybody waits: players' threads read through it.
    known: Mutex<BTreeMap<(Kind, String), Arc<Value>>>,
}

/// A document cannot be kept, or the kept ones cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot keep documents in `{path}`")]
pub struct NotKept {
    /// Where.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// A document's file.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    key: std::borrow::Cow<'a, str>,
    document: Value,
}

impl Documents {
    /// Reads what is kept below `data_dir`. A file that is no document is said to be none, left where
    /// it is and otherwise ignored.
    ///
    /// # Errors
    /// When the folders cannot be made or read.
    pub fn open(data_dir: &Path) -> Result<Self, NotKept> {
        let folder = data_dir.join("control");
        let mut known = BTreeMap::new();
        for kind in Kind::ALL {
            let folder = folder.join(kind.folder());
            let unusable = |source| NotKept { path: folder.clone(), source };
            fs::create_dir_all(&folder).map_err(unusable)?;
            for entry in fs::read_dir(&folder).map_err(unusable)? {
                let path = entry.map_err(unusable)?.path();
                if let Some((key, document)) = read(&path).map_err(unusable)? {
                    known.insert((kind, key), Arc::new(document));
                }
            }
        }
        Ok(Self { folder, changing: Mutex::default(), known: Mutex::new(known) })
    }

    /// The document under a key.
    pub fn get(&self, kind: Kind, key: &str) -> Option<Arc<Value>> {
        self.known().get(&(kind, key.to_owned())).map(Arc::clone)
    }

    /// All documents of a kind whose keys begin so, in the order of their keys.
    pub fn all(&self, kind: Kind, begin: &str) -> Vec<(String, Arc<Value>)> {
        let known = self.known();
        let from = known.range((kind, begin.to_owned())..);
        let these = from.take_while(|((k, key), _)| *k == kind && key.starts_with(begin));
        these.map(|((_, key), document)| (key.clone(), Arc::clone(document))).collect()
    }

    /// Keeps a document in the place of any earlier one under its key. Waits for the disk.
    ///
    /// # Errors
    /// It is not kept; an earlier one is.
    pub async fn put(
        self: &Arc<Self>,
        kind: Kind,
        key: &str,
        document: Value,
    ) -> Result<(), NotKept> {
        let key = key.to_owned();
        self.apart(move |this| {
            let _one = this.changing();
            let path = this.path(kind, &key);
            let kept = Kept { key: key.as_str().into(), document };
            let written = write(&path, &kept);
            if written.is_err() {
                this.put_back(kind, &key, &path);
            }
            written.map_err(|source| NotKept { path, source })?;
            let document = Arc::new(kept.document);
            this.known().insert((kind, key), document);
            Ok(())
        })
        .await
    }

    /// Forgets a document; false where there is none. Waits for the disk.
    ///
    /// # Errors
    /// It is still kept.
    pub async fn delete(self: &Arc<Self>, kind: Kind, key: &str) -> Result<bool, NotKept> {
        let key = key.to_owned();
        self.apart(move |this| {
            let _one = this.changing();
            if this.get(kind, &key).is_none() {
                return Ok(false);
            }
            let path = this.path(kind, &key);
            let removed = remove(&path);
            if removed.is_err() {
                this.put_back(kind, &key, &path);
            }
            removed.map_err(|source| NotKept { path, source })?;
            Ok(this.known().remove(&(kind, key)).is_some())
        })
        .await
    }

    /// Where waiting for the disk holds nobody up.
    async fn apart<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, NotKept> + Send + 'static,
    ) -> Result<T, NotKept> {
        let this = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || work(&this)).await;
        done.unwrap_or_else(|error| {
            let source = io::Error::other(error);
            Err(NotKept { path: self.folder.clone(), source })
        })
    }

    /// After a failure nobody knows what is on the disk: it shall be what is in effect.
    fn put_back(&self, kind: Kind, key: &str, path: &Path) {
        let back = match self.get(kind, key) {
            Some(document) => write(path, &Kept { key: key.into(), document: (*document).clone() }),
            None => remove(path),
        };
        if let Err(error) = back {
            tracing::error!(path = %path.display(), %error, "what is kept here is uncertain");
        }
    }

    /// Held while something is changed.
    pub(super) fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<(Kind, String), Arc<Value>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keys may be longer than names of files, and hold any letter.
    fn path(&self, kind: Kind, key: &str) -> PathBuf {
        let name = hex::encode(digest(&SHA256, key.as_bytes()));
        self.folder.join(kind.folder()).join(format!("{name}.json"))
    }
}

impl Kind {
    const ALL: [Self; 3] =
        [Self::PlaybackConfiguration, Self::LogConfiguration, Self::PrefetchSchedule];

    const fn folder(self) -> &'static str {
        match self {
            Self::PlaybackConfiguration => "playback-configurations",
            Self::LogConfiguration => "log-configurations",
            Self::PrefetchSchedule => "prefetch-schedules",
        }
    }
}

fn read(path: &Path) -> io::Result<Option<(String, Value)>> {
    if path.extension().is_none_or(|extension| extension != "json") {
        return Ok(None);
    }
    match serde_json::from_slice::<Kept<'_>>(&fs::read(path)?) {
        Ok(kept) => Ok(Some((kept.key.into_owned(), kept.document))),
        Err(error) => {
            tracing::error!(path = %path.display(), %error, "no document of the control API");
            Ok(None)
        }
    }
}

fn write(path: &Path, kept: &Kept<'_>) -> io::Result<()> {
    use io::Write as _;
    let new = path.with_extension("new");
    let mut file = fs::File::create(&new)?;
    file.write_all(&serde_json::to_vec_pretty(kept)?)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    sync_folder(path)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => sync_folder(path),
    }
}

/// A file's name is its folder's to keep.
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}
