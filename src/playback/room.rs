//! Room for newcomers.
//!
//! Who watches a title asks for nothing while he does, so his session is kept for as long as he may be
//! watching. Where there is hardly a place left (of sessions, of an address's, of a configuration's
//! channels), whoever has been silent the longest goes first, before anybody is refused: his film plays
//! on, and all that is lost is the counting of ads he may still come to. Live sessions are never taken.

use std::{collections::HashMap, sync::Arc};

use super::{Limits, Live, Playback, places::Excess, session::Session};
use crate::{ids::ConfigurationName, units::ProgramTime};

impl Playback {
    /// Lets go of as many silent viewers of titles as there are too many.
    pub(super) fn make_room(&self, all: &[Arc<Session>], limits: &Limits, now: ProgramTime) {
        let excess = self.places.excess(limits);
        if excess.is_any() {
            self.make_room_for_sessions(all, excess, limits, now);
        }
        for (configuration, too_many) in self.crowded(limits, now) {
            self.make_room_for_channels(&configuration, too_many, limits, now);
        }
    }

    fn make_room_for_sessions(
        &self,
        all: &[Arc<Session>],
        mut excess: Excess,
        limits: &Limits,
        now: ProgramTime,
    ) {
        let there = all.iter().filter(|session| self.sessions.contains_key(&session.id));
        let mut silent: Vec<_> = there.filter(|session| may_go(session, limits, now)).collect();
        silent.sort_unstable_by_key(|session| session.last_seen());
        for session in silent {
            if excess.take(session.opening.device.ip) {
                self.forget(session);
            }
        }
    }

    /// Configurations with hardly a channel left, and how many each has too many.
    fn crowded(&self, limits: &Limits, now: ProgramTime) -> HashMap<ConfigurationName, usize> {
        let mut channels: HashMap<ConfigurationName, usize> = HashMap::new();
        for live in self.channels.iter().filter(|live| live.is_wanted(now)) {
            *channels.entry(live.configuration.clone()).or_default() += 1;
        }
        let most = nearly(limits.channels);
        channels.retain(|_, count| {
            *count = count.saturating_sub(most);
            *count > 0
        });
        channels
    }

    fn make_room_for_channels(
        &self,
        configuration: &ConfigurationName,
        too_many: usize,
        limits: &Limits,
        now: ProgramTime,
    ) {
        let of_it = self.channels.iter().filter(|live| live.configuration == *configuration);
        let silent =
            of_it.filter_map(|live| Some((silent_since(&live, limits, now)?, live.clone())));
        let mut silent: Vec<_> = silent.collect();
        silent.sort_unstable_by_key(|(since, _)| *since);
        for (_, live) in silent.into_iter().take(too_many) {
            let viewers: Vec<_> = live.sessions.iter().map(|one| Arc::clone(&one)).collect();
            viewers.iter().for_each(|session| self.forget(session));
        }
    }
}

/// Since when nothing has been heard of any of its viewers; none where that is not so, or not all of
/// them may go.
fn silent_since(live: &Live, limits: &Limits, now: ProgramTime) -> Option<ProgramTime> {
    if !live.sessions.iter().all(|session| may_go(&session, limits, now)) {
        return None;
    }
    live.sessions.iter().map(|session| session.last_seen()).max()
}

/// Does it watch a title, and has it been silent for longer than live sessions may be?
fn may_go(session: &Session, limits: &Limits, now: ProgramTime) -> bool {
    session.is_title() && now - session.last_seen() > limits.session_idle
}

/// How many there may be before room is made: the rest is for those who come until then.
pub(super) const fn nearly(limit: usize) -> usize {
    let left = if limit < 20 { 1 } else { limit / 10 };
    limit.saturating_sub(left)
}
