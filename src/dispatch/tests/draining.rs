//! A dispatcher that ends in order.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_drain_has_sent_is_not_owed_any_more() {
    let mut scene = Scene::new("settled", Policy::default()).await;
    for session in 0..40 {
        let showing = Arc::new(showing(session, 0));
        let url = scene.url(&format!("/200/{session}"));
        scene.dispatcher.schedule([beacon(&showing, Event::Impression, &url, noon())]).await;
        // Most are in flight as the drain begins.
        scene = scene.restarted(Policy::default()).await;
        scene.owed(0).await;
        assert_eq!(scene.rows(0).await, [""; 0], "nothing is unknown after a stop in order");
    }
    assert_eq!(scene.sink.got().len(), 40);
}

#[tokio::test]
async fn what_a_drain_cuts_off_is_unknown_and_sent_again() {
    let scene = Scene::new("cut-off", Policy::default()).await;
    let one = beacon(&Arc::new(showing(1, 0)), Event::Start, &scene.url("/0,200/s"), noon());
    scene.dispatcher.schedule([one]).await;
    scene.asked(1).await;
    let hand = scene.hand.clone();
    let late = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        hand.advance(SECOND.times(10));
    });
    let scene = scene.restarted(Policy::default()).await;
    late.await.unwrap();
    let rows = ["start unknown 1 null null", "start sent 2 200 null"];
    assert_eq!(scene.rows(2).await, rows);
    scene.owed(0).await;
}

#[tokio::test]
async fn no_attempt_begins_that_may_outlive_the_drain() {
    let policy = Policy { per_host: 1, ..Policy::default() };
    let scene = Scene::new("last-start", policy).await;
    let first = beacon(&Arc::new(showing(1, 0)), Event::Start, &scene.url("/0/hangs"), noon());
    scene.dispatcher.schedule([first]).await;
    scene.counted("midroll_beacons_in_flight 1").await;
    let other = beacon(&Arc::new(showing(2, 0)), Event::Start, &scene.url("/200/s"), noon());
    scene.dispatcher.schedule([other]).await;
    let drain = {
        let dispatcher = scene.dispatcher.clone();
        tokio::spawn(async move { dispatcher.drain(noon() + SECOND.times(10)).await })
    };
    tokio::time::sleep(Duration::from_millis(20)).await;
    // Three seconds are what an attempt may take.
    scene.hand.advance(SECOND.times(7));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!drain.is_finished());
    scene.hand.advance(SECOND.times(3));
    assert_eq!(drain.await.unwrap(), Left { unsent: 2, not_due: 0, away: 0 });
    assert_eq!(scene.sink.got(), ["/0/hangs"]);
}

#[tokio::test]
async fn what_comes_after_a_drain_is_said_to_be_lost() {
    let scene = Scene::new("too-late", Policy::default()).await;
    scene.dispatcher.drain(noon() + SECOND).await;
    let one = beacon(&Arc::new(showing(1, 0)), Event::Start, &scene.url("/200/s"), noon());
    scene.dispatcher.schedule([one]).await;
    assert_eq!(scene.rows(1).await, ["start failed 0 null outbox_closed"]);
}

#[tokio::test]
async fn a_drain_sends_what_is_due_and_leaves_the_rest_in_the_log() {
    let scene = Scene::new("drain", Policy::default()).await;
    let beacons = [
        beacon(&Arc::new(showing(1, 0)), Event::Impression, &scene.url("/200/i"), noon()),
        beacon(&Arc::new(showing(2, 0)), Event::Impression, &scene.url("/500/i"), noon()),
        beacon(&Arc::new(showing(1, 1)), Event::Start, &scene.url("/200/s"), noon() + SECOND),
    ];
    scene.dispatcher.schedule(beacons).await;
    // The one that failed would be tried again only after the deadline, so nobody waits for that.
    let left = scene.dispatcher.drain(noon() + SECOND.times(3)).await;
    assert_eq!(left, Left { unsent: 1, not_due: 1, away: 0 });
    let mut rows = scene.rows(4).await;
    rows.sort();
    assert_eq!(
        rows,
        [
            "impression due 0 null null",
            "impression due 0 null null",
            "impression retry 1 500 null",
            "impression sent 1 200 null",
        ]
    );
}

#[tokio::test]
async fn a_drain_ends_at_its_deadline() {
    let scene = Scene::new("deadline", Policy::default()).await;
    let one = beacon(&Arc::new(showing(1, 0)), Event::Start, &scene.url("/0/hangs"), noon());
    scene.dispatcher.schedule([one]).await;
    scene.rows(1).await;
    let drain = {
        let (dispatcher, deadline) = (scene.dispatcher.clone(), noon() + SECOND);
        tokio::spawn(async move { dispatcher.drain(deadline).await })
    };
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!drain.is_finished());
    scene.hand.advance(SECOND);
    assert_eq!(drain.await.unwrap(), Left { unsent: 1, not_due: 0, away: 0 });
}
