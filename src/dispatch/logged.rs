//! What the beacon log says that the outbox may not know yet.
//!
//! A row is written before the disk of what is owed hears of it, so that nothing is taken for told
//! that was not. A kill between the two leaves a row without its note; the end of the log has it.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    io::BufRead,
};

use serde::Deserialize;

use crate::beacon::BeaconId;

/// The rows of the service's own beacons that an earlier process has left last.
#[derive(Debug, Default)]
pub(super) struct Logged {
    due: HashSet<BeaconId>,
    over: HashSet<BeaconId>,
    /// The last attempt that was not the last of all, and whether its outcome is unknown.
    attempts: HashMap<BeaconId, (u32, bool)>,
}

/// How an attempt ended that the disk believes open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The log does not say.
    Unsaid,
    /// Badly; it is to be tried again.
    Failed,
    /// The log says that nobody knows.
    Unknown,
    /// The beacon is done with.
    Over,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    beacon_id: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow)]
    outcome: Cow<'a, str>,
    attempt: u32,
}

impl Logged {
    /// Of lines, oldest first; those that are no rows are passed over: the first may have lost its
    /// beginning, the last its end.
    pub(super) fn read(mut lines: impl BufRead) -> Self {
        let (mut logged, mut line) = (Self::default(), Vec::new());
        // What cannot be read is as if it were older.
        while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            if let Ok(row) = serde_json::from_slice(&line) {
                logged.hear(&row);
            }
            line.clear();
        }
        logged
    }

    fn hear(&mut self, row: &Row<'_>) {
        let Some(id) = BeaconId::parse(&row.beacon_id).filter(|_| row.source == "server") else {
            return;
        };
        match &*row.outcome {
            "due" => {
                self.due.insert(id);
            }
            "retry" | "unknown" => {
                self.attempts.insert(id, (row.attempt, row.outcome == "unknown"));
            }
            "sent" | "failed" | "expired" => {
                self.due.remove(&id);
                self.attempts.remove(&id);
                self.over.insert(id);
            }
            _ => {}
        }
    }

    /// Whether a beacon has its `due` row.
    pub(super) fn is_told(&self, id: BeaconId) -> bool {
        self.due.contains(&id)
    }

    /// Whether a beacon has its last row.
    pub(super) fn is_over(&self, id: BeaconId) -> bool {
        self.over.contains(&id)
    }

    /// How an attempt (from 1) ended.
    pub(super) fn ended(&self, id: BeaconId, attempt: u32) -> Ended {
        match self.attempts.get(&id) {
            _ if self.is_over(id) => Ended::Over,
            Some((known, true)) if *known == attempt => Ended::Unknown,
            Some((known, false)) if *known == attempt => Ended::Failed,
            _ => Ended::Unsaid,
        }
    }
}
