//! When the demo's breaks are.
//!
//! Half a minute of programme, half a minute of break. Breaks begin on multiples of 30 s, because
//! only there do the video's grid of 5 s and the audio's of 6 s have a boundary in common.

use super::{grid::EPOCH, splice};
use crate::units::{MediaDuration, ProgramTime};

/// The breaks of one run of the demo.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    first: ProgramTime,
}

/// One break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Break {
    pub(super) start: ProgramTime,
}

/// How a break is signalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `EXT-X-DATERANGE` with `SCTE35-OUT` and `SCTE35-IN` (rfc8216bis §4.4.5.1).
    DateRange,
    /// `EXT-OATCLS-SCTE35`, `EXT-X-CUE-OUT`, `EXT-X-CUE-OUT-CONT` and `EXT-X-CUE-IN`.
    CueOut,
}

impl Schedule {
    /// For a process started at `started`: the first break begins within 30 s of it.
    pub(super) fn new(started: ProgramTime) -> Self {
        let since = (started - EPOCH).as_nanos();
        let steps = since.div_euclid(BREAK.as_nanos()) + i64::from(since % BREAK.as_nanos() != 0);
        Self { first: EPOCH + BREAK.times(steps) }
    }

    /// The break that `time` lies in, if it lies in one.
    pub(super) fn at(&self, time: ProgramTime) -> Option<Break> {
        let since = (time - self.first).as_nanos();
        let (cycle, within) =
            (since.div_euclid(CYCLE.as_nanos()), since.rem_euclid(CYCLE.as_nanos()));
        (cycle >= 0 && within < BREAK.as_nanos())
            .then(|| Break { start: self.first + CYCLE.times(cycle) })
    }
}

impl Break {
    pub(super) fn end(self) -> ProgramTime {
        self.start + BREAK
    }

    /// Unlike every other break's, also across restarts.
    pub(super) fn event_id(self) -> u32 {
        u32::try_from(self.nth_step()).unwrap_or(0)
    }

    /// Alternates from break to break.
    pub(super) fn dialect(self) -> Dialect {
        if (self.nth_step() / 2) % 2 == 0 { Dialect::DateRange } else { Dialect::CueOut }
    }

    /// `splice_insert()` that leaves the programme, with the break's duration.
    pub(super) fn splice_out(self) -> Vec<u8> {
        splice::out(self.event_id(), pts(self.start), BREAK)
    }

    /// `splice_insert()` that returns to the programme.
    pub(super) fn splice_in(self) -> Vec<u8> {
        splice::back(self.event_id(), pts(self.end()))
    }

    fn nth_step(self) -> i64 {
        (self.start - EPOCH).as_nanos() / BREAK.as_nanos()
    }
}

/// The media timestamp at `time`, in 90 kHz ticks: the loop's files start at 1.4 s.
fn pts(time: ProgramTime) -> u64 {
    let within = (time - EPOCH).as_nanos().rem_euclid(LOOP.as_nanos());
    126_000 + u64::try_from(within * 9 / 100_000).unwrap_or(0)
}

/// How long a break is.
pub(super) const BREAK: MediaDuration = MediaDuration::from_secs(30);
/// From the start of one break to the next.
const CYCLE: MediaDuration = MediaDuration::from_secs(60);
/// The programme's length.
pub(super) const LOOP: MediaDuration = MediaDuration::from_secs(120);
