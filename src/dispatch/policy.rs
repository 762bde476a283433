//! How hard a beacon is tried, and what an attempt's outcome means.

use std::time::Duration;

use super::Beacon;
use crate::{
    fetch::{self, StatusCode},
    units::{MediaDuration, ProgramTime},
};

/// Bounds of the queue and of each beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Beacons waiting to be due or accepted; one more is refused.
    pub most: usize,
    /// Being sent at once to one host and port.
    pub per_host: usize,
    /// Being sent at once to all.
    pub in_flight: usize,
    /// Attempts of one beacon.
    pub attempts: u32,
    /// Wait before the second attempt; doubled before each further one, plus up to a quarter, so
    /// that what failed together does not come back together.
    pub backoff: MediaDuration,
    /// How long an attempt may take, redirects included (MediaTailor: 3 s).
    pub timeout: Duration,
    /// Whether an attempt without an answer in time is repeated. The server may have counted it;
    /// repeats carry the same `X-Midroll-Beacon-Id`. MediaTailor repeats.
    pub retry_timeouts: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            most: 500_000,
            per_host: 64,
            in_flight: 1024,
            attempts: 5,
            backoff: MediaDuration::from_secs(4),
            timeout: Duration::from_secs(3),
            retry_timeouts: true,
        }
    }
}

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Answer {
    Status(StatusCode),
    /// No status came.
    None(fetch::Error),
}

/// What an attempt's answer means for its beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Sent,
    /// To be tried again then.
    Retry(ProgramTime),
    /// Refused for good.
    Failed,
    /// Tried as often as it may be.
    Expired,
}

impl Verdict {
    pub(super) const fn outcome(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Retry(_) => "retry",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }
}

impl Policy {
    /// Judges the `attempt`th attempt (from 1), which ended at `now`.
    pub(super) fn judge(
        &self,
        beacon: &Beacon,
        attempt: u32,
        answer: &Answer,
        now: ProgramTime,
    ) -> Verdict {
        if matches!(answer, Answer::Status(status) if is_accepted(*status)) {
            Verdict::Sent
        } else if !self.may_pass(answer) {
            Verdict::Failed
        } else if attempt >= self.attempts {
            Verdict::Expired
        } else {
            Verdict::Retry(now + self.wait(beacon, attempt))
        }
    }

    /// Whether the same request may fare better later.
    fn may_pass(&self, answer: &Answer) -> bool {
        match answer {
            Answer::Status(status) => {
                status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            Answer::None(fetch::Error::TimedOut { .. }) => self.retry_timeouts,
            Answer::None(
                fetch::Error::Blocked(_)
                | fetch::Error::TooManyRedirects { .. }
                | fetch::Error::TooLarge { .. },
            ) => false,
            Answer::None(_) => true,
        }
    }

    fn wait(&self, beacon: &Beacon, attempt: u32) -> MediaDuration {
        let doubled = 1_i64.checked_shl(attempt.saturating_sub(1)).unwrap_or(i64::MAX);
        let wait = self.backoff.times(doubled.max(1));
        wait + MediaDuration::from_nanos(beacon.id.spread(wait.quarter().as_nanos()))
    }
}

/// A redirect that `fetch` could not follow has been counted by the server that answered so.
fn is_accepted(status: StatusCode) -> bool {
    status.is_success() || status.is_redirection()
}
