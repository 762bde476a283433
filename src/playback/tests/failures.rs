//! Whom to tell that ads were not shown, and how many at most.

use super::*;
use crate::{
    pod::{Refused, SkipReason, Skipped},
    vast,
};

fn urls(name: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("https://a.example/{name}/{n}")).collect()
}

#[tokio::test]
async fn an_answer_without_ads_names_a_hundred_at_most() {
    let scene = Scene::new("errors-of-none", 4);
    let response = vast::Response { errors: urls("none", 30_000), ..Default::default() };
    let asked = adserver::Asked {
        url: String::new(),
        host: String::new(),
        at: at(12),
        took: MediaDuration::ZERO,
        transaction_id: String::new(),
        outcome: Ok(response),
        ads: Vec::new(),
        hops: Vec::new(),
        sequencing: vast::Sequencing::default(),
    };
    scene.playback.report_no_ad(&scene.session, &scene.ad_break(), &asked);
    assert_eq!(scene.beacons().await.len(), vast::MAX_URLS);
}

/// Wrappers may lead to a hundred ads that are lost, each with what every wrapper on the way names.
#[tokio::test]
async fn lost_ads_name_a_thousand_at_most() {
    let scene = Scene::new("errors-of-many", 4);
    let lost = |n: usize| Skipped {
        info: Arc::new(AdInfo { errors: urls(&n.to_string(), 500), ..AdInfo::default() }),
        reason: SkipReason::NotLinear,
        why: None,
        measured: None,
    };
    let lost: Vec<_> = (0..100).map(lost).collect();
    scene.playback.report_plan(&scene.session, &scene.ad_break(), &lost, std::iter::empty());
    assert_eq!(scene.beacons().await.len(), 1_000);
}

/// Operators look at a session while it lasts, and rows are looked up afterwards.
#[tokio::test]
async fn what_came_too_late_is_told_of_in_the_sessions_account() {
    let scene = Scene::new("late-account", 7);
    let ad_break = scene.ad_break();
    scene.session.work().accounts.begin(&ad_break);
    scene.playback.leave_out(&scene.session, &ad_break, Ok(offers(&[6])));
    assert_eq!(scene.rows().await, ["ADS_SKIPPED a:ADS_TIMEOUT"]);
    let told = scene.playback.tell(scene.session.id).unwrap();
    let skipped = &told["avails"][0]["skippedAds"];
    assert_eq!(skipped[0]["reason"], "ADS_TIMEOUT", "{skipped}");
}

/// An answer whose ads all name one error URL, which its macros make another for each call.
fn of_one_server(secs: &[i64], interactive: &[vast::Resource]) -> Offers {
    let mut offers = offers(secs);
    for offer in &mut offers.pod {
        let errors = vec!["http://127.0.0.1:1/error?code=[ERRORCODE]".to_owned()];
        let interactive = interactive.to_vec();
        offer.info = Arc::new(AdInfo { errors, interactive, ..(*offer.info).clone() });
    }
    offers
}

/// What the error calls said, and under how many ids.
async fn told_of(scene: &Scene) -> (Vec<String>, usize) {
    let due = scene.due().await;
    let ids: std::collections::HashSet<_> =
        due.iter().map(|row| row["beacon_id"].to_string()).collect();
    let code = |row: &Value| row["url"].as_str().unwrap().split_once('=').unwrap().1.to_owned();
    let mut codes: Vec<_> = due.iter().map(code).collect();
    codes.sort_unstable();
    (codes, ids.len())
}

/// Gives a break the first so many ads, and then the others.
fn give(scene: &Scene, offers: &Offers, first: usize) {
    let part = |ads: &[Offer]| Offers { pod: ads.to_vec(), stand_ins: Vec::new() };
    let (now, later) = offers.pod.split_at(first);
    scene.playback.settle(&scene.session, &scene.ad_break(), Ok(part(now)));
    scene.playback.settle(&scene.session, &scene.ad_break(), Ok(part(later)));
}

#[tokio::test]
async fn ads_left_out_one_after_another_are_told_of_each_by_itself() {
    let scene = Scene::new("errors-by-and-by", 3);
    let mut offers = of_one_server(&[6, 6, 6, 6], &[]);
    for at in [1, 3] {
        let why = Refused { reason: SkipReason::TranscodeError, why: None };
        offers.pod[at].media = Err(why);
    }
    give(&scene, &offers, 2);
    assert_eq!(scene.rows().await.len(), 2);
    let code = SkipReason::TranscodeError.code().to_string();
    assert_eq!(told_of(&scene).await, (vec![code.clone(), code], 2));
}

#[tokio::test]
async fn an_ad_whose_program_is_not_run_is_told_so_once() {
    let scene = Scene::new("errors-interactive", 3);
    let program = vast::Resource {
        element: "InteractiveCreativeFile".to_owned(),
        mime: None,
        api_framework: Some("SIMID".to_owned()),
        content: "https://a.example/simid.html".to_owned(),
    };
    let offers = of_one_server(&[6, 6, 6], &[program]);
    give(&scene, &offers, 1);
    assert_eq!(scene.rows().await, ["FILLED_AVAIL a", "FILLED_AVAIL a b c"]);
    assert_eq!(told_of(&scene).await, (vec!["409".to_owned(); 3], 3));
}
