//! The creatives that somebody holds: decisions, slates, playlists, jobs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use url::Url;

use crate::{creative::Creative, storage::Key};

/// Every value of a creative that was read and is still held, by what it was read from.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<HashMap<Key, Vec<Weak<Creative>>>>);

impl Held {
    /// Takes note of one.
    pub(super) fn add(&self, key: &Key, creative: &Arc<Creative>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, of_it| {
            of_it.retain(|one| one.strong_count() > 0);
            !of_it.is_empty()
        });
        held.entry(key.clone()).or_default().push(Arc::downgrade(creative));
    }

    /// The one of an address.
    pub(super) fn known(&self, key: &Key, url: &Url) -> Option<Arc<Creative>> {
        self.of(key).into_iter().find(|one| one.url == *url)
    }

    /// All of a key.
    pub(super) fn of(&self, key: &Key) -> Vec<Arc<Creative>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(key).into_iter().flatten().filter_map(Weak::upgrade).collect()
    }

    /// The keys of all.
    pub(super) fn keys(&self) -> Vec<Key> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.keys().cloned().collect()
    }
}
