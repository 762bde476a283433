//! How hard a beacon is tried, and what an attempt's outcome means.

use std::time::Duration;

use super::{Beacon, retry_after};
use crate::{
    fetch::{self, Sent, StatusCode},
    units::{MediaDuration, ProgramTime},
};

/// Bounds of the queue and of each beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Beacons in memory, due and not yet due; more wait on disk. Each host has `RESERVE` of its
    /// own beyond that, all together a quarter of it, and none has more than a quarter of it.
    pub most: usize,
    /// Being sent at once to one host and port.
    pub per_host: usize,
    /// Being sent at once to all.
    pub in_flight: usize,
    /// How long after it was due a beacon is given up (MediaTailor: an hour).
    pub lifetime: MediaDuration,
    /// Wait before the second attempt; doubled before each further one, plus up to a quarter, so
    /// that what failed together does not come back together.
    pub backoff: MediaDuration,
    /// The longest wait between two attempts, also where a server asks for a longer one.
    pub longest_wait: MediaDuration,
    /// How long an attempt may take, redirects included (MediaTailor: 3 s).
    pub timeout: Duration,
    /// Whether an attempt without an answer in time, or cut off by a crash, is repeated. The server
    /// may have counted it; repeats carry the same `X-Midroll-Beacon-Id`. MediaTailor repeats.
    pub retry_unknown: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            most: 100_000,
            per_host: 64,
            in_flight: 1024,
            lifetime: MediaDuration::from_secs(3600),
            backoff: MediaDuration::from_secs(4),
            longest_wait: MediaDuration::from_secs(300),
            timeout: Duration::from_secs(3),
            retry_unknown: true,
        }
    }
}

/// Beacons of one host that are in memory however many others are.
pub(super) const RESERVE: usize = 256;

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Answer {
    Status(StatusCode),
    /// The same of a server that says how long it wants to be left alone.
    Later(StatusCode, MediaDuration),
    /// No status came.
    None(fetch::Error),
    /// Nothing was sent.
    Unusable,
}

/// What an attempt's answer means for its beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Sent,
    /// To be tried again then.
    Retry(ProgramTime),
    /// Refused for good.
    Failed,
    /// Too old to be tried again.
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
        if answer.status().is_some_and(is_accepted) {
            Verdict::Sent
        } else if !self.may_pass(answer) {
            Verdict::Failed
        } else {
            let next = now + self.wait(beacon, attempt, answer);
            if self.is_expired(beacon, next) { Verdict::Expired } else { Verdict::Retry(next) }
        }
    }

    /// Whether a beacon is too old to be sent at `at`.
    pub(super) fn is_expired(&self, beacon: &Beacon, at: ProgramTime) -> bool {
        at - beacon.due_at > self.lifetime
    }

    /// Whether the same request may fare better later.
    fn may_pass(&self, answer: &Answer) -> bool {
        match answer {
            Answer::Status(status) | Answer::Later(status, _) => {
                status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            Answer::None(fetch::Error::TimedOut { .. }) => self.retry_unknown,
            Answer::None(
                fetch::Error::Blocked(_)
                | fetch::Error::TooManyRedirects { .. }
                | fetch::Error::TooLarge { .. },
            ) => false,
            Answer::Unusable => false,
            Answer::None(_) => true,
        }
    }

    /// Longer each time, and no shorter than the server wants.
    fn wait(&self, beacon: &Beacon, attempt: u32, answer: &Answer) -> MediaDuration {
        let doubled = 1_i64 << attempt.saturating_sub(1).min(MOST_DOUBLINGS);
        let asked = answer.asks().unwrap_or(MediaDuration::ZERO);
        let wait = self.backoff.times(doubled).max(asked).min(self.longest_wait);
        wait + MediaDuration::from_nanos(beacon.id.spread(wait.quarter().as_nanos()))
    }
}

/// What an answer says of the server's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    Well,
    /// It failed, or did not answer.
    Ill,
    /// It says that it is asked too much.
    Overloaded,
    /// The same, and for how long it wants to be left alone.
    Busy(MediaDuration),
}

impl Answer {
    /// What a server has answered; `Retry-After` counts where it says that it is asked too much.
    pub(super) fn of(sent: &Sent, now: ProgramTime) -> Self {
        let told = sent.retry_after.as_ref().filter(|_| matches!(sent.status.as_u16(), 429 | 503));
        match told.and_then(|told| retry_after::wait(told, now)) {
            Some(wait) => Self::Later(sent.status, wait),
            None => Self::Status(sent.status),
        }
    }

    pub(super) const fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status(status) | Self::Later(status, _) => Some(*status),
            _ => None,
        }
    }

    const fn asks(&self) -> Option<MediaDuration> {
        match self {
            Self::Later(_, wait) => Some(*wait),
            _ => None,
        }
    }

    pub(super) fn health(&self) -> Health {
        match self {
            Self::Later(_, wait) => Health::Busy(*wait),
            Self::Status(status) => match status.as_u16() {
                429 | 503 | 504 | 507 => Health::Overloaded,
                500.. => Health::Ill,
                _ => Health::Well,
            },
            Self::None(fetch::Error::TimedOut { .. }) => Health::Overloaded,
            // These say nothing of the server.
            Self::None(fetch::Error::Blocked(_)) | Self::Unusable => Health::Well,
            Self::None(_) => Health::Ill,
        }
    }
}

/// Past that any wait is the longest.
const MOST_DOUBLINGS: u32 = 30;

/// A redirect that `fetch` could not follow has been counted by the server that answered so.
fn is_accepted(status: StatusCode) -> bool {
    status.is_success() || status.is_redirection()
}
