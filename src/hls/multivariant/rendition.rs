//! One playlist of a channel, as its multivariant playlist describes it.

use super::codecs;

/// A rendition: what is played from one address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenditionInfo {
    /// Its address as written, variables replaced.
    pub uri: String,
    /// What it is for.
    pub kind: RenditionKind,
    /// Bits per second of the least demanding variant that has it; none for audio and subtitles
    /// that are parts of variants.
    pub bandwidth: Option<u64>,
    /// What its segments carry, as far as said: a variant's own codecs without those its separate
    /// audio or subtitles account for, or those codecs for these.
    pub codecs: Vec<String>,
    /// Width and height in pixels.
    pub resolution: Option<(u32, u32)>,
    /// Frames per second.
    pub frame_rate: Option<MilliHz>,
    /// How bright its picture may be; absent as a variant says nothing.
    pub video_range: Option<VideoRange>,
    /// `CHANNELS` of separate audio, such as `2` or `16/JOC`.
    pub channels: Option<String>,
    /// `LANGUAGE` (RFC 5646).
    pub language: Option<String>,
    /// `GROUP-ID` of separate audio and subtitles.
    pub group: Option<String>,
    /// `NAME` of separate audio and subtitles.
    pub name: Option<String>,
    /// Whether players take it where the viewer has not chosen.
    pub default: bool,
}

impl RenditionInfo {
    /// Those of its codecs that carry `kind`.
    pub fn codecs_of(&self, kind: RenditionKind) -> impl Iterator<Item = &str> {
        self.codecs.iter().map(String::as_str).filter(move |codec| codecs::kind_of(codec) == kind)
    }
}

/// `VIDEO-RANGE` (rfc8216bis §4.4.6.2): each may hold what stands before it, never what stands
/// after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VideoRange {
    /// Standard dynamic range, which is what a variant has that says nothing.
    #[default]
    Sdr,
    /// Hybrid log-gamma.
    Hlg,
    /// Perceptual quantizer.
    Pq,
}

impl VideoRange {
    /// As `VIDEO-RANGE` has it.
    pub fn parse(value: &str) -> Option<Self> {
        match value {
            "SDR" => Some(Self::Sdr),
            "HLG" => Some(Self::Hlg),
            "PQ" => Some(Self::Pq),
            _ => None,
        }
    }

    /// As it stands in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sdr => "SDR",
            Self::Hlg => "HLG",
            Self::Pq => "PQ",
        }
    }
}

/// What a rendition is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RenditionKind {
    /// Picture, with sound or without.
    #[default]
    Video,
    /// Sound alone.
    Audio,
    /// Text.
    Subtitles,
    /// Single pictures for fast winding.
    IFrame,
}

impl RenditionKind {
    /// As it stands in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Subtitles => "subtitles",
            Self::IFrame => "iframe",
        }
    }
}

/// Thousandths of a hertz: `29.970` frames per second is 29,970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MilliHz(pub u32);
