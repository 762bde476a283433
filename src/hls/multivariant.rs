//! Multivariant playlists: which renditions there are, and the same text with other addresses.
//!
//! One rendition stands for one address, however many variants name it. What it carries is read
//! from all of them; every byte but the addresses is written as it came.

use std::{collections::HashMap, fmt, sync::Arc};

use super::{BYTE_ORDER_MARK, Given, Limits, Line, NotAPlaylist, Oddity, Tag, Text};

mod codecs;
mod describe;
mod groups;
mod read;
mod rendition;

pub use codecs::kind_of as kind_of_codec;
pub use rendition::{MilliHz, RenditionInfo, RenditionKind, VideoRange};

/// A multivariant playlist.
///
/// Its `Display` writes what was read, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multivariant {
    /// Every line in order.
    pub lines: Vec<Line>,
    /// What can be played, one per address, in the order in which the addresses first appear.
    pub renditions: Vec<RenditionInfo>,
    /// The variables it defines, which its media playlists may import.
    pub variables: HashMap<String, String>,
    /// Where addresses stand, in order.
    places: Vec<Place>,
    byte_order_mark: bool,
    /// The lines whose variables were replaced, as they were, by number.
    originals: Vec<(u32, Text)>,
}

/// Where an address stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    line: usize,
    span: std::ops::Range<usize>,
    /// `None`: not a rendition's.
    rendition: Option<usize>,
}

impl Multivariant {
    /// Reads a multivariant playlist, with what is odd about it, within the usual [`Limits`] but of
    /// 1 MiB at most.
    ///
    /// # Errors
    /// What is no multivariant playlist at all, or exceeds a limit.
    pub fn parse(text: impl Into<Arc<str>>) -> Result<(Self, Vec<Oddity>), NotAPlaylist> {
        Self::parse_given(text, Given::default())
    }

    /// The same, with what its variables may come from.
    ///
    /// # Errors
    /// What is no multivariant playlist at all, or exceeds a limit.
    pub fn parse_given(
        text: impl Into<Arc<str>>,
        given: Given<'_>,
    ) -> Result<(Self, Vec<Oddity>), NotAPlaylist> {
        read::multivariant(&text.into(), Limits { bytes: LONGEST, ..Limits::default() }, given)
    }

    /// The lines that `keeps` lets stay, variables replaced, with each rendition's address replaced
    /// by what `address` says and every other one (of session data, session keys, content steering,
    /// unknown tags) by what `other` makes of it: relative ones mean something else elsewhere. A byte
    /// order mark is left out (rfc8216bis §4.1).
    pub fn rewrite(
        &self,
        keeps: impl Fn(&Line) -> bool,
        mut address: impl FnMut(usize, &RenditionInfo) -> String,
        mut other: impl FnMut(&str) -> String,
    ) -> String {
        let mut all = String::new();
        let mut places = self.places.iter().peekable();
        for (index, line) in self.lines.iter().enumerate() {
            let place = places.next_if(|place| place.line == index);
            if !keeps(line) {
                continue;
            }
            match place {
                Some(Place { span, rendition, .. }) => {
                    all.push_str(&line.text[..span.start]);
                    all.push_str(&match *rendition {
                        Some(at) => address(at, &self.renditions[at]),
                        None => other(&line.text[span.clone()]),
                    });
                    all.push_str(&line.text[span.end..]);
                }
                None => all.push_str(&line.text),
            }
            all.push_str(line.ending.as_str());
        }
        all
    }

    /// Where it has players begin in each media playlist (rfc8216bis §4.4.2).
    pub fn start(&self) -> Option<&Line> {
        self.lines.iter().find(|line| line.tag == Tag::Start)
    }

    fn as_written<'a>(&'a self, line: &'a Line) -> &'a str {
        let original = self.originals.binary_search_by_key(&line.number, |(number, _)| *number);
        original.map_or(&line.text, |at| &self.originals[at].1)
    }
}

impl fmt::Display for Multivariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.byte_order_mark {
            f.write_str(BYTE_ORDER_MARK)?;
        }
        self.lines.iter().try_for_each(|line| {
            f.write_str(self.as_written(line))?;
            f.write_str(line.ending.as_str())
        })
    }
}

/// A thousand renditions need half of it.
const LONGEST: usize = 1 << 20;
