//! Looking whether what is wanted was made already. That takes no turn among what is made: it is a
//! look into the store, and one small question to the source's host, whether it still has the same.
//!
//! Addresses may change with every ad request (tokens), files under one address now and then. Where
//! a host says how long a file is and gives it a strong `ETag`, both name its bytes together with the
//! address without its query, and what was made of them is found though nobody asked for this
//! address before.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest::{Context, SHA256};
use url::Url;

use super::{
    Shop,
    job::{Job, Step},
    makings::Turn,
    obtain::{failed, validators},
    pad,
    trouble::{Then, Trouble, broken, lasting},
};
use crate::{
    creative::{Creative, Failure, Unusable},
    fetch::{Error, HeaderMap, HeaderValue, Request, Response, StatusCode, header},
    storage::{Key, SourceNote},
};

/// What a source's host says of it.
enum Glance {
    /// It is what it was.
    Same,
    /// Its bytes have this name.
    Bytes(Key),
    /// It is there, and has to be fetched to be known.
    Unnamed,
    /// Nothing of use.
    Nothing,
    /// It has said nothing for so long that it is left alone.
    Silent(Failure),
}

impl Shop {
    /// Looks for what is wanted of a job that is taken care of; what is not there is put into the
    /// queue.
    pub(super) async fn look_up(self: Arc<Self>, job: Arc<Job>) {
        let looked = tokio::spawn({
            let (shop, job) = (Arc::clone(&self), Arc::clone(&job));
            async move {
                let _place = shop.lookups.acquire().await;
                shop.find(&job).await
            }
        });
        match looked.await {
            Ok(Ok(Some(creative))) => job.settle(Ok(creative), self.doors.clock.now()),
            Ok(Ok(None)) => self.have_made(&job),
            Ok(Err(Trouble { unusable, then: Then::Lasting, .. })) => {
                job.settle(Err(unusable), self.doors.clock.now());
            }
            Ok(Err(why)) => {
                let source = job.source.path();
                tracing::warn!(source, why = %why.unusable, "a creative cannot be looked for");
                self.have_made(&job);
            }
            Err(_) => self.give_up(&job, broken(Step::Fetch, &"it ended unexpectedly")).await,
        }
    }

    /// Puts a job into the queue, unless the same is made already for another address.
    fn have_made(&self, job: &Arc<Job>) {
        job.wait();
        let now = self.doors.clock.now();
        if self.queue.len() >= self.settings.most_jobs {
            return job.settle(Err(Unusable::Busy), now);
        }
        let turn = job
            .bytes()
            .map(|bytes| self.makings.take_on(&bytes, job, now, self.settings.keep_failure));
        match turn {
            None | Some(Turn::Ours) => self.queue.put(job),
            Some(Turn::Nobodys(why)) => job.settle(Err(why), now),
            Some(Turn::Theirs(other)) => {
                other.hasten(job.by(), now);
                // Nobody will ask for most of these addresses again; who does is led here again.
                self.jobs().remove(&job.id);
            }
        }
    }

    async fn find(&self, job: &Job) -> Result<Option<Arc<Creative>>, Trouble> {
        if pad::is_pad(&job.source) {
            return self.take(job, &self.key(pad::PAD, job)).await;
        }
        job.set_bytes(None);
        self.look_for_captions(job).await;
        let known = self.known(job).await?;
        match (self.glance(job, known.as_ref().map(|(note, _)| note)).await, known) {
            // What cannot be looked at again is what it was.
            (Glance::Same | Glance::Nothing | Glance::Silent(_), Some((note, creative))) => {
                self.doors.storage.touch(&note.key, self.doors.clock.now());
                Ok(Some(creative))
            }
            (Glance::Bytes(name), _) => {
                job.set_bytes(Some(name.clone()));
                match self.source_note(&name).await? {
                    Some(note) => self.take(job, &note.key).await,
                    None => Ok(None),
                }
            }
            (Glance::Silent(failure), None) => Err(lasting(Step::Fetch, failed(job, failure))),
            _ => Ok(None),
        }
    }

    /// What was made of this address last. If it is gone, it is not shown any more.
    async fn known(&self, job: &Job) -> Result<Option<(SourceNote, Arc<Creative>)>, Trouble> {
        let Some(note) = self.source_note(&self.note_name(job)).await? else { return Ok(None) };
        let taken = self.take(job, &note.key).await?;
        if taken.is_none() {
            job.lost();
        }
        Ok(taken.map(|creative| (note, creative)))
    }

    /// What was published under a name, for a job; from then on it is not removed.
    pub(super) async fn take(
        &self,
        job: &Job,
        key: &Key,
    ) -> Result<Option<Arc<Creative>>, Trouble> {
        let _stays = self.removals.read().await;
        if self.published(key).await?.is_none() {
            return Ok(None);
        }
        job.set_key(key);
        self.doors.storage.touch(key, self.doors.clock.now());
        self.read(job, key).await.map(Some)
    }

    async fn source_note(&self, name: &Key) -> Result<Option<SourceNote>, Trouble> {
        self.doors.storage.source(name).await.map_err(|error| broken(Step::Fetch, &error))
    }

    /// Asks the host for the first byte.
    async fn glance(&self, job: &Job, known: Option<&SourceNote>) -> Glance {
        let client = &self.doors.client;
        // Fetching refuses what may not be asked.
        let Ok(admitted) = client.guard().admit(&job.source) else { return Glance::Unnamed };
        if let Err(failure) = self.circuits.look(&job.source, self.doors.clock.now()) {
            return Glance::Silent(failure);
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-0"));
        let (validators, limit) = (known.map(validators), LARGEST);
        let request = Request { headers, validators, limit, timeout: PATIENCE };
        let answer = client.get(&admitted, request).await;
        // Who takes longer than this may be slow, which fetching finds out.
        if !matches!(answer, Err(Error::TimedOut { after: PATIENCE })) {
            self.heard(job, answer.as_ref().err());
        }
        match answer {
            Ok(answer) if answer.status == StatusCode::NOT_MODIFIED && known.is_some() => {
                Glance::Same
            }
            Ok(answer) if answer.status == StatusCode::PARTIAL_CONTENT => {
                self.named(job, &answer).map_or(Glance::Unnamed, Glance::Bytes)
            }
            Ok(answer) if answer.status.is_success() => Glance::Unnamed,
            // All of it was sent instead.
            Err(Error::TooLarge { .. }) => Glance::Unnamed,
            _ => Glance::Nothing,
        }
    }

    /// Takes note of whether a source's host says anything.
    pub(super) fn heard(&self, job: &Job, error: Option<&Error>) {
        let failure = error.map(Error::failure);
        let silent = matches!(failure, Some(Failure::TimedOut { .. } | Failure::Io));
        self.circuits.note(&job.source, silent, self.doors.clock.now());
    }

    fn named(&self, job: &Job, answer: &Response) -> Option<Key> {
        let range = answer.headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
        let length = range.rsplit('/').next()?.parse().ok()?;
        self.bytes_name(job, &answer.final_url, answer.headers.get(header::ETAG), length)
    }

    /// The name of a file's bytes for a job's profile; none without a strong `ETag` (RFC 9110
    /// §8.8.3).
    pub(super) fn bytes_name(
        &self,
        job: &Job,
        url: &Url,
        etag: Option<&HeaderValue>,
        length: u64,
    ) -> Option<Key> {
        let etag = etag?.to_str().ok().filter(|etag| etag.starts_with('"'))?;
        let mut address = url.clone();
        address.set_query(None);
        address.set_fragment(None);
        let mut digest = Context::new(&SHA256);
        for part in [&self.making_of(job), address.as_str(), etag, &length.to_string()] {
            digest.update(part.as_bytes());
            digest.update(b"\n");
        }
        Some(Key::of_digest(digest.finish().as_ref()))
    }

    /// The name of what is noted of a job's address.
    pub(super) fn note_name(&self, job: &Job) -> Key {
        let mut digest = Context::new(&SHA256);
        digest.update(self.making_of(job).as_bytes());
        digest.update(job.id.to_string().as_bytes());
        Key::of_digest(digest.finish().as_ref())
    }
}

/// Who does not answer by then is asked again in the queue.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);
/// Servers that know no ranges send the whole file, of which no more is read.
const LARGEST: usize = 4 << 10;
