//! What the reasons are made of.

use std::fmt;

use crate::{caption::NotCaptions, units::MediaDuration};

/// Where audio is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// In the picture's segments.
    Muxed,
    /// In playlists of its own.
    Demuxed,
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Muxed => "with the picture",
            Self::Demuxed => "beside the picture",
        })
    }
}

/// Which playlist of a creative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    /// The one its media file names.
    Main,
    /// One that the main playlist names.
    Rendition(usize),
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Main => f.write_str("the main playlist"),
            Self::Rendition(rendition) => write!(f, "rendition {rendition}"),
        }
    }
}

/// How a fetch went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Failure {
    /// It took too long.
    #[error("no whole answer in {limit} s")]
    TimedOut {
        /// How long it may take.
        limit: MediaDuration,
    },
    /// It is left alone for a moment, since nothing came of what it was asked last.
    #[error("nothing came of the last {tries} requests")]
    Silent {
        /// How many.
        tries: u32,
    },
    /// Another status than success.
    #[error("status {0}")]
    Status(u16),
    /// A body over the limit.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// How many bytes there may be.
        limit: usize,
    },
    /// An address that may not be reached from here.
    #[error("its address is not allowed")]
    Blocked,
    /// More redirects than are followed, or one that leads nowhere.
    #[error("its redirects lead nowhere")]
    Redirects,
    /// No connection, or one that broke.
    #[error("the connection failed")]
    Io,
    /// The service is stopping, or failed at it.
    #[error("the fetch was cut off")]
    CutOff,
    /// A body that is no text.
    #[error("the body is no UTF-8 text")]
    NotText,
    /// A file of captions that holds none.
    #[error(transparent)]
    NotCaptions(#[from] NotCaptions),
}

/// Why no segments can be made of an advertiser's file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Nothing in it can be read as media.
    #[error("it is no media file")]
    NotMedia,
    /// It has no moving picture, and the channel has.
    #[error("it has no moving picture")]
    NoPicture,
    /// It ends before it says it does.
    #[error("it ends after {length} s and says it lasts {claimed} s")]
    Truncated {
        /// How much there is.
        length: MediaDuration,
        /// How much there should be.
        claimed: MediaDuration,
    },
    /// It is longer than what is made.
    #[error("it lasts {length} s, at most {limit} s are made")]
    TooLong {
        /// How long it is.
        length: MediaDuration,
        /// How long it may be.
        limit: MediaDuration,
    },
    /// It is too short to be one segment.
    #[error("it lasts {length} s, at least {limit} s are needed")]
    TooShort {
        /// How long it is.
        length: MediaDuration,
        /// How long it has to be.
        limit: MediaDuration,
    },
    /// Its picture is larger than what is made.
    #[error("its picture is {width}x{height}, at most {limit} pixels a side are read")]
    TooLarge {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// The longest side.
        limit: u32,
    },
    /// The channel is one that nothing can be made for.
    #[error("nothing can be made for the channel: {why}")]
    Channel {
        /// Why.
        why: String,
    },
    /// Making it failed, time after time.
    #[error("{step} failed {attempts} times: {why}")]
    Failed {
        /// Which step.
        step: &'static str,
        /// How often.
        attempts: u32,
        /// Why the last time.
        why: String,
    },
}
