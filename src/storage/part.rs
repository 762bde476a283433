//! Parts of files.

use object_store::GetRange;

/// A part of a file, as HTTP asks for it (RFC 9110 §14.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// From one byte to another, both included.
    Between(u64, u64),
    /// From a byte on.
    From(u64),
    /// So many at the end.
    Last(u64),
}

impl Part {
    /// Whether a file of that many bytes has any of it.
    pub(super) const fn begins_within(self, size: u64) -> bool {
        match self {
            Self::Between(first, _) | Self::From(first) => first < size,
            Self::Last(count) => count > 0 && size > 0,
        }
    }
}

impl From<Part> for GetRange {
    fn from(part: Part) -> Self {
        match part {
            Part::Between(first, last) => Self::Bounded(first..last.saturating_add(1)),
            Part::From(first) => Self::Offset(first),
            Part::Last(count) => Self::Suffix(count),
        }
    }
}
