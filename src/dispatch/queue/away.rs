//! What of a host's beacons is on disk only, and how much of them memory has room for.

use std::{ops::Bound, sync::Arc};

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
        self.list_behind(host);
    }

    /// This one is not to be read back: the disk will be told that it is done with.
    pub(in crate::dispatch) fn leave_on_disk(&mut self, key: &Key) {
        self.host(&key.host).known.insert(key.number);
    }

    /// Which hosts have something on disk and room in memory. Those that have something there and no
    /// room have their reserve in memory, so that few are looked at in vain.
    pub(in crate::dispatch) fn wanted(&mut self) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        let mut next = self.behind.first().cloned();
        while let Some(name) = next.filter(|_| self.reserve() > 0) {
            let after = (Bound::Excluded(&*name), Bound::Unbounded);
            next = self.behind.range::<str, _>(after).next().cloned();
            let most = self.room(&name).min(LOAD);
            if most > 0
                && let Some(host) = self.hosts.get_mut(&name)
            {
                let (from, known) = (host.begin_loading(), host.known.clone());
                self.promised += most;
                self.list_behind(&name);
                wanted.push(Wanted { host: name, from, most, known });
            }
        }
        wanted
    }

    /// Takes in what was read of a host's; those that cannot be read are given back to be let go.
    pub(in crate::dispatch) fn loaded(&mut self, wanted: &Wanted, kept: Vec<Kept>) -> Vec<Key> {
        let all = kept.len() < wanted.most;
        self.promised -= wanted.most;
        let (count, last) = (kept.len(), kept.last().map(|kept| kept.key.clone()));
        let host = self.host(&wanted.host);
        let before = host.away;
        host.loaded(count, last.as_ref(), all);
        let after = host.away;
        self.counts.away = self.counts.away + after - before;
        self.list_behind(&wanted.host);
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
        self.promised -= wanted.most;
        self.host(&wanted.host).loaded(0, None, false);
        self.list_behind(&wanted.host);
    }

    /// Puts a host among those that are to be read of, or takes it out.
    pub(super) fn list_behind(&mut self, name: &Arc<str>) {
        let behind = self.hosts.get(name).is_some_and(|host| host.away > 0 && !host.loading);
        if !behind {
            self.behind.remove(name);
        } else if !self.behind.contains(name) {
            self.behind.insert(Arc::clone(name));
        }
    }

    /// How many more beacons of a host may be in memory: no host has more than a quarter of the
    /// room, and each has a little of its own, as long as all these together are no more than
    /// another quarter. Names of hosts come from ads, and may be as many as anybody likes.
    pub(super) fn room(&self, host: &str) -> usize {
        let own = self.hosts.get(host).map_or(0, |host| host.held);
        let share = self.policy.most.div_ceil(4).max(1);
        let left = self.policy.most.saturating_sub(self.taken()).min(share.saturating_sub(own));
        left.max(RESERVE.min(share).saturating_sub(own).min(self.reserve()))
    }

    /// How many more beacons may be in memory whosever they are.
    fn reserve(&self) -> usize {
        let share = self.policy.most.div_ceil(4).max(1);
        self.policy.most.saturating_add(share).saturating_sub(self.taken())
    }

    const fn taken(&self) -> usize {
        self.held + self.promised
    }
}

/// Read from disk at once.
const LOAD: usize = 1024;
