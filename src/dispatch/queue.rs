//! What is in memory of what is owed: a value that knows neither timers, sockets nor files.
//!
//! A beacon is *scheduled* until its time, then *queued* in a lane: the beacons of one ad to one
//! host, sent one at a time and in order. A lane whose first beacon waits for its next attempt
//! waits with it, for half a minute: then that one steps aside, so that a pixel which always fails
//! does not take the rest of its ad with it. Hosts take turns, so that each gets its share of what may
//! be in flight. Where there is no room a beacon is *away*, on disk only, until there is; and what comes
//! after it goes there too, so that none is overtaken.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
};

use url::Url;

use super::{
    Beacon, Policy,
    host::{self, Host, LaneKey},
    outbox::Key,
    policy::{Health, Verdict},
};
use crate::{
    beacon,
    units::{MediaDuration, ProgramTime},
};

mod away;
mod parts;

pub(super) use parts::{Attempt, Counts, Entry, Start, Woken};

/// Everything in memory that waits to be due, to be sent or to be tried again.
#[derive(Debug)]
pub(super) struct Queue {
    policy: Policy,
    /// By time, then by arrival.
    timers: BTreeMap<(ProgramTime, u64), Timer>,
    arrivals: u64,
    /// The next beacon's number.
    next: u64,
    hosts: HashMap<Arc<str>, Host>,
    /// Hosts of which something is on disk only, and not being read.
    behind: BTreeSet<Arc<str>>,
    /// Hosts that have a lane to send from and are below their bound, in turn.
    ready: VecDeque<Arc<str>>,
    counts: Counts,
    /// Woken and not admitted yet.
    in_hand: usize,
    /// In memory.
    held: usize,
    /// Room that is kept for what is being read.
    promised: usize,
    /// Nothing is begun any more.
    finishing: bool,
    /// Nothing is taken in any more.
    closed: bool,
}

#[derive(Debug)]
enum Timer {
    Due(Entry),
    Retry(Arc<str>, LaneKey),
    Rested(Arc<str>),
}

impl Queue {
    pub(super) fn new(policy: Policy, next: u64) -> Self {
        Self {
            policy,
            timers: BTreeMap::new(),
            arrivals: 0,
            next,
            hosts: HashMap::new(),
            behind: BTreeSet::new(),
            ready: VecDeque::new(),
            counts: Counts::default(),
            in_hand: 0,
            held: 0,
            promised: 0,
            finishing: false,
            closed: false,
        }
    }

    /// From now on attempts end, and none begins.
    pub(super) const fn finish_only(&mut self) {
        self.finishing = true;
    }

    /// From now on nothing is taken in.
    pub(super) const fn close(&mut self) {
        self.closed = true;
    }

    pub(super) const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Takes a beacon in, and names it to the disk. `None` after [`Self::close`]; and with
    /// `must_hold`, where there is no disk, if there is no room either.
    pub(super) fn schedule(&mut self, beacon: &Arc<Beacon>, must_hold: bool) -> Option<Key> {
        let url = Url::parse(&beacon.url).ok();
        let host = url.and_then(|url| host::name(&url)).unwrap_or_default();
        let room = self.room(&host) > 0;
        if self.closed || must_hold && !room {
            return None;
        }
        let key = Key { host: Arc::clone(&host), due_at: beacon.due_at, number: self.next };
        self.next += 1;
        let known = self.host(&host);
        if !must_hold && (!room || known.away > 0) {
            known.put_away(&key);
            self.counts.away += 1;
            self.list_behind(&host);
        } else {
            let beacon = Arc::clone(beacon);
            let (attempts, settled, told) = (0, false, false);
            self.hold(Entry { key: key.clone(), beacon, attempts, settled, told });
        }
        Some(key)
    }

    /// The beacons whose time has come, at most `most` of them. `last_seen` tells of viewers.
    pub(super) fn wake(
        &mut self,
        now: ProgramTime,
        most: usize,
        last_seen: &dyn Fn(&Beacon) -> ProgramTime,
    ) -> Vec<Woken> {
        let mut woken = Vec::new();
        while woken.len() < most
            && let Some(first) = self.timers.first_entry()
            && first.key().0 <= now
        {
            match first.remove() {
                Timer::Retry(host, lane) => self.offer(&host, lane),
                Timer::Rested(name) => self.rested(&name),
                Timer::Due(entry) => woken.push(self.due(entry, last_seen)),
            }
        }
        woken
    }

    /// Takes a due beacon into its lane.
    pub(super) fn admit(&mut self, entry: Entry) {
        self.in_hand -= 1;
        let name = Arc::clone(&entry.key.host);
        let lane_key = lane_of(&entry.beacon);
        let lane = self.host(&name).lanes.entry(lane_key.clone()).or_default();
        lane.push_back(entry);
        if lane.len() == 1 {
            self.offer(&name, lane_key);
        }
    }

    /// The next beacon to send, as long as there is one and the bounds allow it.
    pub(super) fn start(&mut self, now: ProgramTime) -> Option<Start> {
        if self.finishing || self.counts.in_flight >= self.policy.in_flight {
            return None;
        }
        let (name, host) = loop {
            let name = self.ready.pop_front()?;
            if self.hosts.get_mut(&name).is_some_and(Host::take_turn) {
                break (Arc::clone(&name), self.hosts.get_mut(&name)?);
            }
        };
        let lane = host.ready.pop_front()?;
        let first = host.lanes.get_mut(&lane).and_then(VecDeque::front_mut);
        let first = first.expect("a ready lane has a first beacon");
        if self.policy.is_expired(&first.beacon, now) {
            let expired = first.clone();
            self.leave(&name, lane);
            return Some(Start::Expired(expired));
        }
        first.attempts += 1;
        let (beacon, key) = (Arc::clone(&first.beacon), first.key.clone());
        let attempt = Attempt { beacon, key, number: first.attempts, lane };
        host.in_flight += 1;
        self.counts.in_flight += 1;
        self.list(&name);
        Some(Start::Send(attempt))
    }

    /// Takes an attempt back: its beacon is done with, or waits for its next attempt.
    pub(super) fn finish(
        &mut self,
        attempt: &Attempt,
        verdict: Verdict,
        health: Health,
        now: ProgramTime,
    ) {
        let (name, lane) = (&attempt.key.host, attempt.lane.clone());
        self.counts.in_flight -= 1;
        let policy = self.policy;
        let host = self.host(name);
        host.in_flight -= 1;
        if let Some(rest) = host.hear(health, &policy) {
            self.set_timer(now + rest, Timer::Rested(Arc::clone(name)));
        }
        match verdict {
            Verdict::Retry(at) => {
                let waited_for = at - attempt.beacon.due_at <= IN_ORDER;
                let lane = if waited_for { lane } else { self.step_aside(name, lane) };
                self.set_timer(at, Timer::Retry(Arc::clone(name), lane));
            }
            _ => self.leave(name, lane),
        }
        self.list(name);
    }

    /// The disk has been told that these are done with: they will not be read again.
    pub(super) fn forget<'a>(&mut self, keys: impl Iterator<Item = &'a Key>) {
        for key in keys {
            if let Some(host) = self.hosts.get_mut(&key.host) {
                host.known.remove(&key.number);
            }
            self.drop_if_idle(&key.host);
        }
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

    fn host(&mut self, name: &Arc<str>) -> &mut Host {
        let limit = self.policy.per_host;
        self.hosts.entry(Arc::clone(name)).or_insert_with(|| Host::new(limit))
    }

    fn hold(&mut self, entry: Entry) {
        let host = self.host(&entry.key.host);
        host.known.insert(entry.key.number);
        host.held += 1;
        self.held += 1;
        self.counts.scheduled += 1;
        self.set_timer(entry.key.due_at, Timer::Due(entry));
    }

    fn due(&mut self, mut entry: Entry, last_seen: &dyn Fn(&Beacon) -> ProgramTime) -> Woken {
        self.counts.scheduled -= 1;
        let beacon = &entry.beacon;
        let (due_at, target) = (beacon.due_at, beacon.showing.target_duration);
        let is_gone = |seen| beacon::is_gone(seen, due_at, target);
        let lapsed = !entry.settled && is_gone(last_seen(beacon));
        let unsettled = !entry.settled && is_gone(beacon.showing.last_seen);
        if lapsed || entry.key.host.is_empty() {
            self.held -= 1;
            self.host(&entry.key.host).held -= 1;
            return if lapsed { Woken::Lapsed(entry) } else { Woken::Unusable(entry) };
        }
        entry.settled = true;
        self.counts.queued += 1;
        self.in_hand += 1;
        if unsettled { Woken::Unsettled(entry) } else { Woken::Due(entry) }
    }

    /// The first of a lane is done with; the next may be sent.
    fn leave(&mut self, name: &Arc<str>, lane_key: LaneKey) {
        self.counts.queued -= 1;
        self.held -= 1;
        let host = self.host(name);
        host.held -= 1;
        let lane = host.lanes.get_mut(&lane_key).expect("a lane in use is kept");
        lane.pop_front();
        if lane.is_empty() {
            host.lanes.remove(&lane_key);
        } else {
            host.ready.push_back(lane_key);
        }
        self.list(name);
    }

    /// The first of a lane gets one of its own, and the next may be sent.
    fn step_aside(&mut self, name: &Arc<str>, lane_key: LaneKey) -> LaneKey {
        if lane_key.aside.is_some() {
            return lane_key;
        }
        let host = self.host(name);
        let lane = host.lanes.get_mut(&lane_key).expect("a lane in use is kept");
        let first = lane.pop_front().expect("a lane that was sent from has a first beacon");
        if lane.is_empty() {
            host.lanes.remove(&lane_key);
        } else {
            host.ready.push_back(lane_key.clone());
        }
        let own = LaneKey { aside: Some(first.key.number), ..lane_key };
        host.lanes.insert(own.clone(), [first].into());
        own
    }

    fn drop_if_idle(&mut self, name: &Arc<str>) {
        if self.hosts.get(name).is_some_and(Host::is_idle) {
            self.hosts.remove(name);
        }
    }

    fn offer(&mut self, name: &Arc<str>, lane: LaneKey) {
        self.host(name).ready.push_back(lane);
        self.list(name);
    }

    fn rested(&mut self, name: &Arc<str>) {
        if let Some(host) = self.hosts.get_mut(name) {
            host.resting = false;
        }
        self.list(name);
    }

    /// Puts a host among the ready ones if it is one.
    fn list(&mut self, name: &Arc<str>) {
        let Some(host) = self.hosts.get_mut(name) else { return };
        if !host.listed && host.may_send() {
            host.listed = true;
            self.ready.push_back(Arc::clone(name));
        }
    }

    fn set_timer(&mut self, at: ProgramTime, timer: Timer) {
        self.arrivals += 1;
        self.timers.insert((at, self.arrivals), timer);
    }
}

fn lane_of(beacon: &Beacon) -> LaneKey {
    let showing = &beacon.showing;
    let ad = (showing.session, showing.avail.clone(), showing.position);
    LaneKey { ad, aside: None }
}

/// How long after it was due a beacon is waited for by those that follow it.
const IN_ORDER: MediaDuration = MediaDuration::from_secs(30);
