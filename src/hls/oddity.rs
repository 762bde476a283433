//! What may be wrong with a playlist: what is noted, what is refused, and the limits.

/// Something irregular in a playlist that was read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oddity {
    /// What it is.
    pub kind: OddityKind,
    /// The line it is in, from 1; 0 where it is about the whole playlist.
    pub line: u32,
}

/// The irregularities that are noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum OddityKind {
    /// Passed over.
    #[error("starts with a byte order mark")]
    ByteOrderMark,
    /// The longest segment, rounded, is taken for it.
    #[error("has no readable `EXT-X-TARGETDURATION`")]
    NoTargetDuration,
    /// Rounded to whole seconds.
    #[error("has a target duration that is no whole number")]
    FractionalTargetDuration,
    /// Kept (rfc8216bis §4.4.3.1).
    #[error("a segment is longer than the target duration")]
    LongerThanTarget,
    /// Read as none at all.
    #[error("a duration is negative or no decimal number")]
    BadDuration,
    /// The line is kept and names no segment.
    #[error("an address has no tag that announces it")]
    Unannounced,
    /// The tag is taken for absent.
    #[error("a number cannot be read")]
    BadNumber,
    /// The segment is dated by its neighbours.
    #[error("a date cannot be read")]
    BadDate,
    /// The first of a playlist's, the last of a segment's counts.
    #[error("a tag stands twice")]
    Duplicate,
    /// The tag has no effect.
    #[error("a tag stands where it has no place")]
    Misplaced,
    /// They count as one.
    #[error("two discontinuities have no segment between them")]
    RepeatedDiscontinuity,
    /// The range is taken to start at 0 (rfc8216bis §4.4.4.2).
    #[error("a byte range continues none of the same resource")]
    RangeContinuesNothing,
    /// The tag is taken for absent.
    #[error("a byte range cannot be read")]
    BadByteRange,
    /// Those beyond the limit are not in force.
    #[error("more keys are in force than anyone uses")]
    TooManyKeys,
    /// The reference is kept as it is.
    #[error("a variable is not defined")]
    UndefinedVariable,
    /// References to it are kept as they are.
    #[error("a variable is defined by another playlist or by the request, which do not know it")]
    ForeignVariable,
    /// The segments it stands for are counted.
    #[error("is a delta update, which was not asked for")]
    Skip,
    /// The tag has no effect.
    #[error("a rendition has no address")]
    NoUri,
    /// This reader's view is used.
    #[error("a second reader counts other variants")]
    SecondReaderDiffers,
}

/// Why a text cannot be read as the playlist it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPlaylist {
    /// An error page, most often.
    #[error("does not start with `#EXTM3U`")]
    NoHeader,
    /// See [`Limits::bytes`].
    #[error("has {bytes} bytes, the limit is {limit}")]
    TooLong {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// See [`Limits::line`].
    #[error("line {line} is longer than {limit} bytes")]
    LineTooLong {
        /// Which, from 1.
        line: u32,
        /// How long it may be.
        limit: usize,
    },
    /// See [`Limits::lines`].
    #[error("has more than {limit} lines")]
    TooManyLines {
        /// How many it may have.
        limit: u32,
    },
    /// See [`Limits::segments`].
    #[error("has more than {limit} segments")]
    TooManySegments {
        /// How many it may have.
        limit: usize,
    },
    /// See [`Limits::renditions`].
    #[error("has more than {limit} renditions")]
    TooManyRenditions {
        /// How many it may have.
        limit: usize,
    },
    /// A media playlist was expected.
    #[error("is a multivariant playlist, a media playlist was expected (line {line})")]
    Multivariant {
        /// The line that shows it, from 1.
        line: u32,
    },
    /// A multivariant playlist was expected.
    #[error("is a media playlist, a multivariant playlist was expected (line {line})")]
    Media {
        /// The line that shows it, from 1.
        line: u32,
    },
    /// Nothing after the first line makes it a playlist.
    #[error("has neither target duration nor segments")]
    NoMedia,
    /// A multivariant playlist without any.
    #[error("has no variants")]
    NoVariants,
}

/// How much of a playlist is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in all, also with variables replaced.
    pub bytes: usize,
    /// Bytes in a line.
    pub line: usize,
    /// Lines.
    pub lines: u32,
    /// Segments.
    pub segments: usize,
    /// Renditions in a multivariant playlist.
    pub renditions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 << 20,
            line: 64 << 10,
            lines: 1_000_000,
            segments: 50_000,
            renditions: 1_000,
        }
    }
}

/// Oddities as they are found; only the first thousand are kept.
#[derive(Debug, Default)]
pub(super) struct Oddities(Vec<Oddity>);

impl Oddities {
    pub(super) fn note(&mut self, kind: OddityKind, line: u32) {
        if self.0.len() < MOST_KEPT {
            self.0.push(Oddity { kind, line });
        }
    }

    pub(super) fn into_vec(self) -> Vec<Oddity> {
        self.0
    }
}

const MOST_KEPT: usize = 1_000;
