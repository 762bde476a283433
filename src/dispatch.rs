//! Beacons on their way: waited for, sent, tried again, and every step logged.
//!
//! A [`Beacon`] is handed in with the time it will be due, and counts as accepted once it is on disk
//! ([`Outbox`]). When its time comes it gets its `due` row, unless its viewer has left by then, and
//! is sent; each attempt gets a row. It leaves the disk when its last row is written, so that after a
//! kill what is not known to have been accepted is sent again, under the same id. Rows are in the log
//! before the disk knows of them; what it does not know after a kill the end of the log says
//! (`dispatch/logged.rs`), so that no row is written twice.
//!
//! Beacons of one ad to one host are sent in order, one at a time; who fails for longer than half a
//! minute is not waited for. A host has a bounded number in
//! flight, fewer while it answers badly, and a bounded number in memory: a dead one delays no other,
//! and what it is owed waits on disk. What is in memory is a value of its own (`dispatch/queue.rs`),
//! apart from timers, sockets and files.
//!
//! With a disk that takes nothing beacons are sent from memory. Only where there is no room either
//! is one lost: its row says `failed` and `outbox_full`, and it is counted under that outcome; so
//! does that of one handed in after a drain, with `outbox_closed`.
//! Deliberately absent: which beacons are owed (that is `beacon`'s) and what URLs say.

use std::sync::Arc;

use crate::{
    beacon::{BeaconId, Event},
    fetch::HeaderMap,
    ids::{BreakId, ConfigurationName, SessionId},
    pod::AdInfo,
    units::{MediaDuration, ProgramTime},
};

mod dispatcher;
mod host;
mod logged;
mod outbox;
mod policy;
mod queue;
mod retry_after;
mod row;
#[cfg(test)]
mod tests;

pub use dispatcher::{Dispatcher, Doors, Left};
pub use outbox::{Outbox, Settings, Unusable};
pub use policy::Policy;

/// One request that counts a moment of an ad.
#[derive(Clone, Debug)]
pub struct Beacon {
    /// The name it is counted once by.
    pub id: BeaconId,
    /// The moment.
    pub event: Event,
    /// What to request, macros replaced.
    pub url: String,
    /// When it counts.
    pub due_at: ProgramTime,
    /// The rendition whose request made it due.
    pub rendition: Option<Arc<str>>,
    /// The id of its moment in the tracking API.
    pub tracking_id: Option<String>,
    /// What it is about.
    pub showing: Arc<Showing>,
}

/// One ad shown to one viewer: what all its beacons have in common.
#[derive(Clone, Debug)]
pub struct Showing {
    /// The playback configuration.
    pub configuration: ConfigurationName,
    /// The asset path the session was started with.
    pub asset: Arc<str>,
    /// The session.
    pub session: SessionId,
    /// The break.
    pub avail: BreakId,
    /// When the break begins in the programme.
    pub avail_start: Option<ProgramTime>,
    /// The ad's place among the session's ads in this break, from 0.
    pub position: usize,
    /// The ad.
    pub ad: Arc<AdInfo>,
    /// The headers that stand for the viewer, the same as on ad requests (rule D-01:
    /// `adserver::device_headers`).
    pub headers: Arc<HeaderMap>,
    /// When the viewer was last heard of as this was handed in.
    pub last_seen: ProgramTime,
    /// Of the channel; three of these without a request, and the viewer is gone.
    pub target_duration: MediaDuration,
}

/// Tells who is still there.
pub trait Attendance: std::fmt::Debug + Send + Sync {
    /// The time of a session's last request of any kind; `None` if it is not known here.
    fn last_seen(&self, session: SessionId) -> Option<ProgramTime>;
}
