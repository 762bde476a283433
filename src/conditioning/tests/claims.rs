//! One at a time makes, or removes, what has a name.

use super::*;
use crate::conditioning::{trouble::Then, verify::Verified};

/// Waits for what comes within seconds.
pub(super) async fn until(mut is: impl FnMut() -> bool) {
    for _ in 0..500 {
        if is() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it has not come");
}

pub(super) fn a_minute() -> MediaDuration {
    MediaDuration::from_secs(60)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_has_two_addresses_is_encoded_once() {
    let mut workshop = Workshop::open().await;
    workshop.source("a.mp4", &AD.replace("d=5", "d=1")).await;
    let sources = workshop.folder.path("sources");
    std::fs::copy(sources.join("a.mp4"), sources.join("b.mp4")).unwrap();
    workshop.reopen_with(Settings { at_once: 2, ..settings(&workshop.folder) });
    let profile = profile(Packing::MpegTs);
    let want = |name| workshop.condition(name, &profile);
    let (one, other) = tokio::join!(want("a.mp4"), want("b.mp4"));
    assert_eq!(one.unwrap().renditions, other.unwrap().renditions);
    let reports = workshop.conditioning.report();
    let steps = reports.iter().flat_map(|report| &report.steps);
    assert_eq!(steps.filter(|(step, _)| *step == Step::Encode).count(), 1);
}

/// Another node was at it, and lets it be after its source has gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_on_what_cannot_be_fetched_again_is_given_back() {
    let workshop = Workshop::open().await;
    workshop.source("ad.mp4", &AD.replace("d=5", "d=1")).await;
    let source = workshop.folder.path("sources").join("ad.mp4");
    let (shop, profile) = (&workshop.conditioning.0, profile(Packing::MpegTs));
    let wanted = workshop.wanted("ad.mp4", &profile);
    let job = Job::new(Job::id(&wanted), &wanted, ProgramTime::from_millis(0));
    let bytes = std::fs::read(&source).unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    let key = shop.key(&hex::encode(digest), &job);
    let (storage, now) = (workshop.storage(), Clock::real().now());
    assert!(storage.claim(&key, "another", now, a_minute()).await.unwrap());
    let made = workshop.condition("ad.mp4", &profile);
    let (made, ()) = tokio::join!(made, async {
        let waits = || shop.jobs().get(&job.id).is_some_and(|job| job.elsewhere().is_some());
        until(waits).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        std::fs::remove_file(&source).unwrap();
        storage.release(&key, "another").await;
    });
    assert!(made.unwrap_err().to_string().contains("404"));
    assert_eq!(workshop.folder.files("kept/claims"), [""; 0]);
}

/// This machine stood still for longer than claims hold.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_lost_a_claim_publishes_nothing() {
    let workshop = Workshop::open().await;
    let (shop, storage) = (&workshop.conditioning.0, workshop.storage());
    let key = Key::of_digest(&[7; 32]);
    let claim = shop.claim(&key).await.unwrap();
    let later = Clock::real().now() + MediaDuration::from_secs(1_000);
    assert!(storage.claim(&key, "another", later, a_minute()).await.unwrap());
    let made = workshop.folder.path("made");
    std::fs::create_dir_all(&made).unwrap();
    std::fs::write(made.join("main.m3u8"), "#EXTM3U").unwrap();
    let files = vec!["main.m3u8".to_owned()];
    let lost = shop.publish(&claim, &made, Verified { files, begins: None }).await.unwrap_err();
    assert_eq!(lost.then, Then::Elsewhere);
    assert_eq!(storage.shelved().await.unwrap(), []);
    // Nor does he take it from who has it now.
    claim.give_back().await;
    assert_eq!(shop.claim(&key).await.unwrap_err().then, Then::Elsewhere);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_is_dropped_is_given_back_soon() {
    let workshop = Workshop::open().await;
    let shop = &workshop.conditioning.0;
    let key = Key::of_digest(&[7; 32]);
    let claim = shop.claim(&key).await.unwrap();
    assert_eq!(shop.claim(&key).await.unwrap_err().then, Then::Elsewhere);
    drop(claim);
    until(|| workshop.folder.files("kept/claims").is_empty()).await;
    until(|| shop.claims.take_here(&key).is_some()).await;
}
