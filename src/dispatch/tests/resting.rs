//! How long the queue leaves a host or a beacon alone.

use std::collections::HashSet;

use super::{
    queueing::{EVER, SECOND, due, schedule, sent},
    *,
};
use crate::dispatch::{
    policy::{Health, Verdict},
    queue::{Attempt, Queue},
};

#[test]
fn a_host_that_never_answers_is_left_alone_and_asked_once_a_minute() {
    let mut queue = Queue::new(Policy::default(), 0);
    for session in 0..2000 {
        schedule(&mut queue, session, "http://dead/");
    }
    let (mut now, mut attempts) = (noon(), Vec::new());
    while now < noon() + SECOND.times(600) {
        for woken in queue.wake(now, usize::MAX, &|_| EVER) {
            queue.admit(due(woken));
        }
        let batch: Vec<_> = std::iter::from_fn(|| queue.start(now)).map(sent).collect();
        attempts.push(batch.len());
        now = now + SECOND;
        for attempt in batch {
            let again = Verdict::Retry(now + SECOND.times(300));
            queue.finish(&attempt, again, Health::Overloaded, now);
        }
    }
    assert_eq!(attempts.first(), Some(&64));
    assert!(attempts.iter().sum::<usize>() < 110, "{attempts:?}");
    // It is back, and so is all of its room.
    let mut sent_at_once = 0;
    for _ in 0..200 {
        for woken in queue.wake(now, usize::MAX, &|_| EVER) {
            queue.admit(due(woken));
        }
        let batch: Vec<_> = std::iter::from_fn(|| queue.start(now)).map(sent).collect();
        sent_at_once = sent_at_once.max(batch.len());
        now = now + SECOND;
        for attempt in batch {
            queue.finish(&attempt, Verdict::Sent, Health::Well, now);
        }
    }
    assert_eq!(sent_at_once, 64);
}

#[test]
fn a_host_that_asks_everybody_for_a_rest_gets_it_within_bounds() {
    for (asked, rest) in [(7, 7), (59, 59), (86_400, 60)] {
        let mut queue = Queue::new(Policy::default(), 0);
        for session in 0..40 {
            schedule(&mut queue, session, "http://busy/");
            schedule(&mut queue, session, "http://well/");
        }
        let (mut now, mut sent_at) = (noon(), Vec::new());
        for second in 0..400 {
            for woken in queue.wake(now, usize::MAX, &|_| EVER) {
                queue.admit(due(woken));
            }
            let batch: Vec<_> = std::iter::from_fn(|| queue.start(now)).map(sent).collect();
            for attempt in batch {
                let busy = &*attempt.key.host == "busy:80";
                sent_at.push((busy, second));
                let (verdict, health) = match busy && second == 0 {
                    true => (Verdict::Retry(now), Health::Busy(SECOND.times(asked))),
                    false => (Verdict::Sent, Health::Well),
                };
                queue.finish(&attempt, verdict, health, now);
            }
            now = now + SECOND;
        }
        let of = |busy| sent_at.iter().filter(move |(is, _)| *is == busy).map(|(_, at)| *at);
        assert!(of(false).all(|at| at == 0), "{sent_at:?}");
        assert_eq!(of(true).find(|at| *at > 0), Some(rest));
        assert_eq!(of(true).filter(|at| *at > 0).count(), 40);
    }
}

/// Of what is due on a host, one campaign's beacons are refused until its quota is there again. 20 a second
/// are due, for an hour; each attempt takes a second.
#[test]
fn one_that_asks_for_a_rest_among_good_ones_silences_only_itself() {
    let policy = Policy::default();
    let mut queue = Queue::new(policy, 0);
    let (mut now, mut in_flight, mut late) = (noon(), Vec::<Attempt>::new(), Vec::new());
    let (mut good, mut refused, mut asked) = (0, 0, 0);
    for second in 0..3_600 {
        for n in 0..20 {
            let url = if n == 0 { "http://shared/spent" } else { "http://shared/good" };
            let showing = Arc::new(showing(second * 20 + n, 0));
            let one = Arc::new(beacon(&showing, Event::Start, url, now));
            queue.schedule(&one, false).unwrap();
            good += usize::from(n > 0);
            refused += usize::from(n == 0);
        }
        for woken in queue.wake(now, usize::MAX, &|_| EVER) {
            queue.admit(due(woken));
        }
        let done = std::mem::take(&mut in_flight);
        for attempt in &done {
            let (verdict, health) = match attempt.beacon.url.ends_with("/spent") {
                true => {
                    asked += 1;
                    let answer =
                        policy::Answer::Later(StatusCode::SERVICE_UNAVAILABLE, SECOND.times(300));
                    (policy.judge(&attempt.beacon, attempt.number, &answer, now), answer.health())
                }
                false => {
                    late.push(now - attempt.beacon.due_at);
                    (Verdict::Sent, Health::Well)
                }
            };
            queue.finish(attempt, verdict, health, now);
            if !matches!(verdict, Verdict::Retry(_)) {
                queue.forget([&attempt.key].into_iter());
            }
        }
        in_flight.extend(std::iter::from_fn(|| queue.start(now)).map(sent));
        now = now + SECOND;
    }
    // Those of the last second are in flight.
    assert_eq!(late.len() + 19, good);
    assert!(late.iter().all(|late| *late <= SECOND.times(5)), "{:?}", late.iter().max());
    // And none of the refused is asked for more often than was told.
    assert!(asked <= refused * 12, "{asked} of {refused}");
}

#[test]
fn what_a_server_asks_for_is_waited_for_within_bounds() {
    let policy = Policy::default();
    let one = beacon(&Arc::new(showing(1, 0)), Event::Start, "http://a/", noon());
    for (asked, wait) in [(1, 4), (60, 60), (86_400, 300)] {
        let later = policy::Answer::Later(StatusCode::TOO_MANY_REQUESTS, SECOND.times(asked));
        let Verdict::Retry(at) = policy.judge(&one, 1, &later, noon()) else { panic!("{asked}") };
        let waits = at - noon();
        assert!(SECOND.times(wait) <= waits && waits <= SECOND.times(wait + wait / 4), "{waits}");
    }
}

#[test]
fn waits_double_and_are_spread() {
    let policy = Policy::default();
    let failed = policy::Answer::Status(StatusCode::BAD_GATEWAY);
    let mut seen = HashSet::new();
    for session in 0..50 {
        let one = beacon(&Arc::new(showing(session, 0)), Event::Start, "http://a/", noon());
        for (attempt, secs) in [(1, 4), (2, 8), (3, 16), (4, 32), (9, 300), (u32::MAX, 300)] {
            let Verdict::Retry(at) = policy.judge(&one, attempt, &failed, noon()) else {
                panic!("attempt {attempt} is not the last")
            };
            let wait = at - noon();
            assert!(SECOND.times(secs) <= wait && wait < SECOND.times(secs + secs / 4), "{wait}");
            seen.insert(wait);
        }
        let later = noon() + SECOND.times(3598);
        assert_eq!(policy.judge(&one, 1, &failed, later), Verdict::Expired);
    }
    assert!(seen.len() > 240, "{} of 250 differ", seen.len());
}
