//! The bound on what is kept.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_least_lately_makes_room_unless_it_is_still_held() {
    let mut workshop = Workshop::open().await;
    for name in ["a.mp4", "b.mp4", "c.mp4"] {
        let tone = name.len() * 100 + usize::from(name.as_bytes()[0]);
        let made = AD.replace("d=5", "d=1").replace("f=440", &format!("f={tone}"));
        workshop.source(name, &made).await;
    }
    let storage = Storage::local(&workshop.folder.path("kept")).unwrap();
    let settings = Settings {
        // Less than any creative: all go that may.
        most_bytes: Some(1),
        spare: MediaDuration::ZERO,
        ..settings(&workshop.folder)
    };
    let doors = doors(&workshop.server, storage.clone());
    workshop.conditioning = Conditioning::start(doors, settings).unwrap();
    let profile = profile(Packing::MpegTs);
    let held = workshop.condition("a.mp4", &profile).await.unwrap();
    drop(workshop.condition("b.mp4", &profile).await.unwrap());
    let last = workshop.condition("c.mp4", &profile).await.unwrap();
    // Room is made when the job is done, which whoever waited for it does not wait for.
    for _ in 0..100 {
        if storage.shelved().await.unwrap().len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let left: Vec<_> = storage.shelved().await.unwrap().into_iter().map(|one| one.key).collect();
    let key = |creative: &Creative| {
        let first = &creative.renditions[0].segments[0].uri;
        crate::storage::Address::of(first).unwrap().key
    };
    let mut expected = vec![key(&held), key(&last)];
    let mut left = left;
    expected.sort();
    left.sort();
    assert_eq!(left, expected);
    // What is gone is made again when it is wanted again.
    assert_eq!(
        told(&workshop.condition("b.mp4", &profile).await),
        "1.0 s in 1 segments, 3 renditions"
    );
}
