//! The bound on what is kept, and what keeps what is shown from being removed.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use super::{Shop, claim::Claim, job::Job};
use crate::{
    creative::Creative,
    storage::{Error, Key, Manifest, Shelved},
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
        let Some(shelved) = self.shelved().await else { return };
        let mut total: u64 = shelved.iter().map(|one| one.bytes).sum();
        let mut hidden = Vec::new();
        for one in shelved {
            if total <= most {
                break;
            }
            if let Some(one) = self.hide(&one).await {
                total = total.saturating_sub(one.bytes);
                hidden.push(one);
            }
            if hidden.len() >= AT_A_TIME {
                total += self.remove(std::mem::take(&mut hidden)).await;
            }
        }
        total += self.remove(hidden).await;
        *self.kept() = Some(total);
        if total > most {
            tracing::warn!(total, most, "more creatives are being shown than may be kept");
        }
    }

    pub(super) async fn shelved(&self) -> Option<Vec<Shelved>> {
        let shelved = self.doors.storage.shelved().await;
        let failed = |error| tracing::warn!(%error, "what is kept of creatives cannot be listed");
        shelved.map_err(failed).ok()
    }

    /// Whether its making was given up.
    pub(super) fn is_wreck(&self, one: &Shelved) -> bool {
        !one.whole && self.doors.clock.now() - one.used > GIVEN_UP
    }

    /// Takes a creative that nobody shows out of sight; none if it stays. What somebody makes just now
    /// is his.
    pub(super) async fn hide(&self, one: &Shelved) -> Option<Hidden> {
        if self.is_spared(one.used) || (!one.whole && !self.is_wreck(one)) {
            return None;
        }
        let claim = self.claim(&one.key).await.ok()?;
        if self.is_shown(&one.key).await {
            return None;
        }
        // Whoever wants to take one waits for no more than this.
        let _none_is_taken = self.removals.write().await;
        if !self.withdraw(&one.key) {
            return None;
        }
        match self.doors.storage.hide(&one.key).await {
            Ok(manifest) => Some(Hidden { claim, bytes: one.bytes, manifest }),
            Err(error) => {
                tracing::warn!(%error, key = %one.key, "a creative cannot be removed");
                None
            }
        }
    }

    /// Removes what is out of sight. Another node may have taken one just before it was, and says so a
    /// moment later: then it comes back. Gives the bytes of what stays.
    pub(super) async fn remove(&self, hidden: Vec<Hidden>) -> u64 {
        if hidden.is_empty() {
            return 0;
        }
        self.doors.clock.sleep(SAID_BY).await;
        let mut stays = 0;
        for one in hidden {
            let is_back = one.manifest.is_some() && self.is_shown(one.claim.key()).await;
            stays += if is_back { one.bytes } else { 0 };
            if let Err(error) = self.settle_hidden(&one, is_back).await {
                tracing::warn!(%error, key = %one.claim.key(), "a creative cannot be removed");
            }
            one.claim.give_back().await;
        }
        stays
    }

    async fn settle_hidden(&self, one: &Hidden, is_back: bool) -> Result<(), Error> {
        let (key, storage) = (one.claim.key(), &self.doors.storage);
        match &one.manifest {
            Some(manifest) if is_back => storage.unhide(key, manifest).await,
            _ => {
                storage.remove(key).await?;
                tracing::info!(%key, bytes = one.bytes, "a creative was removed");
                Ok(())
            }
        }
    }

    fn is_spared(&self, used: ProgramTime) -> bool {
        self.doors.clock.now() - used < self.settings.spare
    }

    /// Whether a node has said lately that it shows a creative; where that is not known it is taken to.
    async fn is_shown(&self, key: &Key) -> bool {
        match self.doors.storage.shown(key).await {
            Ok(shown) => shown.is_some_and(|used| self.is_spared(used)),
            Err(error) => {
                tracing::warn!(%error, %key, "whether a creative is shown is not known");
                true
            }
        }
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
        let mut by_jobs = HashMap::<_, usize>::new();
        for creative in self.jobs().values().filter_map(|job| job.shown()) {
            *by_jobs.entry(Arc::as_ptr(&creative)).or_default() += 1;
        }
        for key in self.held.keys() {
            let is_held = |creative: &Arc<Creative>| {
                let jobs = by_jobs.get(&Arc::as_ptr(creative)).copied().unwrap_or(0);
                // And this value itself.
                Arc::strong_count(creative) > jobs + 1
            };
            if self.held.of(&key).iter().any(is_held) {
                self.doors.storage.touch(&key, now);
            }
        }
    }
}

/// A creative out of sight.
#[derive(Debug)]
pub(super) struct Hidden {
    claim: Claim,
    bytes: u64,
    /// What brings it back.
    manifest: Option<Manifest>,
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
            shop.clear_up().await;
        }
    }
}

/// How long what was shown is spared: a multiple of how often that is said.
pub(super) const SPARE: MediaDuration = MediaDuration::from_secs(3_600);
const SAYING: Duration = Duration::from_secs(900);
const ROUNDS_OF_A_DAY: u64 = 96;
/// After this time nobody is at it any more.
pub(super) const GIVEN_UP: MediaDuration = MediaDuration::from_secs(86_400);
/// So many are gone before their claims are over: a creative is some eighty files.
const AT_A_TIME: usize = 50;
/// How long after it was taken it is known of everything that it is shown: a request to the store.
const SAID_BY: MediaDuration = MediaDuration::from_secs(2);
