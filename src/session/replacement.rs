//! What stands in place of the programme: which ad segments, how many of them may be shown now, and
//! where the programme returns. A pure function of a decision and the break's ledger.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use super::{Decision, Fill, From};
use crate::{
    channel::{Break, View},
    creative::Creative,
    pod,
    units::{MediaDuration, ProgramTime},
};

mod later;
mod room;
mod shown;

pub(super) use later::behind;
pub(super) use room::{begins_before, may_pass};

use room::Room;
use shown::{Ending, Shown};

/// How far ads may run past the programme they replace: at the end of a break so that two "15 s" ads
/// of 15.04 s fit 30 s, and while they run so that such an ad does not hold the edge for a whole
/// segment. Under 1 s, since dates must not overlap by more.
pub const LEAD: MediaDuration = MediaDuration::from_millis(900);

/// Some segments of one creative in a row, from its first.
#[derive(Clone, Debug)]
pub struct Group {
    /// Whose segments.
    pub creative: Arc<Creative>,
    /// Which of the creative's renditions stands in for each of the channel's.
    pub matched: Arc<[usize]>,
    /// How many.
    pub take: u32,
    /// What it is there for.
    pub part: Part,
}

/// What stands in the place of the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// An ad.
    Ad,
    /// What fills the rest: slate, or black.
    Slate,
    /// A clip around the ads.
    Bumper,
}

impl Group {
    /// All of an ad.
    pub fn whole(ad: &pod::Ad) -> Self {
        let (creative, matched) = (Arc::clone(&ad.creative), Arc::clone(&ad.matched));
        let take = u32::try_from(creative.segments()).unwrap_or(u32::MAX);
        Self { creative, matched, take, part: Part::Ad }
    }

    /// Is it one that is counted?
    pub fn is_ad(&self) -> bool {
        self.part == Part::Ad
    }

    /// How long its creative's first `count` segments are in the picture.
    pub fn lead(&self, count: usize) -> MediaDuration {
        self.creative.steps().take(count).sum()
    }
}

/// Groups are the same by creative, never by ad id: that is what lets viewers share playlists. A
/// creative is the one that was read, so that one read again under its old address is another.
impl PartialEq for Group {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.creative, &other.creative) && self.take == other.take
    }
}

impl Eq for Group {}

impl Hash for Group {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.creative).hash(state);
        self.take.hash(state);
    }
}

/// One ad segment of a replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Which group it is of.
    pub group: usize,
    /// Which of the creative's segments.
    pub segment: usize,
    /// Where it begins, from the replacement's start.
    pub begins: MediaDuration,
    /// Its length.
    pub duration: MediaDuration,
}

/// A stretch of a break in which ads stand for the programme.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// The boundary where it begins.
    pub start: ProgramTime,
    /// What it shows as far as it is settled: everything if the return is known, else what may be
    /// shown now.
    pub groups: Vec<Group>,
    /// How many ad segments those are.
    pub count: u32,
    /// How long they are.
    pub length: MediaDuration,
    /// The boundary where the programme returns; none while that is open.
    pub end: Option<ProgramTime>,
}

impl Replacement {
    /// Ads shown less programme replaced; zero while the return is open, and where nothing is shown
    /// and so nothing replaced.
    pub fn difference(&self) -> MediaDuration {
        let end = self.end.filter(|_| self.count > 0);
        end.map_or(MediaDuration::ZERO, |end| self.length - (end - self.start))
    }
}

/// The ad segments of `groups` in order.
pub fn pieces(groups: &[Group]) -> impl Iterator<Item = Piece> {
    let all = groups.iter().enumerate().flat_map(|(at, group)| {
        let take = usize::try_from(group.take).unwrap_or(usize::MAX);
        let steps = group.creative.steps().take(take).enumerate();
        steps.map(move |(segment, step)| (at, segment, step))
    });
    all.scan(MediaDuration::ZERO, |next, (group, segment, duration)| {
        let begins = *next;
        *next = begins + duration;
        Some(Piece { group, segment, begins, duration })
    })
}

/// How long the ad segments of `groups` are.
pub fn length(groups: &[Group]) -> MediaDuration {
    pieces(groups).map(|piece| piece.duration).sum()
}

/// What `decision` puts in place of `ad_break`, in order. `carried` is how far the viewer's clock
/// is behind before it.
pub fn replacements(
    decision: &Decision,
    ad_break: &Break,
    view: &View,
    carried: MediaDuration,
) -> Vec<Replacement> {
    let mut carried = carried;
    let mut all = Vec::new();
    for run in runs(decision, ad_break.begins()) {
        let room = Room { ad_break, view, carried, start: run.start };
        let replacement = run.settle(&room);
        carried += replacement.difference();
        let open = replacement.end.is_none();
        all.push(replacement);
        if open {
            break;
        }
    }
    all
}

/// Spans that follow each other without content between.
struct Run<'a> {
    start: ProgramTime,
    fills: Vec<(&'a Fill, Option<u32>)>,
    pad: Option<&'a pod::Ad>,
}

fn runs(decision: &Decision, begins: ProgramTime) -> Vec<Run<'_>> {
    let run = |start, fill| Run { start, fills: vec![(fill, None)], pad: decision.pad.as_ref() };
    let mut runs: Vec<Run<'_>> = Vec::new();
    for span in &decision.spans {
        match (span.from, &span.fill, runs.last_mut()) {
            (_, Fill::Content(_), _) => {}
            (From::Start, fill, _) => runs.push(run(begins, fill)),
            (From::Boundary(start), fill, _) => runs.push(run(start, fill)),
            (From::Segment(after), fill, Some(run)) => {
                for (_, limit) in &mut run.fills {
                    *limit = Some(limit.map_or(after, |limit| limit.min(after)));
                }
                run.fills.push((fill, None));
            }
            (From::Segment(_), _, None) => {}
        }
    }
    runs
}

impl Run<'_> {
    fn settle(&self, room: &Room<'_>) -> Replacement {
        let slate = self.fills.iter().rev().find_map(|(fill, _)| match fill {
            Fill::Slate(slate) => Some(slate),
            _ => None,
        });
        let endless = matches!(self.fills.last(), Some((Fill::Slate(_), _)));
        let end = match endless {
            true => room.ad_break.end,
            false => self.returns(room),
        };
        let end = end.map(|end| end.max(self.start));
        let mut shown = Shown::default();
        match end {
            Some(end) => self.fill_to(end - self.start, slate, room, &mut shown),
            None => self.fill_now(room, &mut shown),
        }
        let Shown { groups, count, length, .. } = shown;
        Replacement { start: self.start, groups, count, length, end }
    }

    /// Where the programme returns from a run that ends by itself.
    fn returns(&self, room: &Room<'_>) -> Option<ProgramTime> {
        let mut shown = Shown::default();
        self.walk(&mut shown, |_, _| true);
        room.returns_after((shown.length, shown.last))
    }

    /// Everything up to a known return: what fits, slate for what an early return cut off, and black
    /// for what then is missing.
    fn fill_to(
        &self,
        length: MediaDuration,
        slate: Option<&pod::Ad>,
        room: &Room<'_>,
        shown: &mut Shown,
    ) {
        let fits = |slate: bool, segment| match slate {
            true => room.slate_fits(segment, length),
            false => room.fits(segment, length),
        };
        let cut = self.walk(shown, fits);
        let fits = |segment| room.slate_fits(segment, length);
        if let (true, Some(slate)) = (cut, slate) {
            shown.repeat(slate, fits);
        }
        if let Some(pad) = self.pad.filter(|_| shown.count > 0 && room.lacks(shown.length, length))
        {
            shown.repeat(pad, fits);
        }
    }

    /// What the source's own progress allows now.
    fn fill_now(&self, room: &Room<'_>, shown: &mut Shown) {
        let source = room.view.edge.min(room.ad_break.paced_to) - self.start;
        self.walk(shown, |slate, segment| match slate {
            true => room.slate_fits(segment, source),
            false => room.paced(segment, source),
        });
    }

    /// Takes segments in order while `takes(slate, segment)` holds; true if it stopped one.
    fn walk(&self, shown: &mut Shown, takes: impl Fn(bool, Ending) -> bool) -> bool {
        for (fill, cut_at) in &self.fills {
            let limit = cut_at.unwrap_or(u32::MAX);
            let stopped = match fill {
                Fill::Content(_) => false,
                Fill::Slate(slate) => {
                    while shown.count < limit {
                        let before = shown.count;
                        if shown.take(slate, Part::Slate, limit, |segment| takes(true, segment)) {
                            return true;
                        }
                        if shown.count == before {
                            break; // an empty creative would repeat for ever
                        }
                    }
                    false
                }
                Fill::Pod(pod) => pod
                    .ads
                    .iter()
                    .any(|ad| shown.take(ad, Part::Ad, limit, |segment| takes(false, segment))),
                Fill::Bumper(clip) => {
                    shown.take(clip, Part::Bumper, limit, |segment| takes(true, segment))
                }
            };
            if stopped {
                return true;
            }
        }
        false
    }
}
