//! What has to be made, and what of it is next.
//!
//! First what somebody waits for, or wants to show soonest from now on; then what was wanted for a
//! break that is over, the latest first: it may be wanted for the next. What nobody has asked for
//! for long is let go. Sources are fetched ahead of their turn to be encoded, so many at a time and
//! of one host fewer: one that says nothing holds up nobody else.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use super::job::Job;
use crate::{
    clock::Clock,
    guard::HostPort,
    storage::Key,
    units::{MediaDuration, ProgramTime},
};

#[cfg(test)]
mod tests;

/// Jobs that have to be made.
#[derive(Debug)]
pub(super) struct Queue {
    clock: Clock,
    /// Jobs being encoded at a time.
    at_once: usize,
    lists: Mutex<Lists>,
    /// There is another job to be begun.
    more: Notify,
    /// There is another job to be encoded.
    moved: Notify,
}

/// Each job is on one of them.
#[derive(Debug, Default)]
struct Lists {
    waiting: HashMap<Key, Arc<Job>>,
    fetching: HashMap<Key, Arc<Job>>,
    /// Their sources are there.
    fetched: HashMap<Key, Arc<Job>>,
    encoding: HashSet<Key>,
}

/// Who comes first; the least is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    /// So long from now it is to be shown.
    In(MediaDuration),
    /// It was to be shown so long ago.
    Past(MediaDuration),
    /// Nobody has asked for it in this process.
    Left,
}

/// The right to encode; given back when dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    queue: &'a Queue,
    id: Key,
}

impl Queue {
    pub(super) fn new(clock: Clock, at_once: usize) -> Self {
        let (lists, more, moved) = Default::default();
        Self { clock, at_once, lists, more, moved }
    }

    /// Puts a job that is taken care of where it belongs.
    pub(super) fn put(&self, job: &Arc<Job>) {
        self.lists().waiting.insert(job.id.clone(), Arc::clone(job));
        self.more.notify_one();
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.lists().waiting.len()
    }

    /// The job to be begun next, once there is one; to be given back by [`Self::leave`].
    pub(super) async fn next(&self) -> Arc<Job> {
        loop {
            match self.pop() {
                Some(job) => {
                    // Another worker may have slept through the call for this one's neighbour.
                    self.more.notify_one();
                    return job;
                }
                None => self.more.notified().await,
            }
        }
    }

    fn pop(&self) -> Option<Arc<Job>> {
        let mut lists = self.lists();
        let next = lists.next(self.clock.now())?;
        let job = lists.waiting.remove(&next)?;
        lists.fetching.insert(next, Arc::clone(&job));
        Some(job)
    }

    /// Waits for a job's turn to be encoded. Its source is there, and the next may be fetched.
    pub(super) async fn turn(&self, job: &Job) -> Turn<'_> {
        {
            let mut lists = self.lists();
            if let Some((id, fetched)) = lists.fetching.remove_entry(&job.id) {
                lists.fetched.insert(id, fetched);
            }
            lists.call(self.at_once, self.clock.now());
        }
        self.more.notify_one();
        loop {
            let moved = self.moved.notified();
            if self.lists().encoding.contains(&job.id) {
                return Turn { queue: self, id: job.id.clone() };
            }
            moved.await;
        }
    }

    /// A job was done once, in whatever way.
    pub(super) fn leave(&self, job: &Job) {
        let mut lists = self.lists();
        lists.fetching.remove(&job.id);
        lists.fetched.remove(&job.id);
        // Called, and given up before it knew.
        lists.encoding.remove(&job.id);
        lists.call(self.at_once, self.clock.now());
        drop(lists);
        self.more.notify_one();
        self.moved.notify_waiters();
    }

    /// Takes out what nobody has asked for lately.
    pub(super) fn forgotten(&self) -> Vec<Arc<Job>> {
        let now = self.clock.now();
        let gone = |job: &Arc<Job>| matches!(urgency(job, now), Urgency::Past(ago) if ago > KEPT);
        let waiting = &mut self.lists().waiting;
        waiting.extract_if(|_, job| gone(job)).map(|(_, job)| job).collect()
    }

    fn lists(&self) -> MutexGuard<'_, Lists> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lists {
    /// Whose source is to be fetched next.
    fn next(&self, now: ProgramTime) -> Option<Key> {
        let mut hosts = HashMap::<_, usize>::new();
        for host in self.fetching.values().filter_map(|job| HostPort::of(&job.source)) {
            *hosts.entry(host).or_default() += 1;
        }
        hosts.retain(|_, fetching| *fetching >= PER_HOST);
        let busy = |job: &Job| HostPort::of(&job.source).is_some_and(|h| hosts.contains_key(&h));
        let free = self.waiting.values().filter(|job| hosts.is_empty() || !busy(job));
        free.min_by_key(|job| (urgency(job, now), job.by())).map(|job| job.id.clone())
    }

    /// Calls those that may be encoded.
    fn call(&mut self, at_once: usize, now: ProgramTime) {
        while self.encoding.len() < at_once
            && let Some(next) =
                self.fetched.values().min_by_key(|job| (urgency(job, now), job.by()))
        {
            let id = next.id.clone();
            self.fetched.remove(&id);
            self.encoding.insert(id);
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut lists = self.queue.lists();
        lists.encoding.remove(&self.id);
        lists.call(self.queue.at_once, self.queue.clock.now());
        drop(lists);
        self.queue.moved.notify_waiters();
    }
}

fn urgency(job: &Job, now: ProgramTime) -> Urgency {
    let by = job.by();
    if by == LEFT_OVER {
        return Urgency::Left;
    }
    let late = now - by;
    match late <= STILL || job.is_awaited() {
        true => Urgency::In((by - now).max(MediaDuration::ZERO)),
        false => Urgency::Past(late),
    }
}

/// For what an earlier process has left.
pub(super) const LEFT_OVER: ProgramTime = ProgramTime::from_nanos(i64::MAX);
/// A break goes on for a while.
const STILL: MediaDuration = MediaDuration::from_secs(60);
/// Breaks are no further apart, as a rule.
const KEPT: MediaDuration = MediaDuration::from_secs(3_600);
/// Of the sources of one host.
const PER_HOST: usize = 2;
