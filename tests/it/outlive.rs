//! The service is killed again and again while its beacon sink fails, hangs and goes away. What was
//! acknowledged is at the sink, and what is there was allowed to be.
//!
//! A short slice of it runs with the other tests; `scripts/proof kill-beacons` runs all of it.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a proof with processes of its own, in real time, that tells its figures"
)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::support::{
    service::{More, Service},
    world::World,
};

mod judge;
mod sink;
mod viewer;

use sink::{Mood, Sink};
use viewer::Life;

/// How much of it.
struct Size {
    viewers: usize,
    seconds: u64,
    kills: u64,
}

impl Size {
    /// `MIDROLL_KILL=viewers,seconds,kills`, else what a test run has time for.
    fn wanted() -> Self {
        let Ok(text) = std::env::var("MIDROLL_KILL") else {
            return Self { viewers: 8, seconds: 36, kills: 2 };
        };
        let numbers: Vec<u64> = text.split(',').map(|part| part.parse().unwrap()).collect();
        let viewers = usize::try_from(numbers[0]).unwrap();
        Self { viewers, seconds: numbers[1], kills: numbers[2] }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_beacon_is_lost_when_the_service_is_killed_and_none_is_doubled_but_by_need() {
    let size = Size::wanted();
    let world = World::start().await;
    let sink = Sink::start().await;
    world.report_to(sink.address());
    let mut service = Service::start(&world, More::default()).await;
    let life = Arc::new(Life::new(service.address));
    let over = Arc::new(AtomicBool::new(false));
    let viewers: Vec<_> = (0..size.viewers)
        .map(|_| tokio::spawn(viewer::watch(Arc::clone(&life), Arc::clone(&over))))
        .collect();

    let began = Instant::now();
    let mut kills = 0;
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let every = Duration::from_secs(size.seconds) / u32::try_from(size.kills + 1).unwrap();
    let (mut next_kill, mut next_mood) = (every, Duration::ZERO);
    let mut breaks = 0;
    // On a slow machine restarts take their time; every kill is made all the same.
    while began.elapsed() < Duration::from_secs(size.seconds) || kills < size.kills {
        let now = began.elapsed();
        if now.as_secs() / 20 >= breaks {
            world.schedule(3, 6);
            breaks += 1;
        }
        if now >= next_mood {
            let length = sink.turn(random.below(6), size.seconds).await;
            next_mood = now + length;
        }
        if now >= next_kill && kills < size.kills {
            life.ends();
            service.kill();
            tokio::time::sleep(Duration::from_millis(random.below(1500))).await;
            service = Service::again(service, &world).await;
            life.begins(service.address);
            kills += 1;
            next_kill = now
                + every.mul_f64(0.5 + f64::from(u32::try_from(random.below(100)).unwrap()) / 100.0);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    over.store(true, Ordering::Relaxed);
    let mut watched = Vec::new();
    for viewer in viewers {
        watched.extend(viewer.await.unwrap());
    }
    sink.set(Mood::Well).await;
    // A restart forgets no beacon, and asks at once for what had to wait.
    life.ends();
    service.kill();
    service = Service::again(service, &world).await;
    service.until_idle(Duration::from_secs(60 + size.seconds)).await;
    let folder = service.stop();
    judge::judge(&watched, &sink.hits(), &folder, kills + 1);
    let _ = std::fs::remove_dir_all(folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_stopped_in_order_and_started_again_sends_nothing_twice() {
    let world = World::start().await;
    let sink = Sink::start().await;
    world.report_to(sink.address());
    let mut service = Service::start(&world, More::default()).await;
    let life = Arc::new(Life::new(service.address));
    let over = Arc::new(AtomicBool::new(false));
    let viewers: Vec<_> =
        (0..8).map(|_| tokio::spawn(viewer::watch(Arc::clone(&life), Arc::clone(&over)))).collect();
    let began = Instant::now();
    for stop in 0..2_i64 {
        // Behind the break before, which the stop has cut in two.
        world.schedule(3 + 6 * stop, 6);
        // In the middle of a break, beacons are on their way and others not due yet.
        let before = sink.hits().len();
        while sink.hits().len() < before + 20 {
            assert!(began.elapsed() < Duration::from_secs(90), "no beacons before stop {stop}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        service.terminate().await;
        life.ends();
        service = Service::again(service, &world).await;
        life.begins(service.address);
    }
    over.store(true, Ordering::Relaxed);
    let mut watched = Vec::new();
    for viewer in viewers {
        watched.extend(viewer.await.unwrap());
    }
    service.until_idle(Duration::from_secs(60)).await;
    let folder = service.stop();
    judge::nothing_is_in_doubt(&sink.hits(), &folder);
    let _ = std::fs::remove_dir_all(folder);
    assert!(!watched.is_empty());
}

/// A small generator: the same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Sessions opened, for the figures.
static SESSIONS: AtomicUsize = AtomicUsize::new(0);
