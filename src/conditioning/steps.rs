//! The steps of a job, in order.

use std::{path::Path, sync::Arc, time::Duration};

use aws_lc_rs::digest::{Context, SHA256};
use url::Url;

use super::{
    Cut, Shop,
    claim::Claim,
    job::{Job, Step},
    notes,
    obtain::Fetched,
    trouble::{Then, Trouble, broken, lasting, undone},
};
use crate::{
    creative::{Creative, Unfit, Unusable},
    encoding::{self, Level, Plan},
    media::Media,
    storage::Key,
    transcode::Failed,
    units::MediaDuration,
};

/// What became of what another node was making.
enum Waited {
    /// It is there.
    Made(Key),
    /// It is not, or nobody was waited for; it may be claimed by now.
    Not(Option<Claim>),
}

impl Shop {
    /// Does everything once.
    pub(super) async fn make(&self, job: &Job) -> Result<Arc<Creative>, Trouble> {
        let place = notes::workplace(&self.settings.folder, &job.id);
        let made = self.make_in(job, &place).await;
        job.set_texts(job.texts().name());
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
            Waited::Made(key) => key,
            Waited::Not(mut claim) => {
                self.read_captions(job).await;
                let made = self.make_anew(job, &file, &mut claim).await;
                if let Some(claim) = claim {
                    claim.give_back().await;
                }
                made?
            }
        };
        let made = self.take(job, &key).await?;
        made.ok_or_else(|| broken(Step::Publish, &"it was removed"))
    }

    /// What another node has made meanwhile of what was fetched here before: it is not fetched again
    /// only to look. If nobody makes it any more, it is claimed before it is fetched again.
    async fn made_elsewhere(&self, job: &Job) -> Result<Waited, Trouble> {
        let Some(found) = job.elsewhere() else { return Ok(Waited::Not(None)) };
        let key = self.key(&found.digest, job);
        if self.published(&key).await?.is_none() {
            let claim = self.claim(&key).await?;
            job.set_elsewhere(None);
            return Ok(Waited::Not(Some(claim)));
        }
        self.note(job, &key, &found).await?;
        Ok(Waited::Made(key))
    }

    /// Fetches the source and makes what is not there of it; `claim` may be on that already.
    async fn make_anew(
        &self,
        job: &Job,
        file: &Path,
        claim: &mut Option<Claim>,
    ) -> Result<Key, Trouble> {
        let found = match self.step(job, Step::Fetch, self.fetch(job, file)).await? {
            Fetched::Known(key) => return Ok(key),
            Fetched::File(found) => found,
        };
        let key = self.key(&found.digest, job);
        if self.published(&key).await?.is_none() {
            job.set_elsewhere(Some(found.clone()));
            // Of other bytes another name is claimed.
            let claim = match claim.take_if(|claim| *claim.key() == key) {
                Some(claim) => claim,
                None => self.claim(&key).await?,
            };
            let made = tokio::select! {
                made = self.make_from(job, file, &found.final_url, &claim) => made,
                lost = self.hold(&claim) => Err(lost),
            };
            claim.give_back().await;
            if !made.as_ref().is_err_and(|why| why.then == Then::Elsewhere) {
                job.set_elsewhere(None);
            }
            made?;
        }
        self.note(job, &key, &found).await?;
        Ok(key)
    }

    async fn make_from(
        &self,
        job: &Job,
        file: &Path,
        url: &Url,
        claim: &Claim,
    ) -> Result<(), Trouble> {
        let file = &self.gather(job, file, url).await?;
        let _turn = self.queue.turn(job).await;
        let made = &file.with_file_name("made");
        let plan = self.step(job, Step::Probe, self.probe(job, file)).await?;
        let texts = job.texts();
        let plan = plan.with_texts(texts.languages());
        let gains = self.step(job, Step::Measure, self.measure(&plan, file)).await?;
        self.step(job, Step::Encode, self.encode(job, &plan, &gains, file, made)).await?;
        let verified = self.verify(&plan, &texts, claim.key(), made);
        let verified = self.step(job, Step::Verify, verified).await?;
        self.step(job, Step::Publish, self.publish(claim, made, verified)).await
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

    async fn probe(&self, job: &Job, file: &Path) -> Result<Plan, Trouble> {
        let refused = |why| lasting(Step::Probe, Unusable::Unfit(why));
        let arguments = encoding::probe(file);
        let said = self.doors.transcoder.ffprobe(&arguments, PROBE_TIME).await;
        let said = match said {
            Ok(said) => said,
            Err(Failed::Ended { .. } | Failed::TimedOut(_)) => {
                return Err(refused(Unfit::NotMedia));
            }
            Err(why) => return Err(undone(Step::Probe, &why)),
        };
        let media = Media::read(&said.out).map_err(|_| refused(Unfit::NotMedia))?;
        let mut settings = self.settings.encoding;
        if job.cut == Cut::Fine {
            settings.segment = settings.segment.min(FINE);
        }
        Plan::of(&job.profile, media, settings).map_err(refused)
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
        ran.map(drop).map_err(|why| undone(Step::Encode, &why))
    }

    /// How long a run over the whole media may take.
    pub(super) fn patience(&self, plan: &Plan) -> Duration {
        let length = plan.grid.length().to_std();
        (length * self.settings.encode_per_second).max(Duration::from_secs(60))
    }

    /// The name of what is made of those bytes for a job.
    pub(super) fn key(&self, digest: &str, job: &Job) -> Key {
        let mut both = Context::new(&SHA256);
        both.update(digest.as_bytes());
        both.update(self.making_of(job).as_bytes());
        Key::of_digest(both.finish().as_ref())
    }

    /// All that decides what is made of the same bytes: another ffmpeg, too, whose faults would
    /// otherwise be kept for as long as the creative is.
    pub(super) fn making_of(&self, job: &Job) -> String {
        let encoding::Settings { segment, loudness, .. } = self.settings.encoding;
        let (cut, texts, by) = (job.cut.as_str(), job.texts(), self.doors.transcoder.version());
        format!("{VERSION} {segment} {loudness} {cut}{} {} {by}", job.profile.id(), texts.digest)
    }
}

/// Changes whenever something else is made of the same source.
const VERSION: &str = "2";
/// What fills gaps ends to within half of it.
const FINE: MediaDuration = MediaDuration::from_secs(1);
const PROBE_TIME: Duration = Duration::from_secs(60);
