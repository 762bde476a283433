//! The bound on what is kept.

use std::sync::Arc;

use super::Shop;
use crate::{conditioning::job::State, storage::Key, units::MediaDuration};

impl Shop {
    /// Removes what was shown least lately until what is kept is within its bound. What a decision, a
    /// slate or a playlist here still holds stays, and so does what has been asked for lately:
    /// another node's viewers may be watching it.
    pub(super) async fn make_room(&self) {
        let Some(most) = self.settings.most_bytes else { return };
        let shelved = match self.doors.storage.shelved().await {
            Ok(shelved) => shelved,
            Err(error) => {
                tracing::warn!(%error, "what is kept of creatives cannot be listed");
                return;
            }
        };
        let mut total: u64 = shelved.iter().map(|one| one.bytes).sum();
        let now = self.doors.clock.now();
        for one in shelved {
            if total <= most {
                return;
            }
            if now - one.used < self.settings.spare || self.is_held(&one.key) {
                continue;
            }
            if let Err(error) = self.doors.storage.remove(&one.key).await {
                tracing::warn!(%error, key = %one.key, "a creative cannot be removed");
                continue;
            }
            self.jobs().retain(|_, job| job.key().as_ref() != Some(&one.key));
            tracing::info!(key = %one.key, bytes = one.bytes, "a creative was removed");
            total = total.saturating_sub(one.bytes);
        }
        if total > most {
            tracing::warn!(total, most, "more creatives are being shown than may be kept");
        }
    }

    /// Whether anything but its job holds a creative.
    fn is_held(&self, key: &Key) -> bool {
        let jobs = self.jobs();
        let mut of_it = jobs.values().filter(|job| job.key().as_ref() == Some(key));
        of_it.any(|job| match &*job.states().borrow() {
            State::Ready(creative) => Arc::strong_count(creative) > 1,
            _ => true,
        })
    }
}

/// How long what was asked for is spared: the longest window of usual channels.
pub(super) const SPARE: MediaDuration = MediaDuration::from_secs(3_600);
