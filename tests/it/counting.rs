//! However a viewer asks for an ad's segments, each moment counts once.

use std::{collections::BTreeMap, time::Duration};

use reqwest::{Client, Method, header, redirect::Policy};

use crate::support::{app::TestApp, viewer::Viewer, world::World};

const EVENTS: [&str; 6] =
    ["impression", "start", "firstQuartile", "midpoint", "thirdQuartile", "complete"];

/// Asks once and wants to be led to the creative.
async fn ask(client: &Client, method: Method, url: &str, range: Option<&'static str>) {
    let request = client.request(method, url);
    let request = match range {
        Some(range) => request.header(header::RANGE, range),
        None => request,
    };
    assert_eq!(request.send().await.unwrap().status(), 302, "{url}");
}

/// The same segment of another rendition.
fn elsewhere(url: &str, rendition: usize) -> String {
    let (before, rest) = url.split_once("/ad/").unwrap();
    let parts: Vec<_> = rest.split('/').collect();
    format!("{before}/ad/{}/{rendition}/{}/{}", parts[0], parts[2], parts[3])
}

/// Every way a player or a cache between may ask, some of which must not count.
async fn ask_in_every_way(client: &Client, url: &str) {
    ask(client, Method::HEAD, url, None).await;
    for rendition in 0..3 {
        ask(client, Method::GET, &elsewhere(url, rendition), None).await;
    }
    ask(client, Method::GET, url, Some("bytes=0-99")).await;
    let (one, two) = (ask(client, Method::GET, url, None), ask(client, Method::GET, url, None));
    tokio::join!(one, two);
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_switches_replays_and_disorder_change_no_count() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
    let mut viewer = Viewer::join(app.address).await;
    viewer.plays = false;
    let mut hearing = Viewer::hearing(app.address).await;
    let mut heads = Viewer::join(app.address).await;
    heads.plays = false;
    for one in [&mut viewer, &mut hearing, &mut heads] {
        one.reload().await;
    }
    world.schedule(2, 6);
    let mut known = 0;
    for _ in 0..52 {
        for one in [&mut viewer, &mut hearing, &mut heads] {
            one.reload().await;
        }
        let ads: Vec<_> =
            viewer.seen.values().filter(|url| url.contains("/ad/")).cloned().collect();
        // Two at a time, the later first.
        if ads.len() >= known + 2 {
            for url in ads[known..known + 2].iter().rev() {
                ask_in_every_way(&client, url).await;
            }
            known += 2;
        }
        let unseen = heads.seen.values().filter(|url| url.contains("/ad/"));
        for url in unseen {
            ask(&client, Method::HEAD, url, None).await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(known, 6);
    // Everything once more, long after.
    for url in viewer.seen.values().filter(|url| url.contains("/ad/")) {
        ask_in_every_way(&client, url).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let once: BTreeMap<_, _> = ["ad1", "ad2"]
        .iter()
        .flat_map(|ad| EVENTS.map(|event| ((ad.to_string(), event.to_owned()), 1)))
        .collect();
    assert_eq!(counted(&world, &viewer.session), once);
    assert_eq!(counted(&world, &hearing.session), once, "who only listens counts too");
    assert_eq!(counted(&world, &heads.session), BTreeMap::new(), "HEAD counts nothing");
    drop(app);
}

fn counted(world: &World, session: &str) -> BTreeMap<(String, String), usize> {
    let mut counted = BTreeMap::new();
    for event in world.events(session) {
        *counted.entry(event).or_default() += 1;
    }
    counted
}
