//! What nobody will finish or ask for again, removed once a day wherever creatives are kept: notes of
//! addresses, claims of the dead, and what is half there.

use super::{Shop, room::GIVEN_UP};
use crate::{storage::Error, units::MediaDuration};

impl Shop {
    /// Removes all of it.
    pub(super) async fn clear_up(&self) {
        let (now, storage) = (self.doors.clock.now(), &self.doors.storage);
        tell("notes of sources", storage.forget_sources(now - NOTES).await);
        tell("claims", storage.forget_claims(now - GIVEN_UP).await);
        tell("files that were never written to their end", storage.forget_torn(GIVEN_UP).await);
        let mut wrecks = Vec::new();
        for one in self.shelved().await.unwrap_or_default() {
            if self.is_wreck(&one) {
                wrecks.extend(self.hide(&one).await);
            }
        }
        self.remove(wrecks).await;
    }
}

fn tell(what: &str, removed: Result<usize, Error>) {
    match removed {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "{what} were removed"),
        Err(error) => tracing::warn!(%error, "{what} cannot be removed"),
    }
}

/// How long it is remembered what an address held: then it is fetched once more.
const NOTES: MediaDuration = MediaDuration::from_secs(30 * 86_400);
