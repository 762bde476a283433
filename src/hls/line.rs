//! A playlist as lines, none of them changed.

use std::{fmt, ops::Range, sync::Arc};

use super::{Tag, Text};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub tag: Tag,
    /// All of it but what ends it, with variables replaced (`EXT-X-DEFINE`).
    pub text: Text,
    /// What ends it.
    pub ending: Ending,
    /// Which line of the playlist it is, from 1.
    pub number: u32,
}

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// The end of the playlist.
    Nothing,
}

impl Ending {
    /// As it stands in the playlist.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Nothing => "",
        }
    }
}

impl Line {
    /// What stands after a tag's first colon, or an address; without white space around it.
    pub fn value(&self) -> &str {
        match self.tag {
            Tag::Uri | Tag::Stray => self.text.trim(),
            _ => self.text.split_once(':').map_or("", |(_, value)| value.trim()),
        }
    }
}

/// The line and what ends it.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        f.write_str(self.ending.as_str())
    }
}

/// The lines of a text in order.
pub(super) struct Lines {
    text: Arc<str>,
    rest: usize,
    number: u32,
}

impl Lines {
    /// Those from byte `start` on.
    pub(super) fn of(text: &Arc<str>, start: usize) -> Self {
        Self { text: Arc::clone(text), rest: start, number: 0 }
    }
}

impl Iterator for Lines {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let (content, ending, next) = next_line(&self.text, self.rest)?;
        self.rest = next;
        self.number = self.number.saturating_add(1);
        let tag = Tag::of(self.text[content.clone()].trim());
        Some(Line { tag, text: Text::slice(&self.text, content), ending, number: self.number })
    }
}

fn next_line(text: &str, start: usize) -> Option<(Range<usize>, Ending, usize)> {
    let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
    let Some(length) = memchr::memchr(b'\n', rest.as_bytes()) else {
        return Some((start..text.len(), Ending::Nothing, text.len()));
    };
    let next = start + length + 1;
    Some(match rest[..length].strip_suffix('\r') {
        Some(line) => (start..start + line.len(), Ending::CrLf, next),
        None => (start..start + length, Ending::Lf, next),
    })
}
