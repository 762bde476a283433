//! Codecs that can be encoded, by their names in `CODECS` (RFC 6381).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::media;

/// A video codec with profile and level, as the channel names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VideoCodec {
    name: String,
    /// What it is of.
    pub family: Family,
    /// Its profile.
    pub profile: CodecProfile,
    /// The level, as the codec counts it: 31 of AVC is 3.1, 93 of HEVC is 3.1.
    pub level: u32,
    /// Ten bits a sample instead of eight.
    pub deep: bool,
}

/// What kind of encoder makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// H.264.
    Avc,
    /// H.265.
    Hevc,
}

/// A profile of a video codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CodecProfile {
    /// Of AVC.
    Baseline,
    /// Of AVC and HEVC.
    Main,
    /// Of AVC.
    High,
    /// Of AVC, ten bits.
    High10,
    /// Of HEVC, ten bits.
    Main10,
}

impl CodecProfile {
    /// As the encoders name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Main => "main",
            Self::High => "high",
            Self::High10 => "high10",
            Self::Main10 => "main10",
        }
    }
}

/// An audio codec that can be encoded, as the channel names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AudioCodec {
    /// AAC-LC; also where a channel has HE-AAC, of whose decoders each decodes it.
    #[serde(rename = "mp4a.40.2")]
    Aac,
    /// AC-3.
    #[serde(rename = "ac-3")]
    Ac3,
    /// E-AC-3.
    #[serde(rename = "ec-3")]
    Eac3,
}

impl Family {
    /// Whether it is H.265.
    pub const fn is_hevc(self) -> bool {
        matches!(self, Self::Hevc)
    }
}

impl VideoCodec {
    /// Reads a name; none where it is of no codec that is encoded here.
    pub fn parse(name: &str) -> Option<Self> {
        let (entry, rest) = name.split_once('.')?;
        let (family, profile, level, deep) = match entry.to_ascii_lowercase().as_str() {
            "avc1" | "avc3" => {
                let byte = |at: usize| u32::from_str_radix(rest.get(at..at + 2)?, 16).ok();
                let (profile, deep) = avc_profile(byte(0)?)?;
                (Family::Avc, profile, byte(4)?, deep)
            }
            // `hev1` differs in where parameter sets stand; they stand in both places here.
            "hvc1" | "hev1" => {
                let mut parts = rest.split('.');
                let (profile, deep) = hevc_profile(parts.next()?)?;
                let level = parts.nth(1)?.get(1..)?.parse().ok()?;
                (Family::Hevc, profile, level, deep)
            }
            _ => return None,
        };
        Some(Self { name: name.to_owned(), family, profile, level, deep })
    }

    /// That of a picture that was probed.
    pub fn of(picture: &media::Picture) -> Option<Self> {
        let (profile, level) = (picture.profile.as_deref()?, picture.level?);
        let name = match picture.codec.as_str() {
            "h264" => {
                let profile = match profile {
                    "Constrained Baseline" => "42c0",
                    "Baseline" => "4200",
                    "Main" => "4d40",
                    "High" => "6400",
                    "High 10" => "6e00",
                    _ => return None,
                };
                format!("avc1.{profile}{level:02x}")
            }
            "hevc" => {
                let profile = match profile {
                    "Main" => "1.6",
                    "Main 10" => "2.4",
                    _ => return None,
                };
                format!("hvc1.{profile}.L{level}.B0")
            }
            _ => return None,
        };
        Self::parse(&name)
    }

    /// As the channel has it.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Whether a decoder made for it decodes what was probed: the same codec, no higher profile or
    /// level (G-07).
    pub fn decodes(&self, picture: &media::Picture) -> bool {
        Self::of(picture).is_some_and(|made| {
            made.family == self.family && made.level <= self.level && made.profile <= self.profile
        })
    }

    /// Whether the sample entry is `hvc1` or `avc1`, with parameter sets outside the samples.
    pub fn entry(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }
}

impl AudioCodec {
    /// Reads a name; none where it is of no codec that is encoded here.
    pub fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "mp4a.40.2" | "mp4a.40.5" | "mp4a.40.29" => Some(Self::Aac),
            "ac-3" => Some(Self::Ac3),
            "ec-3" => Some(Self::Eac3),
            _ => None,
        }
    }

    /// That of a sound that was probed.
    pub fn of(sound: &media::Sound) -> Option<Self> {
        match sound.codec.as_str() {
            "aac" => Some(Self::Aac),
            "ac3" => Some(Self::Ac3),
            "eac3" => Some(Self::Eac3),
            _ => None,
        }
    }

    /// As `CODECS` has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aac => "mp4a.40.2",
            Self::Ac3 => "ac-3",
            Self::Eac3 => "ec-3",
        }
    }

    /// By which its bare frames are known in addresses.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Aac => "aac",
            Self::Ac3 => "ac3",
            Self::Eac3 => "ec3",
        }
    }

    /// Samples of one frame.
    pub const fn frame(self) -> u32 {
        match self {
            Self::Aac => 1_024,
            Self::Ac3 | Self::Eac3 => 1_536,
        }
    }
}

/// By `profile_idc` (ISO/IEC 14496-10 A.2).
const fn avc_profile(idc: u32) -> Option<(CodecProfile, bool)> {
    match idc {
        66 => Some((CodecProfile::Baseline, false)),
        77 => Some((CodecProfile::Main, false)),
        100 => Some((CodecProfile::High, false)),
        110 => Some((CodecProfile::High10, true)),
        _ => None,
    }
}

/// By `general_profile_idc` (ISO/IEC 23008-2 A.3).
fn hevc_profile(idc: &str) -> Option<(CodecProfile, bool)> {
    match idc {
        "1" => Some((CodecProfile::Main, false)),
        "2" => Some((CodecProfile::Main10, true)),
        _ => None,
    }
}

impl TryFrom<String> for VideoCodec {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::parse(&name).ok_or_else(|| format!("`{name}` is not encoded here"))
    }
}

impl From<VideoCodec> for String {
    fn from(codec: VideoCodec) -> Self {
        codec.name
    }
}

impl fmt::Display for VideoCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Display for AudioCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
