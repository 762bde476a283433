use std::{io, net::SocketAddr, path::PathBuf};

use crate::{dispatch, fetch, journal, storage, store, transcode};

/// Why the service cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A port cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The logs cannot be kept.
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// What clients of the control API have put cannot be read.
    #[error(transparent)]
    Documents(#[from] store::NotKept),
    /// What is owed to beacon servers cannot be kept.
    #[error(transparent)]
    Outbox(#[from] dispatch::Unusable),
    /// There is no HTTP client.
    #[error(transparent)]
    Fetch(#[from] fetch::Unusable),
    /// A key, that signs ad segments' addresses or names viewers, can neither be read nor made.
    #[error("cannot keep a key in `{path}`")]
    Key {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The store of creatives cannot be used.
    #[error(transparent)]
    Storage(#[from] storage::Error),
    /// A program is missing that a configuration needs.
    #[error("`{configuration}` needs ffmpeg, its slate or a bumper being a file")]
    Transcoder {
        /// Which.
        configuration: String,
        /// Why it cannot be run.
        source: transcode::Absent,
    },
    /// A program is missing.
    #[error(transparent)]
    NoTranscoder(#[from] transcode::Absent),
    /// Creatives cannot be worked on.
    #[error("cannot work in `{path}`")]
    Work {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The demo's own address cannot be made.
    #[error("the demo cannot be reached there")]
    Demo(#[source] url::ParseError),
    /// There are no threads to decide breaks on.
    #[error("cannot start threads")]
    Threads(#[source] io::Error),
    /// Serving failed.
    #[error("cannot serve")]
    Serve(#[source] io::Error),
}
