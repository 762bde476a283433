//! Whom to tell that ads were not shown, and how many at most.

use super::*;
use crate::{
    pod::{SkipReason, Skipped},
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
