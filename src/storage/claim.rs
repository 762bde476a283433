//! Who makes a creative, where several nodes share a store.

use object_store::{
    ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, path::Path,
};
use serde::{Deserialize, Serialize};

use super::{Error, Key, Storage, json};
use crate::units::{MediaDuration, ProgramTime};

/// Somebody makes a creative until then.
#[derive(Debug, Serialize, Deserialize)]
struct Claim {
    /// Who.
    node: String,
    /// Milliseconds since the Unix epoch.
    until: i64,
}

impl Storage {
    /// Claims the making of a creative for a node and a time; false if another node has. Who lets a
    /// claim expire, having died at it, is not waited for; who comes back has his own still.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub async fn claim(
        &self,
        key: &Key,
        node: &str,
        now: ProgramTime,
        time: MediaDuration,
    ) -> Result<bool, Error> {
        let place = place(key);
        let claim = Claim { node: node.to_owned(), until: (now + time).as_millis() };
        let payload = PutPayload::from(json(&claim)?);
        let first = PutOptions::from(PutMode::Create);
        match self.store.put_opts(&place, payload.clone(), first).await {
            Ok(_) => return Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => {}
            Err(error) => return Err(Error::of(error)),
        }
        let known: Option<Claim> = self.note(&place).await.or_else(Error::unreadable_is_none)?;
        if known.is_some_and(|claim| claim.node != node && claim.until > now.as_millis()) {
            return Ok(false);
        }
        // Two who find it expired at once both make it; who is done later publishes nothing.
        self.store.put(&place, payload).await.map(|_| true).map_err(Error::of)
    }

    /// Gives a node's claim back; another's stays.
    pub async fn release(&self, key: &Key, node: &str) {
        let known: Result<Option<Claim>, _> = self.note(&place(key)).await;
        if known.ok().flatten().is_some_and(|claim| claim.node == node) {
            let _ = self.store.delete(&place(key)).await;
        }
    }
}

impl Error {
    /// A claim of another version, or of somebody who died writing it, is none.
    fn unreadable_is_none<T>(self) -> Result<Option<T>, Self> {
        match self {
            Self::Unreadable => Ok(None),
            other => Err(other),
        }
    }
}

fn place(key: &Key) -> Path {
    Path::from(format!("claims/{key}.json"))
}
