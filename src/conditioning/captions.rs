//! Captions that come as files beside an ad's media.

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _, future::Shared, stream};
use tokio::time::{Sleep, sleep};

use super::{Shop, job::Job, lookup::PATIENCE};
use crate::{
    caption::{Captions, NotCaptions},
    creative::{Failure, TextFile, Unusable},
    encoding,
    storage::{self, Key, SourceNote},
    units::MediaDuration,
};

/// The captions of an ad, as far as they could be read.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// None where it is only known what they were: in memory they are while an ad is made.
    pub(super) all: Vec<Text>,
    /// SHA-256 of all their bytes, in hex; empty where there are none.
    pub(super) digest: String,
}

/// Captions in one language.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) language: Option<String>,
    pub(super) captions: Captions,
}

/// What they are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// To know what they are now.
    Look,
    /// To be written beside the picture.
    Write,
}

impl Texts {
    /// Of what has been written no more than its name is needed.
    pub(super) fn name(&self) -> Self {
        Self { all: Vec::new(), digest: self.digest.clone() }
    }

    pub(super) fn languages(&self) -> Vec<Option<String>> {
        self.all.iter().map(|text| text.language.clone()).collect()
    }
}

impl Shop {
    /// Reads an ad's captions before it is looked for. Those whose host says nothing now are taken to be
    /// what they were when it was last made: an ad that is there is shown all the same.
    pub(super) async fn look_for_captions(&self, job: &Job) {
        if job.captions.is_empty() {
            return;
        }
        let (texts, came) = self.captions(job, Purpose::Look).await;
        let noted = async {
            let found = self.doors.storage.source(&noted_at(job)).await;
            found.ok().flatten().map(|note| Texts { all: Vec::new(), digest: note.digest })
        };
        let known = if came { None } else { noted.await };
        // Ads wait in thousands, and not every one is made.
        job.set_texts(known.unwrap_or_else(|| texts.name()));
    }

    /// Reads captions of which no more is known than what they were, before they are written.
    pub(super) async fn read_captions(&self, job: &Job) {
        let known = job.texts();
        if known.all.is_empty() && !known.digest.is_empty() {
            let (texts, _) = self.captions(job, Purpose::Write).await;
            job.set_texts(texts);
        }
    }

    /// Notes what an ad was made with.
    pub(super) async fn note_captions(&self, job: &Job, key: &Key) -> Result<(), storage::Error> {
        let note = SourceNote {
            source: job.source.to_string(),
            key: key.clone(),
            etag: None,
            last_modified: None,
            digest: job.texts().digest.clone(),
        };
        match note.digest.is_empty() {
            true => Ok(()),
            false => self.doors.storage.note_source(&noted_at(job), &note).await,
        }
    }

    /// Fetches and reads an ad's captions, two files at a time and all within one time, and tells
    /// whether all hosts have said something. What cannot be read is told and left out: nobody misses
    /// an ad for it.
    async fn captions(&self, job: &Job, purpose: Purpose) -> (Texts, bool) {
        let patience = match purpose {
            Purpose::Look => PATIENCE,
            Purpose::Write => self.settings.fetch_timeout,
        };
        let late = (sleep(patience).shared(), MediaDuration::from_std(patience));
        let read = stream::iter(job.captions.clone()).map(|file| {
            let late = late.clone();
            async move {
                let read = self.caption(&file, purpose, late).await;
                (file, read)
            }
        });
        let mut read = read.buffered(AT_ONCE);
        let (mut all, mut bytes) = (Vec::new(), Context::new(&SHA256));
        let (mut room, mut came) = (MOST_WRITTEN, true);
        while let Some((file, read)) = read.next().await {
            let fits = |(captions, fetched)| {
                room = self.room_left(&file, &captions, room)?;
                Ok::<_, Unusable>((captions, fetched))
            };
            match read.and_then(fits) {
                Ok((captions, fetched)) => {
                    let language = file.language.clone();
                    bytes.update(&fetched);
                    bytes.update(language.as_deref().unwrap_or_default().as_bytes());
                    all.push(Text { language, captions });
                }
                Err(why) => {
                    came &= !is_silence(&why);
                    let (source, file) = (job.source.path(), file.url.path());
                    tracing::warn!(source, file, %why, "captions are left out");
                }
            }
        }
        let digest = if all.is_empty() { String::new() } else { hex::encode(bytes.finish()) };
        (Texts { all, digest }, came)
    }

    async fn caption(
        &self,
        file: &TextFile,
        purpose: Purpose,
        (late, limit): (Shared<Sleep>, MediaDuration),
    ) -> Result<(Captions, Bytes), Unusable> {
        let (failed, now) =
            (|failure| Unusable::fetching(&file.url, failure), || self.doors.clock.now());
        match purpose {
            Purpose::Look => self.circuits.look(&file.url, now()),
            Purpose::Write => self.circuits.ask(&file.url, now()),
        }
        .map_err(failed)?;
        let fetched = tokio::select! {
            fetched = self.part(&file.url, None, LARGEST) => fetched,
            () = late => Err(failed(Failure::TimedOut { limit })),
        };
        // Who takes longer than a look may be slow.
        let late = fetched.as_ref().is_err_and(|why| *why == failed(Failure::TimedOut { limit }));
        if !late || purpose == Purpose::Write {
            self.circuits.note(&file.url, fetched.as_ref().is_err_and(is_silence), now());
        }
        let fetched = fetched?;
        let mut captions = read(file, &fetched).await?;
        // What is never shown is not kept.
        captions.cues.retain(|cue| cue.begins < self.settings.encoding.longest);
        captions.cues.shrink_to_fit();
        Ok((captions, fetched))
    }

    /// What is left of so many bytes when captions have been written. A cue stands in every segment it
    /// is shown in, and a file of a megabyte may have one that is shown for the whole of the ad.
    fn room_left(&self, file: &TextFile, captions: &Captions, room: u64) -> Result<u64, Unusable> {
        let encoding::Settings { segment, longest, .. } = self.settings.encoding;
        let left = room.checked_sub(captions.bytes_in_segments(segment, longest));
        left.ok_or_else(|| {
            let failure = Failure::NotCaptions(NotCaptions::TooLarge { limit: MOST_WRITTEN });
            Unusable::fetching(&file.url, failure)
        })
    }
}

/// Whether nothing was heard of a file's host.
const fn is_silence(why: &Unusable) -> bool {
    matches!(
        why,
        Unusable::Fetch {
            failure: Failure::TimedOut { .. } | Failure::Io | Failure::Silent { .. },
            ..
        }
    )
}

/// Where it is noted what an ad's captions were. Tokens in their addresses do not matter for that.
fn noted_at(job: &Job) -> Key {
    let mut digest = Context::new(&SHA256);
    for file in &job.captions {
        let mut url = file.url.clone();
        url.set_query(None);
        for part in ["captions", url.as_str(), file.language.as_deref().unwrap_or_default()] {
            digest.update(part.as_bytes());
            digest.update(b"\n");
        }
    }
    Key::of_digest(digest.finish().as_ref())
}

/// Beside the runtime: whoever writes a file of a million cues holds up no playlist.
async fn read(file: &TextFile, bytes: &Bytes) -> Result<Captions, Unusable> {
    let bytes = bytes.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let text = std::str::from_utf8(&bytes).map_err(|_| Failure::NotText)?;
        Captions::read(text).map_err(Failure::NotCaptions)
    });
    let read = reading.await.unwrap_or(Err(Failure::CutOff));
    read.map_err(|failure| Unusable::fetching(&file.url, failure))
}

const AT_ONCE: usize = 2;
/// Captions of an ad of ten minutes have some dozen kilobytes.
const LARGEST: usize = 1 << 20;
/// Those of all languages together have less than a megabyte in all segments.
const MOST_WRITTEN: u64 = 8 << 20;
