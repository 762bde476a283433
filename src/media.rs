//! What a media file or segment holds, as `ffprobe` tells it.
//!
//! Pure: the text is read into values here; who runs the program is `transcode`. Of several pictures
//! the first that moves counts, cover art does not.

use crate::units::MediaDuration;

mod bare;
mod key_frame;
mod language;
mod probe;
mod rate;
#[cfg(test)]
mod tests;

pub use bare::bare_audio;
pub use key_frame::begins_with_idr;
pub use rate::Rate;

/// A file's or segment's tracks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// How long the file says it is.
    pub claimed: Option<MediaDuration>,
    /// Its first moving picture.
    pub picture: Option<Picture>,
    /// Its sounds, in the file's order.
    pub sounds: Vec<Sound>,
}

/// A moving picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its number among the file's streams.
    pub index: usize,
    /// `ffprobe`'s name, such as `h264`.
    pub codec: String,
    /// `ffprobe`'s name of the profile, such as `High`.
    pub profile: Option<String>,
    /// The level, as the codec counts it: 31 of AVC is 3.1, 93 of HEVC is 3.1.
    pub level: Option<u32>,
    /// Width and height in samples, before the shape of a sample and any rotation.
    pub size: (u32, u32),
    /// The lowest rate at which every frame has a time of its own.
    pub rate: Option<Rate>,
    /// Frames per second on the whole.
    pub average_rate: Option<Rate>,
    /// Two fields in a frame.
    pub interlaced: bool,
    /// Whether it has to be brought down to standard range.
    pub bright: bool,
    /// Whether its samples are not square.
    pub anamorphic: bool,
    /// What there is of it.
    pub span: Span,
}

/// A sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Its number among the file's streams.
    pub index: usize,
    /// `ffprobe`'s name, such as `aac`.
    pub codec: String,
    /// `ffprobe`'s name of the profile, such as `LC`.
    pub profile: Option<String>,
    /// Samples per second.
    pub rate: u32,
    /// Channels, the effects channel included.
    pub channels: u32,
    /// `language` as the file has it (ISO 639-2 mostly).
    pub language: Option<String>,
    /// What there is of it.
    pub span: Span,
}

/// What there is of a track, by its packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first presentation time.
    pub begins: MediaDuration,
    /// The end of what is presented last.
    pub ends: MediaDuration,
    /// How many packets.
    pub packets: usize,
}

impl Span {
    /// How long it is.
    pub fn length(self) -> MediaDuration {
        self.ends - self.begins
    }
}

/// Why it cannot be said what a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the probe's answer cannot be read")]
pub struct Unreadable;
