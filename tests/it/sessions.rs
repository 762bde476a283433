//! `GET /sessions/{session}` tells operators why a session's breaks are filled as they are.

use std::time::Duration;

use serde_json::Value;

use crate::support::{
    app::TestApp,
    scene::Scene,
    world::{Manners, World},
};

/// What differs from run to run, made the same.
fn settled(value: &mut Value, world: &World) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                match name.as_str() {
                    "sessionId" | "availId" | "created" | "lastSeen" | "joined" | "begins"
                    | "at" | "since" => *value = "…".into(),
                    "tookMs" | "mediaMs" if value.is_number() => *value = "…".into(),
                    "held" if value.is_object() => {
                        value["seconds"] = "…".into();
                        value["since"] = "…".into();
                    }
                    _ => settled(value, world),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| settled(item, world)),
        Value::String(text) => *text = text.replace(&world.address.to_string(), "ADS"),
        _ => {}
    }
}

async fn told(app: &TestApp, world: &World, session: &str) -> String {
    let url = format!("http://{}/sessions/{session}", app.admin);
    let answer = reqwest::get(url).await.unwrap();
    let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
    let mut value: Value = serde_json::from_str(&text).unwrap();
    settled(&mut value, world);
    format!("{status} {}", serde_json::to_string_pretty(&value).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sessions_breaks_are_told_with_what_was_left_out() {
    let Scene { world, app, mut viewer } = Scene::begin(Manners::Good, true).await;
    world.schedule(2, 4);
    viewer.watch(Duration::from_secs(18)).await;
    insta::assert_snapshot!(told(&app, &world, &viewer.session).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ad_server_that_does_not_answer_is_told_with_what_was_held_back() {
    let Scene { world, app, mut viewer } = Scene::begin(Manners::Never, false).await;
    world.schedule(2, 4);
    viewer.watch(Duration::from_secs(18)).await;
    insta::assert_snapshot!(told(&app, &world, &viewer.session).await);
}

/// The ads before a silent wrapper are shown from the start, those behind it when it has been given up,
/// and no second is lost between them.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrapper_that_says_nothing_holds_up_no_ad_before_it() {
    let Scene { world, app, mut viewer } =
        Scene::begin(Manners::Wraps(Duration::from_secs(60)), true).await;
    world.schedule(2, 7);
    viewer.watch(Duration::from_secs(26)).await;
    insta::assert_snapshot!(told(&app, &world, &viewer.session).await);
    let mut told = world.events(&viewer.session);
    told.sort();
    let counted: Vec<_> = told.iter().map(|(ad, event)| format!("{ad} {event}")).collect();
    let rows = app.stop("decisions").await;
    insta::assert_snapshot!([counted, rows.iter().map(row).collect()].concat().join("\n"));
}

/// A row's event, with its ads and what is missing.
fn row(row: &Value) -> String {
    let ads = |key: &str, of: &str| {
        let all = row["avail"][key].as_array().cloned().unwrap_or_default();
        all.iter().map(|ad| format!(" {}", ad[of])).collect::<String>()
    };
    format!(
        "{}{}{}{}",
        row["eventType"].as_str().unwrap(),
        ads("creativeAds", "vastAdId"),
        ads("skippedAds", "skippedReason"),
        ads("unfilled", "reason"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_nobody_knows_is_not_told_of() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let unknown = "00000000-0000-0000-0000-000000000001";
    insta::assert_snapshot!(told(&app, &world, unknown).await);
    insta::assert_snapshot!(told(&app, &world, "nobody").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_use_the_control_api_is_told() {
    let world = World::start().await;
    let app = TestApp::start(&world, false).await;
    let client = reqwest::Client::new();
    for page in ["creatives", "sessions/00000000-0000-0000-0000-000000000001"] {
        let asked = client.get(format!("http://{}/{page}", app.admin));
        let answer = asked.header("x-forwarded-for", "192.0.2.1").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 403, "{page}");
    }
}
