//! Putting what was made where it is served from, noting what it was made of, and reading it as any
//! other creative is read.

use std::{path::Path, sync::Arc};

use super::{
    Shop,
    claim::Claim,
    job::{Job, Step},
    trouble::{Trouble, broken, lasting},
    verify::Verified,
};
use crate::{
    creative::{Creative, Outline},
    fetch::{Downloaded, HeaderValue, Validators},
    storage::{Key, Manifest, SourceNote},
};

impl Shop {
    /// Keeps what was made, unless another node has by now, or is at it: two makings are not the same
    /// bytes, and what is under a name may neither change nor be mixed.
    pub(super) async fn publish(
        &self,
        claim: &Claim,
        made: &Path,
        made_of: Verified,
    ) -> Result<(), Trouble> {
        let Verified { files, begins } = made_of;
        self.confirm(claim).await?;
        if self.published(claim.key()).await?.is_some() {
            return Ok(());
        }
        let mut bytes = 0;
        for name in &files {
            bytes += tokio::fs::metadata(made.join(name)).await.map_or(0, |known| known.len());
        }
        let manifest = Manifest { bytes, files, begins };
        let kept = self.doors.storage.publish(claim.key(), made, &manifest).await;
        kept.map_err(|error| broken(Step::Publish, &error))?;
        self.grown(bytes);
        Ok(())
    }

    pub(super) async fn published(&self, key: &Key) -> Result<Option<Manifest>, Trouble> {
        let found = self.doors.storage.manifest(key).await;
        found.map_err(|error| broken(Step::Publish, &error))
    }

    /// Notes what was made of an address, and of what its host calls its bytes.
    pub(super) async fn note(
        &self,
        job: &Job,
        key: &Key,
        found: &Downloaded,
    ) -> Result<(), Trouble> {
        let Validators { etag, last_modified } = &found.validators;
        let text = |value: &Option<HeaderValue>| {
            value.as_ref().and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let note = SourceNote {
            source: job.source.to_string(),
            key: key.clone(),
            etag: text(etag),
            last_modified: text(last_modified),
            digest: found.digest.clone(),
        };
        let recognised = self.recognise(job, &note).await;
        recognised.map_err(|error| broken(Step::Publish, &error))?;
        let bytes = self.bytes_name(job, &found.final_url, etag.as_ref(), found.length);
        for name in bytes.into_iter().chain([self.note_name(job)]) {
            let noted = self.doors.storage.note_source(&name, &note).await;
            noted.map_err(|error| broken(Step::Publish, &error))?;
        }
        let noted = self.note_captions(job, key).await;
        noted.map_err(|error| broken(Step::Publish, &error))
    }

    /// What was published, read as any creative is.
    pub(super) async fn read(&self, job: &Job, key: &Key) -> Result<Arc<Creative>, Trouble> {
        if let Some(known) = self.held.known(key, &job.source) {
            return Ok(known);
        }
        if let Some(same) = self.held.of(key).pop() {
            // Under another address: with tokens that is every viewer's.
            let creative = Creative { url: job.source.clone(), ..Creative::clone(&same) };
            let creative = Arc::new(creative);
            self.held.add(key, &creative);
            return Ok(creative);
        }
        let storage = &self.doors.storage;
        let store = |error| broken(Step::Publish, &error);
        let main = storage.playlist(key, MAIN).await.map_err(store)?;
        let outline = Outline::read(job.source.clone(), main);
        let outline = outline.map_err(|why| lasting(Step::Publish, why))?;
        let mut playlists = Vec::new();
        for url in outline.playlists() {
            let name = url.path().rsplit('/').next().unwrap_or_default();
            playlists.push(Ok(storage.playlist(key, name).await.map_err(store)?));
        }
        let creative = Creative::read(outline, &playlists);
        let mut creative = creative.map_err(|why| lasting(Step::Publish, why))?;
        if let Some(pts) = self.published(key).await?.and_then(|manifest| manifest.begins) {
            creative = creative.beginning_at(pts);
        }
        let creative = Arc::new(creative);
        self.held.add(key, &creative);
        Ok(creative)
    }
}

pub(super) const MAIN: &str = "main.m3u8";
