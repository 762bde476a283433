//! The service on a disk that is full: for a while, in `scripts/proof full-disk`, which makes a small
//! one; and where only its own log is on it.

#![expect(clippy::disallowed_methods, reason = "only the script knows the disk")]

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::support::{
    app::{fresh_dir, rows},
    service::{More, Service},
    viewer::Viewer,
    world::World,
};

/// A file that takes all there is, down to the last byte.
struct Filler(PathBuf);

impl Filler {
    fn fill(disk: &Path) -> Self {
        let path = disk.join("filler");
        let mut file = std::fs::File::create(&path).unwrap();
        for piece in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; piece]).is_ok() {}
        }
        Self(path)
    }

    fn remove(self) {
        std::fs::remove_file(self.0).unwrap();
    }
}

async fn ready(service: &Service) -> String {
    let answer = reqwest::get(format!("http://{}/ready", service.admin)).await.unwrap();
    answer.text().await.unwrap()
}

/// Watches on until the answer begins so.
async fn until_told(service: &Service, viewer: &mut Viewer, text: &str) {
    for _ in 0..60 {
        if ready(service).await.starts_with(text) {
            return;
        }
        viewer.watch(Duration::from_millis(500)).await;
    }
    panic!("expected {text}\nbut got {}", ready(service).await);
}

/// Watches on until so many segments of ads were shown.
async fn until_ads(viewer: &mut Viewer, ads: usize) {
    for _ in 0..120 {
        if viewer.ads() >= ads {
            return;
        }
        viewer.watch(Duration::from_millis(500)).await;
    }
    panic!("expected {ads} segments of ads in a minute, got {}", viewer.ads());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_written_stops_nothing() {
    let world = World::start().await;
    let more = More { log: Some("/dev/full".into()), ..More::default() };
    let service = Service::start_in(fresh_dir(), &world, more).await;
    let mut viewer = Viewer::join(service.address).await;
    viewer.reload().await;
    world.schedule(2, 6);
    until_ads(&mut viewer, 6).await;
    until_told(&service, &mut viewer, "ready\n").await;
    std::fs::remove_dir_all(service.leave()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "scripts/proof full-disk"]
async fn a_full_disk_is_seen_and_loses_and_doubles_nothing() {
    let disk = PathBuf::from(std::env::var("MIDROLL_SMALL_DISK").expect("a small disk's folder"));
    let data_dir = disk.join("data");
    std::fs::create_dir(&data_dir).unwrap();
    let world = World::start().await;
    let service = Service::start_in(data_dir.clone(), &world, More::default()).await;
    let mut viewer = Viewer::join(service.address).await;
    viewer.reload().await;
    // One break that the disk fills up in, and one that is on a full disk from beginning to end.
    world.schedule(2, 6);
    until_ads(&mut viewer, 2).await;
    let filler = Filler::fill(&disk);
    // What is owed fits into the outbox's file for a while, wherever that has room inside.
    let told = format!(
        "not ready:\n\
         - `data_dir` ({}) cannot be written: No space left on device (os error 28)\n\
         - the logs for analytics cannot be written\n",
        data_dir.display()
    );
    until_told(&service, &mut viewer, &told).await;
    viewer.watch(Duration::from_secs(16)).await;
    world.schedule(2, 6);
    viewer.watch(Duration::from_secs(26)).await;
    assert_eq!(viewer.ads(), 12);
    until_told(&service, &mut viewer, &told).await;
    let hits = world.events(&viewer.session).len();
    assert_eq!(hits, 24, "both breaks' beacons were sent while the disk was full");
    filler.remove();
    until_told(&service, &mut viewer, "ready\n").await;
    service.until_idle(Duration::from_secs(30)).await;
    let folder = service.leave();

    let mut counts = BTreeMap::<String, BTreeMap<String, usize>>::new();
    for row in rows(&folder.join("logs/beacons")) {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        *counts.entry(text("outcome")).or_default().entry(text("beacon_id")).or_default() += 1;
    }
    let outcomes: Vec<_> = counts.keys().map(String::as_str).collect();
    assert_eq!(outcomes, ["due", "sent"], "{counts:#?}");
    for (outcome, ids) in counts {
        assert_eq!(ids.len(), 24, "{outcome}");
        assert!(ids.values().all(|count| *count == 1), "{outcome}: {ids:?}");
    }
    assert_eq!(world.events(&viewer.session).len(), hits, "nothing came again");
}
