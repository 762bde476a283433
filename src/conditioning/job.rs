//! One job: what is to be made, and how far that has come.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use aws_lc_rs::digest::{Context, SHA256};
use serde::Serialize;
use tokio::sync::watch;
use url::Url;

use super::{Cut, Settings, Wanted};
use crate::{
    creative::{Creative, Unusable},
    profile::Profile,
    storage::Key,
    units::{MediaDuration, ProgramTime},
};

/// How far a job is.
#[derive(Clone, Debug, Default)]
pub enum State {
    /// It has its turn to come.
    #[default]
    Waiting,
    /// It is being done.
    Working {
        /// What.
        step: Step,
        /// Hundredths of that, as far as known.
        percent: u8,
    },
    /// It is done.
    Ready(Arc<Creative>),
    /// It cannot be done.
    Refused(Unusable),
}

/// A step of the workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// The source is fetched.
    Fetch,
    /// It is looked into.
    Probe,
    /// Its loudness is measured.
    Measure,
    /// The renditions are made.
    Encode,
    /// They are held against what they have to be.
    Verify,
    /// They are put where they are served from.
    Publish,
}

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
    /// `waiting`, a step, `ready` or `refused`.
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
}

#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: Key,
    pub(super) source: Url,
    pub(super) profile: Arc<Profile>,
    pub(super) cut: Cut,
    began: ProgramTime,
    state: watch::Sender<State>,
    /// In the queue or in a worker's hands.
    taken: AtomicBool,
    /// What was made of it last.
    key: Mutex<Option<Key>>,
    history: Mutex<History>,
}

/// What a job has been through.
#[derive(Clone, Debug, Default)]
struct History {
    attempts: u32,
    steps: Vec<(Step, MediaDuration)>,
    last_error: Option<String>,
    settled: Option<ProgramTime>,
}

impl Step {
    /// As it stands in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Probe => "probe",
            Self::Measure => "measure",
            Self::Encode => "encode",
            Self::Verify => "verify",
            Self::Publish => "publish",
        }
    }
}

impl Cut {
    /// As it stands in names; nothing for what is usual.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Usual => "",
            Self::Fine => "fine ",
        }
    }
}

impl State {
    /// What came of it, once that is certain.
    pub fn outcome(&self) -> Option<Result<Arc<Creative>, Unusable>> {
        match self {
            Self::Ready(creative) => Some(Ok(Arc::clone(creative))),
            Self::Refused(why) => Some(Err(why.clone())),
            Self::Waiting | Self::Working { .. } => None,
        }
    }
}

impl Job {
    /// The name of the job for what is wanted, the same on all nodes.
    pub(super) fn id(wanted: &Wanted) -> Key {
        let mut digest = Context::new(&SHA256);
        digest.update(wanted.profile.id().to_string().as_bytes());
        digest.update(wanted.cut.as_str().as_bytes());
        digest.update(wanted.source.as_str().as_bytes());
        Key::of_digest(digest.finish().as_ref())
    }

    pub(super) fn new(id: Key, wanted: &Wanted, now: ProgramTime) -> Self {
        Self {
            id,
            source: wanted.source.clone(),
            profile: Arc::clone(&wanted.profile),
            cut: wanted.cut,
            began: now,
            state: watch::channel(State::default()).0,
            taken: AtomicBool::new(false),
            key: Mutex::default(),
            history: Mutex::default(),
        }
    }

    pub(super) fn states(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    pub(super) fn is_settled(&self) -> bool {
        self.state.borrow().outcome().is_some() && !self.taken.load(Ordering::Acquire)
    }

    /// Whether there is anything to do: it has not been done, or that is too long ago.
    pub(super) fn is_due(&self, now: ProgramTime, settings: &Settings) -> bool {
        let keep = match *self.state.borrow() {
            State::Ready(_) => settings.keep,
            State::Refused(_) => settings.keep_failure,
            State::Waiting | State::Working { .. } => return true,
        };
        self.history().settled.is_none_or(|at| now - at >= keep)
    }

    /// The name of what was made of it last.
    pub(super) fn key(&self) -> Option<Key> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes note of the name of what is made of it.
    pub(super) fn set_key(&self, key: &Key) {
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
    }

    /// Marks it as taken care of; false if it is already.
    pub(super) fn take(&self) -> bool {
        !self.taken.swap(true, Ordering::AcqRel)
    }

    /// Shows how far it is. A creative that is there is shown until there is another.
    pub(super) fn show(&self, step: Step, percent: u8) {
        self.state.send_if_modified(|state| {
            let open = !matches!(state, State::Ready(_));
            if open {
                *state = State::Working { step, percent };
            }
            open
        });
    }

    /// A step was done, in that time.
    pub(super) fn done(&self, step: Step, took: MediaDuration) {
        let mut history = self.history();
        if step == Step::Fetch {
            history.steps.clear();
        }
        history.steps.push((step, took));
    }

    /// An attempt failed; gives how many have.
    pub(super) fn failed(&self, why: String) -> u32 {
        let mut history = self.history();
        history.attempts += 1;
        history.last_error = Some(why);
        history.attempts
    }

    /// Ends it.
    pub(super) fn settle(&self, outcome: Result<Arc<Creative>, Unusable>, now: ProgramTime) {
        {
            let mut history = self.history();
            history.settled = Some(now);
            if outcome.is_ok() {
                (history.attempts, history.last_error) = (0, None);
            }
        }
        self.taken.store(false, Ordering::Release);
        self.state.send_modify(|state| match (outcome, &state) {
            (Ok(creative), _) => *state = State::Ready(creative),
            // What cannot be looked at again is what it was.
            (Err(_), State::Ready(_)) => {}
            (Err(why), _) => *state = State::Refused(why),
        });
    }

    pub(super) fn report(&self) -> Report {
        let history = self.history().clone();
        let (state, percent) = match &*self.state.borrow() {
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
        }
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
