//! What must outlive one request: sessions, their decisions, and which ad segments were requested.
//!
//! The first writer of a break's decision wins, so that nodes which decide at once agree; whoever
//! comes second is handed what stands. A session that has been forgotten takes nothing more, so that
//! whoever comes late leaves nothing behind. In memory for now: after a restart old sessions are
//! unknown, and never numbered in another way. The calls hand over whole values and are made while
//! no playlist waits for what comes of them, so that a store which nodes share may take its time.

use std::{collections::BTreeMap, sync::Arc};

use dashmap::DashMap;

mod documents;
#[cfg(test)]
mod tests;

pub use documents::{Documents, Kind, NotKept};

use crate::{channel::BreakSerial, ids::SessionId, session::Decision, title::Programme};

/// Where sessions' state is kept.
#[derive(Debug, Default)]
pub struct Store {
    sessions: DashMap<SessionId, Kept>,
}

/// What is kept of a session.
#[derive(Debug, Default)]
struct Kept {
    decisions: BTreeMap<BreakSerial, Arc<Decision>>,
    requested: BTreeMap<BreakSerial, Vec<u32>>,
    title: Option<Arc<Programme>>,
}

/// What came of an attempt to write.
#[derive(Clone, Debug)]
pub enum Written {
    /// It stands now, behind what stood before.
    Stands(Arc<Decision>),
    /// Somebody was first; this is what stands.
    Second(Arc<Decision>),
    /// The session has been forgotten, or what was decided for the break has been let go.
    Forgotten,
}

impl Store {
    /// Takes in a session.
    pub fn begin(&self, session: SessionId) {
        self.sessions.entry(session).or_default();
    }

    /// Appends to the decision of a break, which has `known` spans as far as the caller knows. With
    /// another number standing, nothing is written.
    pub fn append(&self, session: SessionId, decision: Decision, known: usize) -> Written {
        let Some(mut kept) = self.sessions.get_mut(&session) else { return Written::Forgotten };
        let whole = match kept.decisions.get(&decision.serial) {
            Some(standing) if standing.spans.len() != known => {
                return Written::Second(Arc::clone(standing));
            }
            Some(standing) => standing.followed_by(decision),
            None if known > 0 => return Written::Forgotten,
            None => decision,
        };
        let whole = Arc::new(whole);
        kept.decisions.insert(whole.serial, Arc::clone(&whole));
        Written::Stands(whole)
    }

    /// Decides a session's title, unless somebody was first; gives what stands, or what is given where
    /// the session has been forgotten.
    pub fn decide_title(&self, session: SessionId, programme: Arc<Programme>) -> Arc<Programme> {
        let Some(mut kept) = self.sessions.get_mut(&session) else { return programme };
        Arc::clone(kept.title.get_or_insert(programme))
    }

    /// Notes that an ad segment of a break was requested; true the first time.
    pub fn request(&self, session: SessionId, serial: BreakSerial, position: u32) -> bool {
        let Some(mut kept) = self.sessions.get_mut(&session) else { return false };
        let requested = kept.requested.entry(serial).or_default();
        let new = !requested.contains(&position);
        if new {
            requested.push(position);
        }
        new
    }

    /// The ad segments of a break that were requested, in the order of their first request.
    pub fn requested(&self, session: SessionId, serial: BreakSerial) -> Vec<u32> {
        let kept = self.sessions.get(&session);
        kept.and_then(|kept| kept.requested.get(&serial).cloned()).unwrap_or_default()
    }

    /// Lets go of what was decided for breaks long past.
    pub fn let_go(&self, session: SessionId, breaks: &[BreakSerial]) {
        let Some(mut kept) = self.sessions.get_mut(&session) else { return };
        kept.decisions.retain(|serial, _| !breaks.contains(serial));
        kept.requested.retain(|serial, _| !breaks.contains(serial));
    }

    /// Forgets a session.
    pub fn forget(&self, session: SessionId) {
        self.sessions.remove(&session);
    }

    /// How many sessions there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Is so slow about a session that nothing is written while what this gives is kept.
    #[cfg(test)]
    pub(crate) fn stall(&self, session: SessionId) -> impl Sized + '_ {
        self.sessions.get_mut(&session).expect("a session that was begun")
    }
}
