//! What is known of what a job is about.

use std::sync::{Arc, MutexGuard, PoisonError};

use super::{super::captions::Texts, Job};
use crate::{fetch::Downloaded, storage::Key, units::ProgramTime};

/// What is known of what it is about.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// When it is to be shown next, or was to be shown last.
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

impl Facts {
    /// Nothing yet, but when it is to be shown.
    pub(super) fn new(by: ProgramTime) -> Self {
        Self { by, made: None, bytes: None, texts: Arc::default(), elsewhere: None }
    }
}

impl Job {
    /// When it is to be shown next, or was to be shown last.
    pub(in crate::conditioning) fn by(&self) -> ProgramTime {
        self.facts().by
    }

    /// Somebody wants to show it then, or now where that is past.
    pub(in crate::conditioning) fn hasten(&self, by: ProgramTime, now: ProgramTime) {
        let mut facts = self.facts();
        let by = by.max(now);
        facts.by = if facts.by < now { by } else { facts.by.min(by) };
    }

    /// The name of what was made of it last.
    pub(in crate::conditioning) fn key(&self) -> Option<Key> {
        self.facts().made.clone()
    }

    /// Takes note of the name of what is made of it.
    pub(in crate::conditioning) fn set_key(&self, key: &Key) {
        self.facts().made = Some(key.clone());
    }

    /// Its captions, as they were read last.
    pub(in crate::conditioning) fn texts(&self) -> Arc<Texts> {
        Arc::clone(&self.facts().texts)
    }

    /// Takes note of its captions.
    pub(in crate::conditioning) fn set_texts(&self, texts: Texts) {
        self.facts().texts = Arc::new(texts);
    }

    /// The name of its bytes.
    pub(in crate::conditioning) fn bytes(&self) -> Option<Key> {
        self.facts().bytes.clone()
    }

    /// Takes note of the name of its bytes.
    pub(in crate::conditioning) fn set_bytes(&self, name: Option<Key>) {
        self.facts().bytes = name;
    }

    /// What was fetched of it before another node was found to make that.
    pub(in crate::conditioning) fn elsewhere(&self) -> Option<Downloaded> {
        self.facts().elsewhere.clone()
    }

    /// Takes note of what was fetched.
    pub(in crate::conditioning) fn set_elsewhere(&self, found: Option<Downloaded>) {
        self.facts().elsewhere = found;
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
