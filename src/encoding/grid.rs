//! Where a creative is cut.

use crate::{
    creative::Unfit,
    media::Rate,
    profile::{Picture, Profile},
    units::MediaDuration,
};

/// The lines at which all renditions are cut, in frames of the slowest picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Frames per second.
    pub rate: Rate,
    /// Frames in all.
    pub frames: i64,
    /// Frames of one segment; the last may have fewer.
    pub per_segment: i64,
}

impl Grid {
    /// For a creative of that length, in segments of about `segment`.
    ///
    /// # Errors
    /// A creative too short to be one segment.
    pub(super) fn of(
        profile: &Profile,
        length: MediaDuration,
        segment: MediaDuration,
    ) -> Result<Self, Unfit> {
        let rates = profile.pictures.iter().map(|picture| picture.rate);
        let slowest = rates.reduce(|one, other| if other.is_below(one) { other } else { one });
        let rate = slowest.or(Rate::new(25, 1)).ok_or(Unfit::NoPicture)?;
        let frames = rate.frames_in(length);
        if rate.begins(frames) < SHORTEST {
            return Err(Unfit::TooShort { length, limit: SHORTEST });
        }
        let most = rate.frames_in(segment.min(profile.target_duration())).max(1);
        let runt = rate.frames_in(RUNT).max(1);
        Ok(Self { rate, frames, per_segment: cut(frames, most, runt) })
    }

    /// A picture at a rate that fits the grid, and how many of its frames fill one of the grid's.
    /// Rates of two families share no grid: the slower one then serves both (G-07).
    pub(super) fn rate_for(self, picture: &Picture) -> (Picture, i64) {
        match picture.rate.times(self.rate) {
            Some(times) => (picture.clone(), times),
            None => (Picture { rate: self.rate, ..picture.clone() }, 1),
        }
    }

    /// How long the creative is.
    pub fn length(self) -> MediaDuration {
        self.rate.begins(self.frames)
    }

    /// How long a segment is that is not the last.
    pub fn segment(self) -> MediaDuration {
        self.rate.begins(self.per_segment)
    }

    /// How many segments there are.
    pub const fn segments(self) -> i64 {
        (self.frames + self.per_segment - 1) / self.per_segment
    }
}

/// Frames of a segment: `most`, or if the last one would then be a runt, as many as make all about
/// the same.
const fn cut(frames: i64, most: i64, runt: i64) -> i64 {
    let rest = frames % most;
    if rest == 0 || rest >= runt || frames <= most {
        return most;
    }
    let segments = frames / most + 1;
    (frames + segments - 1) / segments
}

/// What `creative` takes as one segment at least.
const SHORTEST: MediaDuration = MediaDuration::from_millis(250);
/// A segment this short at the end is avoided (G-09).
const RUNT: MediaDuration = MediaDuration::from_millis(500);
