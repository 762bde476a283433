//! Which file is behind a name: ad servers reuse addresses and ids for other files.

use aws_lc_rs::digest::{SHA256, digest};

use super::{Shop, job::Job};
use crate::storage::{Error, Key, SourceNote};

impl Shop {
    /// Notes what an address was found to hold, also under the names that ad servers have for it; that
    /// any of them held another file before is told.
    pub(super) async fn recognise(&self, job: &Job, note: &SourceNote) -> Result<(), Error> {
        let storage = &self.doors.storage;
        let named = job.names.iter().map(|name| (name.as_str(), place(name)));
        let address = (job.source.path(), self.note_name(job));
        for (name, place) in named.chain([address]) {
            if let Some(before) =
                storage.source(&place).await?.filter(|known| is_other(known, note))
            {
                job.was_replaced(self.doors.clock.now());
                let (before, now) = (before.source.as_str(), note.source.as_str());
                tracing::warn!(name, before, now, "another file has the name of one that is known");
            }
            storage.note_source(&place, note).await?;
        }
        Ok(())
    }
}

/// What was noted by earlier versions has no digest.
fn is_other(known: &SourceNote, found: &SourceNote) -> bool {
    !known.digest.is_empty() && known.digest != found.digest
}

/// Where it is noted what a name stands for, whatever is made of it.
fn place(name: &str) -> Key {
    Key::of_digest(digest(&SHA256, format!("name {name}").as_bytes()).as_ref())
}
