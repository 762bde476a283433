//! How long and how much is kept.

use std::time::{Duration, Instant};

use moka::Expiry;
use url::Url;

use super::Found;

/// Lifetimes of what was found and of what went wrong.
pub(super) struct Keep {
    pub(super) found: Duration,
    pub(super) failure: Duration,
}

impl Expiry<Url, Found> for Keep {
    fn expire_after_create(&self, _: &Url, found: &Found, _: Instant) -> Option<Duration> {
        Some(if found.is_ok() { self.found } else { self.failure })
    }

    fn expire_after_update(
        &self,
        url: &Url,
        found: &Found,
        now: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        self.expire_after_create(url, found, now)
    }
}

/// What a creative takes in memory, and a little for every answer.
pub(super) fn weight(found: &Found) -> u32 {
    let bytes = found.as_ref().map_or(0, |creative| creative.bytes());
    u32::try_from(bytes.saturating_add(ANSWER)).unwrap_or(u32::MAX)
}

/// Bytes of an address and a reason why not.
const ANSWER: usize = 512;
