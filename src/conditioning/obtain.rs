//! Getting the source: all of its bytes into a file, or the word of its host that they are what they
//! were.

use std::path::Path;

use super::{
    Shop,
    job::{Job, Step},
    pad,
    trouble::{Trouble, again, broken, lasting},
};
use crate::{
    creative::{Failure, Unusable},
    fetch::{self, Download, Downloaded, HeaderValue, NotDownloaded, Validators},
    storage::{Key, SourceNote},
};

/// What became of fetching.
pub(super) enum Fetched {
    /// It is what was made already.
    Known(Key),
    /// It is in the file.
    File(Downloaded),
}

impl Shop {
    /// The source into a file, unless it is what it was when a creative was made of it.
    pub(super) async fn fetch(&self, job: &Job, file: &Path) -> Result<Fetched, Trouble> {
        if pad::is_pad(&job.source) {
            return self.black(job, file).await;
        }
        let store = |error| broken(Step::Fetch, &error);
        let known = self.doors.storage.source(&self.note_name(job)).await.map_err(store)?;
        let known = match known {
            Some(note) if self.published(&note.key).await?.is_some() => Some(note),
            _ => None,
        };
        let client = &self.doors.client;
        let admitted = client.guard().admit(&job.source);
        let admitted = admitted.map_err(|_| lasting(Step::Fetch, failed(job, Failure::Blocked)))?;
        let asked = self.circuits.ask(&job.source, self.doors.clock.now());
        asked.map_err(|failure| again(Step::Fetch, failed(job, failure)))?;
        let request = Download {
            validators: known.as_ref().map(validators),
            limit: self.settings.source_bytes,
            timeout: self.settings.fetch_timeout,
            silence: self.settings.silence,
        };
        let fetched = client.download(&admitted, file, request).await;
        match &fetched {
            Ok(_) => self.heard(job, None),
            Err(NotDownloaded::Fetch(error)) => self.heard(job, Some(error)),
            Err(NotDownloaded::File(_)) => {}
        }
        let fetched = fetched.map_err(|error| not_fetched(job, &error))?;
        match (known, fetched.status) {
            (Some(note), fetch::StatusCode::NOT_MODIFIED) => Ok(Fetched::Known(note.key)),
            (_, status) if status.is_success() => Ok(Fetched::File(fetched)),
            (_, status) => {
                let unusable = failed(job, Failure::Status(status.as_u16()));
                Err(again(Step::Fetch, unusable))
            }
        }
    }
}

pub(super) fn validators(note: &SourceNote) -> Validators {
    let value = |text: &Option<String>| text.as_deref().and_then(|t| HeaderValue::from_str(t).ok());
    Validators { etag: value(&note.etag), last_modified: value(&note.last_modified) }
}

fn not_fetched(job: &Job, error: &NotDownloaded) -> Trouble {
    match error {
        NotDownloaded::File(error) => broken(Step::Fetch, error),
        NotDownloaded::Fetch(error) => {
            let failure = error.failure();
            match failure {
                Failure::Blocked | Failure::TooLarge { .. } => {
                    lasting(Step::Fetch, failed(job, failure))
                }
                _ => again(Step::Fetch, failed(job, failure)),
            }
        }
    }
}

pub(super) fn failed(job: &Job, failure: Failure) -> Unusable {
    Unusable::fetching(&job.source, failure)
}
