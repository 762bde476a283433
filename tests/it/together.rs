//! Several requests of one session at once.

use std::{sync::atomic::Ordering, time::Duration};

use midroll::clock::Clock;

use crate::support::{app::TestApp, viewer::Viewer, world::World};

/// Waits for the middle of a segment of 2 s: nothing new comes from the origin then.
async fn between_segments() {
    let into = Clock::real().now().as_millis() % 2_000;
    let wait = u64::try_from((3_000 - into) % 2_000).unwrap();
    tokio::time::sleep(Duration::from_millis(wait)).await;
}

/// Renditions are loaded side by side, and a playlist twice: all show the same break, which is asked for once.
#[tokio::test(flavor = "multi_thread")]
async fn requests_side_by_side_are_answered_alike_and_ask_once() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let viewer = Viewer::join(app.address).await;
    viewer.other(2).await;
    world.schedule(2, 6);
    let (mut listed, mut pods) = (0, Vec::new());
    for _ in 0..12 {
        between_segments().await;
        let read = || world.playlists.load(Ordering::Relaxed);
        let before = read();
        let (sound, picture) = (|| viewer.other(0), || viewer.other(2));
        let (a, b, c, d, e, f, g, h) = tokio::join!(
            picture(),
            sound(),
            picture(),
            sound(),
            picture(),
            sound(),
            picture(),
            sound()
        );
        if read() != before {
            continue; // Something new may have come between them.
        }
        assert!([&c, &e, &g].into_iter().all(|other| *other == a), "{a}\n{c}\n{e}\n{g}");
        assert!([&d, &f, &h].into_iter().all(|other| *other == b), "{b}\n{d}\n{f}\n{h}");
        let ads = |text: &str| text.lines().filter(|line| line.starts_with("ad/")).count();
        listed = listed.max(ads(&a));
        pods.push((ads(&a), ads(&b)));
    }
    assert!(listed > 0 && pods.iter().all(|(picture, sound)| picture == sound), "{pods:?}");
    assert_eq!(world.asked.load(Ordering::Relaxed), 1);
}
