//! The newest rows, kept to be looked at.

use std::collections::VecDeque;

use super::Row;
use crate::ids::SessionId;

/// A row with its number.
#[derive(Clone, Debug)]
pub struct Recent {
    /// Counts the rows of a log since the process started, from 1.
    pub number: u64,
    /// The row.
    pub row: Row,
}

/// As many of the newest rows as fit into a number of bytes.
#[derive(Debug)]
pub(super) struct Ring {
    rows: VecDeque<Recent>,
    count: u64,
    bytes: usize,
    most: usize,
}

impl Ring {
    pub(super) const fn new(most: usize) -> Self {
        Self { rows: VecDeque::new(), count: 0, bytes: 0, most }
    }

    pub(super) fn push(&mut self, row: Row) {
        self.count += 1;
        self.bytes += row.json.len();
        self.rows.push_back(Recent { number: self.count, row });
        while self.bytes > self.most {
            let Some(oldest) = self.rows.pop_front() else { break };
            self.bytes -= oldest.row.json.len();
        }
    }

    pub(super) fn newest(
        &self,
        after: u64,
        most: usize,
        session: Option<SessionId>,
    ) -> Vec<Recent> {
        let wanted = |recent: &&Recent| session.is_none() || recent.row.session == session;
        let newer = self.rows.iter().rev().take_while(|recent| recent.number > after);
        let mut newest: Vec<_> = newer.filter(wanted).take(most).cloned().collect();
        newest.reverse();
        newest
    }
}
