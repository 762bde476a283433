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
    Under {
        job: Arc<Job>,
        /// The newest of those that wanted the same meanwhile: its address is good the longest.
        heir: Option<Arc<Job>>,
    },
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
        match makings.get_mut(bytes) {
            Some(Making::Under { job: other, heir }) if !Arc::ptr_eq(other, job) => {
                *heir = Some(Arc::clone(job));
                return Turn::Theirs(Arc::clone(other));
            }
            Some(Making::Refused(why, at)) if now - *at < keep => {
                return Turn::Nobodys(why.clone());
            }
            _ => {}
        }
        if makings.len() >= MOST {
            makings.retain(|_, one| match one {
                Making::Under { .. } => true,
                Making::Refused(_, at) => now - *at < keep,
            });
        }
        makings.insert(bytes.clone(), Making::Under { job: Arc::clone(job), heir: None });
        Turn::Ours
    }

    /// A job is done with it. What could not be fetched says nothing of the bytes, since tokens run
    /// out: then the newest other address that was there for them is given, whose job has it now.
    pub(super) fn end(
        &self,
        job: &Job,
        why: Option<&Unusable>,
        now: ProgramTime,
    ) -> Option<Arc<Job>> {
        let bytes = job.bytes()?;
        let mut makings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Making::Under { heir, .. }) = makings.get_mut(&bytes).filter(|one| one.is_of(job))
        else {
            return None;
        };
        let heir = heir.take();
        match (why, heir) {
            (Some(Unusable::Fetch { .. }), Some(heir)) => {
                let making = Making::Under { job: Arc::clone(&heir), heir: None };
                makings.insert(bytes, making);
                return Some(heir);
            }
            (None | Some(Unusable::Fetch { .. } | Unusable::Busy), _) => makings.remove(&bytes),
            (Some(why), _) => makings.insert(bytes, Making::Refused(why.clone(), now)),
        };
        None
    }
}

impl Making {
    fn is_of(&self, own: &Job) -> bool {
        matches!(self, Self::Under { job, .. } if std::ptr::eq(&**job, own))
    }
}

/// Past so many, those that may be tried again are forgotten.
const MOST: usize = 10_000;
