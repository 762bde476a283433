//! How segments are packed.

use std::fmt;

use crate::hls;

/// How segments are packed; content and ad must agree (rule G-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Container {
    /// MPEG-2 transport stream.
    MpegTs,
    /// Fragmented MP4 (CMAF).
    Fmp4,
    /// Bare AAC, AC-3, E-AC-3 or MP3 frames.
    PackedAudio,
    /// WebVTT.
    WebVtt,
    /// There is no media: such a segment is listed as missing (`EXT-X-GAP`). It stands where a
    /// channel's subtitles are packed in a way in which nothing empty is made.
    Nothing,
}

/// How a rendition's segments are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Packing {
    /// The format.
    pub container: Container,
    /// Whether they need an initialisation section (`EXT-X-MAP`). There is no end to one: what
    /// follows in the same playlist has to be governed by one, too.
    pub mapped: bool,
}

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.container.as_str())?;
        let usual = self.container == Container::Fmp4;
        match (self.mapped, usual) {
            (true, false) => f.write_str(" with an initialisation section"),
            (false, true) => f.write_str(" without an initialisation section"),
            _ => Ok(()),
        }
    }
}

impl Packing {
    /// As far as a playlist tells.
    pub fn of(segment: &hls::Segment) -> Self {
        Self { container: Container::of(segment), mapped: segment.map.is_some() }
    }
}

impl Container {
    /// As far as a playlist tells: by the address's extension, else by whether there is an
    /// initialisation section, which only fragmented MP4 needs.
    pub fn of(segment: &hls::Segment) -> Self {
        let path = segment.uri().split(['?', '#']).next().unwrap_or_default();
        let (_, extension) = path.rsplit_once('.').unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "ts" | "m2ts" | "mts" => Self::MpegTs,
            "aac" | "ac3" | "ec3" | "mp3" => Self::PackedAudio,
            "vtt" | "webvtt" => Self::WebVtt,
            "m4s" | "mp4" | "m4v" | "m4a" | "cmfv" | "cmfa" | "cmft" => Self::Fmp4,
            _ if segment.map.is_some() => Self::Fmp4,
            _ => Self::MpegTs,
        }
    }

    /// As it stands in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MpegTs => "MPEG-TS",
            Self::Fmp4 => "fragmented MP4",
            Self::PackedAudio => "packed audio",
            Self::WebVtt => "WebVTT",
            Self::Nothing => "nothing",
        }
    }
}
