//! Why a creative cannot be shown.

use url::Url;

use crate::{
    hls::{NotAPlaylist, RenditionKind, VideoRange},
    units::MediaDuration,
};

use super::Packing;

mod parts;

pub use parts::{Failure, Layout, Unfit, Which};

/// Why a creative cannot be shown, at all or in one channel.
///
/// Renditions and segments count from 0, in the order of the creative's playlists.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The ad carries no media that could be played here.
    #[error("no media file is HLS, or one that could be conditioned")]
    NoPlayableMedia,
    /// A URL that is none, or not one of HTTP.
    #[error("`{url}` is no HTTP address")]
    Address {
        /// As written.
        url: String,
    },
    /// A URL longer than ads' are read.
    #[error("one of its addresses has {length} bytes, the limit is {limit}")]
    LongAddress {
        /// How many it has.
        length: usize,
        /// How many it may have.
        limit: usize,
    },
    /// More addresses than are kept of an ad.
    #[error("the addresses of its segments take more than {limit} bytes")]
    TooManyAddresses {
        /// Bytes of all together.
        limit: usize,
    },
    /// One of its playlists or segments could not be fetched.
    #[error("fetching `{host}`: {failure}")]
    Fetch {
        /// Whose server.
        host: String,
        /// How it went wrong.
        failure: Failure,
    },
    /// More creatives are being fetched than may be at once.
    #[error("too many creatives are being fetched")]
    Busy,
    /// Its host does not let players of any site read it.
    #[error("`{host}` does not answer `Access-Control-Allow-Origin: *`")]
    NoCors {
        /// Whose server.
        host: String,
    },
    /// One of its playlists is none.
    #[error("{which} {why}")]
    NotAPlaylist {
        /// Which.
        which: Which,
        /// What is wrong with it.
        why: NotAPlaylist,
    },
    /// More renditions than are read.
    #[error("it has {count} renditions, the limit is {limit}")]
    TooManyRenditions {
        /// How many.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A playlist that may still change.
    #[error("rendition {rendition} has no end, as live playlists have none")]
    NotWhole {
        /// Which.
        rendition: usize,
    },
    /// A rendition without segments.
    #[error("rendition {rendition} is empty")]
    Empty {
        /// Which.
        rendition: usize,
    },
    /// A segment that needs a key.
    #[error("segment {segment} of rendition {rendition} is encrypted")]
    Encrypted {
        /// Which rendition.
        rendition: usize,
        /// Which segment.
        segment: usize,
    },
    /// A discontinuity inside the ad.
    #[error("a discontinuity stands before segment {segment} of rendition {rendition}")]
    Discontinuity {
        /// Which rendition.
        rendition: usize,
        /// Which segment.
        segment: usize,
    },
    /// A segment that is missing (`EXT-X-GAP`).
    #[error("segment {segment} of rendition {rendition} is a gap")]
    Gap {
        /// Which rendition.
        rendition: usize,
        /// Which segment.
        segment: usize,
    },
    /// A segment of fragmented MP4 without an initialisation section (rule A-80).
    #[error("segment {segment} of rendition {rendition} has no initialisation section")]
    NoMap {
        /// Which rendition.
        rendition: usize,
        /// Which segment.
        segment: usize,
    },
    /// A fragment that does not say when it is decoded (rule A-85).
    #[error("the first segment of the leading rendition has a fragment without a decode time")]
    NoDecodeTime,
    /// A segment too short to be played reliably.
    #[error(
        "segment {segment} of rendition {rendition} lasts {duration} s, at least {limit} s are needed"
    )]
    TooShort {
        /// Which rendition.
        rendition: usize,
        /// Which segment.
        segment: usize,
        /// How long it is.
        duration: MediaDuration,
        /// How long it has to be.
        limit: MediaDuration,
    },
    /// A rendition with another number of segments than the leading one (rule A-104).
    #[error("rendition {rendition} has {count} segments, the leading one {expected}")]
    SegmentCount {
        /// Which.
        rendition: usize,
        /// How many it has.
        count: usize,
        /// How many the leading one has, the first with pictures.
        expected: usize,
    },
    /// A rendition cut elsewhere than the leading one (rule A-104).
    #[error(
        "segment {segment} of rendition {rendition} ends {off} s from the leading one's, at most {limit} s are allowed"
    )]
    Boundary {
        /// Which rendition.
        rendition: usize,
        /// Which segment.
        segment: usize,
        /// How far apart the ends are.
        off: MediaDuration,
        /// How far they may be.
        limit: MediaDuration,
    },
    /// A segment longer than the channel's target duration (rules ).
    #[error(
        "segment {segment} of rendition {rendition} lasts {duration} s, the channel's target duration is {limit} s"
    )]
    TargetDuration {
        /// Which rendition.
        rendition: usize,
        /// Which segment.
        segment: usize,
        /// How long it is.
        duration: MediaDuration,
        /// The channel's target duration.
        limit: MediaDuration,
    },
    /// Nothing of the kind a channel's rendition needs.
    #[error("nothing matches the channel's rendition {channel}, which is {}", kind.as_str())]
    NoRendition {
        /// Which of the channel's renditions.
        channel: usize,
        /// Its kind.
        kind: RenditionKind,
    },
    /// No rendition in the codecs of a channel's rendition (rule A-110).
    #[error("no rendition has the codecs of the channel's rendition {channel}, `{wanted}`")]
    Codecs {
        /// Which of the channel's renditions.
        channel: usize,
        /// Its codecs, joined by commas.
        wanted: String,
    },
    /// No rendition packed like a channel's rendition (rule G-04).
    #[error("no rendition is packed as the channel's rendition {channel} is, in {wanted}")]
    Packing {
        /// Which of the channel's renditions.
        channel: usize,
        /// How it is packed.
        wanted: Packing,
    },
    /// No rendition whose picture may stand in that of a channel's rendition (rule A-121).
    #[error("no rendition's picture may stand in the channel's rendition {channel}, in {}", wanted.as_str())]
    VideoRange {
        /// Which of the channel's renditions.
        channel: usize,
        /// Its range.
        wanted: VideoRange,
    },
    /// Audio beside the picture in one and within it in the other (rule A-111).
    #[error("audio is {ad} in the ad, {channel} in the channel")]
    Layout {
        /// The ad's.
        ad: Layout,
        /// The channel's.
        channel: Layout,
    },
    /// No segments can be made of its file.
    #[error("conditioning: {0}")]
    Unfit(#[from] Unfit),
}

impl Unusable {
    /// A main playlist that names nothing to play.
    pub(super) const NO_RENDITIONS: Self =
        Self::NotAPlaylist { which: Which::Main, why: NotAPlaylist::NoVariants };

    /// Something of it could not be fetched from that address, of which only the host is told.
    pub fn fetching(url: &Url, failure: Failure) -> Self {
        Self::Fetch { host: url.host_str().unwrap_or_default().to_owned(), failure }
    }
}
