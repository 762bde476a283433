//! The name under which a beacon is counted once.

use std::fmt;

use aws_lc_rs::digest::{self, Context};

use super::{Event, Moment};
use crate::ids::{BreakId, SessionId};

/// Names one due beacon: the same whenever and wherever it is computed, so that sinks and analysts
/// can drop repeats. Printed as 32 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BeaconId(u128);

impl BeaconId {
    /// The id of a moment of the ad at `ad` (from 0) of a session's break, for one URL template:
    /// the URL as the ad server wrote it, before macros are replaced. Of all events only `progress`
    /// happens at more than one offset.
    pub fn of(
        session: SessionId,
        avail: &BreakId,
        ad: usize,
        moment: Moment,
        template: &str,
    ) -> Self {
        let mut hash = Context::new(&digest::SHA256);
        let ad = match moment.event {
            Event::Progress => format!("{ad} {}", moment.offset.as_nanos()),
            _ => ad.to_string(),
        };
        hash.update(&session.bits().to_be_bytes());
        for part in [avail.as_str(), &ad, moment.event.as_str(), template] {
            // The length keeps `ab` + `c` apart from `a` + `bc`.
            hash.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self(leading_bits(hash.finish().as_ref()))
    }

    /// From the bits of one that was kept.
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// From how it is printed.
    pub fn parse(text: &str) -> Option<Self> {
        let whole = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        whole.then(|| u128::from_str_radix(text, 16).ok()).flatten().map(Self)
    }

    /// The bits, to be kept.
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// A number below `bound` (0 where that is not positive), the same for the same beacon and
    /// evenly spread over different ones.
    pub fn spread(self, bound: i64) -> i64 {
        let bound = u128::try_from(bound.max(1)).unwrap_or(1);
        i64::try_from(self.0 % bound).unwrap_or(0)
    }
}

impl fmt::Display for BeaconId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl serde::Serialize for BeaconId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

fn leading_bits(digest: &[u8]) -> u128 {
    digest.iter().take(16).fold(0, |bits, &byte| bits << 8 | u128::from(byte))
}
