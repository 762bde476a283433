//! Ads that are made while their break runs.

use futures_util::stream;
use tokio::sync::mpsc;

use super::*;
use crate::{
    configuration::Suppression,
    pod::{Refused, SkipReason},
};

/// An answer whose ads are not there yet, all but those at `ready`, and the ads as they will be.
fn unmade(secs: &[i64], ready: &[usize]) -> (Offers, Vec<Offer>) {
    let mut all = offers(secs);
    let mut made = Vec::new();
    for (at, offer) in all.pod.iter_mut().enumerate() {
        if !ready.contains(&at) {
            made.push(Offer { late_by_making: true, ..offer.clone() });
            let late = Refused { reason: SkipReason::TranscodeInProgress, why: None };
            *offer = Offer { media: Err(late), late_by_making: true, ..offer.clone() };
        }
    }
    (all, made)
}

/// Someone who waits for ads to be made.
struct Workshop {
    made: mpsc::UnboundedSender<Offer>,
    waiting: tokio::task::JoinHandle<()>,
}

impl Workshop {
    fn open(scene: &Scene, offers: Offers) -> Self {
        let (made, mut coming) = mpsc::unbounded_channel();
        let (playback, session) = (Arc::clone(&scene.playback), Arc::clone(&scene.session));
        let ad_break = scene.ad_break();
        let waiting = offers.pod.iter().filter(|offer| offer.media.is_err()).cloned().collect();
        let waiting = tokio::spawn(async move {
            let coming = stream::poll_fn(move |context| coming.poll_recv(context));
            playback.settle_each(&session, &ad_break, (offers, waiting), coming).await;
        });
        Self { made, waiting }
    }

    /// One is done, and is settled before this returns.
    async fn finishes(&self, ad: &Offer) {
        self.made.send(ad.clone()).unwrap();
        settle().await;
    }

    /// No more will come, or be waited for.
    async fn closes(self) {
        drop(self.made);
        self.waiting.await.unwrap();
    }
}

/// Lets whoever waits have his turn.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_ad_that_is_made_before_the_break_is_decided_fills_it_from_its_start() {
    let scene = Scene::new("made-in-time", 2);
    scene.reads(3);
    let (offers, made) = unmade(&[6], &[]);
    let workshop = Workshop::open(&scene, offers);
    settle().await;
    assert!(scene.session.timeline().unwrap().decisions.is_empty());
    workshop.finishes(&made[0]).await;
    workshop.closes().await;
    assert_eq!(scene.shown(), "0.ts 1.ts ad ad ad");
    assert_eq!(scene.rows().await, ["FILLED_AVAIL a"]);
}

#[tokio::test]
async fn an_ad_that_is_made_in_its_break_is_shown_behind_what_was_shown() {
    let scene = Scene::new("made-late", 4);
    let (offers, made) = unmade(&[6, 6], &[]);
    let workshop = Workshop::open(&scene, offers);
    settle().await;
    scene.playback.fall_back(&scene.session, scene.ad_break().serial);
    workshop.finishes(&made[1]).await;
    scene.reads(5);
    assert_eq!(scene.shown(), "0.ts 1.ts 2.ts 3.ts ad ad ad");
    // The other one follows it, as long as the programme has not returned.
    workshop.finishes(&made[0]).await;
    workshop.closes().await;
    scene.reads(6);
    assert_eq!(scene.shown(), "0.ts 1.ts 2.ts 3.ts ad ad ad ad ad ad");
    let rows = ["FILLED_AVAIL for NO_DECISION_IN_TIME", "FILLED_AVAIL b", "FILLED_AVAIL b a"];
    assert_eq!(scene.rows().await, rows);
    assert_eq!(scene.beacons().await, [""; 0]);
}

#[tokio::test]
async fn what_is_at_hand_is_shown_at_once_and_the_rest_behind_it() {
    let scene = Scene::new("made-behind", 3);
    let (offers, made) = unmade(&[6, 12], &[1]);
    let workshop = Workshop::open(&scene, offers);
    settle().await;
    assert_eq!(scene.shown(), "0.ts 1.ts ad ad ad");
    workshop.finishes(&made[0]).await;
    workshop.closes().await;
    scene.reads(8);
    assert_eq!(scene.shown(), "0.ts 1.ts ad ad ad ad ad ad ad ad ad 5.ts 6.ts 7.ts");
    assert_eq!(scene.rows().await, ["FILLED_AVAIL b", "FILLED_AVAIL b a"]);
}

#[tokio::test]
async fn an_ad_that_is_never_shown_is_told_of_when_that_is_certain() {
    let scene = Scene::new("made-too-late", 4);
    let (offers, made) = unmade(&[6, 24, 6], &[]);
    let workshop = Workshop::open(&scene, offers);
    settle().await;
    scene.playback.fall_back(&scene.session, scene.ad_break().serial);
    // Too long for what is left.
    workshop.finishes(&made[1]).await;
    let told = ["FILLED_AVAIL for NO_DECISION_IN_TIME", "ADS_SKIPPED b:TRANSCODE_IN_PROGRESS"];
    assert_eq!(scene.rows().await, told);
    workshop.finishes(&made[0]).await;
    scene.reads(9);
    // Whoever still waits is told of it.
    settle().await;
    workshop.closes().await;
    let rows = [
        "FILLED_AVAIL for NO_DECISION_IN_TIME",
        "ADS_SKIPPED b:TRANSCODE_IN_PROGRESS",
        "FILLED_AVAIL a",
        "ADS_SKIPPED c:TRANSCODE_IN_PROGRESS",
    ];
    assert_eq!(scene.rows().await, rows);
}

#[tokio::test]
async fn an_ad_that_cannot_be_made_is_told_of_with_its_reason() {
    let scene = Scene::new("made-never", 4);
    let (offers, made) = unmade(&[6, 6], &[]);
    let workshop = Workshop::open(&scene, offers);
    settle().await;
    let why = Refused { reason: SkipReason::TranscodeError, why: None };
    workshop.finishes(&Offer { media: Err(why), ..made[0].clone() }).await;
    assert_eq!(scene.rows().await, [""; 0]);
    scene.playback.forget(&scene.session);
    workshop.closes().await;
    let rows = ["ADS_SKIPPED a:TRANSCODE_ERROR b:TRANSCODE_IN_PROGRESS"];
    assert_eq!(scene.rows().await, rows);
}

/// The scene's viewer is shown no ads so long after he joined.
fn suppress(scene: &Scene, secs: i64) {
    let period = MediaDuration::from_secs(secs);
    let by = Suppression::AfterLiveEdge { period, partial: true };
    let timeline = Timeline::new(at(0), at(0)).suppressing(by);
    scene.session.decisions.write().timeline = Some(Arc::new(timeline));
}

#[tokio::test]
async fn an_ad_that_is_made_before_there_is_a_place_is_shown_in_its_own() {
    let scene = Scene::new("made-before-its-place", 4);
    suppress(&scene, 27);
    let (offers, made) = unmade(&[6, 6], &[1]);
    let workshop = Workshop::open(&scene, offers);
    settle().await;
    workshop.finishes(&made[0]).await;
    workshop.closes().await;
    scene.reads(5);
    scene.playback.use_all_late(&scene.session);
    scene.reads(7);
    assert_eq!(scene.shown(), "0.ts 1.ts 2.ts 3.ts 4.ts ad ad ad ad ad ad");
    assert_eq!(scene.rows().await, ["FILLED_AVAIL for SUPPRESSED", "FILLED_AVAIL a b"]);
    assert_eq!(scene.beacons().await, [""; 0]);
}

#[tokio::test]
async fn an_ad_that_never_has_a_place_is_told_of_once() {
    for made_in_time in [true, false] {
        let scene = Scene::new(&format!("made-placeless-{made_in_time}"), 4);
        suppress(&scene, 100);
        let (offers, made) = unmade(&[6, 6], &[1]);
        let workshop = Workshop::open(&scene, offers);
        settle().await;
        if made_in_time {
            workshop.finishes(&made[0]).await;
        } else {
            scene.reads(9);
            settle().await;
        }
        workshop.closes().await;
        scene.playback.forget(&scene.session);
        let mut errors = scene.beacons().await;
        errors.sort_unstable();
        let error = |ad| format!("error \"http://127.0.0.1:1/error/{ad}\"");
        assert_eq!(errors, [error("a"), error("b")], "made in time: {made_in_time}");
    }
}
