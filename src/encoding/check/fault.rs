//! What can be wrong with what was made.

use super::super::Level;
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
    /// More than a loudness unit above the target.
    #[error("{output} has {heard} LKFS, {target} are wanted")]
    Loud {
        /// Which rendition.
        output: String,
        /// How loud it has become.
        heard: Level,
        /// How loud it should be.
        target: Level,
    },
    /// A rendition that no playlist leads to.
    #[error("no playlist leads to {output}")]
    Unlisted {
        /// Which rendition.
        output: String,
    },
    /// A playlist with more segments than there are, or fewer.
    #[error("the playlist of {output} lists {segments} segments, there are {expected}")]
    Segments {
        /// Which rendition.
        output: String,
        /// How many are listed.
        segments: usize,
        /// How many there are.
        expected: usize,
    },
    /// A segment that is not as long as its `EXTINF`.
    #[error("the playlist of {output} says that segment {segment} lasts {said} s, it lasts {is} s")]
    Length {
        /// Which rendition.
        output: String,
        /// Which segment.
        segment: usize,
        /// What its playlist says.
        said: MediaDuration,
        /// What its frames come to.
        is: MediaDuration,
    },
    /// A codec that the channel does not list, so that its players may not have one for it.
    #[error("the channel does not list `{codec}` of {output}")]
    Codec {
        /// Which rendition.
        output: String,
        /// As it is named.
        codec: String,
    },
    /// An ad that is not as long as its picture is planned.
    #[error("all segments together end {off} s from where they should")]
    Sum {
        /// How far off.
        off: MediaDuration,
    },
    /// A decoder that says nothing.
    #[error("what was decoded of {output} cannot be read")]
    Unreadable {
        /// Which rendition.
        output: String,
    },
}
