//! The endless numbering of a looped rendition.
//!
//! A segment's number counts from [`EPOCH`], so that it needs no state and a restarted demo continues
//! where another left off. Boundaries are whole nanoseconds rounded once per loop position, so nothing
//! drifts however long the channel runs.

use crate::units::{MediaDuration, ProgramTime};

/// 2026-01-01T00:00:00Z, where segment 0 of every rendition starts.
pub(super) const EPOCH: ProgramTime = ProgramTime::from_millis(1_767_225_600_000);

/// Where one rendition's segments begin and end within the loop.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// First 0, last the loop's length.
    boundaries: Vec<MediaDuration>,
}

/// One segment of the endless channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) number: u64,
    /// Which of the loop's media files it is.
    pub(super) index: usize,
    /// How many loops were played before it, which is how many discontinuities stand before it.
    pub(super) round: u64,
    pub(super) start: ProgramTime,
    pub(super) duration: MediaDuration,
}

impl Slot {
    pub(super) fn end(&self) -> ProgramTime {
        self.start + self.duration
    }

    pub(super) fn middle(&self) -> ProgramTime {
        self.start + self.duration.half()
    }
}

impl Grid {
    /// Of the media playlist of one loop; lines that are not `EXTINF` say nothing.
    pub(super) fn of_playlist(text: &str) -> Self {
        let durations = text
            .lines()
            .filter_map(|line| line.strip_prefix("#EXTINF:")?.strip_suffix(',')?.parse().ok());
        let mut boundaries = vec![MediaDuration::ZERO];
        let mut end = MediaDuration::ZERO;
        for duration in durations {
            end += duration;
            boundaries.push(end);
        }
        Self { boundaries }
    }

    /// The length of the loop.
    pub(super) fn length(&self) -> MediaDuration {
        self.boundaries.last().copied().unwrap_or_default()
    }

    /// How many segments the channel has had whose end is not past `now`.
    pub(super) fn ended_by(&self, now: ProgramTime) -> u64 {
        let length = self.length().as_nanos().max(1);
        let elapsed = (now - EPOCH).as_nanos().max(0);
        let within = MediaDuration::from_nanos(elapsed % length);
        let in_round = self.boundaries[1..].partition_point(|end| *end <= within);
        unsigned(elapsed / length) * self.count() + u64::try_from(in_round).unwrap_or(0)
    }

    /// The segment of that number; `None` for a number centuries away or a loop without segments.
    pub(super) fn slot(&self, number: u64) -> Option<Slot> {
        let round = number.checked_div(self.count())?;
        let index = usize::try_from(number % self.count()).ok()?;
        let begin = *self.boundaries.get(index)?;
        let duration = *self.boundaries.get(index + 1)? - begin;
        let before = i64::try_from(round).ok()?.checked_mul(self.length().as_nanos())?;
        let start = EPOCH + MediaDuration::from_nanos(before) + begin;
        Some(Slot { number, index, round, start, duration })
    }

    fn count(&self) -> u64 {
        u64::try_from(self.boundaries.len() - 1).unwrap_or(0)
    }
}

fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
