//! Where a rendition's discontinuities were, for longer than its segments are remembered.
//!
//! A rendition that was not read for a while counts what it missed like another that was;
//! the other may have forgotten those segments long before.

use std::collections::VecDeque;

use super::Timed;
use crate::units::{DiscontinuitySequence, MediaDuration, ProgramTime, Source};

/// Which discontinuity number it had from when to when, in order.
#[derive(Debug, Default)]
pub(super) struct Turns(VecDeque<Stretch>);

/// Segments with the same discontinuity number.
#[derive(Debug)]
struct Stretch {
    from: ProgramTime,
    to: ProgramTime,
    dsn: Source<DiscontinuitySequence>,
}

impl Turns {
    /// Takes note of the rendition's next segment.
    pub(super) fn note(&mut self, next: &Timed) {
        match self.0.back_mut().filter(|last| last.dsn == next.dsn) {
            Some(last) => last.to = next.end(),
            None => self.0.push_back(Stretch { from: next.start, to: next.end(), dsn: next.dsn }),
        }
        let oldest = next.end() - REMEMBERED;
        while self.0.len() > MOST || self.0.front().is_some_and(|first| first.to < oldest) {
            self.0.pop_front();
        }
    }

    /// How many there were from what was shown at one moment to what was shown at another; none if
    /// either is not known.
    pub(super) fn between(&self, from: ProgramTime, to: ProgramTime) -> Option<u64> {
        u64::try_from(self.at(to)?.since(self.at(from)?)).ok()
    }

    /// How many there were since, as far as it has been read.
    pub(super) fn since(&self, from: ProgramTime) -> Option<u64> {
        u64::try_from(self.0.back()?.dsn.since(self.at(from)?)).ok()
    }

    fn at(&self, time: ProgramTime) -> Option<Source<DiscontinuitySequence>> {
        let shown = self.0.iter().rfind(|stretch| stretch.from <= time)?;
        (time < shown.to).then_some(shown.dsn)
    }
}

/// Nobody waits for longer for a rendition that is not read.
const REMEMBERED: MediaDuration = MediaDuration::from_secs(600);

/// No channel breaks off so often in that time.
const MOST: usize = 1_000;
