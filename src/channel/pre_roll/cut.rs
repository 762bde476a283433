//! Where a rendition is cut, as far as that is read; past it only where its grid is steady. Encoders that
//! cut every segment at another length cannot be foretold.

use super::super::{
    TOLERANCE,
    cuts::LATELY,
    track::{Timed, Track},
};
use crate::units::{MediaDuration, ProgramTime};

/// A moment at which a rendition is cut.
pub(super) struct Cut {
    pub(super) at: ProgramTime,
    /// How far from there it may be; nothing where it has been read.
    pub(super) doubt: MediaDuration,
}

/// Segments of one length, again and again.
struct Grid {
    /// Where what has been read ends.
    edge: ProgramTime,
    length: MediaDuration,
    /// How unlike each other the segments are.
    doubt: MediaDuration,
}

impl Track {
    /// The first segment that is not mostly before `time`; none where it has not been read so far.
    pub(super) fn first_behind(&self, time: ProgramTime) -> Option<&Timed> {
        self.segments.get(self.segments.partition_point(|known| known.middle() < time))
    }

    /// Its cuts of which each may be the first from `time` on, of those read that will do. None where
    /// nobody knows.
    pub(super) fn first_cuts(
        &self,
        time: ProgramTime,
        will_do: impl Fn(&Timed) -> bool,
    ) -> Option<Vec<Cut>> {
        let from = self.segments.partition_point(|known| known.start < time);
        let mut read = self.segments.iter().skip(from);
        if let Some(known) = read.find(|known| will_do(known)) {
            return Some(vec![Cut::read(known.start)]);
        }
        if self.edge()? >= time {
            return Some(vec![Cut::read(self.edge()?)]);
        }
        let grid = self.grid()?;
        let mut cuts = Vec::new();
        for count in grid.segments_to(time - grid.doubt - grid.length).. {
            let cut = grid.after(count);
            let (earliest, latest) = (cut.at - cut.doubt, cut.at + cut.doubt);
            if latest >= time {
                cuts.push(cut);
            }
            if earliest >= time {
                break;
            }
        }
        Some(cuts)
    }

    /// Where it returns if the picture does at `time`. None where nobody knows.
    pub(super) fn return_at(&self, time: ProgramTime) -> Option<Cut> {
        if let Some(known) = self.first_behind(time) {
            return Some(Cut::read(known.start));
        }
        let edge = self.edge()?;
        if time <= edge {
            return Some(Cut::read(edge));
        }
        let grid = self.grid()?;
        Some(grid.after(grid.segments_to(time + grid.length.half())))
    }

    /// How it goes on, if its newest segments are alike.
    fn grid(&self) -> Option<Grid> {
        let newest = self.segments.back()?.segment.duration;
        let lately = self.segments.iter().rev().take(LATELY).map(|known| known.segment.duration);
        let alike: Vec<_> =
            lately.take_while(|length| (*length - newest).abs() <= TOLERANCE).collect();
        let (shortest, longest) = (*alike.iter().min()?, *alike.iter().max()?);
        let sum: MediaDuration = alike.iter().copied().sum();
        let length = sum.as_nanos() / i64::try_from(alike.len()).ok()?;
        let enough = STEADY.min(self.segments.len()).max(2);
        let steady = alike.len() >= enough && length > 0;
        let length = MediaDuration::from_nanos(length);
        steady.then_some(Grid { edge: self.edge()?, length, doubt: longest - shortest })
    }
}

impl Grid {
    /// So many segments past what has been read.
    fn after(&self, segments: i64) -> Cut {
        let doubt = if segments == 0 { MediaDuration::ZERO } else { self.doubt };
        Cut { at: self.edge + self.length.times(segments), doubt }
    }

    /// How many segments past what has been read are over by `time`.
    fn segments_to(&self, time: ProgramTime) -> i64 {
        (time - self.edge).as_nanos().max(0) / self.length.as_nanos()
    }
}

impl Cut {
    const fn read(at: ProgramTime) -> Self {
        Self { at, doubt: MediaDuration::ZERO }
    }
}

/// So many segments of one length in a row are no accident; fewer where no more are known.
pub(super) const STEADY: usize = 4;
