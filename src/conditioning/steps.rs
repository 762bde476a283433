//! The steps of a job, in order.

use std::{convert::Infallible, path::Path, sync::Arc, time::Duration};

use aws_lc_rs::digest::{Context, SHA256};
use url::Url;

use super::{
    Cut, Shop,
    job::{Job, Step},
    notes, pad,
    verify::Verified,
};
use crate::{
    creative::{Creative, Failure, Outline, Unfit, Unusable},
    encoding::{self, Level, Loudness, Plan},
    fetch::{self, Download, Downloaded, HeaderValue, NotDownloaded, Validators},
    media::Media,
    storage::{Key, Manifest, SourceNote},
    transcode,
    units::MediaDuration,
};

/// Why an attempt failed.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) step: Step,
    pub(super) unusable: Unusable,
    pub(super) then: Then,
}

/// What is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// It may succeed another time.
    Again,
    /// Trying again is no use.
    Lasting,
    /// Nothing is wrong: another node is at it.
    Elsewhere,
}

/// What became of fetching.
pub(super) enum Fetched {
    /// It is what was made already.
    Known(Key),
    /// It is in the file.
    File(Downloaded),
}

impl Shop {
    /// Does everything once.
    pub(super) async fn make(&self, job: &Job) -> Result<Arc<Creative>, Trouble> {
        let place = notes::workplace(&self.settings.folder, &job.id);
        let made = self.make_in(job, &place).await;
        let _ = tokio::fs::remove_dir_all(&place).await;
        made
    }

    async fn make_in(&self, job: &Job, place: &Path) -> Result<Arc<Creative>, Trouble> {
        let prepared = async {
            let _ = tokio::fs::remove_dir_all(place).await;
            tokio::fs::create_dir_all(place).await
        };
        prepared.await.map_err(|error| broken(Step::Fetch, &error))?;
        let file = place.join("source");
        let key = match self.made_elsewhere(job).await? {
            Some(key) => key,
            None => match self.step(job, Step::Fetch, self.fetch(job, &file)).await? {
                Fetched::Known(key) => key,
                Fetched::File(found) => self.make_of(job, &file, found).await?,
            },
        };
        let made = self.take(job, &key).await?;
        made.ok_or_else(|| broken(Step::Publish, &"it was removed"))
    }

    /// What another node has made meanwhile of what was fetched here before: it is not fetched again
    /// only to look. None if nobody makes it any more.
    async fn made_elsewhere(&self, job: &Job) -> Result<Option<Key>, Trouble> {
        let Some(found) = job.elsewhere() else { return Ok(None) };
        let key = self.key(&found.digest, job);
        if self.published(&key).await?.is_none() {
            self.claim(&key).await?;
            job.set_elsewhere(None);
            return Ok(None);
        }
        self.note(job, &key, &found).await?;
        Ok(Some(key))
    }

    async fn make_of(&self, job: &Job, file: &Path, found: Downloaded) -> Result<Key, Trouble> {
        let key = self.key(&found.digest, job);
        if self.published(&key).await?.is_none() {
            job.set_elsewhere(Some(found.clone()));
            self.claim(&key).await?;
            job.set_elsewhere(None);
            let made = tokio::select! {
                made = self.make_from(job, file, &found.final_url, &key) => made,
                never = self.hold(&key) => match never {},
            };
            self.doors.storage.release(&key, &self.node).await;
            made?;
        }
        self.note(job, &key, &found).await?;
        Ok(key)
    }

    async fn make_from(&self, job: &Job, file: &Path, url: &Url, key: &Key) -> Result<(), Trouble> {
        let file = &self.gather(job, file, url).await?;
        let made = &file.with_file_name("made");
        let plan = self.step(job, Step::Probe, self.probe(job, file)).await?;
        let texts = job.texts();
        let plan = plan.with_texts(texts.languages());
        let gains = self.step(job, Step::Measure, self.measure(&plan, file)).await?;
        self.step(job, Step::Encode, self.encode(job, &plan, &gains, file, made)).await?;
        let verified = self.step(job, Step::Verify, self.verify(&plan, &texts, made)).await?;
        self.step(job, Step::Publish, self.publish(key, made, verified)).await
    }

    /// Makes sure that nobody else makes the same.
    async fn claim(&self, key: &Key) -> Result<(), Trouble> {
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
    async fn hold(&self, key: &Key) -> Infallible {
        loop {
            self.doors.clock.sleep(HOLD).await;
            if let Err(trouble) = self.claim(key).await {
                tracing::warn!(%key, why = %trouble.unusable, "a claim cannot be kept");
            }
        }
    }

    /// Does a step and takes its time.
    pub(super) async fn step<T>(
        &self,
        job: &Job,
        step: Step,
        work: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Trouble> {
        job.show(step, 0);
        let began = self.doors.clock.now();
        let done = work.await;
        let took = self.doors.clock.now() - began;
        job.done(step, took);
        let (source, step) = (job.source.path(), step.as_str());
        tracing::info!(source, step, ms = took.as_millis(), good = done.is_ok(), "conditioning");
        done
    }

    /// The source into a file, unless it is what it was when a creative was made of it.
    async fn fetch(&self, job: &Job, file: &Path) -> Result<Fetched, Trouble> {
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
        let request = Download {
            validators: known.as_ref().map(validators),
            limit: self.settings.source_bytes,
            timeout: self.settings.fetch_timeout,
        };
        let fetched = client.download(&admitted, file, request).await;
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

    async fn probe(&self, job: &Job, file: &Path) -> Result<Plan, Trouble> {
        let refused = |why| lasting(Step::Probe, Unusable::Unfit(why));
        let arguments = encoding::probe(file);
        let said = self.doors.transcoder.ffprobe(&arguments, PROBE_TIME).await;
        let said = match said {
            Ok(said) => said,
            Err(transcode::Failed::Start(why)) => return Err(broken(Step::Probe, &why)),
            Err(_) => return Err(refused(Unfit::NotMedia)),
        };
        let media = Media::read(&said.out).map_err(|_| refused(Unfit::NotMedia))?;
        let mut settings = self.settings.encoding;
        if job.cut == Cut::Fine {
            settings.segment = settings.segment.min(FINE);
        }
        Plan::of(&job.profile, media, settings).map_err(refused)
    }

    /// The gain that each mix needs. A limiter may take some of it back, so what comes of it is
    /// measured, and mended twice at most.
    async fn measure(&self, plan: &Plan, file: &Path) -> Result<Vec<Level>, Trouble> {
        let mut gains = Vec::new();
        for mix in 0..plan.mixes().len() {
            let mut gain = Level::default();
            for _ in 0..MEASUREMENTS {
                if !plan.has_sound() {
                    break;
                }
                let measured = self.loudness(plan, mix, gain, file).await?;
                let Some(integrated) = measured.integrated else { break };
                let off = integrated.up_to(self.settings.encoding.loudness);
                if integrated.away_from(self.settings.encoding.loudness) <= CLOSE {
                    break;
                }
                gain = gain.plus(off).at_most(MOST_GAIN);
            }
            gains.push(gain);
        }
        Ok(gains)
    }

    async fn loudness(
        &self,
        plan: &Plan,
        mix: usize,
        gain: Level,
        file: &Path,
    ) -> Result<Loudness, Trouble> {
        let arguments = plan.measuring(mix, gain, file);
        let said = self.doors.transcoder.ffmpeg(&arguments, self.patience(plan), |_| {}).await;
        let said = said.map_err(|error| broken(Step::Measure, &error))?;
        Loudness::read(&said.err).ok_or_else(|| broken(Step::Measure, &"nothing was measured"))
    }

    async fn encode(
        &self,
        job: &Job,
        plan: &Plan,
        gains: &[Level],
        file: &Path,
        made: &Path,
    ) -> Result<(), Trouble> {
        for output in &plan.outputs {
            let folder = tokio::fs::create_dir_all(made.join(&output.name)).await;
            folder.map_err(|error| broken(Step::Encode, &error))?;
        }
        let arguments = plan.encoding(gains, file, made);
        let length = plan.grid.length().as_millis().max(1);
        let progress = |at: MediaDuration| {
            let percent = (at.as_millis().max(0) * 100 / length).min(100);
            job.show(Step::Encode, u8::try_from(percent).unwrap_or(100));
        };
        let ran = self.doors.transcoder.ffmpeg(&arguments, self.patience(plan), progress).await;
        ran.map(drop).map_err(|error| broken(Step::Encode, &error))
    }

    /// How long a run over the whole media may take.
    pub(super) fn patience(&self, plan: &Plan) -> Duration {
        let length = plan.grid.length().to_std();
        (length * self.settings.encode_per_second).max(Duration::from_secs(60))
    }

    /// Keeps what was made, unless another node has by now: two makings are not the same bytes, and
    /// what is under a name may not change.
    async fn publish(&self, key: &Key, made: &Path, made_of: Verified) -> Result<(), Trouble> {
        let Verified { files, begins } = made_of;
        if self.published(key).await?.is_some() {
            return Ok(());
        }
        let mut bytes = 0;
        for name in &files {
            bytes += tokio::fs::metadata(made.join(name)).await.map_or(0, |known| known.len());
        }
        let manifest = Manifest { bytes, files, begins };
        let kept = self.doors.storage.publish(key, made, &manifest).await;
        kept.map_err(|error| broken(Step::Publish, &error))?;
        self.grown(bytes);
        Ok(())
    }

    pub(super) async fn published(&self, key: &Key) -> Result<Option<Manifest>, Trouble> {
        let found = self.doors.storage.manifest(key).await;
        found.map_err(|error| broken(Step::Publish, &error))
    }

    /// Notes what was made of an address, and of what its host calls its bytes.
    async fn note(&self, job: &Job, key: &Key, found: &Downloaded) -> Result<(), Trouble> {
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
        Ok(())
    }

    /// What was published, read as any creative is.
    pub(super) async fn read(&self, job: &Job, key: &Key) -> Result<Arc<Creative>, Trouble> {
        if let Some(known) = self.held.known(key, &job.source) {
            return Ok(known);
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

    /// The name of what is made of those bytes for a job.
    pub(super) fn key(&self, digest: &str, job: &Job) -> Key {
        let mut both = Context::new(&SHA256);
        both.update(digest.as_bytes());
        both.update(self.making_of(job).as_bytes());
        Key::of_digest(both.finish().as_ref())
    }

    /// All that decides what is made of the same bytes.
    pub(super) fn making_of(&self, job: &Job) -> String {
        let encoding::Settings { segment, loudness, .. } = self.settings.encoding;
        let (cut, texts) = (job.cut.as_str(), job.texts());
        format!("{VERSION} {segment} {loudness} {cut}{} {}", job.profile.id(), texts.digest)
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

fn failed(job: &Job, failure: Failure) -> Unusable {
    let host = job.source.host_str().unwrap_or_default().to_owned();
    Unusable::Fetch { host, failure }
}

pub(super) const fn lasting(step: Step, unusable: Unusable) -> Trouble {
    Trouble { step, unusable, then: Then::Lasting }
}

pub(super) const fn again(step: Step, unusable: Unusable) -> Trouble {
    Trouble { step, unusable, then: Then::Again }
}

/// Something of ours went wrong, and may go well another time.
pub(super) fn broken(step: Step, why: &dyn std::fmt::Display) -> Trouble {
    let (name, why) = (step.as_str(), why.to_string());
    again(step, Unfit::Failed { step: name, attempts: 1, why }.into())
}

pub(super) const MAIN: &str = "main.m3u8";
/// Changes whenever something else is made of the same source.
const VERSION: &str = "2";
/// What fills gaps ends to within half of it.
const FINE: MediaDuration = MediaDuration::from_secs(1);
/// How long whoever has begun to make something, and died at it, is left alone with it.
const CLAIM: MediaDuration = MediaDuration::from_secs(900);
/// How often a claim is made again, several times before it is over.
const HOLD: MediaDuration = MediaDuration::from_secs(240);
const PROBE_TIME: Duration = Duration::from_secs(60);
const MEASUREMENTS: usize = 3;
/// Half a loudness unit: players and viewers are allowed twice that.
const CLOSE: Level = Level::tenths(4);
/// What is quieter than that is meant to be, or is noise.
const MOST_GAIN: Level = Level::lkfs(30);
