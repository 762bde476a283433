//! Beacons on their way: waited for, sent, tried again, and every step logged.
//!
//! A [`Beacon`] is handed in with the time it will be due. When that comes it gets its `due` row,
//! unless its viewer has left by then, and is sent; each attempt gets a row. Beacons of one ad to
//! one host are sent in order, one at a time; a host has a bounded number in flight, so that a dead
//! one delays no other. What cannot be taken in is logged as `failed` with the reason. What is
//! waiting is a value of its own (`dispatch/queue.rs`), apart from timers and sockets.
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
mod policy;
mod queue;
mod row;
#[cfg(test)]
mod tests;

pub use dispatcher::{Dispatcher, Doors, Left};
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
    /// Whether the viewer is still there.
    pub presence: Arc<dyn Presence>,
    /// Of the channel; three of these without a request, and the viewer is gone.
    pub target_duration: MediaDuration,
}

/// Tells when a session was last heard of.
pub trait Presence: std::fmt::Debug + Send + Sync {
    /// The time of its last request of any kind, the one that made a beacon due among them.
    fn last_seen(&self) -> ProgramTime;
}
