//! What goes in and out of the queue.

use std::sync::Arc;

use crate::dispatch::{Beacon, host::LaneKey, outbox::Key};

/// How many beacons are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::dispatch) struct Counts {
    /// In memory, not due.
    pub(in crate::dispatch) scheduled: usize,
    /// In memory, due and not done with, those in flight among them.
    pub(in crate::dispatch) queued: usize,
    pub(in crate::dispatch) in_flight: usize,
    /// On disk only, due or not.
    pub(in crate::dispatch) away: usize,
}

/// A beacon in memory.
#[derive(Clone, Debug)]
pub(in crate::dispatch) struct Entry {
    pub(in crate::dispatch) key: Key,
    pub(in crate::dispatch) beacon: Arc<Beacon>,
    /// Begun so far.
    pub(in crate::dispatch) attempts: u32,
    /// The disk knows that its time has come, whoever has left since.
    pub(in crate::dispatch) settled: bool,
    /// Its `due` row is in the log, by what the disk knows.
    pub(in crate::dispatch) told: bool,
}

/// What became of a beacon whose time has come.
#[derive(Debug)]
pub(in crate::dispatch) enum Woken {
    /// To be logged and then [`admit`](super::Queue::admit)ted.
    Due(Entry),
    /// The same, but the disk has to know first: by what it knows, the viewer had left.
    Unsettled(Entry),
    /// Due, but what it asks to request is no URL of a host.
    Unusable(Entry),
    /// Its viewer had left.
    Lapsed(Entry),
}

/// One beacon to be sent now; to be given back to [`finish`](super::Queue::finish).
#[derive(Clone, Debug)]
pub(in crate::dispatch) struct Attempt {
    pub(in crate::dispatch) beacon: Arc<Beacon>,
    pub(in crate::dispatch) key: Key,
    /// From 1.
    pub(in crate::dispatch) number: u32,
    pub(in crate::dispatch) lane: LaneKey,
}

/// What comes of a ready lane.
#[derive(Debug)]
pub(in crate::dispatch) enum Start {
    Send(Attempt),
    /// Too old by now; it is done with.
    Expired(Entry),
}
