//! `midroll inspect`: what a playlist or an SCTE-35 message says, for people and for programs.
//!
//! Values in, text out; fetching is the caller's. It shows what the service would see, by the same
//! readers.

use crate::{
    cue,
    hls::{self, MediaPlaylist, Multivariant, NotAPlaylist},
    scte35::{self, SpliceInfo},
};

mod breaks;
mod json;
mod message;
mod table;
#[cfg(test)]
mod tests;

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Text is expected, or a section that starts with 0xFC.
    #[error("the input is neither text nor an SCTE-35 section")]
    NotText(#[source] std::str::Utf8Error),
    /// It says it is a playlist.
    #[error("the playlist {0}")]
    Playlist(#[from] NotAPlaylist),
    /// It does not say it is a playlist.
    #[error("the input is neither a playlist nor an SCTE-35 message: {0}")]
    Message(#[from] scte35::Error),
}

/// Shows a media playlist's breaks, a multivariant playlist's renditions, or an SCTE-35 message
/// (base64, hexadecimal or bytes), as a table or as JSON; ends with a line feed.
///
/// # Errors
/// What is none of these.
pub fn run(input: impl AsRef<[u8]>, json: bool) -> Result<String, Error> {
    let shown = Shown::read(input.as_ref())?;
    Ok(if json { shown.json() } else { shown.table() })
}

/// What there is to show.
enum Shown {
    Media(MediaPlaylist, Vec<Odd>),
    Multivariant(Multivariant, Vec<Odd>),
    Message(SpliceInfo),
}

/// Something irregular that was read all the same.
struct Odd {
    /// From 1; 0 where it is about the whole.
    line: u32,
    what: String,
}

impl From<hls::Oddity> for Odd {
    fn from(oddity: hls::Oddity) -> Self {
        Self { line: oddity.line, what: oddity.kind.to_string() }
    }
}

impl From<cue::Oddity> for Odd {
    fn from(oddity: cue::Oddity) -> Self {
        Self { line: oddity.line, what: oddity.kind.to_string() }
    }
}

impl Shown {
    fn read(input: &[u8]) -> Result<Self, Error> {
        if input.first() == Some(&TABLE_ID) {
            return Ok(Self::Message(SpliceInfo::parse(input)?));
        }
        let text = std::str::from_utf8(input).map_err(Error::NotText)?;
        match MediaPlaylist::parse(text) {
            Ok((playlist, oddities)) => {
                let markers =
                    cue::oddities(playlist.body(), cue::Profile::Any).into_iter().map(Odd::from);
                let mut odd: Vec<_> = oddities.into_iter().map(Odd::from).chain(markers).collect();
                odd.sort_by_key(|odd| odd.line);
                Ok(Self::Media(playlist, odd))
            }
            Err(NotAPlaylist::Multivariant { .. }) => {
                let (playlist, oddities) = Multivariant::parse(text)?;
                Ok(Self::Multivariant(playlist, oddities.into_iter().map(Odd::from).collect()))
            }
            Err(NotAPlaylist::NoHeader) => Ok(Self::Message(scte35::decode(text)?)),
            Err(refusal) => Err(refusal.into()),
        }
    }

    fn json(&self) -> String {
        let value = match self {
            Self::Media(playlist, oddities) => json::media(playlist, oddities),
            Self::Multivariant(playlist, oddities) => json::multivariant(playlist, oddities),
            Self::Message(message) => json::message(message),
        };
        format!("{value:#}\n")
    }

    fn table(&self) -> String {
        match self {
            Self::Media(playlist, oddities) => table::media(playlist, oddities),
            Self::Multivariant(playlist, oddities) => table::multivariant(playlist, oddities),
            Self::Message(message) => message::whole(message),
        }
    }
}

/// `table_id` of a `splice_info_section`; no text starts with it, as it is never part of UTF-8.
const TABLE_ID: u8 = 0xFC;
