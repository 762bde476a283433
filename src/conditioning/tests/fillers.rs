//! What fills gaps: black that nobody sent, and slates, both cut finely.

use super::*;

fn filler(workshop: &Workshop, name: Option<&str>, profile: Profile) -> Wanted {
    let source = name.map_or_else(pad, |name| workshop.server.url(&format!("/{name}")));
    Wanted { cut: Cut::Fine, ..wanted(source, profile) }
}

#[tokio::test(flavor = "multi_thread")]
async fn black_is_made_of_nothing_once_for_each_profile() {
    let mut workshop = Workshop::open().await;
    let alone = Sound {
        codec: AudioCodec::Aac,
        rate: 44_100,
        channels: 1,
        variant: Some(64_000),
        packed: false,
    };
    let sound_alone =
        Profile { pictures: Vec::new(), sounds: vec![alone], ..profile(Packing::MpegTs) };
    let mut rows = Vec::new();
    for profile in [profile(Packing::MpegTs), profile(Packing::Fmp4), sound_alone] {
        let made = workshop.conditioning.creative(&filler(&workshop, None, profile)).await;
        rows.push(told(&made));
        assert!(made.is_ok_and(|made| made.is_pad()), "{rows:?}");
    }
    let expected = [
        "10.0 s in 10 segments, 3 renditions",
        "10.0 s in 10 segments, 3 renditions",
        // Whole audio frames.
        "10.007800454 s in 10 segments, 1 renditions",
    ];
    assert_eq!(rows, expected);
    assert_eq!(workshop.asked(), 0);
    workshop.reopen();
    let again = filler(&workshop, None, profile(Packing::MpegTs));
    workshop.conditioning.creative(&again).await.unwrap();
    let steps = workshop.conditioning.report().remove(0).steps;
    assert_eq!(steps, [], "looked up and no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slate_ends_at_any_second_and_is_another_than_the_same_file_as_an_ad() {
    let workshop = Workshop::open().await;
    workshop.source("ad.mp4", AD).await;
    let profile = profile(Packing::MpegTs);
    let slate = filler(&workshop, Some("ad.mp4"), profile.clone());
    let slate = workshop.conditioning.creative(&slate).await;
    let ad = workshop.condition("ad.mp4", &profile).await;
    assert_eq!(
        [told(&slate), told(&ad)],
        ["5.0 s in 5 segments, 3 renditions", "5.0 s in 3 segments, 3 renditions"]
    );
    assert!(!slate.unwrap().is_pad());
}
