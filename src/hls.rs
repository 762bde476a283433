//! HLS playlists (rfc8216bis), lossless and lenient in.
//!
//! A media playlist is its lines, grouped by the segment they belong to; what Midroll acts on is
//! read from them, and every line can be written again byte for byte. Irregular playlists are read
//! with their oddities noted; only what is no playlist at all is refused. Deliberately absent: a
//! typed value per tag, and building playlists from values.

use std::{fmt, sync::Arc};

use crate::units::{DiscontinuitySequence, MediaDuration, MediaSequence, ProgramTime, Source};

mod address;
pub mod attributes;
mod block;
mod dates;
mod define;
mod head;
mod in_force;
mod input;
mod line;
pub mod multivariant;
mod oddity;
mod read;
mod tag;
mod text;
#[cfg(test)]
mod tests;

pub use address::{RANGE_ADDRESSES, absolute, with_address};
pub use attributes::Attributes;
pub use define::Given;
pub use line::{Ending, Line};
pub use multivariant::{MilliHz, Multivariant, RenditionInfo, RenditionKind, VideoRange};
pub use oddity::{Limits, NotAPlaylist, Oddity, OddityKind};
pub use tag::{Scope, Tag};
pub use text::Text;

/// A media playlist.
///
/// Its `Display` writes what was read, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaPlaylist {
    /// The lines about the whole playlist, wherever they stood before its last segment.
    pub header: Vec<Line>,
    /// Its segments in order.
    pub segments: Vec<Arc<Segment>>,
    /// The lines after the last segment.
    pub trailing: Vec<Line>,
    /// Whole seconds, at least one.
    pub target_duration: MediaDuration,
    /// `EXT-X-VERSION`; 1 where there is none.
    pub version: u8,
    /// The number of its first segment, or of the segment to come where it has none.
    pub media_sequence: Source<MediaSequence>,
    /// The discontinuities before its first line.
    pub discontinuity_sequence: Source<DiscontinuitySequence>,
    /// Whether it will never change again (`EXT-X-ENDLIST`).
    pub end_list: bool,
    /// `EXT-X-PLAYLIST-TYPE`.
    pub playlist_type: Option<PlaylistType>,
    /// Whether each segment is one I-frame.
    pub i_frames_only: bool,
    /// Whether it began with a byte order mark.
    byte_order_mark: bool,
    /// The lines whose variables were replaced, as they were, by number.
    originals: Vec<(u32, Text)>,
}

/// `EXT-X-PLAYLIST-TYPE` (rfc8216bis §4.4.3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaylistType {
    /// Only appended to.
    Event,
    /// Never changed.
    Vod,
}

/// A media segment, with all that lines before its own say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its number.
    pub msn: Source<MediaSequence>,
    /// The discontinuities before its address, its own included.
    pub dsn: Source<DiscontinuitySequence>,
    /// `EXTINF`.
    pub duration: MediaDuration,
    /// Its own date, or one reckoned from the nearest dated segment before it, or, before the
    /// first, from that (rfc8216bis §6.3.3).
    pub start: Option<ProgramTime>,
    /// Whether that date is its own.
    pub dated: bool,
    /// Whether a discontinuity stands before it.
    pub discontinuity: bool,
    /// Whether it is missing (`EXT-X-GAP`).
    pub gap: bool,
    /// The part of the resource it is.
    pub byte_range: Option<ByteRange>,
    /// The `EXT-X-KEY` lines in force, one per key format; none where it is clear.
    pub keys: Arc<[Text]>,
    /// The initialisation section in force.
    pub map: Option<Map>,
    /// Its own lines in order, its address last.
    pub lines: Vec<Line>,
}

/// A part of a resource, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ByteRange {
    /// How many bytes.
    pub length: u64,
    /// How many before it.
    pub offset: u64,
}

/// An initialisation section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// Its `EXT-X-MAP` line.
    pub line: Text,
    /// The `EXT-X-KEY` lines in force where that stands, which it may be encrypted under
    /// (rfc8216bis §4.4.4.5); a segment after it may have others.
    pub keys: Arc<[Text]>,
}

impl Segment {
    /// Its address as written, variables replaced.
    pub fn uri(&self) -> &str {
        self.lines.last().map_or("", Line::value)
    }

    /// The date at which it ends.
    pub fn end(&self) -> Option<ProgramTime> {
        self.start.map(|start| start + self.duration)
    }

    /// The same in memory of its own, for those who keep it longer than its playlist: a [`Text`]
    /// keeps all of the playlist that it is a part of. Keys and map are those of `before` where
    /// they say the same.
    #[must_use]
    pub fn apart(&self, before: Option<&Self>) -> Self {
        let whole: String = self.lines.iter().map(|line| line.text.as_str()).collect();
        let whole = Arc::from(whole);
        let mut next = 0;
        let lines = self.lines.iter().map(|line| {
            let from = next;
            next += line.text.len();
            Line { text: Text::slice(&whole, from..next), ..line.clone() }
        });
        let lines = lines.collect();
        let keys = match before {
            Some(before) if before.keys == self.keys => Arc::clone(&before.keys),
            _ => apart(&self.keys),
        };
        let map = match before {
            Some(before) if before.map == self.map => before.map.clone(),
            _ => self.map.as_ref().map(Map::apart),
        };
        Self { lines, keys, map, ..self.clone() }
    }
}

impl Map {
    fn apart(&self) -> Self {
        Self { line: self.line.as_str().into(), keys: apart(&self.keys) }
    }
}

fn apart(keys: &[Text]) -> Arc<[Text]> {
    keys.iter().map(|key| key.as_str().into()).collect()
}

impl MediaPlaylist {
    /// Reads a playlist, with what is odd about it, within the usual [`Limits`].
    ///
    /// # Errors
    /// What is no media playlist at all, or exceeds a limit.
    pub fn parse(text: impl Into<Arc<str>>) -> Result<(Self, Vec<Oddity>), NotAPlaylist> {
        Self::parse_within(text, Limits::default())
    }

    /// Reads a playlist, with what is odd about it, within `limits`.
    ///
    /// # Errors
    /// What is no media playlist at all, or exceeds a limit.
    pub fn parse_within(
        text: impl Into<Arc<str>>,
        limits: Limits,
    ) -> Result<(Self, Vec<Oddity>), NotAPlaylist> {
        Self::parse_given(text, limits, Given::default())
    }

    /// The same, with what its variables may come from.
    ///
    /// # Errors
    /// What is no media playlist at all, or exceeds a limit.
    pub fn parse_given(
        text: impl Into<Arc<str>>,
        limits: Limits,
        given: Given<'_>,
    ) -> Result<(Self, Vec<Oddity>), NotAPlaylist> {
        read::media(&text.into(), limits, given)
    }

    /// The sum of its segments.
    pub fn duration(&self) -> MediaDuration {
        self.segments.iter().map(|segment| segment.duration).sum()
    }

    /// The number of the segment that will follow the last.
    pub fn next_msn(&self) -> Source<MediaSequence> {
        match self.segments.last() {
            Some(last) => Source(MediaSequence(last.msn.0.0.saturating_add(1))),
            None => self.media_sequence,
        }
    }

    /// The date at which the last segment ends.
    pub fn end(&self) -> Option<ProgramTime> {
        self.segments.last()?.end()
    }

    /// The lines about segments and what comes after the last, in order.
    pub fn body(&self) -> impl Iterator<Item = &Line> {
        self.segments.iter().flat_map(|segment| &segment.lines).chain(&self.trailing)
    }

    fn as_written<'a>(&'a self, line: &'a Line) -> &'a str {
        let original = self.originals.binary_search_by_key(&line.number, |(number, _)| *number);
        original.map_or(&line.text, |at| &self.originals[at].1)
    }

    fn write_line(&self, f: &mut fmt::Formatter<'_>, line: &Line) -> fmt::Result {
        f.write_str(self.as_written(line))?;
        f.write_str(line.ending.as_str())
    }
}

impl fmt::Display for MediaPlaylist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.byte_order_mark {
            f.write_str(BYTE_ORDER_MARK)?;
        }
        let mut header = self.header.iter().peekable();
        for line in self.body() {
            while let Some(before) = header.next_if(|before| before.number < line.number) {
                self.write_line(f, before)?;
            }
            self.write_line(f, line)?;
        }
        header.try_for_each(|line| self.write_line(f, line))
    }
}

const BYTE_ORDER_MARK: &str = "\u{feff}";
