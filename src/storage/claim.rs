//! Who makes a creative, where several nodes share a store.

use object_store::{
    ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, UpdateVersion,
    path::Path,
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
    /// claim expire, having died at it, is not waited for; who comes back has his own still. Of several
    /// who find it expired at once one gets it, where the store can tell (S3, not a folder).
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
        let found = match self.store.get(&place).await.map_err(Error::of) {
            Ok(found) => found,
            // It was given back at this moment, maybe to another.
            Err(Error::NotFound) => return Ok(false),
            Err(error) => return Err(error),
        };
        let version =
            UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
        let known = found.bytes().await.map_err(Error::of)?;
        // A claim of another version, or of somebody who died writing it, is none.
        let known: Option<Claim> = serde_json::from_slice(&known).ok();
        if known.is_some_and(|claim| claim.node != node && claim.until > now.as_millis()) {
            return Ok(false);
        }
        if self.replace(&place, version, payload).await? {
            return Ok(true);
        }
        // It may be this node's own: two of its steps say so side by side, and a server that carried
        // it out may have been asked again.
        let known: Option<Claim> = self.note(&place).await?;
        Ok(known.is_some_and(|claim| claim.node == node && claim.until > now.as_millis()))
    }

    /// Writes over what has that version; false if it has none any more.
    async fn replace(
        &self,
        place: &Path,
        version: UpdateVersion,
        payload: PutPayload,
    ) -> Result<bool, Error> {
        let update = PutOptions::from(PutMode::Update(version));
        match self.store.put_opts(place, payload.clone(), update).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::Precondition { .. }) => Ok(false),
            // A folder cannot tell; it has one service, and commands beside it.
            Err(object_store::Error::NotImplemented { .. }) => {
                self.store.put(place, payload).await.map(|_| true).map_err(Error::of)
            }
            Err(error) => Err(Error::of(error)),
        }
    }

    /// Gives a node's claim back; another's stays.
    pub async fn release(&self, key: &Key, node: &str) {
        let known: Result<Option<Claim>, _> = self.note(&place(key)).await;
        if known.ok().flatten().is_some_and(|claim| claim.node == node) {
            let _ = self.store.delete(&place(key)).await;
        }
    }
}

fn place(key: &Key) -> Path {
    Path::from(format!("{CLAIMS}/{key}.json"))
}

pub(super) const CLAIMS: &str = "claims";

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    /// Both have read the claim of somebody who is gone.
    #[tokio::test]
    async fn of_two_who_find_a_claim_expired_one_gets_it() {
        let storage = Storage::over(std::sync::Arc::new(InMemory::new()), false);
        let (key, time) = (Key::of_digest(&[7; 32]), MediaDuration::from_secs(60));
        let at = ProgramTime::from_millis;
        assert!(storage.claim(&key, "gone", at(0), time).await.unwrap());
        let found = storage.store.head(&place(&key)).await.unwrap();
        let read = UpdateVersion { e_tag: found.e_tag, version: found.version };
        assert!(storage.claim(&key, "one", at(61_000), time).await.unwrap());
        let own = Claim { node: "other".to_owned(), until: 121_000 };
        let payload = PutPayload::from(json(&own).unwrap());
        assert!(!storage.replace(&place(&key), read, payload).await.unwrap());
        assert!(!storage.claim(&key, "other", at(62_000), time).await.unwrap());
        assert!(storage.claim(&key, "one", at(62_000), time).await.unwrap());
    }
}
