//! From an advertiser's file to segments like a channel's: fetch, probe, encode, verify, publish.
//!
//! There is one job per source and profile, however many viewers want it; jobs wanted soonest are
//! done first, a few at a time, and a host that says nothing holds up only its own. A job's state is
//! there for whoever waits or looks; what has begun is noted in `data_dir` and goes on after a
//! restart. What fails is tried again, later each time, unless trying again is no use. A source's
//! bytes are its identity: the same file under another address is not made again, another file under
//! the same address is.
//!
//! Deliberately absent: which of an ad's files to take, and whether what comes of it fits a break.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::sync::{RwLock, Semaphore, watch};
use url::Url;

use crate::{
    clock::Clock,
    creative::{Creative, Segment, TextFile, Unusable},
    encoding,
    fetch::{Circuits, Client},
    media::Media,
    profile::Profile,
    storage::{Key, Storage},
    transcode::Transcoder,
    units::{MediaDuration, ProgramTime},
};

mod captions;
mod claim;
mod gather;
mod held;
mod identity;
mod job;
mod look;
mod lookup;
mod makings;
mod measure;
mod notes;
mod obtain;
mod pad;
mod profiles;
mod publish;
mod queue;
mod room;
mod steps;
mod trouble;
mod verify;
mod work;
mod wrecks;
#[cfg(test)]
mod tests;

pub use job::{Report, State, Step};
pub use notes::ASIDE;
pub use pad::pad;
pub use profiles::remembered;

use claim::Claims;
use held::Held;
use job::Job;
use makings::Makings;
use queue::Queue;

/// Makes creatives; clones share the work.
#[derive(Clone, Debug)]
pub struct Conditioning(Arc<Shop>);

#[derive(Debug)]
struct Shop {
    doors: Doors,
    settings: Settings,
    jobs: Mutex<HashMap<Key, Arc<Job>>>,
    queue: Queue,
    makings: Makings,
    /// Bounds those that are looked for; more wait.
    lookups: Semaphore,
    /// Which sources' hosts have said nothing lately.
    circuits: Circuits,
    held: Held,
    claims: Claims,
    /// Held for reading by whoever takes a creative out of the store, for writing by whoever removes
    /// one.
    removals: RwLock<()>,
    /// Bytes of all that is kept, once they have been counted.
    kept: Mutex<Option<u64>>,
}

/// What conditioning works with.
#[derive(Clone, Debug)]
pub struct Doors {
    /// Fetches sources.
    pub client: Client,
    /// What time it is.
    pub clock: Clock,
    /// Runs ffmpeg.
    pub transcoder: Transcoder,
    /// Keeps what is made.
    pub storage: Storage,
}

/// How much is allowed, and what is made.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where work goes on and is noted.
    pub folder: PathBuf,
    /// What is made.
    pub encoding: encoding::Settings,
    /// Jobs being encoded at a time.
    pub at_once: usize,
    /// Jobs waiting to be made.
    pub most_jobs: usize,
    /// Most bytes of a source.
    pub source_bytes: u64,
    /// Longest time for fetching a source, a file or all that a playlist leads to.
    pub fetch_timeout: Duration,
    /// Longest time in which nothing of a source comes.
    pub silence: Duration,
    /// Longest time for encoding, per second of media, and never less than a minute.
    pub encode_per_second: u32,
    /// How often a job is tried.
    pub attempts: u32,
    /// How long after the first failure it is tried again; four times as long after each next one.
    pub backoff: MediaDuration,
    /// How long a source is taken to be what it was.
    pub keep: MediaDuration,
    /// How long a failure is remembered.
    pub keep_failure: MediaDuration,
    /// Most bytes of all creatives together; none: no bound.
    pub most_bytes: Option<u64>,
    /// How long what was asked for is not removed.
    pub spare: MediaDuration,
}

impl Settings {
    /// The usual ones, with work in `folder`.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            encoding: encoding::Settings::default(),
            at_once: 1,
            most_jobs: 5_000,
            source_bytes: 2 << 30,
            fetch_timeout: Duration::from_secs(120),
            // Some make the file as it is asked for; others wait for their own turn only.
            silence: Duration::from_secs(30),
            encode_per_second: 20,
            attempts: 4,
            backoff: MediaDuration::from_secs(1),
            keep: MediaDuration::from_secs(600),
            keep_failure: MediaDuration::from_secs(60),
            most_bytes: None,
            spare: room::SPARE,
        }
    }
}

/// What somebody wants made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Where the advertiser's file is.
    pub source: Url,
    /// What it has to become.
    pub profile: Arc<Profile>,
    /// How it is cut.
    pub cut: Cut,
    /// Captions that belong to it.
    pub captions: Vec<TextFile>,
    /// What ad servers call it. Another file under a name is another creative, which is noticed.
    pub names: Vec<String>,
    /// When it is to be shown, as far as known: what is wanted soonest is made first.
    pub by: ProgramTime,
}

impl Wanted {
    /// An advertiser's file, of which nothing but its address is known.
    pub const fn new(source: Url, profile: Arc<Profile>, by: ProgramTime) -> Self {
        Self { source, profile, cut: Cut::Usual, captions: Vec::new(), names: Vec::new(), by }
    }
}

/// How long segments are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cut {
    /// As the settings say.
    #[default]
    Usual,
    /// A second: what fills gaps ends anywhere (G-15).
    Fine,
}

impl Cut {
    /// As it stands in names; nothing for what is usual.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Usual => "",
            Self::Fine => "fine ",
        }
    }
}

impl Conditioning {
    /// Starts the workers, and goes on with what was begun before.
    ///
    /// # Errors
    /// A folder that cannot be used.
    pub fn start(doors: Doors, settings: Settings) -> std::io::Result<Self> {
        let left = notes::take_over(&settings.folder)?;
        let node = notes::node(&settings.folder)?;
        let workers = settings.at_once + AHEAD;
        let queue = Queue::new(doors.clock.clone(), settings.at_once);
        let circuits = Circuits::new(SILENT_AFTER, settings.keep_failure);
        let claims = Claims::new(doors.storage.clone(), node);
        let shop = Arc::new(Shop {
            doors,
            settings,
            jobs: Mutex::default(),
            queue,
            makings: Makings::default(),
            lookups: Semaphore::new(LOOKUPS),
            circuits,
            held: Held::default(),
            claims,
            removals: RwLock::default(),
            kept: Mutex::default(),
        });
        for wanted in left {
            shop.want(&wanted);
        }
        for _ in 0..workers {
            tokio::spawn(work::work(Arc::downgrade(&shop)));
        }
        tokio::spawn(room::keep(Arc::downgrade(&shop)));
        Ok(Self(shop))
    }

    /// The creative, as soon as it is made.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub async fn creative(&self, wanted: &Wanted) -> Result<Arc<Creative>, Unusable> {
        loop {
            let mut states = self.watch(wanted)?;
            let settled = states.wait_for(|state| state.outcome().is_some()).await;
            if let Some(outcome) = settled.ok().and_then(|state| state.outcome()) {
                return outcome;
            }
            // It is made for another address, or was removed at this moment.
            self.0.doors.clock.sleep(AGAIN).await;
        }
    }

    /// The creative, if it was made before; none if it has to be made, which is begun.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub async fn at_hand(&self, wanted: &Wanted) -> Result<Option<Arc<Creative>>, Unusable> {
        let mut states = self.watch(wanted)?;
        let found = states.wait_for(|state| !matches!(state, State::Looking)).await;
        found.ok().and_then(|state| state.outcome()).transpose()
    }

    /// The states of the job that makes it.
    ///
    /// # Errors
    /// More is being made than may be.
    pub fn watch(&self, wanted: &Wanted) -> Result<watch::Receiver<State>, Unusable> {
        self.0.want(wanted).ok_or(Unusable::Busy)
    }

    /// Notes the profile of a configuration's channel, for conditioning ahead of time.
    pub async fn remember(&self, configuration: &str, profile: &Profile) {
        profiles::remember(&self.0.settings.folder, configuration, profile).await;
    }

    /// Looks into a segment of a channel; none where that cannot be done.
    pub async fn look(&self, segment: &Segment) -> Option<Media> {
        self.0.look(segment).await
    }

    /// What is known of each job, the newest first.
    pub fn report(&self) -> Vec<Report> {
        let jobs: Vec<_> = self.0.jobs().values().cloned().collect();
        let mut reports: Vec<_> = jobs.iter().map(|job| job.report()).collect();
        reports.sort_by(|one, other| other.began.cmp(&one.began));
        reports
    }
}

impl Shop {
    fn jobs(&self) -> MutexGuard<'_, HashMap<Key, Arc<Job>>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> MutexGuard<'_, Option<u64>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The job for it: the one there is, else a new one; begun anew where what came of it is too old.
    fn want(self: &Arc<Self>, wanted: &Wanted) -> Option<watch::Receiver<State>> {
        let now = self.doors.clock.now();
        let id = Job::id(wanted);
        let mut jobs = self.jobs();
        if !jobs.contains_key(&id) && jobs.len() >= REMEMBERED {
            // What was made of them is found again.
            jobs.retain(|_, job| !job.is_settled());
            if jobs.len() >= MOST_WANTED {
                return None;
            }
        }
        let job = jobs.entry(id.clone()).or_insert_with(|| Arc::new(Job::new(id, wanted, now)));
        let job = Arc::clone(job);
        let states = job.states();
        // While the map is locked: nobody takes a job out of it that is taken care of.
        let begins = job.is_due(now, &self.settings).then(|| {
            job.hasten(wanted.by, now);
            job.take()
        });
        drop(jobs);
        if begins == Some(true) {
            tokio::spawn(Arc::clone(self).look_up(job));
        }
        Some(states)
    }
}

/// Past so many, those that are done are forgotten: most addresses with tokens come once.
const REMEMBERED: usize = 1_000;
/// Wanted at once: looked for, waiting or being made.
const MOST_WANTED: usize = 20_000;
/// Sources fetched, or waiting with their files for their turn, beside those being encoded.
const AHEAD: usize = 4;
/// Questions in a row to which a source's host has said nothing, before it is left alone for as long
/// as failures are kept.
const SILENT_AFTER: u32 = 8;
/// What is looked for at once: viewers of one break may bring a thousand addresses.
const LOOKUPS: usize = 64;
/// How often it is looked whether what is made for another address is there.
const AGAIN: MediaDuration = MediaDuration::from_secs(2);
