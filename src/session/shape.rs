//! What viewers' decisions have in common, in short: those with the same outlook see the same.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

use super::{Fill, From as Begins, Span, Timeline};
use crate::{
    channel::{BreakSerial, View},
    pod::Ad,
    units::{MediaDuration, ProgramTime},
};

/// What a decision shows, as a number. Creatives count as the values that were read, so two shapes
/// are only worth comparing as long as their decisions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape(u64);

impl Shape {
    /// Of these spans, with that behind them.
    pub fn of(spans: &[Span], pad: Option<&Ad>) -> Self {
        let mut hash = DefaultHasher::new();
        pad.map(|pad| Arc::as_ptr(&pad.creative)).hash(&mut hash);
        for Span { from, fill } in spans {
            match from {
                Begins::Start => 0_i64.hash(&mut hash),
                Begins::Boundary(time) => (1, time.as_nanos()).hash(&mut hash),
                Begins::Segment(after) => (2, *after).hash(&mut hash),
            }
            match fill {
                Fill::Content(_) => 0_u8.hash(&mut hash),
                Fill::Slate(slate) => (1_u8, Arc::as_ptr(&slate.creative)).hash(&mut hash),
                Fill::Bumper(clip) => (3_u8, Arc::as_ptr(&clip.creative)).hash(&mut hash),
                Fill::Pod(pod) => {
                    (2_u8, pod.ads.len()).hash(&mut hash);
                    pod.ads.iter().for_each(|ad| Arc::as_ptr(&ad.creative).hash(&mut hash));
                }
            }
        }
        Self(hash.finish())
    }
}

/// Everything of a timeline that decides what its playlists list, except for their numbers. It is
/// looked up with every reload, so it knows its own hash.
#[derive(Clone, Debug)]
pub struct Outlook {
    hash: u64,
    seen: Arc<Seen>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Seen {
    breaks: Vec<(BreakSerial, Option<Shape>)>,
    carried: MediaDuration,
    returned_at: Option<ProgramTime>,
}

impl Outlook {
    /// Whether both are one value, not only equal.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.seen, &other.seen)
    }
}

impl From<Seen> for Outlook {
    fn from(seen: Seen) -> Self {
        let mut hash = DefaultHasher::new();
        seen.hash(&mut hash);
        Self { hash: hash.finish(), seen: Arc::new(seen) }
    }
}

impl PartialEq for Outlook {
    fn eq(&self, other: &Self) -> bool {
        self.is(other) || (self.hash == other.hash && self.seen == other.seen)
    }
}

impl Eq for Outlook {}

impl Hash for Outlook {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

/// A timeline's outlook as it was worked out last: it changes with the timeline, which is then
/// another value, or when the channel hears of a break.
#[derive(Debug, Default)]
pub(super) struct Memo(Mutex<Option<(Newest, Outlook)>>);

/// The newest break of a view and when it was heard to be.
type Newest = Option<(BreakSerial, ProgramTime)>;

impl Memo {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(None))
    }
}

/// What changes a timeline begins with a copy of it, whose outlook is another.
impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl Timeline {
    /// Its outlook on a view. The same as long as the channel hears of no other break.
    pub fn outlook(&self, view: &View) -> Outlook {
        let newest = view.breaks.last().map(|newest| (newest.serial, newest.cue_time));
        let mut memo = self.memo.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = memo.as_ref().filter(|(of, _)| *of == newest) {
            return known.clone();
        }
        let outlook = Outlook::from(self.seen(view));
        *memo = Some((newest, outlook.clone()));
        outlook
    }

    /// Takes an equal outlook for its own: viewers who see the same then hold one value, and telling
    /// that they do is comparing two addresses.
    pub fn share(&self, outlook: &Outlook) {
        let mut memo = self.memo.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = memo.as_mut().filter(|(_, known)| known == outlook) {
            *known = outlook.clone();
        }
    }

    fn seen(&self, view: &View) -> Seen {
        let breaks = self.breaks(view);
        let shape = |serial| self.decision(serial).map(|decision| decision.shape);
        let settled = self.settled.as_deref();
        Seen {
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
