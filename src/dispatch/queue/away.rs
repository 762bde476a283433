//! What of a host's beacons is on disk only, and how much of them memory has room for.

use std::sync::Arc;

use super::{
    super::{
        outbox::{Kept, Key, Stage, Wanted},
        policy::RESERVE,
    },
    Entry, Queue,
};

impl Queue {
    /// Hears that so many beacons are on disk for a host.
    pub(in crate::dispatch) fn found(&mut self, host: &Arc<str>, count: usize) {
        self.counts.away += count;
        self.host(host).away = count;
    }

    /// Which hosts have something on disk and room in memory.
    pub(in crate::dispatch) fn wanted(&mut self) -> Vec<Wanted> {
        if self.counts.away == 0 {
            return Vec::new();
        }
        let waiting = self.hosts.iter().filter(|(_, host)| host.away > 0 && !host.loading);
        let names: Vec<_> = waiting.map(|(name, _)| Arc::clone(name)).collect();
        let want = |name: Arc<str>| {
            let most = Some(self.room(&name).min(LOAD)).filter(|room| *room > 0)?;
            let host = self.hosts.get_mut(&name)?;
            let from = host.begin_loading();
            Some(Wanted { host: name, from, most, known: host.known.clone() })
        };
        names.into_iter().filter_map(want).collect()
    }

    /// Takes in what was read of a host's; those that cannot be read are given back to be let go.
    pub(in crate::dispatch) fn loaded(&mut self, wanted: &Wanted, kept: Vec<Kept>) -> Vec<Key> {
        let all = kept.len() < wanted.most;
        let (count, last) = (kept.len(), kept.last().map(|kept| kept.key.clone()));
        let host = self.host(&wanted.host);
        let before = host.away;
        host.loaded(count, last.as_ref(), all);
        let after = host.away;
        self.counts.away = self.counts.away + after - before;
        let mut unreadable = Vec::new();
        for Kept { key, beacon, stage } in kept {
            let Some(beacon) = beacon else {
                unreadable.push(key);
                continue;
            };
            let (settled, told) = (stage >= Stage::Due, stage >= Stage::Told);
            let (beacon, attempts) = (Arc::new(beacon), stage.attempts());
            self.hold(Entry { key, beacon, attempts, settled, told });
        }
        self.drop_if_idle(&wanted.host);
        unreadable
    }

    /// What was asked for could not be read.
    pub(in crate::dispatch) fn not_loaded(&mut self, wanted: &Wanted) {
        self.host(&wanted.host).loaded(0, None, false);
    }

    /// How many more beacons of a host may be in memory: no host has more than a quarter of the
    /// room, and each has a little of its own, as long as all these together are no more than
    /// another quarter. Names of hosts come from ads, and may be as many as anybody likes.
    pub(super) fn room(&self, host: &str) -> usize {
        let own = self.hosts.get(host).map_or(0, |host| host.known.len());
        let share = self.policy.most.div_ceil(4).max(1);
        let left = self.policy.most.saturating_sub(self.held).min(share.saturating_sub(own));
        let reserve = self.policy.most.saturating_add(share).saturating_sub(self.held);
        left.max(RESERVE.min(share).saturating_sub(own).min(reserve))
    }
}

/// Read from disk at once.
const LOAD: usize = 1024;
