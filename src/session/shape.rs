//! What viewers' decisions have in common, in short: those with the same outlook see the same.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use super::{Fill, From, Span, Timeline};
use crate::{
    channel::{BreakSerial, View},
    units::{MediaDuration, ProgramTime},
};

/// What a decision shows, as a number. Creatives count as the values that were read, so two shapes
/// are only worth comparing as long as their decisions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape(u64);

impl Shape {
    /// Of these spans.
    pub fn of(spans: &[Span]) -> Self {
        let mut hash = DefaultHasher::new();
        for Span { from, fill } in spans {
            match from {
                From::Start => 0_i64.hash(&mut hash),
                From::Boundary(time) => (1, time.as_nanos()).hash(&mut hash),
                From::Segment(after) => (2, *after).hash(&mut hash),
            }
            match fill {
                Fill::Content(_) => 0_u8.hash(&mut hash),
                Fill::Slate(slate) => (1_u8, Arc::as_ptr(&slate.creative)).hash(&mut hash),
                Fill::Pod(pod) => {
                    (2_u8, pod.ads.len()).hash(&mut hash);
                    pod.ads.iter().for_each(|ad| Arc::as_ptr(&ad.creative).hash(&mut hash));
                }
            }
        }
        Self(hash.finish())
    }
}

/// Everything of a timeline that decides what its playlists list, except for their numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outlook {
    breaks: Vec<(BreakSerial, Option<Shape>)>,
    carried: MediaDuration,
    returned_at: Option<ProgramTime>,
}

impl Timeline {
    /// Its outlook on a view.
    pub fn outlook(&self, view: &View) -> Outlook {
        let breaks = view.breaks_since(self.unsettled_since()).iter();
        let breaks = breaks.filter(|known| self.takes_part(known));
        let shape = |serial| self.decision(serial).map(|decision| decision.shape);
        let settled = self.settled.as_deref();
        Outlook {
            breaks: breaks.map(|known| (known.serial, shape(known.serial))).collect(),
            carried: settled.map_or(MediaDuration::ZERO, |settled| settled.carried),
            returned_at: settled.and_then(|settled| settled.returned_at),
        }
    }

    /// How many segments and discontinuities of a rendition the viewer is ahead of the origin by
    /// settled breaks.
    pub fn ahead(&self, rendition: usize) -> (i64, i64) {
        let settled = self.settled.as_deref();
        settled.and_then(|settled| settled.ahead.get(rendition)).copied().unwrap_or_default()
    }
}
