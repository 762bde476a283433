//! A dispatcher with a real sink on loopback and a clock moved by hand.

use std::{
    sync::Weak,
    task::{Context, Poll},
};

use super::*;

#[tokio::test]
async fn an_ad_watched_to_its_end_has_its_beacons_in_order() {
    let scene = Scene::new("order", Policy::default()).await;
    let showing = Arc::new(showing(1, 0));
    let all = Event::OF_PLAYING.into_iter().zip(0..);
    let beacons: Vec<_> = all
        .map(|(event, secs)| {
            let url = scene.url(&format!("/200/{event}"));
            beacon(&showing, event, &url, noon() + SECOND.times(secs * 2))
        })
        .collect();
    scene.dispatcher.schedule(beacons).await;
    assert_eq!(scene.rows(2).await, ["impression due 0 null null", "impression sent 1 200 null"]);
    scene.hand.advance(SECOND.times(2));
    assert_eq!(scene.rows(4).await.len(), 4);
    // All at once: still in order.
    scene.hand.advance(SECOND.times(15));
    assert_eq!(scene.rows(16).await.len(), 16);
    assert_eq!(scene.sink.got(), Event::OF_PLAYING.map(|event| format!("/200/{event}")));
}

#[tokio::test]
async fn the_log_has_the_fields_that_are_promised() {
    let scene = Scene::new("fields", Policy::default()).await;
    let url = scene.url("/200/i?b=1");
    let one = Beacon {
        tracking_id: Some("8104385".to_owned()),
        ..beacon(&Arc::new(showing(1, 0)), Event::Impression, &url, noon())
    };
    scene.dispatcher.schedule([one]).await;
    scene.rows(2).await;
    let rows = scene.journal.beacons().recent(0, 9, Some(SessionId::from_bits(1)));
    let pretty = |json: &str| {
        let row: serde_json::Value = serde_json::from_str(json).unwrap();
        serde_json::to_string_pretty(&row).unwrap().replace(&scene.url("/"), "http://sink/")
    };
    let all: Vec<_> = rows.iter().map(|recent| pretty(&recent.row.json)).collect();
    let id = all[0].split("\"beacon_id\": \"").nth(1).unwrap()[..32].to_owned();
    insta::assert_snapshot!(all.join("\n").replace(&id, "0123456789abcdef0123456789abcdef"));
}

#[tokio::test]
async fn a_beacon_speaks_for_its_viewer() {
    let scene = Scene::new("headers", Policy::default()).await;
    let one = beacon(&Arc::new(showing(1, 0)), Event::Start, &scene.url("/200/s"), noon());
    let id = one.id.to_string();
    scene.dispatcher.schedule([one]).await;
    scene.rows(2).await;
    let got = scene.sink.0.lock().unwrap().headers[0].clone();
    let sent = |name: &str| got.get(name).map(|value| value.to_str().unwrap().to_owned());
    for (name, value) in [
        ("user-agent", "Player/1.0"),
        ("x-device-user-agent", "Player/1.0"),
        ("x-device-ip", "192.0.2.7"),
        ("x-forwarded-for", "192.0.2.7"),
        ("x-midroll-beacon-id", &id),
    ] {
        assert_eq!(sent(name).as_deref(), Some(value), "{name}");
    }
}

#[tokio::test]
async fn what_failed_is_tried_again_and_what_follows_waits_for_it() {
    let scene = Scene::new("retry", Policy::default()).await;
    let showing = Arc::new(showing(1, 0));
    let (first, second) = (scene.url("/500,429,200/i"), scene.url("/200/s"));
    let beacons = [
        beacon(&showing, Event::Impression, &first, noon()),
        beacon(&showing, Event::Start, &second, noon()),
    ];
    scene.dispatcher.schedule(beacons).await;
    scene.rows(3).await;
    scene.hand.advance(SECOND.times(5));
    scene.rows(4).await;
    scene.hand.advance(SECOND.times(10));
    assert_eq!(
        scene.rows(6).await,
        [
            "impression due 0 null null",
            "start due 0 null null",
            "impression retry 1 500 null",
            "impression retry 2 429 null",
            "impression sent 3 200 null",
            "start sent 1 200 null",
        ]
    );
    let recovered = r#"midroll_beacons_recovered_total{configuration="news",event="impression"} 1"#;
    scene.counted(recovered).await;
    scene.counted(r#"midroll_beacon_delay_seconds_sum{configuration="news"} 30.0"#).await;
    scene.counted("midroll_beacons_queued 0").await;
}

#[tokio::test]
async fn what_fails_for_longer_than_half_a_minute_is_not_waited_for() {
    let scene = Scene::new("aside", Policy::default()).await;
    let showing = Arc::new(showing(1, 0));
    let beacons = [
        beacon(&showing, Event::Impression, &scene.url("/500,500,500,500,200/i"), noon()),
        beacon(&showing, Event::Start, &scene.url("/200/s"), noon()),
        beacon(&showing, Event::Midpoint, &scene.url("/200/m"), noon()),
    ];
    scene.dispatcher.schedule(beacons).await;
    scene.rows(4).await;
    // Before the second, third, fourth and fifth attempt.
    for (secs, rows) in [(5, 5), (10, 8), (20, 9), (40, 10)] {
        scene.hand.advance(SECOND.times(secs));
        scene.rows(rows).await;
    }
    let rows = scene.rows(10).await;
    let after = |row: &str| rows.iter().position(|known| known == row).unwrap();
    assert!(after("start sent 1 200 null") < after("midpoint sent 1 200 null"), "{rows:?}");
    assert!(after("start sent 1 200 null") < after("impression sent 5 200 null"), "{rows:?}");
    assert!(after("impression retry 3 500 null") < after("start sent 1 200 null"), "{rows:?}");
    scene.owed(0).await;
    scene.counted("midroll_beacons_queued 0").await;
}

#[tokio::test]
async fn a_refusal_is_final_and_attempts_run_out() {
    let policy = Policy {
        lifetime: SECOND.times(8),
        timeout: Duration::from_millis(50),
        ..Policy::default()
    };
    let scene = Scene::new("final", policy).await;
    let one =
        |session, event, url: &str| beacon(&Arc::new(showing(session, 0)), event, url, noon());
    let beacons = [
        one(1, Event::Start, &scene.url("/404/s")),
        one(2, Event::Midpoint, &scene.url("/0/hangs")),
        one(3, Event::Complete, "http://127.0.0.1:1/another-port"),
        one(4, Event::FirstQuartile, "http://no-such-name.example/"),
        one(5, Event::ThirdQuartile, "no url at all"),
    ];
    scene.dispatcher.schedule(beacons).await;
    scene.rows(10).await;
    scene.hand.advance(SECOND.times(5));
    let mut rows = scene.rows(12).await;
    rows.retain(|row| !row.contains(" due "));
    rows.sort();
    assert_eq!(
        rows,
        [
            "complete failed 1 null blocked",
            "firstQuartile expired 2 null unresolved",
            "firstQuartile retry 1 null unresolved",
            "midpoint expired 2 null timed_out",
            "midpoint retry 1 null timed_out",
            "start failed 1 404 null",
            "thirdQuartile failed 0 null invalid_url",
        ]
    );
}

#[tokio::test]
async fn whose_time_is_up_while_it_waits_was_not_tried_once_more() {
    let policy = Policy { lifetime: SECOND.times(8), ..Policy::default() };
    let scene = Scene::new("waits", policy).await;
    let url = scene.url("/503/s");
    let one = beacon(&Arc::new(showing(1, 0)), Event::Start, &url, noon());
    scene.dispatcher.schedule([one]).await;
    scene.rows(2).await;
    scene.hand.advance(SECOND.times(20));
    assert_eq!(scene.rows(3).await[1..], ["start retry 1 503 null", "start expired 0 null null"]);
}

#[tokio::test]
async fn a_timeout_is_final_where_it_shall_be() {
    let timeout = Duration::from_millis(50);
    let policy = Policy { retry_unknown: false, timeout, ..Policy::default() };
    let scene = Scene::new("timeout", policy).await;
    let url = scene.url("/0/hangs");
    let one = beacon(&Arc::new(showing(1, 0)), Event::Start, &url, noon());
    scene.dispatcher.schedule([one]).await;
    assert_eq!(scene.rows(2).await[1], "start failed 1 null timed_out");
}

#[tokio::test]
async fn a_viewer_who_left_is_not_counted() {
    let scene = Scene::new("left", Policy::default()).await;
    let showing = Arc::new(showing(1, 0));
    let url = scene.url("/200/x");
    let beacons = [
        beacon(&showing, Event::Midpoint, &url, noon() + SECOND.times(17)),
        beacon(&showing, Event::Complete, &url, noon() + SECOND.times(18)),
    ];
    scene.dispatcher.schedule(beacons).await;
    scene.hand.advance(SECOND.times(60));
    let left = scene.dispatcher.drain(scene.clock.now() + SECOND.times(10)).await;
    assert_eq!(left, Left::default());
    assert_eq!(scene.rows(2).await, ["midpoint due 0 null null", "midpoint sent 1 200 null"]);
    let lapsed = r#"midroll_beacons_lapsed_total{configuration="news",event="complete"} 1"#;
    scene.counted(lapsed).await;
}

#[tokio::test]
async fn a_viewer_who_stayed_is_counted() {
    let scene = Scene::new("stayed", Policy::default()).await;
    let viewers = Arc::new(Viewers(AtomicI64::new(noon().as_millis())));
    let attendance: Weak<Viewers> = Arc::downgrade(&viewers);
    scene.dispatcher.attend(attendance);
    let url = scene.url("/200/x");
    let late = beacon(&Arc::new(showing(1, 0)), Event::Complete, &url, noon() + SECOND.times(30));
    scene.dispatcher.schedule([late]).await;
    viewers.0.store((noon() + SECOND.times(20)).as_millis(), Ordering::Relaxed);
    scene.hand.advance(SECOND.times(30));
    assert_eq!(scene.rows(2).await, ["complete due 0 null null", "complete sent 1 200 null"]);
}

#[tokio::test]
async fn a_viewer_who_hangs_up_while_his_request_is_counted_is_counted() {
    let scene = Scene::new("hung-up", Policy::default()).await;
    let one = beacon(&Arc::new(showing(1, 0)), Event::Start, &scene.url("/200/s"), noon());
    {
        let mut counting = std::pin::pin!(scene.dispatcher.schedule([one]));
        let poll = |cx: &mut Context<'_>| Poll::Ready(counting.as_mut().poll(cx).is_pending());
        assert!(std::future::poll_fn(poll).await);
    }
    assert_eq!(scene.rows(2).await, ["start due 0 null null", "start sent 1 200 null"]);
    scene.owed(0).await;
}

#[tokio::test]
async fn past_the_bound_beacons_wait_on_disk() {
    let scene = Scene::new("full", Policy { most: 8, ..Policy::default() }).await;
    let later = noon() + SECOND;
    let url = scene.url("/200/s");
    let beacons =
        (0..50).map(|session| beacon(&Arc::new(showing(session, 0)), Event::Start, &url, later));
    scene.dispatcher.schedule(beacons.collect::<Vec<_>>()).await;
    scene.counted("midroll_beacons_on_disk 48").await;
    scene.hand.advance(SECOND);
    let rows = scene.rows(100).await;
    let count = |row: &str| rows.iter().filter(|known| *known == row).count();
    assert_eq!(count("start due 0 null null"), 50, "{rows:?}");
    assert_eq!(count("start sent 1 200 null"), 50, "{rows:?}");
    scene.counted("midroll_beacons_on_disk 0").await;
}

#[tokio::test]
async fn without_a_disk_beacons_are_sent_from_memory_and_one_too_many_is_said_to_be_lost() {
    let policy = Policy { most: 1, ..Policy::default() };
    let scene = Scene::new("no-disk", policy).await;
    scene.dispatcher.outbox().fail();
    let later = noon() + SECOND;
    let one = |event, path| beacon(&Arc::new(showing(1, 0)), event, &scene.url(path), later);
    let beacons = [one(Event::Impression, "/200/i"), one(Event::Start, "/200/s")];
    scene.dispatcher.schedule(beacons).await;
    scene.hand.advance(SECOND);
    assert_eq!(
        scene.rows(3).await,
        [
            "start failed 0 null outbox_full",
            "impression due 0 null null",
            "impression sent 1 200 null",
        ]
    );
}

#[tokio::test]
async fn what_is_owed_outlives_a_kill() {
    let scene = Scene::new("kill", Policy::default()).await;
    let one = |session, event, path: &str, at| {
        beacon(&Arc::new(showing(session, 0)), event, &scene.url(path), at)
    };
    let beacons = [
        one(1, Event::Impression, "/200/accepted", noon()),
        one(2, Event::Start, "/0,200/hangs", noon()),
        one(3, Event::Midpoint, "/500,200/failed", noon()),
        one(4, Event::Complete, "/200/later", noon() + SECOND.times(10)),
        one(5, Event::Complete, "/200/lapses", noon() + SECOND.times(30)),
    ];
    let id = beacons[1].id.to_string();
    scene.dispatcher.schedule(beacons).await;
    scene.rows(5).await;
    scene.asked(3).await;
    scene.counted("midroll_beacons_in_flight 1").await;
    scene.owed(4).await;
    let scene = scene.killed(Policy::default(), noon() + SECOND.times(60)).await;
    let mut rows = scene.rows(5).await;
    rows.sort();
    assert_eq!(
        rows,
        [
            "complete due 0 null null",
            "complete sent 1 200 null",
            "midpoint sent 2 200 null",
            "start sent 2 200 null",
            "start unknown 1 null null",
        ]
    );
    let mut got = scene.sink.got();
    got.sort();
    let twice = ["/0,200/hangs", "/0,200/hangs", "/200/accepted", "/200/later"];
    assert_eq!(got, [&twice[..], &["/500,200/failed", "/500,200/failed"]].concat());
    let state = scene.sink.0.lock().unwrap();
    let ids = state.headers.iter().map(|headers| headers["x-midroll-beacon-id"].to_str().unwrap());
    assert_eq!(ids.filter(|known| *known == id).count(), 2);
}

#[tokio::test]
async fn what_was_in_flight_is_not_sent_again_where_it_shall_not_be() {
    let policy = Policy { retry_unknown: false, ..Policy::default() };
    let scene = Scene::new("once", policy).await;
    let one = beacon(&Arc::new(showing(1, 0)), Event::Start, &scene.url("/0/hangs"), noon());
    scene.dispatcher.schedule([one]).await;
    scene.asked(1).await;
    let scene = scene.killed(policy, noon() + SECOND.times(60)).await;
    assert_eq!(scene.rows(1).await, ["start unknown 1 null null"]);
    let left = scene.dispatcher.drain(scene.clock.now() + SECOND).await;
    assert_eq!((left, scene.sink.got().len()), (Left::default(), 1));
}
