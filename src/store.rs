//! What must outlive one request: sessions, their decisions, and which ad segments were requested.
//!
//! The first writer of a break's decision wins, so that nodes which decide at once agree; whoever
//! comes second is handed what stands. In memory for now: after a restart old sessions are unknown,
//! and never numbered in another way. The calls hand over whole values, but do not wait: they are
//! made while a session's decisions are locked, and a shared store will need them made elsewhere.

use std::sync::Arc;

use dashmap::{DashMap, Entry};

mod documents;
#[cfg(test)]
mod tests;

pub use documents::{Documents, Kind, NotKept};

use crate::{
    channel::BreakSerial,
    ids::SessionId,
    session::{Decision, Shape, Span},
    title::Programme,
};

/// Where sessions' state is kept.
#[derive(Debug, Default)]
pub struct Store {
    decisions: DashMap<(SessionId, BreakSerial), Arc<Decision>>,
    requested: DashMap<(SessionId, BreakSerial), Vec<u32>>,
    titles: DashMap<SessionId, Arc<Programme>>,
}

/// What came of an attempt to write.
#[derive(Clone, Debug)]
pub enum Written {
    /// It stands now.
    Stands(Arc<Decision>),
    /// Somebody was first; this is what stands.
    Second(Arc<Decision>),
}

impl Written {
    /// What stands.
    pub fn into_decision(self) -> Arc<Decision> {
        match self {
            Self::Stands(decision) | Self::Second(decision) => decision,
        }
    }
}

impl Store {
    /// Appends spans to the decision of a break, which has `known` spans as far as the caller
    /// knows. With another number standing, nothing is written.
    pub fn append(&self, session: SessionId, decision: Decision, known: usize) -> Written {
        match self.decisions.entry((session, decision.serial)) {
            Entry::Occupied(mut standing) => {
                if standing.get().spans.len() != known {
                    return Written::Second(Arc::clone(standing.get()));
                }
                let spans: Vec<Span> =
                    standing.get().spans.iter().cloned().chain(decision.spans).collect();
                let shape = Shape::of(&spans);
                let whole = Arc::new(Decision { spans, shape, ..decision });
                standing.insert(Arc::clone(&whole));
                Written::Stands(whole)
            }
            Entry::Vacant(free) => {
                let whole = Arc::new(decision);
                free.insert(Arc::clone(&whole));
                Written::Stands(whole)
            }
        }
    }

    /// Decides a session's title, unless somebody was first; gives what stands.
    pub fn decide_title(&self, session: SessionId, programme: Arc<Programme>) -> Arc<Programme> {
        Arc::clone(&self.titles.entry(session).or_insert(programme))
    }

    /// Notes that an ad segment of a break was requested; true the first time.
    pub fn request(&self, session: SessionId, serial: BreakSerial, position: u32) -> bool {
        let mut requested = self.requested.entry((session, serial)).or_default();
        let new = !requested.contains(&position);
        if new {
            requested.push(position);
        }
        new
    }

    /// The ad segments of a break that were requested, in the order of their first request.
    pub fn requested(&self, session: SessionId, serial: BreakSerial) -> Vec<u32> {
        self.requested.get(&(session, serial)).map(|known| known.clone()).unwrap_or_default()
    }

    /// Forgets a session.
    pub fn forget(&self, session: SessionId, breaks: impl Iterator<Item = BreakSerial>) {
        for serial in breaks {
            self.decisions.remove(&(session, serial));
            self.requested.remove(&(session, serial));
        }
    }

    /// Forgets a session's title.
    pub fn forget_title(&self, session: SessionId) {
        self.titles.remove(&session);
    }
}
