//! The bound on what is kept, and what keeps what is shown from being removed.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use super::{Shop, job::Job};
use crate::{
    storage::{Key, Shelved},
    units::{MediaDuration, ProgramTime},
};

impl Shop {
    /// So many bytes more are kept.
    pub(super) fn grown(&self, bytes: u64) {
        if let Some(kept) = self.kept().as_mut() {
            *kept = kept.saturating_add(bytes);
        }
    }

    /// Removes what was shown least lately until what is kept is within its bound. What a decision, a
    /// slate or a playlist here still holds stays, and so does what a node has said to show
    /// within the spare time: each says so of all it holds, several times in that.
    pub(super) async fn make_room(&self) {
        let Some(most) = self.settings.most_bytes else { return };
        if self.kept().is_some_and(|kept| kept <= most) {
            return;
        }
        let shelved = match self.doors.storage.shelved().await {
            Ok(shelved) => shelved,
            Err(error) => {
                tracing::warn!(%error, "what is kept of creatives cannot be listed");
                return;
            }
        };
        let mut total: u64 = shelved.iter().map(|one| one.bytes).sum();
        for one in shelved {
            if (total > most || self.is_wreck(&one)) && self.remove(&one).await {
                total = total.saturating_sub(one.bytes);
            }
        }
        *self.kept() = Some(total);
        if total > most {
            tracing::warn!(total, most, "more creatives are being shown than may be kept");
        }
    }

    /// Whether its making was given up.
    fn is_wreck(&self, one: &Shelved) -> bool {
        !one.whole && self.doors.clock.now() - one.used > GIVEN_UP
    }

    /// Removes a creative that nobody shows; false if it stays.
    async fn remove(&self, one: &Shelved) -> bool {
        let _none_is_taken = self.removals.write().await;
        let spared = |used: ProgramTime| self.doors.clock.now() - used < self.settings.spare;
        if spared(one.used) || (!one.whole && !self.is_wreck(one)) || !self.withdraw(&one.key) {
            return false;
        }
        // Another node may have come to show it since it was listed.
        match self.doors.storage.shown(&one.key).await {
            Ok(shown) if shown.is_some_and(spared) => return false,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, key = %one.key, "whether a creative is shown is not known");
                return false;
            }
        }
        if let Err(error) = self.doors.storage.remove(&one.key).await {
            tracing::warn!(%error, key = %one.key, "a creative cannot be removed");
            return false;
        }
        tracing::info!(key = %one.key, bytes = one.bytes, "a creative was removed");
        true
    }

    /// Takes a creative back from the jobs that offer it; false if anybody else holds it.
    fn withdraw(&self, key: &Key) -> bool {
        let mut jobs = self.jobs();
        if self.is_held_among(key, &jobs) {
            return false;
        }
        let mut of_it = jobs.values().filter(|job| job.key().as_ref() == Some(key));
        let free = of_it.all(|job| job.withdraw());
        if free {
            jobs.retain(|_, job| job.key().as_ref() != Some(key));
        }
        free
    }

    /// Whether anything but its jobs holds a creative.
    fn is_held_among(&self, key: &Key, jobs: &HashMap<Key, Arc<Job>>) -> bool {
        self.held.of(key).iter().any(|creative| {
            let jobs = jobs.values().filter(|job| job.shows(creative)).count();
            // And this value itself.
            Arc::strong_count(creative) > jobs + 1
        })
    }

    /// Says of all that is held here that it is shown.
    pub(super) fn say_what_is_shown(&self) {
        let now = self.doors.clock.now();
        for key in self.held.keys() {
            let held = self.is_held_among(&key, &self.jobs());
            if held {
                self.doors.storage.touch(&key, now);
            }
        }
    }
}

/// Tells the other nodes what is shown here, and forgets addresses nobody has asked for.
pub(super) async fn keep(shop: Weak<Shop>) {
    for round in 0_u64.. {
        tokio::time::sleep(SAYING).await;
        let Some(shop) = shop.upgrade() else { return };
        shop.say_what_is_shown();
        // Other nodes keep more, too: it is counted anew.
        *shop.kept() = None;
        if round % ROUNDS_OF_A_DAY == 0 {
            let before = shop.doors.clock.now() - NOTES;
            if let Err(error) = shop.doors.storage.forget_sources(before).await {
                tracing::warn!(%error, "notes of sources cannot be removed");
            }
        }
    }
}

/// How long what was shown is spared: a multiple of how often that is said.
pub(super) const SPARE: MediaDuration = MediaDuration::from_secs(3_600);
const SAYING: Duration = Duration::from_secs(900);
const ROUNDS_OF_A_DAY: u64 = 96;
/// After this time nobody is at it any more.
const GIVEN_UP: MediaDuration = MediaDuration::from_secs(86_400);
/// How long it is remembered what an address held: then it is fetched once more.
const NOTES: MediaDuration = MediaDuration::from_secs(30 * 86_400);
