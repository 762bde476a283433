//! One playlist of a channel, as its multivariant playlist describes it.

use super::codecs;

/// A rendition: what is played from one address.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// What a rendition is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RenditionKind {
    /// Picture, with sound or without.
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
