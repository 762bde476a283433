//! A text as the lines of a playlist, within the limits and with variables replaced.

use std::{collections::HashMap, sync::Arc};

use super::{
    BYTE_ORDER_MARK, Given, Limits, Line, NotAPlaylist, OddityKind, Tag, Text, define::Variables,
    line::Lines, oddity::Oddities,
};

/// The lines of what says it is a playlist.
pub(super) struct Input<'a> {
    lines: Lines,
    start: usize,
    variables: Variables<'a>,
    limits: Limits,
}

impl<'a> Input<'a> {
    /// Starts at the first line, after a byte order mark.
    pub(super) fn open(
        text: &Arc<str>,
        limits: Limits,
        given: Given<'a>,
        oddities: &mut Oddities,
    ) -> Result<Self, NotAPlaylist> {
        let start = start(text, limits)?;
        if start > 0 {
            oddities.note(OddityKind::ByteOrderMark, 1);
        }
        let (lines, variables) = (Lines::of(text, start), Variables::new(text, limits, given));
        Ok(Self { lines, start, variables, limits })
    }

    /// The next line.
    pub(super) fn line(&mut self, oddities: &mut Oddities) -> Result<Option<Line>, NotAPlaylist> {
        let Some(mut line) = self.lines.next() else { return Ok(None) };
        if line.text.len() > self.limits.line {
            let (line, limit) = (line.number, self.limits.line);
            return Err(NotAPlaylist::LineTooLong { line, limit });
        }
        if line.number > self.limits.lines {
            return Err(NotAPlaylist::TooManyLines { limit: self.limits.lines });
        }
        self.variables.pass(&mut line, oddities)?;
        Ok(Some(line))
    }

    pub(super) fn has_byte_order_mark(&self) -> bool {
        self.start > 0
    }

    /// The lines whose variables were replaced, as they were, by number, and the variables.
    pub(super) fn into_parts(self) -> (Vec<(u32, Text)>, HashMap<String, String>) {
        self.variables.into_parts()
    }
}

/// Where the first line of what may be a playlist starts.
fn start(text: &str, limits: Limits) -> Result<usize, NotAPlaylist> {
    let limit = limits.bytes.min(LONGEST_TEXT);
    if text.len() > limit {
        return Err(NotAPlaylist::TooLong { bytes: text.len(), limit });
    }
    let content = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let first = content.trim_start().lines().next().unwrap_or("");
    if Tag::of(first.trim_end()) != Tag::M3u {
        return Err(NotAPlaylist::NoHeader);
    }
    Ok(text.len() - content.len())
}

/// Positions in a text are counted in 32 bits.
const LONGEST_TEXT: usize = 1 << 31;
