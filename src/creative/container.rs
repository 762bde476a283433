//! How segments are packed.

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
        }
    }
}
