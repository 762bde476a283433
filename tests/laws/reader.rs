//! A strict reader of served media playlists: whatever breaks the syntax is a note by rule number.
//!
//! It is the judge's own and knows nothing of the product: rules are those of rfc8216bis as the
//! project's checklist numbers them (A-01 … A-107).

use crate::time::{self, Ns};

pub(crate) mod attributes;
mod tags;
#[cfg(test)]
mod tests;

use attributes::Attributes;

/// What is wrong with a text, by rule number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) rule: &'static str,
    pub(crate) text: String,
}

/// One `EXT-X-KEY` or `EXT-X-MAP` in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scoped {
    pub(crate) attributes: Attributes,
    /// Its tag stands in this segment's own block.
    pub(crate) own: bool,
}

/// A segment with everything that is in force at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) msn: u64,
    pub(crate) dsn: u64,
    /// It carries `EXT-X-DISCONTINUITY`.
    pub(crate) discontinuity: bool,
    pub(crate) uri: String,
    /// The duration as written.
    pub(crate) extinf: String,
    pub(crate) duration: Ns,
    /// Its own date.
    pub(crate) date: Option<Ns>,
    /// Its own date, else extrapolated from the one before, else back from the one after.
    pub(crate) start: Option<Ns>,
    /// Keys in force; `METHOD=NONE` alone is no key.
    pub(crate) keys: Vec<Scoped>,
    pub(crate) map: Option<Scoped>,
    /// A key was in force where the map in force was written.
    pub(crate) map_under_key: bool,
    /// Length and offset.
    pub(crate) byte_range: Option<(u64, u64)>,
    pub(crate) gap: bool,
    /// `EXT-X-BITRATE` in force.
    pub(crate) bitrate: Option<u64>,
    /// Other tags of its block, in order, as written.
    pub(crate) tags: Vec<String>,
}

impl Segment {
    /// Where it ends on the programme's clock.
    pub(crate) fn end(&self) -> Option<Ns> {
        self.start.map(|start| start + self.duration)
    }
}

/// A media playlist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Playlist {
    pub(crate) version: u64,
    pub(crate) target_duration: i64,
    pub(crate) media_sequence: u64,
    pub(crate) discontinuity_sequence: Option<u64>,
    pub(crate) end_list: bool,
    /// Lines that speak of the whole playlist, the two sequence numbers and ENDLIST left out.
    pub(crate) header: Vec<String>,
    pub(crate) segments: Vec<Segment>,
    /// Every `EXT-X-DATERANGE`, wherever it stands.
    pub(crate) ranges: Vec<Attributes>,
    /// Other tags after the last URI.
    pub(crate) trailing: Vec<String>,
}

impl Playlist {
    /// Its length.
    pub(crate) fn length(&self) -> Ns {
        self.segments.iter().map(|segment| segment.duration).sum()
    }

    /// The number of its first and its last segment.
    pub(crate) fn numbers(&self) -> Option<(u64, u64)> {
        Some((self.segments.first()?.msn, self.segments.last()?.msn))
    }
}

/// Reads a playlist and says what is wrong with it.
pub(crate) fn read(text: &str) -> (Playlist, Vec<Note>) {
    let mut reading = Reading::default();
    reading.frame(text);
    for line in text.split('\n') {
        reading.line(line.strip_suffix('\r').unwrap_or(line));
    }
    reading.finish()
}

/// A playlist half read.
#[derive(Default)]
struct Reading {
    playlist: Playlist,
    notes: Vec<Note>,
    seen: Vec<String>,
    lines: usize,
    /// The block of the next segment.
    next: Segment,
    has_duration: bool,
    discontinuities: u64,
    keys: Vec<Attributes>,
    map: Option<(Attributes, bool)>,
    bitrate: Option<u64>,
    /// Names of variables.
    variables: Vec<String>,
    /// Where a byte range without offset would begin.
    range_end: Option<(String, u64)>,
    /// Length and offset as the next segment's tag gave them.
    range: Option<(u64, Option<u64>)>,
}

impl Reading {
    fn note(&mut self, rule: &'static str, text: impl Into<String>) {
        self.notes.push(Note { rule, text: text.into() });
    }

    fn frame(&mut self, text: &str) {
        if text.starts_with('\u{feff}') {
            self.note("A-01", "a byte order mark");
        }
        if text.trim_start_matches('\u{feff}').lines().next().is_none_or(|l| l != "#EXTM3U") {
            self.note("A-01", "the first line is not `#EXTM3U`");
        }
        let control = |c: char| c.is_control() && c != '\n' && c != '\r';
        if text.contains(control) {
            self.note("A-01", "a control character");
        }
        if text.split('\n').any(|line| line.trim_end_matches('\r').contains('\r')) {
            self.note("A-01", "a carriage return inside a line");
        }
    }

    fn line(&mut self, line: &str) {
        self.lines += 1;
        if line.is_empty() || self.lines == 1 {
            return;
        }
        if self.playlist.end_list && !line.starts_with("#EXT") && !line.starts_with('#') {
            self.note("A-94", "a segment follows `EXT-X-ENDLIST`");
        }
        self.references(line);
        match line.strip_prefix('#') {
            Some(tag) if tag.starts_with("EXT") => self.tag(tag, line),
            Some(_) => {}
            None => self.uri(line),
        }
    }

    /// Variables are defined before they are used.
    fn references(&mut self, line: &str) {
        for reference in line.split("{$").skip(1) {
            let name = reference.split('}').next().unwrap_or(reference);
            if !self.variables.iter().any(|known| known == name) {
                self.note("A-96", format!("`{name}` is not defined"));
            }
        }
    }

    fn uri(&mut self, uri: &str) {
        let mut segment = std::mem::take(&mut self.next);
        if !std::mem::take(&mut self.has_duration) {
            self.note("A-43", format!("`{uri}` has no `EXTINF`"));
        }
        segment.byte_range = self.resolve_range(uri);
        let index = u64::try_from(self.playlist.segments.len()).unwrap_or(u64::MAX);
        segment.msn = self.playlist.media_sequence.saturating_add(index);
        let removed = self.playlist.discontinuity_sequence.unwrap_or(0);
        segment.dsn = removed.saturating_add(self.discontinuities);
        let owned = std::mem::take(&mut segment.keys);
        segment.keys = self.keys_in_force(&owned);
        let own_map = segment.map.is_some();
        segment.map =
            self.map.as_ref().map(|(map, _)| Scoped { attributes: map.clone(), own: own_map });
        segment.bitrate = self.bitrate;
        segment.map_under_key = self.map.as_ref().is_some_and(|(_, under)| *under);
        uri.clone_into(&mut segment.uri);
        self.playlist.segments.push(segment);
    }

    fn keys_in_force(&self, owned: &[Scoped]) -> Vec<Scoped> {
        let own = |key: &Attributes| owned.iter().any(|scoped| scoped.attributes == *key);
        let keys = self.keys.iter();
        keys.map(|key| Scoped { attributes: key.clone(), own: own(key) }).collect()
    }

    fn resolve_range(&mut self, uri: &str) -> Option<(u64, u64)> {
        let Some((length, offset)) = self.range.take() else {
            self.range_end = None;
            return None;
        };
        let before = self.range_end.take().filter(|(resource, _)| resource == uri);
        let offset = match (offset, before) {
            (Some(offset), _) => offset,
            (None, Some((_, end))) => end,
            (None, None) => {
                self.note("A-83", format!("`{uri}` has a byte range without an offset"));
                0
            }
        };
        self.range_end = Some((uri.to_owned(), offset.saturating_add(length)));
        Some((length, offset))
    }

    fn finish(mut self) -> (Playlist, Vec<Note>) {
        if self.has_duration {
            self.note("A-43", "an `EXTINF` without a URI");
        }
        if !self.seen.iter().any(|tag| tag == "EXT-X-TARGETDURATION") {
            self.note("A-40", "no `EXT-X-TARGETDURATION`");
        }
        self.playlist.trailing = std::mem::take(&mut self.next.tags);
        extrapolate(&mut self.playlist.segments);
        (self.playlist, self.notes)
    }
}

fn extrapolate(segments: &mut [Segment]) {
    let mut next: Option<Ns> = None;
    for segment in segments.iter_mut() {
        segment.start = segment.date.or(next);
        next = segment.end();
    }
    let mut after: Option<Ns> = None;
    for segment in segments.iter_mut().rev() {
        segment.start = segment.start.or_else(|| after.map(|after| after - segment.duration));
        after = segment.start;
    }
}

/// A count as RFC 8216 writes it.
fn integer(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Length and offset of `n[@o]`.
fn byte_range(text: &str) -> Option<(u64, Option<u64>)> {
    match text.split_once('@') {
        Some((length, offset)) => Some((integer(length)?, Some(integer(offset)?))),
        None => Some((integer(text)?, None)),
    }
}

/// Length and offset of a MAP's quoted byte range, whose offset defaults to zero.
pub(crate) fn map_range(text: &str) -> Option<(u64, u64)> {
    byte_range(text).map(|(length, offset)| (length, offset.unwrap_or(0)))
}

/// Decimal seconds of an `EXTINF`, and whether the comma that must follow does.
fn extinf(text: &str) -> Option<(&str, Ns, bool)> {
    let (lexeme, comma) = text.split_once(',').map_or((text, false), |(lexeme, _)| (lexeme, true));
    Some((lexeme, time::seconds(lexeme)?, comma))
}
