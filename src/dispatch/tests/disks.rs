//! Beacons while the disk that keeps them or their log is full or slow: each is sent once all the same,
//! and none without a row.

use super::*;

/// Trouble that is over soon.
pub(super) fn quick() -> Settings {
    let patience = Duration::from_millis(50);
    Settings { patience, retry: Duration::from_millis(20), ..Settings::default() }
}

impl Scene {
    /// The log takes nothing, or takes something again.
    async fn log_fails(&self, fails: bool) {
        let folder = self.folder.join("logs/beacons");
        if fails {
            std::fs::remove_dir(&folder).unwrap();
            self.journal.beacons().write(other_row()).await.unwrap();
        } else {
            std::fs::create_dir(&folder).unwrap();
        }
        for _ in 0..2000 {
            if self.journal.beacons().is_writable() != fails {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("the log does not fail: {fails}");
    }

    /// One whose beacon was sent while its log took nothing.
    async fn sent_without_a_row(name: &str) -> Self {
        let scene = Self::new(name, Policy::default()).await;
        scene.log_fails(true).await;
        scene.later(0..1).await;
        scene.hand.advance(SECOND);
        // The other row, and two that wait with it.
        scene.rows(3).await;
        // Whatever would let go of the beacon has had the time to.
        tokio::time::sleep(Duration::from_millis(50)).await;
        scene
    }

    /// Beacons of these viewers, due in a second.
    async fn later(&self, viewers: std::ops::Range<u128>) {
        let due_at = noon() + SECOND;
        let beacons = viewers.map(|viewer| {
            let url = self.url(&format!("/200/{viewer}"));
            beacon(&Arc::new(showing(viewer, 0)), Event::Start, &url, due_at)
        });
        self.dispatcher.schedule(beacons.collect::<Vec<_>>()).await;
    }

    /// What the sink has, and how often each row is there, once there are so many.
    async fn counted_once(&self, viewers: usize) {
        let rows = self.rows(2 * viewers).await;
        let count = |row: &str| rows.iter().filter(|known| *known == row).count();
        assert_eq!(rows.len(), 2 * viewers, "{rows:?}");
        assert_eq!(count("start due 0 null null"), viewers);
        assert_eq!(count("start sent 1 200 null"), viewers);
        self.sink_has(viewers);
    }

    fn sink_has(&self, viewers: usize) {
        let mut got = self.sink.got();
        got.sort();
        let mut once: Vec<_> = (0..viewers).map(|viewer| format!("/200/{viewer}")).collect();
        once.sort();
        assert_eq!(got, once);
    }
}

#[tokio::test]
async fn a_full_disk_loses_no_beacon_and_doubles_none() {
    let disk = Memory::default();
    let scene = Scene::on("full-disk", Policy::default(), Some(disk.clone())).await;
    scene.later(0..3).await;
    scene.owed(3).await;
    disk.fill(true);
    scene.later(3..6).await;
    scene.counted("midroll_beacon_outbox_failing 1").await;
    scene.hand.advance(SECOND);
    scene.counted_once(6).await;
    disk.fill(false);
    scene.counted("midroll_beacon_outbox_failing 0").await;
    scene.owed(0).await;
    scene.counted_once(6).await;
}

#[tokio::test]
async fn what_was_sent_while_the_disk_was_full_is_not_sent_again_after_a_kill() {
    let disk = Memory::default();
    let scene = Scene::on("full-kill", Policy::default(), Some(disk.clone())).await;
    scene.later(0..3).await;
    scene.owed(3).await;
    disk.fill(true);
    scene.hand.advance(SECOND);
    scene.counted_once(3).await;
    let scene = scene.killed_and(Policy::default(), noon() + SECOND, || disk.fill(false)).await;
    scene.owed(0).await;
    assert_eq!(scene.rows(0).await, [""; 0]);
    scene.sink_has(3);
}

#[tokio::test]
async fn what_was_sent_while_the_disk_was_full_is_not_sent_again_after_a_stop() {
    let disk = Memory::default();
    let scene = Scene::on("full-stop", Policy::default(), Some(disk.clone())).await;
    scene.later(0..3).await;
    scene.owed(3).await;
    disk.fill(true);
    scene.hand.advance(SECOND);
    scene.counted_once(3).await;
    let folder = scene.folder.join("logs/beacons");
    let time = Duration::from_secs(10);
    let scene = scene.restarted_and(Policy::default(), time, || disk.fill(false)).await;
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let files: Vec<_> = files.collect();
    assert!(files.iter().all(|file| file.extension().unwrap() == "gz"), "{files:?}");
    scene.owed(0).await;
    assert_eq!(scene.rows(0).await, [""; 0]);
    scene.sink_has(3);
}

#[tokio::test]
async fn a_slow_disk_holds_no_beacon_up_for_longer_than_its_patience() {
    let disk = Memory::default();
    let scene = Scene::on("slow-disk", Policy::default(), Some(disk.clone())).await;
    disk.slow_down(400);
    let clock = Clock::real();
    let before = clock.now();
    scene.later(0..3).await;
    let took = clock.now() - before;
    assert!(took < MediaDuration::from_millis(300), "{took}");
    scene.hand.advance(SECOND);
    scene.counted_once(3).await;
    disk.slow_down(0);
    scene.owed(0).await;
    scene.counted_once(3).await;
}

/// Of nobody.
fn other_row() -> crate::journal::Row {
    crate::journal::Row::new(None, &serde_json::json!({ "event": "other", "outcome": "row" }))
}

#[tokio::test]
async fn what_was_sent_without_a_row_is_repeated_after_a_kill_and_has_one_then() {
    let scene = Scene::sent_without_a_row("no-row").await;
    let folder = scene.folder.join("logs/beacons");
    let writable = || std::fs::create_dir(folder).unwrap();
    let scene = scene.killed_and(Policy::default(), noon() + SECOND, writable).await;
    let rows = ["start unknown 1 null null", "start sent 2 200 null"];
    assert_eq!(scene.rows(2).await, rows);
    scene.owed(0).await;
    assert_eq!(scene.sink.got(), ["/200/0"; 2]);
    let state = scene.sink.0.lock().unwrap();
    let ids: Vec<_> = state.headers.iter().map(|headers| &headers["x-midroll-beacon-id"]).collect();
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn what_was_sent_without_a_row_is_let_go_once_the_log_has_it() {
    let scene = Scene::sent_without_a_row("late-row").await;
    scene.owed(1).await;
    scene.log_fails(false).await;
    scene.owed(0).await;
    scene.sink_has(1);
}

#[tokio::test]
async fn what_waits_for_its_row_takes_no_room_of_its_host() {
    // A host has a quarter of the room: one.
    let policy = Policy { most: 4, ..Policy::default() };
    let scene = Scene::new("rows-wait", policy).await;
    scene.log_fails(true).await;
    for viewer in 0..3 {
        scene.later(viewer..viewer + 1).await;
        scene.hand.advance(SECOND);
        let rows = 3 + 2 * usize::try_from(viewer).unwrap();
        scene.rows(rows).await;
    }
    scene.sink_has(3);
    scene.log_fails(false).await;
    scene.owed(0).await;
}

#[tokio::test]
async fn what_the_log_has_given_up_is_not_owed_any_more() {
    let scene = Scene::new("given-up", Policy::default()).await;
    scene.log_fails(true).await;
    scene.later(0..1).await;
    scene.owed(1).await;
    let log = scene.journal.beacons().clone();
    let room = log.fill_what_is_left();
    scene.hand.advance(SECOND);
    scene.counted(r#"midroll_log_rows_lost_total{log="beacons"} 2"#).await;
    scene.owed(0).await;
    scene.sink_has(1);
    drop(room);
}

#[tokio::test]
async fn a_disk_that_hangs_costs_beacons_only_where_memory_has_no_room() {
    let disk = Memory::default();
    let policy = Policy { most: 4, ..Policy::default() };
    let scene = Scene::on("hanging-disk", policy, Some(disk.clone())).await;
    disk.hang(true);
    scene.later(0..1).await;
    scene.counted("midroll_beacon_outbox_failing 1").await;
    // A host has a quarter of the room: one.
    scene.later(1..3).await;
    scene.hand.advance(SECOND);
    let mut rows = scene.rows(4).await;
    rows.sort();
    assert_eq!(
        rows,
        [
            "start due 0 null null",
            "start failed 0 null outbox_full",
            "start failed 0 null outbox_full",
            "start sent 1 200 null",
        ]
    );
    disk.hang(false);
    scene.counted("midroll_beacon_outbox_failing 0").await;
    scene.owed(0).await;
    assert_eq!(scene.sink.got(), ["/200/0"]);
}
