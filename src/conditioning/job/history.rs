//! What a job has been through, and what is told of it.

use std::sync::{MutexGuard, PoisonError};

use serde::Serialize;

use super::{Job, State, Step};
use crate::{
    storage::Key,
    units::{MediaDuration, ProgramTime},
};

/// What is told of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Its name.
    pub id: Key,
    /// Where the advertiser's file is, without its query.
    pub source: String,
    /// The name of the profile.
    pub profile: String,
    /// `looking`, `waiting`, a step, `ready` or `refused`.
    pub state: &'static str,
    /// Hundredths of the step.
    pub percent: u8,
    /// How often it has been begun.
    pub attempts: u32,
    /// When it was wanted first.
    pub began: String,
    /// How long each step took the last time, in milliseconds.
    pub steps: Vec<(Step, i64)>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// What ad servers call it.
    pub names: Vec<String>,
    /// When another file was found under its address or a name of it.
    pub replaced: Option<String>,
}

/// What a job has been through.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    attempts: u32,
    steps: Vec<(Step, MediaDuration)>,
    last_error: Option<String>,
    settled: Option<ProgramTime>,
    replaced: Option<ProgramTime>,
}

impl Job {
    /// An attempt begins.
    pub(in crate::conditioning) fn begin(&self) {
        self.history().steps.clear();
    }

    /// A step was done, in that time.
    pub(in crate::conditioning) fn done(&self, step: Step, took: MediaDuration) {
        self.history().steps.push((step, took));
    }

    /// Another file was found in place of the one that was known.
    pub(in crate::conditioning) fn was_replaced(&self, now: ProgramTime) {
        self.history().replaced = Some(now);
    }

    /// An attempt failed; gives how many have.
    pub(in crate::conditioning) fn failed(&self, why: String) -> u32 {
        let mut history = self.history();
        history.attempts += 1;
        history.last_error = Some(why);
        history.attempts
    }

    /// The job has ended, well or not: nobody is at it until it is wanted again.
    pub(super) fn ended(&self, well: bool, now: ProgramTime) {
        let mut history = self.history();
        history.settled = Some(now);
        history.attempts = 0;
        if well {
            history.last_error = None;
        }
    }

    /// When it was done last, well or not.
    pub(super) fn settled(&self) -> Option<ProgramTime> {
        self.history().settled
    }

    /// What is told of it.
    pub(in crate::conditioning) fn report(&self) -> Report {
        let history = self.history().clone();
        let (state, percent) = match &*self.state.borrow() {
            State::Looking => ("looking", 0),
            State::Waiting => ("waiting", 0),
            State::Working { step, percent } => (step.as_str(), *percent),
            State::Ready(_) => ("ready", 100),
            State::Refused(_) => ("refused", 0),
        };
        let mut source = self.source.clone();
        source.set_query(None);
        Report {
            id: self.id.clone(),
            source: source.into(),
            profile: self.profile.id().to_string(),
            state,
            percent,
            attempts: history.attempts,
            began: self.began.to_string(),
            steps: history.steps.iter().map(|(step, took)| (*step, took.as_millis())).collect(),
            last_error: history.last_error,
            names: self.names.clone(),
            replaced: history.replaced.map(|at| at.to_string()),
        }
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
