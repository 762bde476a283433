//! Rows of beacons that outlive a process: each once, whether the disk or only the log knows of it.

use super::*;
use crate::dispatch::outbox::Stage;

/// One at a time: the first hangs, so that others are due and not tried.
fn narrow() -> Policy {
    Policy { per_host: 1, ..Policy::default() }
}

impl Scene {
    /// A row that a process has written, and died before it noted that.
    fn logged(&self, beacon: &Beacon, outcome: &str, attempt: u32) {
        let id = beacon.id;
        let row = serde_json::json!({
            "beacon_id": id, "source": "server", "outcome": outcome, "attempt": attempt,
        });
        let file = self.folder.join("logs/beacons/2026-11-23T12-00-01Z-0001.jsonl");
        std::fs::write(file, format!("{row}\n{{\"beacon_id\":\"hal")).unwrap();
    }

    /// As if the log had been put away.
    fn forgets_its_log(&self) {
        for file in std::fs::read_dir(self.folder.join("logs/beacons")).unwrap() {
            std::fs::remove_file(file.unwrap().path()).unwrap();
        }
    }

    /// Three viewers' beacons that are due and told, the first of which hangs.
    async fn three_due(&self) {
        for (session, path) in [(1, "/0,200/1"), (2, "/200/2"), (3, "/200/3")] {
            let showing = Arc::new(showing(session, 0));
            let one = beacon(&showing, Event::Start, &self.url(path), noon());
            self.dispatcher.schedule([one]).await;
            self.asked(1).await;
        }
        self.rows(3).await;
    }

    /// Waits until the disk knows of so many that they are told and not tried.
    async fn told(&self, count: usize) {
        for _ in 0..2000 {
            let kept = self.dispatcher.outbox().load(self.everything()).await.unwrap_or_default();
            if kept.iter().filter(|kept| kept.stage == Stage::Told).count() == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("not {count} told");
    }

    /// All rows once there are so many, and the sink has had the time for more.
    async fn all(&self, count: usize) -> Vec<String> {
        self.rows(count).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut rows = self.rows(count).await;
        rows.sort();
        rows
    }
}

const AFTER: [&str; 4] = [
    "start sent 1 200 null",
    "start sent 1 200 null",
    "start sent 2 200 null",
    "start unknown 1 null null",
];

#[tokio::test]
async fn what_was_due_before_a_kill_is_not_told_again_though_the_log_is_put_away() {
    let scene = Scene::new("told", narrow()).await;
    scene.three_due().await;
    scene.told(2).await;
    scene.forgets_its_log();
    let scene = scene.killed(Policy::default(), noon() + SECOND).await;
    assert_eq!(scene.all(4).await, AFTER);
}

#[tokio::test]
async fn what_was_due_before_a_stop_is_not_told_again() {
    let scene = Scene::new("told-stop", narrow()).await;
    scene.three_due().await;
    let hand = scene.hand.clone();
    let late = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        hand.advance(SECOND.times(10));
    });
    let scene = scene.restarted(Policy::default()).await;
    late.await.unwrap();
    assert_eq!(scene.all(4).await, AFTER);
}

#[tokio::test]
async fn a_row_that_the_log_alone_knows_is_not_written_again() {
    for (outcome, attempt, rows) in [
        // Its time had come, and the disk was not told.
        ("due", 0, &["complete sent 1 200 null"][..]),
        // It was given up, and is still on disk.
        ("expired", 0, &[]),
        // It is another one's.
        ("unheard-of", 0, &["complete due 0 null null", "complete sent 1 200 null"]),
    ] {
        let scene = Scene::new(&format!("logged-{outcome}"), Policy::default()).await;
        let showing = Arc::new(showing(1, 0));
        let due_at = noon() + SECOND;
        let one = beacon(&showing, Event::Complete, &scene.url("/200/c"), due_at);
        scene.dispatcher.schedule([one.clone()]).await;
        scene.logged(&one, outcome, attempt);
        let scene = scene.killed(Policy::default(), due_at).await;
        assert_eq!(scene.all(rows.len()).await, rows, "{outcome}");
        scene.owed(0).await;
    }
}

#[tokio::test]
async fn how_an_attempt_ended_the_log_knows_best() {
    let again = Policy { backoff: MediaDuration::from_millis(1), ..Policy::default() };
    let once = Policy { retry_unknown: false, ..again };
    for (outcome, policy, rows) in [
        // It was accepted: another request would count twice.
        ("sent", again, &[][..]),
        ("failed", again, &[]),
        ("retry", once, &["start sent 2 200 null"]),
        ("unknown", again, &["start sent 2 200 null"]),
        ("unknown", once, &[]),
    ] {
        let scene = Scene::new(&format!("ended-{outcome}-{}", policy.retry_unknown), policy).await;
        let showing = Arc::new(showing(1, 0));
        let one = beacon(&showing, Event::Start, &scene.url("/0,200/s"), noon());
        scene.dispatcher.schedule([one.clone()]).await;
        scene.asked(1).await;
        scene.logged(&one, outcome, 1);
        let scene = scene.killed(policy, noon() + SECOND).await;
        assert_eq!(scene.all(rows.len()).await, rows, "{outcome}");
        assert_eq!(scene.sink.got().len(), 1 + rows.len(), "{outcome}");
        scene.owed(0).await;
    }
}
