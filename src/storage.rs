//! Where conditioned creatives are kept: files in `data_dir`, or an S3-compatible store.
//!
//! A creative is a folder named by its [`Key`], an HLS presentation with a manifest. The manifest is
//! written last, each file on disk before the next, and is what makes the rest exist: nothing
//! half-made is ever found. A key stands for the advertiser's bytes and the channel's profile, so
//! what is under a key never changes. Beside them stand notes: which bytes an address had when it
//! was last looked at, who makes a creative, and when each was shown last.

use std::{
    fmt, io,
    ops::Range,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use dashmap::DashMap;
use futures_util::stream::BoxStream;
use object_store::{
    Attribute, GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutOptions, PutPayload,
    local::LocalFileSystem, path::Path,
};
use serde::{Deserialize, Serialize};

use crate::creative::Playlist;

mod address;
mod claim;
mod key;
mod kind;
mod part;
mod s3;
mod shelf;
mod torn;
#[cfg(test)]
mod tests;

pub use address::{Address, address};
pub use key::Key;
pub use kind::{FOREVER, content_type};
pub use part::Part;
pub use shelf::Shelved;

use kind::JSON;
use shelf::Shown;

/// What is known of a conditioned creative; its presence says that all of it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Bytes of all its files.
    pub bytes: u64,
    /// Its files, below its folder.
    pub files: Vec<String>,
    /// The presentation time of its first picture (90 kHz), as far as it is known.
    #[serde(default)]
    pub begins: Option<u64>,
}

/// What an address was found to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceNote {
    /// Which address.
    pub source: String,
    /// What was made of it.
    pub key: Key,
    /// `ETag` then.
    pub etag: Option<String>,
    /// `Last-Modified` then.
    pub last_modified: Option<String>,
    /// SHA-256 of its bytes then, in hex.
    #[serde(default)]
    pub digest: String,
}

/// A file, or a part of it, to be sent on.
pub struct File {
    /// Bytes of the whole file.
    pub size: u64,
    /// Which of them follow.
    pub range: Range<u64>,
    /// They.
    pub content: BoxStream<'static, Result<Bytes, object_store::Error>>,
}

/// Why something cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not there.
    #[error("it is not there")]
    NotFound,
    /// The range asked for is not in the file.
    #[error("the range is not in the file")]
    Range,
    /// The store does not answer as it should.
    #[error("the store of creatives: {0}")]
    Store(object_store::Error),
    /// A file that was to be kept cannot be read.
    #[error("`{name}` cannot be read: {source}")]
    File {
        /// Which.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// What is there is not what was written.
    #[error("what is kept of it cannot be read")]
    Unreadable,
}

/// The store; clones share it.
#[derive(Clone, Debug)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// Where that is a folder: it.
    folder: Option<PathBuf>,
    /// Whether objects carry their types and lifetimes, for whoever serves them directly.
    described: bool,
    /// When creatives were shown last, as far as it is known here.
    used: Arc<DashMap<Key, Shown>>,
}

impl Storage {
    /// Files below `folder`, which is made if it is not there.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn local(folder: &FilePath) -> Result<Self, Error> {
        let failed = |source| Error::File { name: folder.display().to_string(), source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let files = LocalFileSystem::new_with_prefix(folder).map_err(Error::of)?;
        // A manifest that outlives a power cut says that what it names has, too.
        let files = files.with_fsync(true).with_automatic_cleanup(true);
        Ok(Self { folder: Some(folder.to_owned()), ..Self::over(Arc::new(files), false) })
    }

    fn over(store: Arc<dyn ObjectStore>, described: bool) -> Self {
        Self { store, folder: None, described, used: Arc::default() }
    }

    /// Keeps the files of a creative, its manifest last.
    ///
    /// # Errors
    /// The first that could not be read or written.
    pub async fn publish(
        &self,
        key: &Key,
        folder: &FilePath,
        manifest: &Manifest,
    ) -> Result<(), Error> {
        for name in &manifest.files {
            let read = tokio::fs::read(folder.join(name)).await;
            let bytes = read.map_err(|source| Error::File { name: name.clone(), source })?;
            self.put(&below(key, name)?, bytes).await?;
        }
        self.put(&below(key, MANIFEST)?, json(manifest)?).await
    }

    /// The manifest of a creative; none where it is not (wholly) there.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub async fn manifest(&self, key: &Key) -> Result<Option<Manifest>, Error> {
        self.note(&below(key, MANIFEST)?).await
    }

    /// A playlist of a creative.
    ///
    /// # Errors
    /// It is not there, or no text.
    pub async fn playlist(&self, key: &Key, name: &str) -> Result<Playlist, Error> {
        let file = self.store.get(&below(key, name)?).await.map_err(Error::of)?;
        let bytes = file.bytes().await.map_err(Error::of)?;
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| Error::Unreadable)?;
        Ok(Playlist { url: address(key, name).ok_or(Error::NotFound)?, text })
    }

    /// A file of a creative, or a part of it. Whole creatives only: the manifest is not asked for
    /// again, since nobody is told of a file before it is there. It is nobody's but the store's.
    ///
    /// # Errors
    /// It is not there, or not so long.
    pub async fn open(&self, key: &Key, name: &str, part: Option<Part>) -> Result<File, Error> {
        let at = below(key, name)?;
        // Not by `name`: a slash behind it is taken off.
        if at.filename() == Some(MANIFEST) {
            return Err(Error::NotFound);
        }
        let options = GetOptions { range: part.map(GetRange::from), ..GetOptions::default() };
        let found = match self.store.get_opts(&at, options).await.map_err(Error::of) {
            Ok(found) => found,
            Err(error) => return Err(self.beyond(&at, part, error).await),
        };
        let (size, range) = (found.meta.size, found.range.clone());
        Ok(File { size, range, content: found.into_stream() })
    }

    /// Whether a part was refused because it is not in the file: the crate has no kind of its own for
    /// that, so the file is asked how long it is.
    async fn beyond(&self, at: &Path, part: Option<Part>, error: Error) -> Error {
        let (Some(part), Error::Store(_)) = (part, &error) else { return error };
        match self.store.head(at).await {
            Ok(known) if !part.begins_within(known.size) => Error::Range,
            _ => error,
        }
    }

    /// What is noted of a source, by a name that stands for its address and the profile.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub async fn source(&self, name: &Key) -> Result<Option<SourceNote>, Error> {
        self.note(&source(name)).await
    }

    /// Notes what a source was found to hold.
    ///
    /// # Errors
    /// A store that does not take it.
    pub async fn note_source(&self, name: &Key, note: &SourceNote) -> Result<(), Error> {
        self.put(&source(name), json(note)?).await
    }

    async fn note<T: serde::de::DeserializeOwned>(&self, at: &Path) -> Result<Option<T>, Error> {
        let found = match self.store.get(at).await.map_err(Error::of) {
            Ok(found) => found.bytes().await.map_err(Error::of)?,
            Err(Error::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        serde_json::from_slice(&found).map(Some).map_err(|_| Error::Unreadable)
    }

    async fn put(&self, at: &Path, bytes: Vec<u8>) -> Result<(), Error> {
        let mut options = PutOptions::default();
        if self.described {
            let kind = content_type(at.filename().unwrap_or_default());
            options.attributes.insert(Attribute::ContentType, kind.into());
            // What else there is are notes, which change.
            if kind != JSON {
                options.attributes.insert(Attribute::CacheControl, FOREVER.into());
            }
        }
        let put = self.store.put_opts(at, PutPayload::from(bytes), options).await;
        put.map(drop).map_err(Error::of)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("size", &self.size).field("range", &self.range).finish()
    }
}

impl Error {
    fn of(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound,
            other => Self::Store(other),
        }
    }
}

fn below(key: &Key, name: &str) -> Result<Path, Error> {
    Path::parse(format!("{CREATIVES}/{key}/{name}")).map_err(|_| Error::NotFound)
}

fn source(name: &Key) -> Path {
    Path::from(format!("{SOURCES}/{name}.json"))
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec_pretty(value).map_err(|_| Error::Unreadable)
}

const CREATIVES: &str = "creatives";
const SOURCES: &str = "sources";
/// The file that makes a creative exist.
const MANIFEST: &str = "manifest.json";
