//! What is being made, by the name of its bytes: advertisers' addresses carry tokens, and what has a
//! new address for each viewer is still made once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::job::Job;
use crate::{
    creative::Unusable,
    storage::Key,
    units::{MediaDuration, ProgramTime},
};

/// What is in somebody's hands, and what could not be made lately.
#[derive(Debug, Default)]
pub(super) struct Makings(Mutex<HashMap<Key, Making>>);

#[derive(Debug)]
enum Making {
    Under(Arc<Job>),
    Refused(Unusable, ProgramTime),
}

/// Who makes something.
#[derive(Debug)]
pub(super) enum Turn {
    /// Whoever asks.
    Ours,
    /// That job.
    Theirs(Arc<Job>),
    /// Nobody: it could not be made.
    Nobodys(Unusable),
}

impl Makings {
    /// Gives the making to a job, unless another has it or it went wrong within that time.
    pub(super) fn take_on(
        &self,
        bytes: &Key,
        job: &Arc<Job>,
        now: ProgramTime,
        keep: MediaDuration,
    ) -> Turn {
        let mut makings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match makings.get(bytes) {
            Some(Making::Under(other)) if other.id != job.id => {
                return Turn::Theirs(Arc::clone(other));
            }
            Some(Making::Refused(why, at)) if now - *at < keep => {
                return Turn::Nobodys(why.clone());
            }
            _ => {}
        }
        if makings.len() >= MOST {
            makings.retain(|_, one| match one {
                Making::Under(_) => true,
                Making::Refused(_, at) => now - *at < keep,
            });
        }
        makings.insert(bytes.clone(), Making::Under(Arc::clone(job)));
        Turn::Ours
    }

    /// A job is done with it.
    pub(super) fn end(&self, bytes: &Key, job: &Job, why: Option<&Unusable>, now: ProgramTime) {
        let mut makings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(makings.get(bytes), Some(Making::Under(own)) if own.id == job.id) {
            return;
        }
        match why {
            Some(why) => makings.insert(bytes.clone(), Making::Refused(why.clone(), now)),
            None => makings.remove(bytes),
        };
    }
}

/// Past so many, those that may be tried again are forgotten.
const MOST: usize = 10_000;
