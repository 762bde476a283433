//! Whose connections they are: one machine must not have all the places there are, or everybody else
//! waits at the door.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    clock::Clock,
    guard::subscriber,
    http::TrustedProxies,
    units::{MediaDuration, ProgramTime},
};

/// How many connections each peer has.
#[derive(Debug)]
pub(in crate::app) struct Peers {
    limit: usize,
    /// They come for many.
    trusted: Arc<TrustedProxies>,
    clock: Clock,
    known: Mutex<HashMap<IpAddr, Peer>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Peer {
    connections: usize,
    /// How many it was refused since that was told last.
    refused: u64,
    told: Option<ProgramTime>,
}

/// A peer's connection; given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    peers: Arc<Peers>,
    of: Option<IpAddr>,
}

impl Peers {
    /// So many of each address, or IPv6 network of 64 bits; those of trusted proxies are not counted.
    pub(in crate::app) fn new(
        limit: usize,
        trusted: Arc<TrustedProxies>,
        clock: Clock,
    ) -> Arc<Self> {
        Arc::new(Self { limit, trusted, clock, known: Mutex::default() })
    }

    /// A place for one more, if it may have one.
    pub(super) fn place(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        if self.trusted.has(peer) {
            return Some(Place { peers: Arc::clone(self), of: None });
        }
        let of = subscriber(peer);
        let mut known = self.known();
        let peer = known.entry(of).or_default();
        if peer.connections < self.limit {
            peer.connections += 1;
            return Some(Place { peers: Arc::clone(self), of: Some(of) });
        }
        peer.refused += 1;
        let now = self.clock.now();
        if peer.told.is_none_or(|told| now - told >= TOLD_AGAIN) {
            let (limit, refused) = (self.limit, std::mem::take(&mut peer.refused));
            tracing::warn!(peer = %of, limit, refused, "it has as many connections as `limits.connections_per_address` allows");
            peer.told = Some(now);
        }
        None
    }

    fn known(&self) -> MutexGuard<'_, HashMap<IpAddr, Peer>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(of) = self.of else { return };
        let mut known = self.peers.known();
        if let Some(peer) = known.get_mut(&of) {
            peer.connections -= 1;
            if peer.connections == 0 {
                known.remove(&of);
            }
        }
    }
}

/// How long a peer that goes on wanting more is not told of again.
const TOLD_AGAIN: MediaDuration = MediaDuration::from_secs(60);
