//! What can be wrong with what was made.

use crate::units::MediaDuration;

/// What is wrong with what was made. Segments count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A segment with another number of frames than it should have, or frames that do not decode.
    #[error("segment {segment} of {output} has {frames} {what} frames, expected {expected}")]
    Frames {
        /// Which rendition.
        output: String,
        /// Which segment.
        segment: usize,
        /// `picture` or `sound`.
        what: &'static str,
        /// How many came out.
        frames: usize,
        /// How many should have.
        expected: i64,
    },
    /// A segment that does not begin where the one before ends.
    #[error("segment {segment} of {output} begins {off} s from where it should")]
    Place {
        /// Which rendition.
        output: String,
        /// Which segment.
        segment: usize,
        /// How far off.
        off: MediaDuration,
    },
    /// Sound that ends too far from its picture.
    #[error("the sound of {output} ends {off} s from the picture")]
    Ends {
        /// Which rendition.
        output: String,
        /// How far off.
        off: MediaDuration,
    },
    /// A segment whose first picture needs another one.
    #[error("segment {segment} of {output} does not begin with an IDR picture")]
    NotAlone {
        /// Which rendition.
        output: String,
        /// Which segment.
        segment: usize,
    },
    /// Something else than was ordered.
    #[error("{output} is not as ordered: {what}")]
    Other {
        /// Which rendition.
        output: String,
        /// What it is.
        what: String,
    },
    /// A decoder that says nothing.
    #[error("what was decoded of {output} cannot be read")]
    Unreadable {
        /// Which rendition.
        output: String,
    },
}
