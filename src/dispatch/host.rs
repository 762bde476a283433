//! One server that beacons are owed to: its lanes, how hard it may be pressed, and how much of what
//! it is owed is in memory.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use super::{Policy, outbox::Key, policy::Health, queue::Entry};
use crate::{
    ids::{BreakId, SessionId},
    units::{MediaDuration, ProgramTime},
};

/// Beacons that are sent in order, one at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct LaneKey {
    /// The ad they are about.
    pub(super) ad: (SessionId, BreakId, usize),
    /// One that has failed for too long to be waited for has a lane of its own, under its number.
    pub(super) aside: Option<u64>,
}

#[derive(Debug)]
pub(super) struct Host {
    pub(super) lanes: HashMap<LaneKey, VecDeque<Entry>>,
    /// Lanes whose first beacon may be sent, in turn.
    pub(super) ready: VecDeque<LaneKey>,
    pub(super) in_flight: usize,
    /// Whether it stands among the ready hosts.
    pub(super) listed: bool,
    /// How many are in memory.
    pub(super) held: usize,
    /// Numbers of those in memory, and of those done with that the disk may still have.
    pub(super) known: HashSet<u64>,
    /// How many are on disk only.
    pub(super) away: usize,
    /// Before this nothing is on disk only.
    from: (ProgramTime, u64),
    /// The first that went to disk only while others are being read.
    missed: Option<(ProgramTime, u64)>,
    pub(super) loading: bool,
    /// How many may be in flight: fewer while it answers badly.
    limit: usize,
    /// Bad answers in a row.
    failures: u32,
    /// It is left alone for a while.
    pub(super) resting: bool,
}

impl Host {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            lanes: HashMap::new(),
            ready: VecDeque::new(),
            in_flight: 0,
            listed: false,
            held: 0,
            known: HashSet::new(),
            away: 0,
            from: FIRST,
            missed: None,
            loading: false,
            limit,
            failures: 0,
            resting: false,
        }
    }

    /// Whether nothing is left of it.
    pub(super) fn is_idle(&self) -> bool {
        self.known.is_empty() && self.away == 0 && !self.loading && self.in_flight == 0
    }

    pub(super) fn may_send(&self) -> bool {
        !self.ready.is_empty() && self.in_flight < self.limit && !self.resting
    }

    /// Leaves the list of ready hosts; whether it is still one.
    pub(super) fn take_turn(&mut self) -> bool {
        self.listed = false;
        self.may_send()
    }

    /// Leaves a beacon to the disk.
    pub(super) fn put_away(&mut self, key: &Key) {
        let place = (key.due_at, key.number);
        self.from = if self.away == 0 { place } else { self.from.min(place) };
        self.missed = self.loading.then(|| self.missed.map_or(place, |known| known.min(place)));
        self.away += 1;
    }

    /// Where reading what is on disk begins.
    pub(super) fn begin_loading(&mut self) -> (ProgramTime, u64) {
        self.loading = true;
        self.missed = None;
        self.from
    }

    /// What was asked for has been read, up to this one; `all` if there was no more.
    pub(super) fn loaded(&mut self, count: usize, last: Option<&Key>, all: bool) {
        self.loading = false;
        self.away = if all && self.missed.is_none() { 0 } else { self.away.saturating_sub(count) };
        if let Some(last) = last {
            self.from = (last.due_at, last.number.saturating_add(1));
        }
        if let Some(missed) = self.missed.take() {
            self.away = self.away.max(1);
            self.from = self.from.min(missed);
        }
    }

    /// Hears how the server answered. Gives the time for which it is best left alone, if any.
    ///
    /// A bad answer takes an eighth of what may be in flight, one that speaks of overload the half;
    /// each good one gives one back. One that asks for a rest takes one, and speaks for its own beacon,
    /// which waits: many campaigns share a tracker's host, and one whose quota is used up must not silence
    /// the others. With no good one in [`IN_A_ROW`] it takes the half too, and the host rests, for as
    /// long as it has asked for or ever longer, up to a minute; then it is asked once.
    pub(super) fn hear(&mut self, health: Health, policy: &Policy) -> Option<MediaDuration> {
        if health == Health::Well {
            self.limit = (self.limit + 1).min(policy.per_host);
            self.failures = 0;
            return None;
        }
        self.failures = self.failures.saturating_add(1);
        let less = match health {
            Health::Ill => self.limit / 8,
            Health::Busy(_) if self.failures < IN_A_ROW => 1,
            _ => self.limit.div_ceil(2),
        };
        self.limit = self.limit.saturating_sub(less.max(1)).max(1);
        if self.resting {
            return None;
        }
        let asked = match health {
            Health::Busy(wait) => Some(wait.min(LONGEST_REST)),
            _ => None,
        };
        let rest = self.rest().map(|usual| asked.unwrap_or(usual));
        self.resting = rest.is_some();
        rest
    }

    /// How long it rests of our own accord.
    fn rest(&self) -> Option<MediaDuration> {
        let over = self.failures.checked_sub(IN_A_ROW).filter(|_| self.limit == 1)?;
        Some(MediaDuration::from_secs(1 << over.min(6)).min(LONGEST_REST))
    }
}

const FIRST: (ProgramTime, u64) = (ProgramTime::from_nanos(i64::MIN), 0);
const IN_A_ROW: u32 = 24;
const LONGEST_REST: MediaDuration = MediaDuration::from_secs(60);

/// The key of a host and port.
pub(super) fn name(url: &url::Url) -> Option<Arc<str>> {
    let port = url.port_or_known_default()?;
    Some(format!("{}:{port}", url.host_str()?).into())
}
