//! What is to be written. It adds up here as it is told, whether or not the thread has time for it.
//!
//! What came and went before the disk heard of it leaves nothing behind: a disk that is full or hangs
//! for hours costs no memory for what was sent meanwhile, only for what is owed then.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::{Kept, Key, Stage, Wanted, tables::Change};
use crate::dispatch::Beacon;

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Message {
    Keep(Vec<(Key, Arc<Beacon>)>, Option<oneshot::Sender<bool>>),
    Reached(Vec<(Key, Stage)>, Option<oneshot::Sender<bool>>),
    Told(Vec<Key>),
    Done(Vec<Key>),
    SetAside(Vec<Key>),
    Load(Wanted, oneshot::Sender<Option<Vec<Kept>>>),
    Close(oneshot::Sender<()>),
}

#[derive(Debug, Default)]
pub(super) struct Pending(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    changes: Changes,
    /// What the write that goes on, or one that failed, may or may not have written.
    uncertain: Arc<Changes>,
    asked: Asked,
    closing: Vec<oneshot::Sender<()>>,
    /// Nobody writes any more.
    is_over: bool,
}

type Changes = BTreeMap<Key, Change>;

/// Who waits for an answer.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// For what they have told to be written.
    pub(super) waiting: Vec<oneshot::Sender<bool>>,
    pub(super) loads: Vec<(Wanted, oneshot::Sender<Option<Vec<Kept>>>)>,
}

impl Asked {
    pub(super) fn add(&mut self, more: Self) {
        self.waiting.extend(more.waiting);
        self.loads.extend(more.loads);
    }
}

impl Pending {
    /// Once nobody writes any more, what is on disk is what counts.
    pub(super) fn tell(&self, message: Message) {
        let mut state = self.state();
        if !state.is_over {
            state.hear(message);
        }
    }

    /// Makes what was told so far uncertain, and gives back who asked with it.
    pub(super) fn begin(&self) -> Asked {
        let mut state = self.state();
        let changes = mem::take(&mut state.changes);
        if state.uncertain.is_empty() {
            state.uncertain = Arc::new(changes);
        } else {
            let uncertain = Arc::make_mut(&mut state.uncertain);
            for (key, change) in changes {
                add(uncertain.entry(key).or_default(), change);
            }
        }
        mem::take(&mut state.asked)
    }

    pub(super) fn uncertain(&self) -> Arc<Changes> {
        Arc::clone(&self.state().uncertain)
    }

    /// It is certain now what is on disk of what a failed write was to change, in its order: what is
    /// not there needs no removal.
    pub(super) fn found(&self, there: &[bool]) {
        let mut there = there.iter();
        Arc::make_mut(&mut self.state().uncertain)
            .retain(|_, change| *there.next().unwrap_or(&true) || !change.remove);
    }

    /// All that was uncertain is on disk.
    pub(super) fn written(&self) {
        let written = mem::take(&mut self.state().uncertain);
        // Not while others wait.
        drop(written);
    }

    /// Who asks now, whether or not what they told is written.
    pub(super) fn asked(&self) -> Asked {
        mem::take(&mut self.state().asked)
    }

    pub(super) fn is_closing(&self) -> bool {
        !self.state().closing.is_empty()
    }

    /// Nobody writes any more. How much was not written, and who is to be told that it is over.
    pub(super) fn end(&self) -> (usize, Vec<oneshot::Sender<()>>) {
        let State { changes, uncertain, closing, .. } =
            mem::replace(&mut *self.state(), State { is_over: true, ..State::default() });
        (changes.len() + uncertain.len(), closing)
    }

    /// How many beacons are to be changed that no write has begun to.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.state().changes.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn hear(&mut self, message: Message) {
        match message {
            Message::Keep(beacons, done) => {
                for (key, beacon) in beacons {
                    self.change(key).put = Some(beacon);
                }
                self.asked.waiting.extend(done);
            }
            Message::Reached(stages, done) => {
                for (key, stage) in stages {
                    self.change(key).stage = Some(stage);
                }
                self.asked.waiting.extend(done);
            }
            Message::Told(keys) => keys.into_iter().for_each(|key| self.change(key).told = true),
            Message::Done(keys) => keys.into_iter().for_each(|key| self.forget(key)),
            Message::SetAside(keys) => {
                let aside = Change { remove: true, set_aside: true, ..Change::default() };
                self.changes.extend(keys.into_iter().map(|key| (key, aside.clone())));
            }
            Message::Load(wanted, answer) => self.asked.loads.push((wanted, answer)),
            Message::Close(done) => self.closing.push(done),
        }
    }

    fn change(&mut self, key: Key) -> &mut Change {
        self.changes.entry(key).or_default()
    }

    /// What never came near the disk needs no removal there.
    fn forget(&mut self, key: Key) {
        let unwritten = self.changes.get(&key).is_some_and(|change| change.put.is_some());
        if unwritten && !self.uncertain.contains_key(&key) {
            self.changes.remove(&key);
        } else {
            self.changes.insert(key, Change { remove: true, ..Change::default() });
        }
    }
}

/// The later change on top of the earlier.
fn add(earlier: &mut Change, later: Change) {
    if later.remove {
        *earlier = later;
        return;
    }
    earlier.put = later.put.or(earlier.put.take());
    earlier.stage = later.stage.or(earlier.stage);
    earlier.told |= later.told;
}
