//! What making a playlist waits for and sets off: how long a break's start is held for its ads, and
//! in which order what came too late is used.

use crate::{
    channel::BreakSerial,
    units::{MediaDuration, ProgramTime},
};

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A break has been waited for long enough: decide it without ads, and look again.
    FallBack(BreakSerial),
    /// Find a place for ads that came after their deadline, and look again.
    UseLate,
    /// Show what is there.
    Show,
}

/// A playlist in the making.
#[derive(Clone, Copy, Debug, Default)]
pub struct Making {
    steps: usize,
}

impl Making {
    /// The next step, where the break the playlist waits at is `overdue`, and where there are late
    /// ads. Late ads are tried once, before anything else has been decided: what the playlist shows
    /// then is what they are placed behind.
    pub const fn next(&mut self, overdue: Option<BreakSerial>, has_late: bool) -> Step {
        let step = match overdue {
            Some(serial) if self.steps < MOST_STEPS => Step::FallBack(serial),
            _ if has_late && self.steps == 0 => Step::UseLate,
            _ => return Step::Show,
        };
        self.steps += 1;
        step
    }
}

/// Has a playlist that first waited at a break at `first` waited long enough? Half a target duration,
/// and never so long that the viewer's edge, which came there at `stands_since`, stands still for 1.5
///
pub fn is_overdue(
    first: ProgramTime,
    stands_since: Option<ProgramTime>,
    target: MediaDuration,
    now: ProgramTime,
) -> bool {
    let latest = stands_since.unwrap_or(first) + target.times(11).half().half().half();
    now >= (first + target.half()).min(latest)
}

/// How often a playlist is made anew because a decision came of making it.
const MOST_STEPS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_fall_back_three_times_at_most_and_late_ads_are_tried_first_or_never() {
        let mut making = Making::default();
        let (held, late) = (Some(BreakSerial(7)), true);
        let steps = [(None, late), (held, late), (held, late), (held, late), (None, late)];
        let fallen = Step::FallBack(BreakSerial(7));
        assert_eq!(
            steps.map(|(overdue, late)| making.next(overdue, late)),
            [Step::UseLate, fallen, fallen, Step::Show, Step::Show]
        );
    }

    #[test]
    fn a_break_is_held_half_a_target_duration_and_less_where_the_edge_stands_already() {
        let target = MediaDuration::from_secs(8);
        let at = |secs: i64| ProgramTime::from_millis(1_000 * secs);
        let overdue = |stands_since, now| is_overdue(at(100), stands_since, target, at(now));
        assert_eq!([103, 104].map(|now| overdue(None, now)), [false, true]);
        assert_eq!([101, 102].map(|now| overdue(Some(at(91)), now)), [false, true]);
    }
}
