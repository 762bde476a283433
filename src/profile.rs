//! What a channel's media is like: what every creative made for it has to be.
//!
//! Read from its multivariant playlist and, where that says nothing, from a probe of one segment per
//! rendition. Renditions that are alike are one here, so a profile lists what has to be encoded and
//! nothing twice. Two channels with equal profiles share creatives.

use std::fmt;

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

use crate::{creative::Container, media::Rate, units::MediaDuration};

mod codec;
mod of;
#[cfg(test)]
mod tests;

pub use codec::{AudioCodec, CodecProfile, Family, VideoCodec};

/// What every creative for a channel has to be.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Profile {
    /// How segments are packed, the same in all renditions.
    pub packing: Packing,
    /// The channel's target duration in whole seconds: no segment may be longer.
    pub target_seconds: i64,
    /// What there is with pictures, in the channel's order, none twice.
    pub pictures: Vec<Picture>,
    /// What there is with sound alone, in the channel's order, none twice.
    pub sounds: Vec<Sound>,
}

/// How segments are packed; others are not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Packing {
    /// MPEG-2 transport stream.
    MpegTs,
    /// Fragmented MP4.
    Fmp4,
}

/// One rung of the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Picture {
    /// Its codec as the channel's `CODECS` has it.
    pub codec: VideoCodec,
    /// Width and height in pixels, even numbers.
    pub size: (u32, u32),
    /// Frames per second.
    pub rate: Rate,
    /// `BANDWIDTH`: what no segment may exceed, its sound included.
    pub bandwidth: u64,
    /// The sound in its segments, where it is not beside them.
    pub sound: Option<Sound>,
}

/// A sound.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sound {
    /// Its codec as the channel's `CODECS` has it.
    pub codec: AudioCodec,
    /// Samples per second.
    pub rate: u32,
    /// Channels, the effects channel included.
    pub channels: u32,
    /// `BANDWIDTH` of a variant that is sound alone; none for one of a group.
    pub variant: Option<u64>,
    /// Its segments are its codec's bare frames (packed audio), beside pictures in transport streams.
    #[serde(default)]
    pub packed: bool,
}

/// A profile's name: equal profiles have equal names, on every node.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProfileId(String);

impl Profile {
    /// Its name.
    pub fn id(&self) -> ProfileId {
        let text = serde_json::to_vec(self).unwrap_or_default();
        let digest = digest::digest(&digest::SHA256, &text);
        ProfileId(hex::encode(&digest.as_ref()[..16]))
    }

    /// What sound a picture has: its own, else the first beside it.
    pub fn sound_of<'a>(&'a self, picture: &'a Picture) -> Option<&'a Sound> {
        picture.sound.as_ref().or(self.sounds.iter().find(|sound| sound.variant.is_none()))
    }

    /// The most a segment may last, as a segment's duration is rounded.
    pub fn target_duration(&self) -> MediaDuration {
        MediaDuration::from_secs(self.target_seconds)
    }
}

impl Packing {
    /// The same as a container.
    pub const fn container(self) -> Container {
        match self {
            Self::MpegTs => Container::MpegTs,
            Self::Fmp4 => Container::Fmp4,
        }
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why nothing can be made for a channel. Renditions count from 0, in its multivariant playlist's
/// order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// No rendition with pictures or sound.
    #[error("the channel has neither pictures nor sound")]
    Empty,
    /// A rendition of which nothing has been seen, and whose playlist entry does not tell.
    #[error("nothing tells the {what} of rendition {rendition}")]
    Unknown {
        /// Which.
        rendition: usize,
        /// What is not known of it.
        what: &'static str,
    },
    /// A codec that cannot be made here.
    #[error("`{codec}` of rendition {rendition} cannot be encoded here")]
    Codec {
        /// Which.
        rendition: usize,
        /// As the channel names it.
        codec: String,
    },
    /// A packing that cannot be made here.
    #[error("rendition {rendition} is packed in a way that cannot be made here: {packing}")]
    Packing {
        /// Which.
        rendition: usize,
        /// As it is seen.
        packing: crate::creative::Packing,
    },
    /// Renditions packed in different ways.
    #[error("rendition {rendition} is packed in another way than the first")]
    Mixed {
        /// Which.
        rendition: usize,
    },
}
