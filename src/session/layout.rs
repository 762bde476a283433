//! How ads, the clips around them and what fills the rest follow each other in a break.

use std::sync::Arc;

use super::{Fill, From, Span};
use crate::{
    channel::TOLERANCE,
    pod::{Ad, Pod},
    units::MediaDuration,
};

/// Short clips before and after the ads of a break (MediaTailor's `Bumper`), which nobody pays for.
#[derive(Clone, Debug, Default)]
pub struct Bumpers {
    /// Before them.
    pub start: Option<Ad>,
    /// After them and all else, at the break's end.
    pub end: Option<Ad>,
}

impl Bumpers {
    /// Those that a break of that length has: none where they would be all of it, and none at an end
    /// that is not announced.
    #[must_use]
    pub fn within(self, length: Option<MediaDuration>) -> Self {
        match length {
            None => Self { end: None, ..self },
            Some(length) if self.length() < length => self,
            Some(_) => Self::default(),
        }
    }

    /// How long they are together.
    pub fn length(&self) -> MediaDuration {
        [&self.start, &self.end].into_iter().flatten().map(|clip| clip.creative.duration).sum()
    }
}

/// What a stretch of a break shows, in order.
pub(super) struct Layout {
    pub(super) from: From,
    /// Ad segments of the running replacement before it.
    pub(super) before: u32,
    pub(super) pod: Pod,
    pub(super) bumpers: Bumpers,
    pub(super) slate: Option<Ad>,
    /// What slate has to fill before the last clip.
    pub(super) rest: Option<MediaDuration>,
}

impl Layout {
    pub(super) fn spans(self) -> Vec<Span> {
        let Self { from, before, pod, bumpers, slate, rest } = self;
        let mut laid = Laid { spans: Vec::new(), from, count: before };
        if let Some(start) = bumpers.start {
            laid.clip(start);
        }
        if !pod.ads.is_empty() {
            let segments = pod.segments();
            laid.add(Fill::Pod(Arc::new(pod)), segments);
        }
        if let Some(end) = bumpers.end {
            let filling =
                slate.as_ref().zip(rest).map(|(slate, rest)| (slate, repeats(slate, rest)));
            if let Some((slate, segments)) = filling.filter(|(_, segments)| *segments > 0) {
                laid.add(Fill::Slate(slate.clone()), segments);
            }
            laid.clip(end);
        }
        if let Some(slate) = slate {
            laid.add(Fill::Slate(slate), 0);
        }
        laid.spans
    }
}

/// These ads and the clips around them, where nothing else fills a break.
pub fn around(pod: Pod, bumpers: Bumpers) -> Vec<Span> {
    let (slate, rest) = (None, None);
    Layout { from: From::Start, before: 0, pod, bumpers, slate, rest }.spans()
}

struct Laid {
    spans: Vec<Span>,
    from: From,
    count: u32,
}

impl Laid {
    fn add(&mut self, fill: Fill, segments: usize) {
        self.spans.push(Span { from: self.from, fill });
        self.count = self.count.saturating_add(u32::try_from(segments).unwrap_or(u32::MAX));
        self.from = From::Segment(self.count);
    }

    fn clip(&mut self, clip: Ad) {
        let segments = clip.creative.segments();
        self.add(Fill::Bumper(clip), segments);
    }
}

/// How many segments of a slate that is shown again and again are no longer than `length`.
fn repeats(slate: &Ad, length: MediaDuration) -> usize {
    let steps: Vec<_> = slate.creative.steps().collect();
    let mut left = length + TOLERANCE;
    let fits = |step: &&MediaDuration| {
        left -= **step;
        left >= MediaDuration::ZERO && **step > MediaDuration::ZERO
    };
    steps.iter().cycle().take_while(fits).take(MOST).count()
}

/// More than an hour of the shortest.
const MOST: usize = 10_000;
