//! Who decides when, and what is told of it.

use std::{sync::mpsc, thread, time::Duration};

use super::*;
use crate::{
    pod::Unfilled,
    session::{Decision, Fill, Span},
    store::Written,
};

/// What `work` gives, which must not wait for anybody.
fn at_once<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let (done, result) = mpsc::channel();
        scope.spawn(move || done.send(work()));
        result.recv_timeout(Duration::from_secs(5)).expect("nobody waits")
    })
}

#[tokio::test]
async fn playlists_are_made_while_the_store_takes_its_time() {
    let scene = Scene::new("slow-store", 4);
    let ad_break = scene.ad_break();
    scene.playback.fall_back(&scene.session, ad_break.serial);
    assert_eq!(scene.shown(), "0.ts 1.ts 2.ts 3.ts");
    let runtime = Handle::current();
    thread::scope(|scope| {
        let stalled = scene.playback.store.stall(scene.session.id);
        let answer = || {
            let _rows_are_written_there = runtime.enter();
            scene.playback.settle(&scene.session, &ad_break, Ok(offers(&[6, 6])));
        };
        let answered = scope.spawn(answer);
        while scene.session.decisions.free_turn().is_some() {
            thread::yield_now();
        }
        // Ads will stand where this ends, so nothing beyond it is shown until they do.
        while !scene.session.decisions.read().is_pinned() {
            thread::yield_now();
        }
        scene.reads(6);
        assert_eq!(at_once(|| scene.shown()), "0.ts 1.ts 2.ts 3.ts");
        drop(stalled);
        answered.join().unwrap();
    });
    // Two ads of three segments, as far as the source has come.
    assert_eq!(scene.shown(), "0.ts 1.ts 2.ts 3.ts ad ad ad ad ad ad");
}

#[tokio::test]
async fn whoever_comes_second_tells_no_plan_of_his_own() {
    let scene = Scene::new("second", 4);
    let ad_break = scene.ad_break();
    // Another node's.
    let content = Span::from_start(Fill::Content(Unfilled::NoDecisionInTime));
    let other = Decision::new(&ad_break, vec![content], None);
    let written = scene.playback.store.append(scene.session.id, other, 0);
    assert!(matches!(written, Written::Stands(_)));
    scene.playback.settle(&scene.session, &ad_break, Ok(offers(&[6, 6])));
    // What he has is used as what comes late is.
    assert_eq!(scene.shown(), "0.ts 1.ts 2.ts 3.ts");
    scene.reads(5);
    assert_eq!(scene.shown(), "0.ts 1.ts 2.ts 3.ts ad ad ad");
    assert_eq!(scene.rows().await, ["FILLED_AVAIL a b"]);
}

#[tokio::test]
async fn a_session_that_is_over_leaves_nothing_behind() {
    let scene = Scene::new("over", 4);
    let ad_break = scene.ad_break();
    scene.playback.forget(&scene.session);
    scene.playback.settle(&scene.session, &ad_break, Ok(offers(&[6, 40])));
    scene.playback.fall_back(&scene.session, ad_break.serial);
    assert!(!scene.playback.store.request(scene.session.id, ad_break.serial, 0));
    assert_eq!(scene.playback.store.len(), 0);
    assert_eq!(scene.rows().await, ["ADS_SKIPPED a:ADS_TIMEOUT b:ADS_TIMEOUT"]);
}

#[tokio::test]
async fn every_ad_of_a_late_answer_is_told_of() {
    let scene = Scene::new("late", 4);
    let ad_break = scene.ad_break();
    scene.playback.fall_back(&scene.session, ad_break.serial);
    // One of two fits what is left of the break.
    scene.playback.settle(&scene.session, &ad_break, Ok(offers(&[12, 24])));
    scene.reads(8);
    scene.playback.forget(&scene.session);
    let rows = [
        "FILLED_AVAIL for NO_DECISION_IN_TIME",
        "FILLED_AVAIL a b:AVAIL_DURATION_EXCEEDED",
        "AVAIL_ENDED 12.0 NO_DECISION_IN_TIME 6.0 LEFTOVER",
    ];
    assert_eq!(scene.rows().await, rows);
}

#[tokio::test]
async fn an_answer_that_comes_when_its_break_is_over_is_told_of_as_too_late() {
    let scene = Scene::new("too-late", 4);
    let ad_break = scene.ad_break();
    scene.playback.fall_back(&scene.session, ad_break.serial);
    scene.reads(9);
    scene.playback.settle(&scene.session, &ad_break, Ok(offers(&[6])));
    scene.playback.forget(&scene.session);
    let rows = [
        "FILLED_AVAIL for NO_DECISION_IN_TIME",
        "ADS_SKIPPED a:ADS_TIMEOUT",
        "AVAIL_ENDED 30.0 NO_DECISION_IN_TIME",
    ];
    assert_eq!(scene.rows().await, rows);
    assert_eq!(scene.beacons().await, ["error \"http://127.0.0.1:1/error/a\""]);
}

#[tokio::test]
async fn ads_that_their_break_ended_before_are_told_of_when_it_is_over() {
    let scene = Scene::new("early-cue-in", 3);
    scene.session.work().accounts.begin(&scene.ad_break());
    scene.playback.settle(&scene.session, &scene.ad_break(), Ok(offers(&[12, 6, 6])));
    scene.reads_returning(6, 4);
    let shown = scene.shown();
    assert_eq!(shown.matches("ad").count(), 6, "{shown}");
    scene.playback.close_all(&scene.session);
    let told = scene.playback.tell(scene.session.id).unwrap();
    scene.playback.forget(&scene.session);
    let rows = ["FILLED_AVAIL a b c", "ADS_SKIPPED b:EARLY_CUE_IN c:EARLY_CUE_IN", "AVAIL_ENDED"];
    assert_eq!(scene.rows().await, rows);
    let errors = ["b", "c"].map(|ad| format!("error \"http://127.0.0.1:1/error/{ad}\""));
    assert_eq!(scene.beacons().await, errors);
    let skipped = told["avails"][0]["skippedAds"].as_array().unwrap().iter();
    let skipped: Vec<_> =
        skipped.map(|ad| format!("{} {}", ad["vastAdId"], ad["reason"])).collect();
    assert_eq!(skipped, ["\"b\" \"EARLY_CUE_IN\"", "\"c\" \"EARLY_CUE_IN\""]);
}

#[tokio::test]
async fn late_ads_that_still_waited_for_a_place_are_told_of_when_the_session_ends() {
    let scene = Scene::new("waiting", 4);
    let ad_break = scene.ad_break();
    scene.playback.fall_back(&scene.session, ad_break.serial);
    scene.session.keep_late(ad_break.serial, offers(&[6]));
    scene.playback.forget(&scene.session);
    let rows = [
        "FILLED_AVAIL for NO_DECISION_IN_TIME",
        "ADS_SKIPPED a:ADS_TIMEOUT",
        "AVAIL_ENDED 12.0 NO_DECISION_IN_TIME 18.0 SESSION_ENDED",
    ];
    assert_eq!(scene.rows().await, rows);
}

#[tokio::test]
async fn a_late_answer_without_ads_is_why_the_rest_has_none() {
    let scene = Scene::new("late-none", 4);
    let ad_break = scene.ad_break();
    scene.playback.fall_back(&scene.session, ad_break.serial);
    scene.playback.settle(&scene.session, &ad_break, Err(Unfilled::AdsTimeout));
    scene.reads(9);
    scene.playback.forget(&scene.session);
    let rows = [
        "FILLED_AVAIL for NO_DECISION_IN_TIME",
        "AVAIL_ENDED 12.0 NO_DECISION_IN_TIME 18.0 ADS_TIMEOUT",
    ];
    assert_eq!(scene.rows().await, rows);
}
