//! One job: what is to be made, and how far that has come.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use aws_lc_rs::digest::{Context, SHA256};
use tokio::sync::watch;
use url::Url;

use super::{Cut, Settings, Wanted};
use crate::{
    creative::{Creative, TextFile, Unusable},
    profile::Profile,
    storage::Key,
    units::ProgramTime,
};

mod facts;
mod history;
mod state;

pub use history::Report;
pub use state::{State, Step};

use facts::Facts;
use history::History;

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
    /// On disk as begun, by this run of the service.
    noted: AtomicBool,
    facts: Mutex<Facts>,
    history: Mutex<History>,
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
            noted: AtomicBool::new(false),
            facts: Mutex::new(Facts::new(wanted.by)),
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
        self.settled().is_none_or(|at| now - at >= keep)
    }

    /// Whether somebody waits for what comes of it.
    pub(super) fn is_awaited(&self) -> bool {
        self.state.receiver_count() > 0
    }

    pub(super) fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Acquire)
    }

    /// Whether it shows that very creative.
    pub(super) fn shows(&self, creative: &Arc<Creative>) -> bool {
        matches!(&*self.state.borrow(), State::Ready(shown) if Arc::ptr_eq(shown, creative))
    }

    /// What it shows.
    pub(super) fn shown(&self) -> Option<Arc<Creative>> {
        match &*self.state.borrow() {
            State::Ready(shown) => Some(Arc::clone(shown)),
            _ => None,
        }
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

    /// Marks it as noted on disk; false if it is already.
    pub(super) fn note_down(&self) -> bool {
        !self.noted.swap(true, Ordering::AcqRel)
    }

    /// Its note is taken back.
    pub(super) fn strike_out(&self) {
        self.noted.store(false, Ordering::Release);
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

    /// Ends it.
    pub(super) fn settle(&self, outcome: Result<Arc<Creative>, Unusable>, now: ProgramTime) {
        self.ended(outcome.is_ok(), now);
        self.state.send_modify(|state| match (outcome, &state) {
            (Ok(creative), _) => *state = State::Ready(creative),
            // What cannot be looked at again is what it was.
            (Err(_), State::Ready(_)) => {}
            (Err(why), _) => *state = State::Refused(why),
        });
        // Whoever finds it free has to find what came of it.
        self.taken.store(false, Ordering::Release);
    }
}
