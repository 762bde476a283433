//! Where viewers who join are shown ads first: a stretch that begins behind the edge and is no break of
//! the source's.
//!
//! It is observed like a break, so that whoever was shown ads there is numbered by the same kind of
//! facts. All who join between two of the reference's boundaries share one; it is kept as long as
//! anybody's playlists are numbered by it.

use std::sync::{Arc, Weak};

use super::{Boundary, Break, BreakSerial, Channel};
use crate::{
    cue::{Cue, Dialect, Signal},
    ids::BreakId,
    pod::Unfilled,
    units::{MediaSequence, ProgramTime, Source},
};

mod cut;
mod place;

pub use place::Wanted;

/// Whoever holds it is numbered by a pre-roll.
#[derive(Clone, Debug)]
pub struct Seat {
    _held: Arc<()>,
}

/// A pre-roll and who is numbered by it.
#[derive(Debug)]
pub(super) struct PreRoll {
    place: Arc<Break>,
    seats: Weak<()>,
}

impl PreRoll {
    pub(super) fn place(&self) -> Arc<Break> {
        Arc::clone(&self.place)
    }
}

impl Break {
    /// The name of every pre-roll: a session has one at most.
    pub const PRE_ROLL: &str = "preroll";

    /// One where nothing in the stream says so: it is as long as its ads.
    pub fn unmarked(
        identity: (BreakId, BreakSerial),
        begins: ProgramTime,
        seen_at: ProgramTime,
    ) -> Self {
        let cue = Cue {
            at: Source(MediaSequence(0)),
            time: Some(begins),
            signal: Signal::Out { duration: None },
            event_id: None,
            dialect: Dialect::CueOut,
            splice: None,
            asset: None,
            said: false,
        };
        Self::recorded(identity, cue, begins, None, seen_at)
    }

    /// One that has been asked for and has no place yet. It is as long as its ads.
    pub fn pre_roll(serial: BreakSerial, begins: ProgramTime) -> Self {
        let identity = (BreakId::new(Self::PRE_ROLL.to_owned()), serial);
        Self::unmarked(identity, begins, begins)
    }
}

impl Channel {
    /// Finds the place of ads that somebody is shown first from now on, and the next view has it.
    ///
    /// # Errors
    /// Why there is none: too little is listed, no boundary will do, or 8,000 places are in use.
    pub fn lead_in(
        &mut self,
        wanted: &Wanted<'_>,
        now: ProgramTime,
    ) -> Result<(Arc<Break>, Seat), Unfilled> {
        let begins = self.place_for(wanted, now)?;
        let returns_anywhere = !self.is_aligned(now);
        // So much later there is a boundary where the programme can return.
        let length = wanted.longest + self.target_duration().times(4);
        let same = |known: &&mut PreRoll| {
            let Break { planned, returns_anywhere: anywhere, .. } = *known.place;
            let alike = planned == Some(length) && anywhere == returns_anywhere;
            known.place.begins() == begins && alike
        };
        if let Some(known) = self.pre_rolls.iter_mut().find(same) {
            let held = known.seats.upgrade().unwrap_or_default();
            known.seats = Arc::downgrade(&held);
            return Ok((Arc::clone(&known.place), Seat { _held: held }));
        }
        if self.pre_rolls.len() >= MOST_PRE_ROLLS {
            self.let_go_of_pre_rolls();
        }
        if self.pre_rolls.len() >= MOST_PRE_ROLLS {
            return Err(Unfilled::PreRollLimit);
        }
        let last = self.pre_rolls.last().map(|last| last.place.serial.0.wrapping_add(1));
        let serial = BreakSerial::of_pre_roll(last.unwrap_or(0));
        let place = Break {
            start: Some(Boundary::at(begins, &self.tracks)),
            planned: Some(length),
            seen_at: now,
            returns_anywhere,
            ..Break::pre_roll(serial, begins)
        };
        let place = self.followed(&place, now).unwrap_or_else(|| Arc::new(place));
        let held = Arc::new(());
        self.pre_rolls.push(PreRoll { place: Arc::clone(&place), seats: Arc::downgrade(&held) });
        self.publish(false, self.reference, now);
        Ok((place, Seat { _held: held }))
    }

    /// Works on every pre-roll; true if a fact was added.
    pub(super) fn follow_pre_rolls(&mut self, now: ProgramTime) -> bool {
        let mut changed = false;
        for at in 0..self.pre_rolls.len() {
            if let Some(next) = self.followed(&self.pre_rolls[at].place, now) {
                self.pre_rolls[at].place = next;
                changed = true;
            }
        }
        changed
    }

    /// Those that may still be waited for.
    pub(super) fn open_pre_rolls(&self) -> impl Iterator<Item = &Break> {
        self.pre_rolls.iter().map(|known| known.place.as_ref()).filter(|place| place.end.is_none())
    }

    /// Those go that nobody is numbered by.
    pub(super) fn let_go_of_pre_rolls(&mut self) {
        self.pre_rolls.retain(|known| known.seats.strong_count() > 0);
    }
}

/// More than joins at every segment of 2 s of a window of four hours. Each of them is in use: whoever
/// is numbered by one that went could be told no number any more.
const MOST_PRE_ROLLS: usize = 8_000;
