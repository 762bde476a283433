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

/// A creative weighs its segments, since their addresses are what takes memory.
pub(super) fn weight(found: &Found) -> u32 {
    let segments = found.as_ref().map_or(0, |creative| {
        creative.renditions.iter().map(|rendition| rendition.segments.len()).sum()
    });
    u32::try_from(segments).unwrap_or(u32::MAX).saturating_add(1)
}
