//! One job: what is to be made, and how far that has come.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use aws_lc_rs::digest::{Context, SHA256};
use serde::Serialize;
use tokio::sync::watch;
use url::Url;

use super::{Cut, Settings, Wanted, captions::Texts};
use crate::{
    creative::{Creative, TextFile, Unusable},
    fetch::Downloaded,
    profile::Profile,
    storage::Key,
    units::{MediaDuration, ProgramTime},
};

/// How far a job is.
#[derive(Clone, Debug, Default)]
pub enum State {
    /// It is looked for among what was made already.
    #[default]
    Looking,
    /// It has to be made, and has its turn to come.
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

#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: Key,
    pub(super) source: Url,
    pub(super) profile: Arc<Profile>,
    pub(super) cut: Cut,
    pub(super) captions: Vec<TextFile>,
    pub(super) names: Vec<String>,
    began: ProgramTime,
    state: watch::Sender<State>,
    /// Being looked for, in the queue or in a worker's hands.
    taken: AtomicBool,
    facts: Mutex<Facts>,
    history: Mutex<History>,
}

/// What is known of what it is about.
#[derive(Clone, Debug)]
struct Facts {
    /// When it is to be shown first.
    by: ProgramTime,
    /// What was made of it last.
    made: Option<Key>,
    /// The name of the bytes its host has for it, where the host gives them one.
    bytes: Option<Key>,
    /// Its captions, once they have been read.
    texts: Arc<Texts>,
    /// What was fetched of it, if another node makes that.
    elsewhere: Option<Downloaded>,
}

/// What a job has been through.
#[derive(Clone, Debug, Default)]
struct History {
    attempts: u32,
    steps: Vec<(Step, MediaDuration)>,
    last_error: Option<String>,
    settled: Option<ProgramTime>,
    replaced: Option<ProgramTime>,
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
            Self::Looking | Self::Waiting | Self::Working { .. } => None,
        }
    }
}

impl Job {
    /// The name of the job for what is wanted, the same on all nodes.
    pub(super) fn id(wanted: &Wanted) -> Key {
        let mut digest = Context::new(&SHA256);
        digest.update(wanted.profile.id().to_string().as_bytes());
        digest.update(wanted.cut.as_str().as_bytes());
        for url in std::iter::once(&wanted.source).chain(wanted.captions.iter().map(|c| &c.url)) {
            digest.update(url.as_str().as_bytes());
            digest.update(b"\n");
        }
        Key::of_digest(digest.finish().as_ref())
    }

    pub(super) fn new(id: Key, wanted: &Wanted, now: ProgramTime) -> Self {
        Self {
            id,
            source: wanted.source.clone(),
            profile: Arc::clone(&wanted.profile),
            cut: wanted.cut,
            captions: wanted.captions.clone(),
            names: wanted.names.clone(),
            began: now,
            state: watch::channel(State::default()).0,
            taken: AtomicBool::new(false),
            facts: Mutex::new(Facts {
                by: wanted.by,
                made: None,
                bytes: None,
                texts: Arc::default(),
                elsewhere: None,
            }),
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
            State::Looking | State::Waiting | State::Working { .. } => return true,
        };
        self.history().settled.is_none_or(|at| now - at >= keep)
    }

    /// When it is to be shown first.
    pub(super) fn by(&self) -> ProgramTime {
        self.facts().by
    }

    /// Somebody wants to show it then.
    pub(super) fn hasten(&self, by: ProgramTime) {
        let mut facts = self.facts();
        facts.by = facts.by.min(by);
    }

    /// The name of what was made of it last.
    pub(super) fn key(&self) -> Option<Key> {
        self.facts().made.clone()
    }

    /// Takes note of the name of what is made of it.
    pub(super) fn set_key(&self, key: &Key) {
        self.facts().made = Some(key.clone());
    }

    /// Its captions, as they were read last.
    pub(super) fn texts(&self) -> Arc<Texts> {
        Arc::clone(&self.facts().texts)
    }

    /// Takes note of its captions.
    pub(super) fn set_texts(&self, texts: Texts) {
        self.facts().texts = Arc::new(texts);
    }

    /// The name of its bytes.
    pub(super) fn bytes(&self) -> Option<Key> {
        self.facts().bytes.clone()
    }

    /// Takes note of the name of its bytes.
    pub(super) fn set_bytes(&self, name: Option<Key>) {
        self.facts().bytes = name;
    }

    /// What was fetched of it before another node was found to make that.
    pub(super) fn elsewhere(&self) -> Option<Downloaded> {
        self.facts().elsewhere.clone()
    }

    /// Takes note of what was fetched.
    pub(super) fn set_elsewhere(&self, found: Option<Downloaded>) {
        self.facts().elsewhere = found;
    }

    pub(super) fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Acquire)
    }

    /// Whether it shows that very creative.
    pub(super) fn shows(&self, creative: &Arc<Creative>) -> bool {
        matches!(&*self.state.borrow(), State::Ready(shown) if Arc::ptr_eq(shown, creative))
    }

    /// It has to be made: what it showed is gone, or there was nothing.
    pub(super) fn lost(&self) {
        self.state.send_modify(|state| {
            if matches!(state, State::Ready(_)) {
                *state = State::Looking;
            }
        });
    }

    /// It is not there yet, and is not looked for any more.
    pub(super) fn wait(&self) {
        self.state.send_modify(|state| {
            if matches!(state, State::Looking) {
                *state = State::Waiting;
            }
        });
    }

    /// Takes its creative back, unless somebody holds that or it is taken care of.
    pub(super) fn withdraw(&self) -> bool {
        let mut free = !self.is_taken();
        self.state.send_if_modified(|state| {
            free &= !matches!(state, State::Ready(shown) if Arc::strong_count(shown) > 1);
            let shown = free && matches!(state, State::Ready(_));
            if shown {
                *state = State::Looking;
            }
            shown
        });
        free
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

    /// An attempt begins.
    pub(super) fn begin(&self) {
        self.history().steps.clear();
    }

    /// A step was done, in that time.
    pub(super) fn done(&self, step: Step, took: MediaDuration) {
        self.history().steps.push((step, took));
    }

    /// Another file was found in place of the one that was known.
    pub(super) fn was_replaced(&self, now: ProgramTime) {
        self.history().replaced = Some(now);
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
            history.attempts = 0;
            if outcome.is_ok() {
                history.last_error = None;
            }
        }
        self.state.send_modify(|state| match (outcome, &state) {
            (Ok(creative), _) => *state = State::Ready(creative),
            // What cannot be looked at again is what it was.
            (Err(_), State::Ready(_)) => {}
            (Err(why), _) => *state = State::Refused(why),
        });
        // Whoever finds it free has to find what came of it.
        self.taken.store(false, Ordering::Release);
    }

    pub(super) fn report(&self) -> Report {
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

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
