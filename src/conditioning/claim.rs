//! One node makes what several may want: it claims the name of what will come of it.

use std::convert::Infallible;

use super::{
    Shop,
    job::Step,
    trouble::{Then, Trouble, broken},
};
use crate::{storage::Key, units::MediaDuration};

impl Shop {
    /// Makes sure that nobody else makes the same.
    pub(super) async fn claim(&self, key: &Key) -> Result<(), Trouble> {
        let now = self.doors.clock.now();
        let claimed = self.doors.storage.claim(key, &self.node, now, CLAIM).await;
        match claimed.map_err(|error| broken(Step::Fetch, &error))? {
            true => Ok(()),
            false => {
                let trouble = broken(Step::Fetch, &"it is made elsewhere");
                Err(Trouble { then: Then::Elsewhere, ..trouble })
            }
        }
    }

    /// Keeps a claim for as long as it is needed.
    pub(super) async fn hold(&self, key: &Key) -> Infallible {
        loop {
            self.doors.clock.sleep(HOLD).await;
            if let Err(trouble) = self.claim(key).await {
                tracing::warn!(%key, why = %trouble.unusable, "a claim cannot be kept");
            }
        }
    }
}

/// How long whoever has begun to make something, and died at it, is left alone with it.
const CLAIM: MediaDuration = MediaDuration::from_secs(900);
/// How often a claim is made again, several times before it is over.
const HOLD: MediaDuration = MediaDuration::from_secs(240);
