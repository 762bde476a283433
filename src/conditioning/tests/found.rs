//! What was made is found: at once, under other addresses, by other nodes, and never when it is gone.

use super::*;

/// Nothing can be made, only found.
fn no_workers(folder: &Folder) -> Settings {
    Settings { at_once: 0, ..settings(folder) }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_is_found_without_a_turn_and_without_its_host() {
    let mut workshop = Workshop::open().await;
    workshop.source("ad.mp4", &AD.replace("d=5", "d=1")).await;
    let profile = profile(Packing::MpegTs);
    let first = workshop.condition("ad.mp4", &profile).await.unwrap();
    workshop.reopen_with(no_workers(&workshop.folder));
    assert_eq!(workshop.condition("ad.mp4", &profile).await.unwrap(), first);
    std::fs::remove_file(workshop.folder.path("sources").join("ad.mp4")).unwrap();
    workshop.reopen_with(no_workers(&workshop.folder));
    assert_eq!(workshop.condition("ad.mp4", &profile).await.unwrap(), first);
    assert_eq!(workshop.asked(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_address_is_another_for_each_viewer_is_fetched_and_made_once() {
    let mut workshop = Workshop::open().await;
    workshop.source("ad.mp4", &AD.replace("d=5", "d=1")).await;
    let profile = profile(Packing::MpegTs);
    let viewer = |n| {
        let (name, workshop) = (format!("ad.mp4?token={n}"), &workshop);
        let profile = &profile;
        async move { workshop.condition(&name, profile).await }
    };
    let all = futures_util::future::join_all((0..20).map(viewer)).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(workshop.asked(), 1);
    // Found in time for the ad that brought the address, by a node that starts anew too.
    let at_hand = async |workshop: &Workshop, token: &str| {
        let wanted = workshop.wanted(&format!("ad.mp4?token={token}"), &profile);
        workshop.conditioning.at_hand(&wanted).await.unwrap().is_some()
    };
    assert!(at_hand(&workshop, "late").await);
    // While anybody holds it, its playlists are not even read again.
    let main = workshop.folder.files("kept").into_iter().find(|name| name.ends_with("main.m3u8"));
    let (main, aside) = (main.unwrap(), workshop.folder.path("main.m3u8"));
    std::fs::rename(&main, &aside).unwrap();
    assert!(at_hand(&workshop, "held").await);
    std::fs::rename(&aside, &main).unwrap();
    workshop.reopen_with(no_workers(&workshop.folder));
    assert!(at_hand(&workshop, "later").await);
    assert_eq!(workshop.asked(), 1);
    // Another file under that name is another creative.
    workshop.source("ad.mp4", &AD.replace("d=5", "d=2")).await;
    assert!(!at_hand(&workshop, "latest").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_is_refused_under_all_its_addresses() {
    let workshop = Workshop::open().await;
    workshop.write("page.mp4", b"<html>not found</html>");
    let profile = profile(Packing::MpegTs);
    for n in 0..3 {
        assert!(workshop.condition(&format!("page.mp4?token={n}"), &profile).await.is_err());
    }
    assert_eq!(workshop.asked(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_from_the_store_is_not_shown() {
    let mut workshop = Workshop::open().await;
    workshop.source("ad.mp4", &AD.replace("d=5", "d=1")).await;
    let profile = profile(Packing::MpegTs);
    drop(workshop.condition("ad.mp4", &profile).await.unwrap());
    let keep = MediaDuration::ZERO;
    workshop.reopen_with(Settings { keep, ..no_workers(&workshop.folder) });
    drop(workshop.condition("ad.mp4", &profile).await.unwrap());
    let storage = workshop.storage();
    for one in storage.shelved().await.unwrap() {
        storage.remove(&one.key).await.unwrap();
    }
    let wanted = workshop.wanted("ad.mp4", &profile);
    for _ in 0..100 {
        if workshop.conditioning.at_hand(&wanted).await.unwrap().is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it is still shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_node_makes_is_fetched_once_and_waited_for() {
    let workshop = Workshop::open().await;
    workshop.source("ad.mp4", AD).await;
    let (here, there) = (Folder::new(), Folder::new());
    let node = |folder: &Folder| {
        Conditioning::start(doors(&workshop.server, workshop.storage()), settings(folder)).unwrap()
    };
    let (one, other) = (node(&here), node(&there));
    let wanted = workshop.wanted("ad.mp4", &profile(Packing::MpegTs));
    let (first, second) = tokio::join!(one.creative(&wanted), other.creative(&wanted));
    assert_eq!(first.unwrap(), second.unwrap());
    assert!(workshop.asked() <= 2, "{} requests", workshop.asked());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_loudness_makes_another_creative() {
    let mut workshop = Workshop::open().await;
    workshop.source("ad.mp4", &AD.replace("d=5", "d=1")).await;
    let profile = profile(Packing::MpegTs);
    drop(workshop.condition("ad.mp4", &profile).await.unwrap());
    let mut louder = settings(&workshop.folder);
    louder.encoding.loudness = encoding::Level::lkfs(-18);
    workshop.reopen_with(louder);
    drop(workshop.condition("ad.mp4", &profile).await.unwrap());
    assert_eq!(workshop.storage().shelved().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_ffmpeg_makes_another_creative() {
    let mut workshop = Workshop::open().await;
    workshop.source("ad.mp4", &AD.replace("d=5", "d=1")).await;
    let profile = profile(Packing::MpegTs);
    drop(workshop.condition("ad.mp4", &profile).await.unwrap());
    let found = doors(&workshop.server, workshop.storage());
    let transcoder = found.transcoder.clone().called("ffmpeg version 99");
    let newer = Doors { transcoder, ..found };
    workshop.conditioning = Conditioning::start(newer, settings(&workshop.folder)).unwrap();
    drop(workshop.condition("ad.mp4", &profile).await.unwrap());
    assert_eq!(workshop.storage().shelved().await.unwrap().len(), 2);
}
