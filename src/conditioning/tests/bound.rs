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

/// Sets back when the store's files were written.
fn age(folder: &Path, hours: u64) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            age(&path, hours);
        } else {
            let file = std::fs::File::options().append(true).open(path).unwrap();
            let written = file.metadata().unwrap().modified().unwrap();
            file.set_modified(written - Duration::from_secs(hours * 3_600)).unwrap();
        }
    }
}

/// Of what this process has not shown itself, only the store knows when it was shown last.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_what_was_shown_lately_is_spared() {
    let mut workshop = Workshop::open().await;
    let profile = profile(Packing::MpegTs);
    for (name, tone) in [("old.mp4", 300), ("evergreen.mp4", 400), ("new.mp4", 500)] {
        let made = AD.replace("d=5", "d=1").replace("f=440", &format!("f={tone}"));
        workshop.source(name, &made).await;
    }
    let key = |creative: &Creative| {
        let first = &creative.renditions[0].segments[0].uri;
        crate::storage::Address::of(first).unwrap().key
    };
    let old = key(&workshop.condition("old.mp4", &profile).await.unwrap());
    let evergreen = key(&workshop.condition("evergreen.mp4", &profile).await.unwrap());
    // Both were made long ago; one is shown by another node.
    let kept = workshop.folder.path("kept");
    let shown = kept.join("shown").join(evergreen.to_string());
    for _ in 0..100 {
        if shown.exists() && kept.join("shown").join(old.to_string()).exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    age(&kept, 2);
    std::fs::write(&shown, "").unwrap();
    workshop.reopen_with(Settings { most_bytes: Some(1), ..settings(&workshop.folder) });
    let new = key(&workshop.condition("new.mp4", &profile).await.unwrap());
    let mut left = Vec::new();
    for _ in 0..100 {
        let shelved = workshop.storage().shelved().await.unwrap();
        left = shelved.into_iter().map(|one| one.key).collect();
        if left.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    left.sort();
    let mut expected = vec![evergreen, new];
    expected.sort();
    assert_eq!(left, expected);
}
