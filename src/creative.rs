//! An ad as media: renditions of segments, read from its own playlists and lawful by construction.
//!
//! [`Creative::read`] is the only way from playlists to a [`Creative`], and refuses what could not
//! be stitched into any channel: live, encrypted or broken media, renditions that are cut
//! differently (rule A-104). Whether it suits one channel is asked of [`matching`] (codecs,
//! container, ladder, segment length). Deliberately absent: fetching, which is
//! `library`'s, and anything that changes media.

use std::sync::Arc;

use url::Url;

use crate::{hls, units::MediaDuration};

mod blank;
mod choice;
mod container;
mod law;
mod matching;
mod outline;
pub mod packets;
mod pts;
mod read;
mod size;
#[cfg(test)]
mod tests;
mod unusable;

pub use blank::{Blank, blank};
pub use choice::Files;
pub use container::{Container, Packing};
pub use hls::ByteRange;
pub use matching::{Slot, matching};
pub use outline::{Outline, Playlist};
pub(crate) use pts::inside as box_inside;
pub use pts::{first as first_pts, lacks_time};
pub use read::Fetched;
pub use read::segment;
pub use unusable::{Failure, Layout, Unfit, Unusable, Which};

/// The scheme of addresses of what is kept here: reached wherever Midroll is, and by nobody else's
/// client.
pub const OWN_SCHEME: &str = "midroll";

/// One ad (or slate) as media, every rendition cut alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creative {
    /// The address it is known by: that of its media file, as the ad says.
    pub url: Url,
    /// The sum of its first video rendition's segments; without video, of its first rendition's.
    pub duration: MediaDuration,
    /// Pictures and audio in the order of its multivariant playlist, never none; then its subtitles,
    /// and last those that stand for subtitles where it has none, one of each packing, the very last
    /// [`Container::Nothing`].
    pub renditions: Vec<Rendition>,
}

/// One playlist of a creative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// What its multivariant playlist says of it. No group on any audio means that audio is
    /// multiplexed with the picture.
    pub info: hls::RenditionInfo,
    /// How its segments are packed.
    pub container: Container,
    /// Its segments; never empty, and as many in every rendition.
    pub segments: Vec<Segment>,
}

/// One segment of a creative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it is. Of blank subtitles: a `data:` URL, which no redirect may lead to, so that whoever
    /// answers sends what is [`blank`] itself.
    pub uri: Url,
    /// `EXTINF`.
    pub duration: MediaDuration,
    /// The initialisation section it needs (`EXT-X-MAP`), one value for all that need it.
    pub map: Option<Arc<Map>>,
    /// The part of the resource it is.
    pub byte_range: Option<ByteRange>,
}

/// Captions of an ad in a file of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TextFile {
    /// Where it is.
    pub url: Url,
    /// Its language, as the ad has it (RFC 5646).
    pub language: Option<String>,
}

/// An initialisation section.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Map {
    /// Where it is.
    pub uri: Url,
    /// The part of the resource it is.
    pub byte_range: Option<ByteRange>,
}

impl Creative {
    /// Whether it is the same media: of one address, or made here of the same bytes.
    pub fn is_same_media(&self, other: &Self) -> bool {
        let own = self.first().filter(|uri| uri.scheme() == OWN_SCHEME);
        self.url == other.url || (own.is_some() && own == other.first())
    }

    fn first(&self) -> Option<&Url> {
        Some(&self.renditions.first()?.segments.first()?.uri)
    }

    /// How many segments it has, the same in every rendition.
    pub fn segments(&self) -> usize {
        self.renditions.first().map_or(0, |rendition| rendition.segments.len())
    }

    /// The lengths of its segments, as its first video rendition has them: the programme's clock
    /// runs by them in every rendition, and what is counted and told of them goes by them too.
    pub fn steps(&self) -> impl Iterator<Item = MediaDuration> {
        self.leading().into_iter().flat_map(|lead| &lead.segments).map(|segment| segment.duration)
    }

    /// Whether it is Midroll's own black and silence, and nobody's file.
    pub fn is_pad(&self) -> bool {
        self.url.scheme() == OWN_SCHEME
    }
}
