//! The lines of one segment, as they are read.

use super::{Line, OddityKind, Tag, oddity::Oddities};
use crate::units::{MediaDuration, ProgramTime};

/// What has been said since the last segment about the next.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) lines: Vec<Line>,
    pub(super) duration: Option<MediaDuration>,
    pub(super) date: Option<ProgramTime>,
    pub(super) discontinuities: u64,
    pub(super) gap: bool,
    /// Length and, if named, offset.
    pub(super) byte_range: Option<(u64, Option<u64>)>,
}

impl Block {
    /// Takes in a line about the segment; the last of each tag counts.
    pub(super) fn read(&mut self, line: &Line, oddities: &mut Oddities) {
        if let Err(kind) = self.set(line) {
            oddities.note(kind, line.number);
        }
    }

    fn set(&mut self, line: &Line) -> Result<(), OddityKind> {
        match line.tag {
            Tag::ExtInf => self.set_duration(line.value()),
            Tag::ProgramDateTime => {
                let date = ProgramTime::parse(line.value()).ok_or(OddityKind::BadDate)?;
                replace(&mut self.date, date)
            }
            Tag::ByteRange => {
                let range = byte_range(line.value()).ok_or(OddityKind::BadByteRange)?;
                replace(&mut self.byte_range, range)
            }
            Tag::Discontinuity => self.discontinue(),
            Tag::Gap => {
                self.gap = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Reads `6.006,title`; the comma may be missing. As players do, it takes the digits where
    /// something follows them; what starts with none lasts no time.
    fn set_duration(&mut self, value: &str) -> Result<(), OddityKind> {
        let number = value.split_once(',').map_or(value, |(number, _)| number).trim();
        let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
        let read = number[..end].parse().ok();
        replace(&mut self.duration, read.unwrap_or(MediaDuration::ZERO))?;
        read.filter(|_| end == number.len()).map(|_| ()).ok_or(OddityKind::BadDuration)
    }

    fn discontinue(&mut self) -> Result<(), OddityKind> {
        self.discontinuities += 1;
        if self.discontinuities == 1 { Ok(()) } else { Err(OddityKind::RepeatedDiscontinuity) }
    }
}

fn replace<T>(slot: &mut Option<T>, value: T) -> Result<(), OddityKind> {
    slot.replace(value).map_or(Ok(()), |_| Err(OddityKind::Duplicate))
}

/// Reads `length[@offset]`; quotes, as other tags have them, are passed over.
fn byte_range(value: &str) -> Option<(u64, Option<u64>)> {
    let value = value.trim_matches('"');
    match value.split_once('@') {
        Some((length, offset)) => Some((number(length)?, Some(number(offset)?))),
        None => Some((number(value)?, None)),
    }
}

/// Reads a decimal integer with white space around it.
pub(super) fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}
