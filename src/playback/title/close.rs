//! What became of a title's breaks, and when a session that watches one is over.

use std::sync::atomic::Ordering;

use super::super::{Playback, account::Outcome, seen::Seen, session::Session};
use crate::{
    session::{Group, Shortfall, pieces},
    title::{Programme, Roll},
    units::{MediaDuration, ProgramTime},
};

impl Playback {
    /// Writes down what became of the breaks that were played, once the viewer has been silent for
    /// as long as others are before they are forgotten. He may come back to those he has not come to.
    pub(in crate::playback) fn put_away_title(
        &self,
        session: &Session,
        programme: &Programme,
        now: ProgramTime,
        idle: MediaDuration,
    ) {
        let heard = session.last_seen();
        // Once is enough: nothing changes before he is heard of again.
        let known = heard.as_nanos().cast_unsigned();
        if now - heard > idle && session.swept.swap(known, Ordering::AcqRel) != known {
            let played =
                |roll: &Roll| !self.store.requested(session.id, roll.ad_break.serial).is_empty();
            self.close_rolls(session, programme, played);
        }
    }

    /// Writes `AVAIL_ENDED` for each of those breaks that has none yet.
    pub(in crate::playback) fn close_rolls(
        &self,
        session: &Session,
        programme: &Programme,
        is_over: impl Fn(&Roll) -> bool,
    ) {
        for roll in programme.rolls.iter().filter(|roll| is_over(roll)) {
            if session.work().closed_rolls.insert(roll.ad_break.serial) {
                let outcome = self.outcome_of_roll(session, roll);
                self.log_ended(session, &roll.ad_break, outcome);
            }
        }
    }

    /// What has become of a break so far. Where ads are only put in, nothing can stay unfilled; that
    /// there are none, and why, is told all the same.
    pub(in crate::playback) fn outcome_of_roll(&self, session: &Session, roll: &Roll) -> Outcome {
        let asked_for = self.store.requested(session.id, roll.ad_break.serial);
        let (mut published, mut requested) = (MediaDuration::ZERO, MediaDuration::ZERO);
        let mut bumpers = MediaDuration::ZERO;
        for (position, piece) in (0_u32..).zip(pieces(&roll.groups)) {
            if !roll.groups.get(piece.group).is_some_and(Group::is_ad) {
                bumpers += piece.duration;
                continue;
            }
            published += piece.duration;
            if asked_for.contains(&position) {
                requested += piece.duration;
            }
        }
        let length = roll.ad_break.length().unwrap_or(published + bumpers);
        let missing = (length - published - bumpers).max(MediaDuration::ZERO);
        let reason =
            roll.ad_break.refusal.unwrap_or_else(|| roll.decision.why(roll.ad_break.begins()));
        let short = missing > MediaDuration::ZERO || roll.groups.is_empty();
        let unfilled = short.then_some(Shortfall { length: missing, reason });
        Outcome {
            length,
            planned: published,
            published,
            requested,
            bumpers,
            unfilled: unfilled.into_iter().collect(),
            ..Outcome::default()
        }
    }
}

impl Seen {
    /// How long its viewer may be silent: nobody asks for a title's playlists twice, and between its
    /// breaks nothing is heard of those who watch it, as long as it is, and a while if they pause.
    pub(in crate::playback) fn silence(&self, idle: MediaDuration) -> MediaDuration {
        match self {
            Self::Live { .. } => idle,
            Self::Title(programme) => (programme.length() + PAUSE).min(LONGEST_SILENCE).max(idle),
        }
    }
}

/// MediaTailor keeps sessions for ten times the length, of which most are over: so many do not fit one
/// machine.
const PAUSE: MediaDuration = MediaDuration::from_secs(3_600);
const LONGEST_SILENCE: MediaDuration = MediaDuration::from_secs(86_400);
