//! The bound on what is kept.

use super::{
    claims::{a_minute, until},
    *,
};

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

/// The name of what was made.
pub(super) fn key(creative: &Creative) -> Key {
    let first = &creative.renditions[0].segments[0].uri;
    crate::storage::Address::of(first).unwrap().key
}

/// Sets back when the store's files were written.
pub(super) fn age(folder: &Path, hours: u64) {
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

/// Another node has found it, and says so just after it was taken out of sight.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_node_takes_at_this_moment_comes_back() {
    let mut workshop = Workshop::open().await;
    workshop.source("ad.mp4", &AD.replace("d=5", "d=1")).await;
    let profile = profile(Packing::MpegTs);
    let made = key(&workshop.condition("ad.mp4", &profile).await.unwrap());
    let kept = workshop.folder.path("kept");
    let shown = kept.join("shown").join(made.to_string());
    until(|| shown.exists()).await;
    age(&kept, 2);
    workshop.reopen();
    let shop = &workshop.conditioning.0;
    let shelved = shop.shelved().await.unwrap().remove(0);
    let before = workshop.storage().manifest(&made).await.unwrap();
    assert!(before.is_some());
    let hidden = shop.hide(&shelved).await.unwrap();
    assert_eq!(workshop.storage().manifest(&made).await.unwrap(), None);
    // Nobody makes it meanwhile.
    assert!(shop.claim(&made).await.is_err());
    std::fs::write(&shown, "").unwrap();
    assert_eq!(shop.remove(vec![hidden]).await, shelved.bytes);
    assert_eq!(workshop.storage().manifest(&made).await.unwrap(), before);
    age(&kept, 2);
    let hidden = shop.hide(&shelved).await.unwrap();
    assert_eq!(shop.remove(vec![hidden]).await, 0);
    assert_eq!(workshop.storage().shelved().await.unwrap(), []);
    assert_eq!(workshop.folder.files("kept/claims"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_goes_also_where_there_is_no_bound() {
    let workshop = Workshop::open().await;
    let (kept, now) = (workshop.folder.path("kept"), Clock::real().now());
    let storage = workshop.storage();
    let leave = async |key: &Key, now| {
        let place = kept.join("creatives").join(key.to_string()).join("v0");
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("000.ts"), "0123456789").unwrap();
        assert!(storage.claim(key, "gone", now, a_minute()).await.unwrap());
    };
    let two_days = MediaDuration::from_secs(2 * 86_400);
    leave(&Key::of_digest(&[1; 32]), now - two_days).await;
    age(&kept, 48);
    let at_it = Key::of_digest(&[2; 32]);
    leave(&at_it, now).await;
    workshop.conditioning.0.clear_up().await;
    let left = [format!("claims/{at_it}.json"), format!("creatives/{at_it}/v0/000.ts")];
    let left = left.map(|name| kept.join(name).to_string_lossy().into_owned());
    assert_eq!(workshop.folder.files("kept"), left);
}
