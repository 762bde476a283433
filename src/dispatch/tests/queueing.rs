//! The queue alone, against servers made of random verdicts.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::dispatch::{
    outbox::{Kept, Key, Stage},
    policy::{Health, Verdict},
    queue::{Attempt, Counts, Entry, Queue, Start, Woken},
};

pub(super) const SECOND: MediaDuration = MediaDuration::from_secs(1);

/// One beacon: session, ad, host, event, seconds until it is due.
type Plan = (u128, usize, usize, usize, i64);

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    prop::collection::vec((0..3_u128, 0..2_usize, 0..3_usize, 0..7_usize, 0..20_i64), 1..60)
}

struct Run {
    queue: Queue,
    now: ProgramTime,
    in_flight: Vec<Attempt>,
    disk: BTreeMap<Key, Arc<Beacon>>,
    /// Ids in the order they were started (first attempts only), per session, ad and host.
    started: BTreeMap<(SessionId, usize, String), Vec<BeaconId>>,
    due: BTreeMap<(SessionId, usize, String), Vec<BeaconId>>,
    done: HashSet<BeaconId>,
}

impl Run {
    fn lane(beacon: &Beacon) -> (SessionId, usize, String) {
        let host = beacon.url.split('/').nth(2).unwrap_or_default().to_owned();
        (beacon.showing.session, beacon.showing.position, host)
    }

    /// Wakes and starts whatever can be, and checks the bounds.
    fn turn(&mut self, policy: &Policy) {
        for woken in self.queue.wake(self.now, 5, &|_| EVER) {
            let entry = due(woken);
            assert!(entry.beacon.due_at <= self.now);
            self.due.entry(Self::lane(&entry.beacon)).or_default().push(entry.beacon.id);
            self.queue.admit(entry);
        }
        while let Some(start) = self.queue.start(self.now) {
            let Start::Send(attempt) = start else { panic!("{start:?}") };
            let lane = Self::lane(&attempt.beacon);
            // One that has failed for too long goes beside the others.
            let beside = attempt.lane.aside.is_some();
            let place = |of: &Attempt| (of.key.host.clone(), of.lane.clone());
            assert!(self.in_flight.iter().all(|other| place(other) != place(&attempt)));
            let started = self.started.entry(lane).or_default();
            if attempt.number == 1 {
                started.push(attempt.beacon.id);
            }
            assert!(beside || started.last() == Some(&attempt.beacon.id), "an older one overtaken");
            assert!(!self.done.contains(&attempt.beacon.id));
            self.in_flight.push(attempt);
        }
        let counts = self.queue.counts();
        assert!(counts.scheduled + counts.queued <= policy.most.div_ceil(4) * 3);
        assert!(self.in_flight.len() <= policy.in_flight);
        for attempt in &self.in_flight {
            let host = &attempt.key.host;
            let same = self.in_flight.iter().filter(|other| other.key.host == *host);
            assert!(same.count() <= policy.per_host);
        }
    }

    fn finish(&mut self, at: usize, verdict: Verdict) {
        let attempt = self.in_flight.remove(at % self.in_flight.len());
        let health = match verdict {
            Verdict::Retry(_) => Health::Ill,
            _ => Health::Well,
        };
        self.queue.finish(&attempt, verdict, health, self.now);
        if health == Health::Well {
            self.done.insert(attempt.beacon.id);
            self.disk.remove(&attempt.key);
            self.queue.forget([&attempt.key].into_iter());
        }
    }

    /// The disk gives what there is room for, three at a time.
    fn load(&mut self) {
        for mut wanted in self.queue.wanted() {
            wanted.most = wanted.most.min(3);
            let own = self.disk.iter().filter(|(key, _)| key.host == wanted.host);
            let own = own.filter(|(key, _)| (key.due_at, key.number) >= wanted.from);
            let own = own.filter(|(key, _)| !wanted.known.contains(&key.number));
            let kept = own.take(wanted.most).map(|(key, beacon)| Kept {
                key: key.clone(),
                beacon: Some((**beacon).clone()),
                stage: Stage::Kept,
            });
            let kept = kept.collect();
            assert!(self.queue.loaded(&wanted, kept).is_empty());
        }
    }
}

pub(super) fn due(woken: Woken) -> Entry {
    match woken {
        Woken::Due(entry) | Woken::Unsettled(entry) => entry,
        other => panic!("{other:?}"),
    }
}

/// After everything.
pub(super) const EVER: ProgramTime = ProgramTime::from_nanos(i64::MAX);

proptest! {
    #[test]
    fn every_beacon_is_done_with_once_in_order_and_within_bounds(
        plans in plans(),
        picks in prop::collection::vec((0..20_usize, 0..4_u8), 400),
        most in prop::sample::select(vec![4, 16, 100, 1000]),
    ) {
        let policy = Policy { per_host: 2, in_flight: 3, most, ..Policy::default() };
        let mut run = Run {
            queue: Queue::new(policy, 0),
            disk: BTreeMap::new(),
            now: noon(),
            in_flight: Vec::new(),
            started: BTreeMap::new(),
            due: BTreeMap::new(),
            done: HashSet::new(),
        };
        let mut ids = HashSet::new();
        for (number, &(session, position, host, event, secs)) in plans.iter().enumerate() {
            let url = format!("http://host-{host}/{number}");
            let due_at = noon() + SECOND.times(secs);
            let showing = Arc::new(showing(session, position));
            let one = beacon(&showing, Event::OF_PLAYING[event], &url, due_at);
            ids.insert(one.id);
            let one = Arc::new(one);
            let key = run.queue.schedule(&one, false).unwrap();
            run.disk.insert(key, one);
        }
        let mut picks = picks.into_iter();
        loop {
            run.load();
            run.turn(&policy);
            // Once the random verdicts are used up, every server accepts.
            let (at, verdict) = picks.next().unwrap_or((0, 0));
            if run.in_flight.is_empty() {
                match run.queue.next_time() {
                    Some(next) => run.now = run.now.max(next),
                    None => break,
                }
            } else if verdict == 1 {
                let later = run.now + SECOND;
                run.finish(at, Verdict::Retry(later));
            } else if verdict == 2 {
                run.now = run.now + SECOND;
            } else {
                run.finish(at, Verdict::Sent);
            }
        }
        prop_assert_eq!(run.done, ids);
        prop_assert_eq!(run.started, run.due);
        prop_assert_eq!(run.queue.counts(), Counts::default());
        prop_assert!(!run.queue.is_busy(run.now, run.now + SECOND.times(1000)));
    }
}

#[test]
fn a_dead_host_takes_its_share_and_no_more() {
    let policy = Policy { per_host: 2, in_flight: 3, ..Policy::default() };
    let mut queue = Queue::new(policy, 0);
    for session in 0..10 {
        schedule(&mut queue, session, "http://dead/");
    }
    schedule(&mut queue, 99, "http://alive/");
    for woken in queue.wake(noon(), 100, &|_| EVER) {
        queue.admit(due(woken));
    }
    let started = std::iter::from_fn(|| queue.start(noon()));
    let mut hosts: Vec<_> = started.map(|start| sent(start).beacon.url.clone()).collect();
    hosts.sort();
    assert_eq!(hosts, ["http://alive/", "http://dead/", "http://dead/"]);
}

pub(super) fn schedule(queue: &mut Queue, session: u128, url: &str) {
    let showing = Arc::new(showing(session, 0));
    let one = Arc::new(beacon(&showing, Event::Start, url, noon()));
    queue.schedule(&one, false).unwrap();
}

pub(super) fn sent(start: Start) -> Attempt {
    match start {
        Start::Send(attempt) => attempt,
        other => panic!("{other:?}"),
    }
}

#[test]
fn hosts_without_number_take_no_more_than_there_is() {
    let mut queue = Queue::new(Policy { most: 100, ..Policy::default() }, 0);
    for host in 0..1_000 {
        schedule(&mut queue, host, &format!("http://{host}.example/"));
    }
    let Counts { scheduled, away, .. } = queue.counts();
    assert_eq!((scheduled, away), (125, 875));
}

#[test]
fn no_more_is_read_at_once_than_there_is_room_for() {
    let mut queue = Queue::new(Policy { most: 10_000, ..Policy::default() }, 0);
    for host in 0..1_000 {
        queue.found(&Arc::from(format!("{host}.example:80")), 5_000);
    }
    let wanted = queue.wanted();
    let all: usize = wanted.iter().map(|wanted| wanted.most).sum();
    assert_eq!(all, 12_500);
    assert!(queue.wanted().is_empty(), "all room is promised");
    // Ten could not be read; there is room for as many hosts again.
    let failed = &wanted[..10];
    let room: usize = failed.iter().map(|wanted| wanted.most).sum();
    failed.iter().for_each(|wanted| queue.not_loaded(wanted));
    let again: usize = queue.wanted().iter().map(|wanted| wanted.most).sum();
    assert_eq!(again, room);
}
