//! What is told of beacons: rows of their log, and counts.

use super::{
    super::{
        Beacon,
        policy::{Answer, Verdict},
        queue::{Attempt, Entry},
        row::{Step, row},
    },
    Shared,
};
use crate::{journal::Lost, units::MediaDuration};

impl Shared {
    pub(super) async fn expire(&self, entry: Entry) {
        let (configuration, event) = (&entry.beacon.showing.configuration, entry.beacon.event);
        self.doors.metrics.beacons.attempted(configuration, event, "expired", None);
        // Nothing was sent: its attempts have rows of their own.
        let step = Step { outcome: "expired", ..Step::default() };
        let row = self.write(&entry.beacon, step).await;
        self.finished(entry.key, row);
    }

    pub(super) async fn log_attempt(
        &self,
        attempt: &Attempt,
        answer: &Answer,
        verdict: Verdict,
        latency: MediaDuration,
    ) -> Result<(), Lost> {
        let (beacon, now) = (&*attempt.beacon, self.now());
        let (configuration, counted) = (&beacon.showing.configuration, &self.doors.metrics.beacons);
        counted.attempted(configuration, beacon.event, verdict.outcome(), Some(latency));
        if verdict == Verdict::Sent {
            let delay = (now - beacon.due_at).max(MediaDuration::ZERO);
            counted.accepted(configuration, beacon.event, delay, attempt.number);
        }
        let step = Step {
            outcome: verdict.outcome(),
            attempt: attempt.number,
            answer: Some(answer),
            latency: Some(latency),
            ..Step::default()
        };
        self.write(beacon, step).await
    }

    /// What an earlier process has told has its row.
    pub(super) async fn write_due(&self, entry: &Entry) -> Result<(), Lost> {
        if entry.told || self.logged.is_told(entry.beacon.id) {
            return Ok(());
        }
        let beacon = &*entry.beacon;
        self.doors.metrics.beacons.due(&beacon.showing.configuration, beacon.event);
        self.write(beacon, Step { outcome: "due", ..Step::default() }).await
    }

    pub(super) async fn give_up(&self, beacon: &Beacon, reason: &'static str) -> Result<(), Lost> {
        let (configuration, counted) = (&beacon.showing.configuration, &self.doors.metrics.beacons);
        counted.attempted(configuration, beacon.event, "failed", None);
        let step = Step { outcome: "failed", reason: Some(reason), ..Step::default() };
        self.write(beacon, step).await
    }

    /// A lost row has been counted and said by the log, and a beacon is sent without it too: it is
    /// worth more than its row.
    pub(super) async fn write(&self, beacon: &Beacon, step: Step<'_>) -> Result<(), Lost> {
        self.doors.log.write(row(beacon, step, self.now())).await
    }
}
