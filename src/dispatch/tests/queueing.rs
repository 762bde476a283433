//! The queue alone, against servers made of random verdicts.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::dispatch::{
    policy::Verdict,
    queue::{Attempt, Counts, Queue, Woken},
};

const SECOND: MediaDuration = MediaDuration::from_secs(1);

/// One beacon: session, ad, host, event, seconds until it is due.
type Plan = (u128, usize, usize, usize, i64);

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    prop::collection::vec((0..3_u128, 0..2_usize, 0..3_usize, 0..7_usize, 0..20_i64), 1..60)
}

struct Run {
    queue: Queue,
    now: ProgramTime,
    in_flight: Vec<Attempt>,
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
        for one in self.queue.wake(self.now, 5) {
            let Woken::Due(beacon, url) = one else { panic!("{one:?}") };
            assert!(beacon.due_at <= self.now);
            self.due.entry(Self::lane(&beacon)).or_default().push(beacon.id);
            self.queue.admit(beacon, url);
        }
        while let Some(attempt) = self.queue.start() {
            let lane = Self::lane(&attempt.beacon);
            assert!(self.in_flight.iter().all(|other| Self::lane(&other.beacon) != lane));
            let started = self.started.entry(lane).or_default();
            if attempt.number == 1 {
                started.push(attempt.beacon.id);
            }
            assert_eq!(started.last(), Some(&attempt.beacon.id), "an older one overtaken");
            assert!(!self.done.contains(&attempt.beacon.id));
            self.in_flight.push(attempt);
        }
        assert!(self.in_flight.len() <= policy.in_flight);
        for attempt in &self.in_flight {
            let host = attempt.url.host_str();
            let same = self.in_flight.iter().filter(|other| other.url.host_str() == host);
            assert!(same.count() <= policy.per_host);
        }
    }

    fn finish(&mut self, at: usize, verdict: Verdict) {
        let attempt = self.in_flight.remove(at % self.in_flight.len());
        if !matches!(verdict, Verdict::Retry(_)) {
            self.done.insert(attempt.beacon.id);
        }
        self.queue.finish(&attempt, verdict);
    }
}

proptest! {
    #[test]
    fn every_beacon_is_done_with_once_in_order_and_within_bounds(
        plans in plans(),
        picks in prop::collection::vec((0..20_usize, 0..4_u8), 400),
    ) {
        let policy = Policy { per_host: 2, in_flight: 3, ..Policy::default() };
        let mut run = Run {
            queue: Queue::new(policy),
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
            let showing = Showing {
                presence: Arc::new(Viewer(AtomicI64::new(i64::MAX))),
                ..showing(session, position)
            };
            let one = beacon(&Arc::new(showing), Event::ALL[event], &url, due_at);
            ids.insert(one.id);
            run.queue.schedule(one).unwrap();
        }
        let mut picks = picks.into_iter();
        loop {
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
    let mut queue = Queue::new(policy);
    for session in 0..10 {
        let showing = Arc::new(showing(session, 0));
        queue.schedule(beacon(&showing, Event::Start, "http://dead/", noon())).unwrap();
    }
    let showing = Arc::new(showing(99, 0));
    queue.schedule(beacon(&showing, Event::Start, "http://alive/", noon())).unwrap();
    for one in queue.wake(noon(), 100) {
        let Woken::Due(beacon, url) = one else { panic!("{one:?}") };
        queue.admit(beacon, url);
    }
    let started = std::iter::from_fn(|| queue.start());
    let mut hosts: Vec<_> = started.map(|attempt| attempt.url.to_string()).collect();
    hosts.sort();
    assert_eq!(hosts, ["http://alive/", "http://dead/", "http://dead/"]);
}

#[test]
fn waits_double_and_are_spread() {
    let policy = Policy::default();
    let failed = policy::Answer::Status(StatusCode::BAD_GATEWAY);
    let mut seen = HashSet::new();
    for session in 0..50 {
        let one = beacon(&Arc::new(showing(session, 0)), Event::Start, "http://a/", noon());
        for (attempt, secs) in [(1, 4), (2, 8), (3, 16), (4, 32)] {
            let Verdict::Retry(at) = policy.judge(&one, attempt, &failed, noon()) else {
                panic!("attempt {attempt} is not the last")
            };
            let wait = at - noon();
            assert!(SECOND.times(secs) <= wait && wait < SECOND.times(secs + secs / 4));
            seen.insert(wait);
        }
        assert_eq!(policy.judge(&one, 5, &failed, noon()), Verdict::Expired);
    }
    assert!(seen.len() > 190, "{} of 200 differ", seen.len());
}
