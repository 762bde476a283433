//! Ads asked for before their break.

use std::{sync::atomic::Ordering, time::Duration};

use serde_json::{Value, json};

use crate::support::{
    app::TestApp,
    scene::Scene,
    world::{Manners, World},
};

async fn create(app: &TestApp, name: &str, schedule: &Value) {
    let url = format!("http://{}/prefetchSchedule/news/{name}", app.admin);
    let answer = reqwest::Client::new().post(url).body(schedule.to_string()).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{}", answer.text().await.unwrap());
}

/// Seconds from now, as clients write them.
fn ahead(secs: i64) -> i64 {
    midroll::clock::Clock::real().now().as_millis() / 1_000 + secs
}

fn asked(world: &World) -> u64 {
    world.asked.load(Ordering::Relaxed)
}

#[tokio::test(flavor = "multi_thread")]
async fn ads_are_asked_for_before_their_break_and_shown_in_it() {
    let Scene { world, app, mut viewer } = Scene::begin(Manners::Good, false).await;
    let variables = json!({ "session.avail_duration_secs": "12" });
    let schedule = json!({
        "Retrieval": { "EndTime": ahead(300), "DynamicVariables": variables },
        "Consumption": { "EndTime": ahead(300) },
    });
    create(&app, "one", &schedule).await;
    viewer.watch(Duration::from_secs(4)).await;
    assert_eq!(asked(&world), 1);
    world.schedule(2, 6);
    viewer.watch(Duration::from_secs(24)).await;
    assert_eq!((asked(&world), viewer.ads()), (1, 6));
    let rows = app.stop("decisions").await;
    let of = |event: &str| rows.iter().find(|row| row["eventType"] == event).unwrap();
    assert_eq!(of("FILLED_AVAIL")["prefetchScheduleName"], "one");
    let url = of("MAKING_ADS_REQUEST")["adsRequestUrl"].as_str().unwrap();
    assert!(url.ends_with("&dur=12"), "{url}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_each_break_the_next_one_s_ads_are_asked_for_and_others_are_not_used() {
    let Scene { world, app, mut viewer } = Scene::begin(Manners::Good, false).await;
    let recurring = json!({
        "ScheduleType": "RECURRING",
        "RecurringPrefetchConfiguration": {
            "EndTime": ahead(300),
            "RecurringRetrieval": {},
            "RecurringConsumption": {},
        },
    });
    create(&app, "each", &recurring).await;
    // For a break of another event, which never comes.
    let schedule = json!({
        "Retrieval": { "EndTime": ahead(300), "DynamicVariables": { "scte.event_id": "7" } },
        "Consumption": {
            "EndTime": ahead(300),
            "AvailMatchingCriteria": [{ "DynamicVariable": "scte.event_id", "Operator": "EQUALS" }],
        },
    });
    create(&app, "another", &schedule).await;
    viewer.watch(Duration::from_secs(4)).await;
    assert_eq!(asked(&world), 2);
    world.schedule(2, 3);
    viewer.watch(Duration::from_secs(18)).await;
    assert_eq!((asked(&world), viewer.ads()), (3, 3));
    let rows = app.stop("decisions").await;
    let filled = rows.iter().find(|row| row["eventType"] == "FILLED_AVAIL").unwrap();
    assert_eq!(filled["prefetchScheduleName"], "each");
}
