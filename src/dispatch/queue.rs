//! What is waiting: a value that knows neither timers nor sockets.
//!
//! A beacon is *scheduled* until its time, then *queued* in a lane: the beacons of one ad to one
//! host, sent one at a time and in order. A lane whose first beacon waits for its next attempt
//! waits with it. Hosts take turns, so that each gets its share of what may be in flight.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use url::Url;

use super::{Beacon, Policy, policy::Verdict};
use crate::{
    beacon,
    guard::HostPort,
    ids::{BreakId, SessionId},
    units::ProgramTime,
};

/// Everything that waits to be due, to be sent or to be tried again.
#[derive(Debug)]
pub(super) struct Queue {
    policy: Policy,
    /// By time, then by arrival.
    timers: BTreeMap<(ProgramTime, u64), Timer>,
    arrivals: u64,
    hosts: HashMap<HostPort, Host>,
    /// Hosts that have a lane to send from and are below their bound, in turn.
    ready: VecDeque<HostPort>,
    counts: Counts,
    /// Woken and not admitted yet.
    in_hand: usize,
}

/// How many beacons are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) scheduled: usize,
    /// Due and not done with, those in flight among them.
    pub(super) queued: usize,
    pub(super) in_flight: usize,
}

/// What became of a beacon whose time has come.
#[derive(Debug)]
pub(super) enum Woken {
    /// To be logged and then [`Queue::admit`]ted.
    Due(Arc<Beacon>, Url),
    /// Due, but what it asks to request is no URL of a host.
    Unusable(Arc<Beacon>),
    /// Its viewer had left.
    Lapsed(Arc<Beacon>),
}

/// One beacon to be sent now; to be given back to [`Queue::finish`].
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) beacon: Arc<Beacon>,
    pub(super) url: Url,
    /// From 1.
    pub(super) number: u32,
    host: HostPort,
}

#[derive(Debug)]
enum Timer {
    Due(Arc<Beacon>),
    Retry(HostPort, LaneKey),
}

#[derive(Debug, Default)]
struct Host {
    lanes: HashMap<LaneKey, VecDeque<Queued>>,
    /// Lanes whose first beacon may be sent, in turn.
    ready: VecDeque<LaneKey>,
    in_flight: usize,
    /// Whether it stands in [`Queue::ready`].
    listed: bool,
}

type LaneKey = (SessionId, BreakId, usize);

#[derive(Debug)]
struct Queued {
    beacon: Arc<Beacon>,
    url: Url,
    attempts: u32,
}

impl Queue {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy,
            timers: BTreeMap::new(),
            arrivals: 0,
            hosts: HashMap::new(),
            ready: VecDeque::new(),
            counts: Counts::default(),
            in_hand: 0,
        }
    }

    /// Takes a beacon in, or gives it back where there are too many.
    pub(super) fn schedule(&mut self, beacon: Beacon) -> Result<(), Beacon> {
        if self.counts.scheduled + self.counts.queued >= self.policy.most {
            return Err(beacon);
        }
        self.counts.scheduled += 1;
        self.set_timer(beacon.due_at, Timer::Due(Arc::new(beacon)));
        Ok(())
    }

    /// The beacons whose time has come, at most `most` of them.
    pub(super) fn wake(&mut self, now: ProgramTime, most: usize) -> Vec<Woken> {
        let mut woken = Vec::new();
        while woken.len() < most
            && let Some(first) = self.timers.first_entry()
            && first.key().0 <= now
        {
            match first.remove() {
                Timer::Retry(host, lane) => self.offer(&host, lane),
                Timer::Due(beacon) => woken.push(self.due(beacon)),
            }
        }
        woken
    }

    /// Takes a due beacon into its lane.
    pub(super) fn admit(&mut self, beacon: Arc<Beacon>, url: Url) {
        self.in_hand -= 1;
        let Some(key) = HostPort::of(&url) else { return };
        let showing = &beacon.showing;
        let lane_key = (showing.session, showing.avail.clone(), showing.position);
        let host = self.hosts.entry(key.clone()).or_default();
        let lane = host.lanes.entry(lane_key.clone()).or_default();
        lane.push_back(Queued { beacon, url, attempts: 0 });
        if lane.len() == 1 {
            self.offer(&key, lane_key);
        }
    }

    /// The next beacon to send, as long as there is one and the bounds allow it.
    pub(super) fn start(&mut self) -> Option<Attempt> {
        if self.counts.in_flight >= self.policy.in_flight {
            return None;
        }
        let key = self.ready.pop_front()?;
        let host = self.hosts.get_mut(&key).expect("a listed host is kept");
        host.listed = false;
        let lane = host.ready.pop_front().expect("a listed host has a ready lane");
        let first = host.lanes.get_mut(&lane).and_then(VecDeque::front_mut);
        let first = first.expect("a ready lane has a first beacon");
        first.attempts += 1;
        let attempt = Attempt {
            beacon: Arc::clone(&first.beacon),
            url: first.url.clone(),
            number: first.attempts,
            host: key.clone(),
        };
        host.in_flight += 1;
        self.counts.in_flight += 1;
        self.list(&key);
        Some(attempt)
    }

    /// Takes an attempt back: its beacon is done with, or waits for its next attempt.
    pub(super) fn finish(&mut self, attempt: &Attempt, verdict: Verdict) {
        let showing = &attempt.beacon.showing;
        let lane_key = (showing.session, showing.avail.clone(), showing.position);
        self.counts.in_flight -= 1;
        let host = self.hosts.get_mut(&attempt.host).expect("a host in use is kept");
        host.in_flight -= 1;
        if let Verdict::Retry(at) = verdict {
            self.set_timer(at, Timer::Retry(attempt.host.clone(), lane_key));
            return self.list(&attempt.host);
        }
        self.counts.queued -= 1;
        let lane = host.lanes.get_mut(&lane_key).expect("a lane in use is kept");
        lane.pop_front();
        if lane.is_empty() {
            host.lanes.remove(&lane_key);
            if host.lanes.is_empty() {
                self.hosts.remove(&attempt.host);
                return;
            }
        } else {
            host.ready.push_back(lane_key);
        }
        self.list(&attempt.host);
    }

    /// When there is something to [`Self::wake`].
    pub(super) fn next_time(&self) -> Option<ProgramTime> {
        self.timers.first_key_value().map(|((at, _), _)| *at)
    }

    /// Whether anything that is due at `now` can still be sent by `deadline`.
    pub(super) fn is_busy(&self, now: ProgramTime, deadline: ProgramTime) -> bool {
        let mut soon = self.timers.range(..=(deadline, u64::MAX)).map(|(_, timer)| timer);
        self.counts.in_flight + self.in_hand > 0
            || !self.ready.is_empty()
            || self.next_time().is_some_and(|next| next <= now)
            || soon.any(|timer| matches!(timer, Timer::Retry(..)))
    }

    pub(super) const fn counts(&self) -> Counts {
        self.counts
    }

    fn due(&mut self, beacon: Arc<Beacon>) -> Woken {
        self.counts.scheduled -= 1;
        let showing = &beacon.showing;
        let last_seen = showing.presence.last_seen();
        if beacon::is_gone(last_seen, beacon.due_at, showing.target_duration) {
            return Woken::Lapsed(beacon);
        }
        match Url::parse(&beacon.url).ok().filter(|url| HostPort::of(url).is_some()) {
            None => Woken::Unusable(beacon),
            Some(url) => {
                self.counts.queued += 1;
                self.in_hand += 1;
                Woken::Due(beacon, url)
            }
        }
    }

    fn offer(&mut self, key: &HostPort, lane: LaneKey) {
        if let Some(host) = self.hosts.get_mut(key) {
            host.ready.push_back(lane);
        }
        self.list(key);
    }

    /// Puts a host among the ready ones if it is one.
    fn list(&mut self, key: &HostPort) {
        let Some(host) = self.hosts.get_mut(key) else { return };
        if !host.listed && !host.ready.is_empty() && host.in_flight < self.policy.per_host {
            host.listed = true;
            self.ready.push_back(key.clone());
        }
    }

    fn set_timer(&mut self, at: ProgramTime, timer: Timer) {
        self.arrivals += 1;
        self.timers.insert((at, self.arrivals), timer);
    }
}
