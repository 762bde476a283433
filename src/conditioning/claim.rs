//! One at a time makes, or removes, what has a name: among the jobs here, and among the nodes that
//! share a store.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    Shop,
    job::Step,
    trouble::{Then, Trouble, broken},
};
use crate::{
    storage::{Key, Storage},
    units::MediaDuration,
};

/// What is claimed here; clones share it.
#[derive(Clone, Debug)]
pub(super) struct Claims(Arc<Book>);

#[derive(Debug)]
struct Book {
    storage: Storage,
    /// The name under which the store knows who claims, the same after a restart.
    node: String,
    here: Mutex<HashSet<Key>>,
}

/// The right to make or to remove something. It is given back by [`Claim::give_back`], else some time
/// after it is dropped, so that nothing that ends in the middle keeps the others waiting.
#[derive(Debug)]
pub(super) struct Claim {
    book: Arc<Book>,
    key: Key,
    is_held: bool,
}

impl Claims {
    pub(super) fn new(storage: Storage, node: String) -> Self {
        Self(Arc::new(Book { storage, node, here: Mutex::default() }))
    }

    /// The right, unless another job here has it.
    pub(super) fn take_here(&self, key: &Key) -> Option<Claim> {
        let is_free = self.0.here().insert(key.clone());
        is_free.then(|| Claim { book: Arc::clone(&self.0), key: key.clone(), is_held: true })
    }
}

impl Book {
    fn here(&self) -> MutexGuard<'_, HashSet<Key>> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In the store first: whoever claims it here next must not lose it by that.
    async fn give_back(&self, key: &Key) {
        self.storage.release(key, &self.node).await;
        self.here().remove(key);
    }
}

impl Claim {
    /// What is claimed.
    pub(super) const fn key(&self) -> &Key {
        &self.key
    }

    /// Lets the others have it; it is theirs when this returns.
    pub(super) async fn give_back(mut self) {
        self.book.give_back(&self.key).await;
        self.is_held = false;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let runtime = tokio::runtime::Handle::try_current();
        if let (true, Ok(runtime)) = (self.is_held, runtime) {
            let (book, key) = (Arc::clone(&self.book), self.key.clone());
            runtime.spawn(async move { book.give_back(&key).await });
        }
    }
}

impl Shop {
    /// Makes sure that nobody else is at it.
    pub(super) async fn claim(&self, key: &Key) -> Result<Claim, Trouble> {
        let claim = self.claims.take_here(key).ok_or_else(elsewhere)?;
        self.confirm(&claim).await?;
        Ok(claim)
    }

    /// Makes sure that a claim holds, and will for a while: it runs out where the store could not be
    /// reached for long, or this machine stood still.
    pub(super) async fn confirm(&self, claim: &Claim) -> Result<(), Trouble> {
        let (book, now) = (&claim.book, self.doors.clock.now());
        let claimed = book.storage.claim(&claim.key, &book.node, now, CLAIM).await;
        match claimed.map_err(|error| broken(Step::Fetch, &error))? {
            true => Ok(()),
            false => Err(elsewhere()),
        }
    }

    /// Keeps a claim for as long as it can be kept, and tells when another node has it.
    pub(super) async fn hold(&self, claim: &Claim) -> Trouble {
        loop {
            self.doors.clock.sleep(HOLD).await;
            match self.confirm(claim).await {
                Err(trouble) if trouble.then == Then::Elsewhere => return trouble,
                Err(trouble) => {
                    let why = trouble.unusable;
                    tracing::warn!(key = %claim.key, %why, "a claim cannot be kept");
                }
                Ok(()) => {}
            }
        }
    }
}

fn elsewhere() -> Trouble {
    let trouble = broken(Step::Fetch, &"it is made elsewhere");
    Trouble { then: Then::Elsewhere, ..trouble }
}

/// How long whoever has begun to make something, and died at it, is left alone with it.
const CLAIM: MediaDuration = MediaDuration::from_secs(900);
/// How often a claim is made again, several times before it is over.
const HOLD: MediaDuration = MediaDuration::from_secs(240);
