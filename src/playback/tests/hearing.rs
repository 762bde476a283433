//! Answers of which the first ads are known, and the rest is still to come.

use super::*;
use crate::{
    configuration::Suppression,
    playback::{hearing::Heard, live::Role},
    pod::{Ad, Cause, Unfilled},
    vast::Lost,
};

/// A scene whose break would begin now, with the first `known` of these ads.
fn hears(name: &str, answer: &Offers, known: usize) -> Scene {
    let scene = Scene::new(name, 3);
    let heard = Offers { pod: answer.pod[..known].to_vec(), stand_ins: Vec::new() };
    let heard = Heard { offers: heard, shown: Vec::new() };
    scene.session.work().heard.insert(scene.ad_break().serial, heard);
    scene
}

impl Scene {
    fn waits_no_longer(&self) {
        self.playback.fall_back(&self.session, self.ad_break().serial);
    }

    fn is_answered(&self, answer: Offers) {
        self.playback.settle(&self.session, &self.ad_break(), Ok(answer));
    }
}

/// A wrapper that said nothing, at that place of an answer.
fn lose(answer: &mut Offers, place: usize) {
    answer.pod[place].media = Err(Cause::Lost(Lost::TimedOut).into());
}

#[tokio::test]
async fn what_is_known_is_shown_from_the_start_and_the_rest_behind_it() {
    let answer = offers(&[6, 6, 12]);
    let scene = hears("heard", &answer, 1);
    scene.waits_no_longer();
    assert_eq!(scene.shown(), "0.ts 1.ts ad ad ad");
    scene.is_answered(answer);
    scene.reads(8);
    assert_eq!(scene.shown(), "0.ts 1.ts ad ad ad ad ad ad ad ad ad ad ad ad 6.ts 7.ts");
    assert_eq!(scene.rows().await, ["FILLED_AVAIL a", "FILLED_AVAIL a b c"]);
    assert_eq!(scene.beacons().await, [""; 0]);
}

#[tokio::test]
async fn a_creative_that_is_shown_comes_again_only_where_nothing_else_is_left() {
    // `b` and `d` are `a` once more.
    let mut answer = offers(&[6, 6, 12, 6]);
    for again in [1, 3] {
        answer.pod[again].media = answer.pod[0].media.clone();
    }
    let scene = hears("heard-twice", &answer, 2);
    scene.waits_no_longer();
    scene.is_answered(answer);
    scene.reads(9);
    scene.playback.forget(&scene.session);
    let rows = ["FILLED_AVAIL a", "FILLED_AVAIL a c b d", "AVAIL_ENDED"];
    assert_eq!(scene.rows().await, rows);
}

#[tokio::test]
async fn what_the_rest_turns_out_to_lack_is_told_of_once() {
    let mut answer = offers(&[6, 6, 6]);
    let scene = hears("heard-lost", &answer, 1);
    lose(&mut answer, 1);
    scene.waits_no_longer();
    scene.is_answered(answer);
    scene.reads(9);
    scene.playback.forget(&scene.session);
    let rows = [
        "FILLED_AVAIL a",
        "FILLED_AVAIL a c b:INVALID_VAST_WRAPPER_AD",
        "AVAIL_ENDED 18.0 LEFTOVER",
    ];
    assert_eq!(scene.rows().await, rows);
    assert_eq!(scene.beacons().await, ["error \"http://127.0.0.1:1/error/b\""]);
}

#[tokio::test]
async fn where_the_rest_is_nothing_the_break_is_short_of_ads_and_not_of_a_decision() {
    let mut answer = offers(&[6, 6]);
    let scene = hears("heard-alone", &answer, 1);
    lose(&mut answer, 1);
    scene.waits_no_longer();
    scene.reads(4);
    scene.is_answered(answer);
    scene.reads(9);
    scene.playback.forget(&scene.session);
    let rows = [
        "FILLED_AVAIL a",
        "ADS_SKIPPED b:INVALID_VAST_WRAPPER_AD",
        // What was shown of the programme before the answer was for want of it.
        "AVAIL_ENDED 6.0 NO_DECISION_IN_TIME 18.0 LEFTOVER",
    ];
    assert_eq!(scene.rows().await, rows);
}

#[tokio::test]
async fn a_rest_that_comes_when_all_is_over_tells_nothing_of_what_was_shown() {
    let answer = offers(&[6, 6]);
    let scene = hears("heard-over", &answer, 1);
    scene.waits_no_longer();
    scene.reads(9);
    scene.playback.forget(&scene.session);
    scene.is_answered(answer);
    let rows =
        ["FILLED_AVAIL a", "AVAIL_ENDED 24.0 NO_DECISION_IN_TIME", "ADS_SKIPPED b:ADS_TIMEOUT"];
    assert_eq!(scene.rows().await, rows);
}

#[tokio::test]
async fn an_answer_that_is_whole_in_time_is_decided_as_one() {
    let answer = offers(&[6, 6]);
    let scene = hears("heard-whole", &answer, 1);
    scene.is_answered(answer);
    scene.waits_no_longer();
    scene.reads(8);
    assert_eq!(scene.rows().await, ["FILLED_AVAIL a b"]);
}

#[tokio::test]
async fn where_nothing_known_can_be_shown_the_break_falls_back_and_the_answer_is_late() {
    for known in [0, 1] {
        let mut answer = offers(&[6, 6]);
        lose(&mut answer, 0);
        let scene = hears(&format!("heard-nothing-{known}"), &answer, known);
        scene.waits_no_longer();
        assert_eq!(scene.shown(), "0.ts 1.ts 2.ts");
        scene.is_answered(answer);
        scene.reads(5);
        let rows =
            ["FILLED_AVAIL for NO_DECISION_IN_TIME", "FILLED_AVAIL b a:INVALID_VAST_WRAPPER_AD"];
        assert_eq!(scene.rows().await, rows, "known: {known}");
    }
}

#[tokio::test]
async fn what_is_known_of_a_break_that_stays_programme_is_not_shown() {
    let answer = offers(&[6]);
    let scene = hears("heard-suppressed", &answer, 1);
    let period = MediaDuration::from_secs(100);
    let by = Suppression::AfterLiveEdge { period, partial: true };
    let timeline = Timeline::new(at(0), at(0)).suppressing(by);
    scene.session.decisions.write().timeline = Some(Arc::new(timeline));
    scene.waits_no_longer();
    assert_eq!(scene.shown(), "0.ts 1.ts 2.ts");
    assert_eq!(scene.rows().await, ["FILLED_AVAIL for SUPPRESSED"]);
}

#[tokio::test]
async fn a_slate_that_would_be_longer_than_the_threshold_is_not_shown_behind_what_is_known() {
    let mut told = Vec::new();
    for known in [1, 2] {
        let answer = offers(&[6, 12]);
        let scene = hears(&format!("heard-threshold-{known}"), &answer, known);
        let threshold = Some(MediaDuration::from_secs(15));
        let configuration =
            PlaybackConfiguration { personalization_threshold: threshold, ..configuration() };
        let configurations = HashMap::from([("news".to_owned(), Arc::new(configuration))]);
        scene.playback.configure(Settings { configurations, ..Settings::default() });
        let slate = Ad { creative: creative(2_000), matched: [0].into(), info: Arc::default() };
        scene.session.live.set(Role::Slate, None, slate);
        scene.waits_no_longer();
        told.extend(scene.rows().await);
    }
    let unfilled = Unfilled::NoDecisionInTime.as_str();
    assert_eq!(told, [format!("FILLED_AVAIL for {unfilled}"), "FILLED_AVAIL a b".to_owned()]);
}
