//! Laying out ad segments one after another.

use std::sync::Arc;

use super::{Group, Part};
use crate::{pod, units::MediaDuration};

/// A segment: where it ends, from the replacement's start, and how long it is.
pub(super) type Ending = (MediaDuration, MediaDuration);

/// As far as has been laid out.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) groups: Vec<Group>,
    pub(super) count: u32,
    pub(super) length: MediaDuration,
    /// Of the last segment.
    pub(super) last: MediaDuration,
}

impl Shown {
    /// Takes an ad's segments while they are allowed and `limit` in all is not reached; true if one
    /// was not allowed.
    pub(super) fn take(
        &mut self,
        ad: &pod::Ad,
        part: Part,
        limit: u32,
        allowed: impl Fn(Ending) -> bool,
    ) -> bool {
        let mut take = 0;
        let mut stopped = false;
        for step in ad.creative.steps() {
            if self.count >= limit {
                break;
            }
            if !allowed((self.length + step, step)) {
                stopped = true;
                break;
            }
            take += 1;
            self.count += 1;
            self.length += step;
            self.last = step;
        }
        if take > 0 {
            let (creative, matched) = (Arc::clone(&ad.creative), Arc::clone(&ad.matched));
            self.groups.push(Group { creative, matched, take, part });
        }
        stopped
    }

    pub(super) fn repeat(&mut self, slate: &pod::Ad, allowed: impl Fn(Ending) -> bool) {
        loop {
            let before = self.count;
            if self.take(slate, Part::Slate, u32::MAX, &allowed) || self.count == before {
                return;
            }
        }
    }
}
