//! An ad as media: renditions of segments, read from its own playlists and lawful by construction.
//!
//! [`Creative::read`] is the only way from playlists to a [`Creative`], and refuses what could not
//! be stitched into any channel: live, encrypted or broken media, renditions that are cut
//! differently (rule A-104). Whether it suits one channel is asked of [`check`] (segment length)
//! and [`matching`] (codecs, container, ladder). Deliberately absent: fetching, which is
//! `library`'s, and anything that changes media.

use url::Url;

use crate::{hls, units::MediaDuration};

mod container;
mod law;
mod matching;
mod outline;
mod read;
#[cfg(test)]
mod tests;
mod unusable;

pub use container::Container;
pub use hls::ByteRange;
pub use law::check;
pub use matching::{Slot, matching};
pub use outline::{Outline, Playlist, media_file};
pub use unusable::{Failure, Layout, Unusable, Which};

/// One ad (or slate) as media, every rendition cut alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creative {
    /// The address it is known by: that of its media file, as the ad says.
    pub url: Url,
    /// The sum of its first video rendition's segments; without video, of its first rendition's.
    pub duration: MediaDuration,
    /// In the order of its multivariant playlist; never empty. The last carries blank subtitles, so
    /// that a channel's subtitles have something to match.
    pub renditions: Vec<Rendition>,
}

/// One playlist of a creative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// What it carries.
    pub kind: hls::RenditionKind,
    /// Peak bits per second as its multivariant playlist says, of a variant.
    pub bandwidth: Option<u64>,
    /// Codecs (RFC 6381) as its multivariant playlist says; empty where it says nothing.
    pub codecs: Vec<String>,
    /// Width and height in pixels.
    pub resolution: Option<(u32, u32)>,
    /// Language (RFC 5646) of an audio or subtitle rendition.
    pub language: Option<String>,
    /// The group of an alternative rendition; its absence on every audio means that audio is
    /// multiplexed with the picture.
    pub group: Option<String>,
    /// How its segments are packed.
    pub container: Container,
    /// Its segments; never empty, and as many in every rendition.
    pub segments: Vec<Segment>,
}

/// One segment of a creative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it is. In a blank subtitle rendition: a `data:` URL, which no redirect may lead to, so
    /// that whoever answers sends [`BLANK_SUBTITLES`] itself.
    pub uri: Url,
    /// `EXTINF`.
    pub duration: MediaDuration,
    /// The initialisation section it needs (`EXT-X-MAP`).
    pub map: Option<Map>,
    /// The part of the resource it is.
    pub byte_range: Option<ByteRange>,
}

/// An initialisation section.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Map {
    /// Where it is.
    pub uri: Url,
    /// The part of the resource it is.
    pub byte_range: Option<ByteRange>,
}

/// A WebVTT segment without cues (rfc8216bis §3.1.4).
pub const BLANK_SUBTITLES: &str = "WEBVTT\n\n";

impl Creative {
    /// How many segments it has, the same in every rendition.
    pub fn segments(&self) -> usize {
        self.renditions.first().map_or(0, |rendition| rendition.segments.len())
    }
}
