//! A title as one viewer is shown it: its breaks and what is in them.

use std::sync::Arc;

use super::{Spot, Title};
use crate::{
    channel::{Break, BreakSerial},
    pod::Room,
    session::{self, Decision, Fill, Group, LEAD, Part, Span, Timeline},
    units::{MediaDuration, ProgramTime},
};

/// A decided title. It never changes.
#[derive(Debug)]
pub struct Programme {
    /// What is shown.
    pub title: Arc<Title>,
    /// Its breaks in order, those without ads among them.
    pub rolls: Vec<Roll>,
    /// The same as a viewer's timeline.
    pub timeline: Timeline,
}

/// One break of it.
#[derive(Clone, Debug)]
pub struct Roll {
    /// Which; its times are the programme's own, without ads.
    pub ad_break: Arc<Break>,
    /// What was decided.
    pub decision: Arc<Decision>,
    /// Where the programme is interrupted.
    pub at: MediaDuration,
    /// Where it goes on.
    pub until: MediaDuration,
    /// The ads shown there, and the clips around them.
    pub groups: Vec<Group>,
}

impl Programme {
    /// Of breaks in the order of the title. Where two overlap, what the first gives away is given
    /// away only up to the second.
    pub fn new(title: Arc<Title>, mut rolls: Vec<Roll>) -> Self {
        let mut next = title.length;
        for roll in rolls.iter_mut().rev() {
            roll.until = roll.until.min(next.max(roll.at));
            next = roll.at;
        }
        let mut timeline = Timeline::new(title.zero, title.zero);
        timeline.decisions = rolls.iter().map(|roll| Arc::clone(&roll.decision)).collect();
        Self { title, rolls, timeline }
    }

    /// The same of the title as it was read later, with further renditions; none where it is another.
    pub fn on(&self, title: Arc<Title>) -> Option<Self> {
        let same = title.length == self.title.length && title.reference == self.title.reference;
        let (rolls, timeline) = (self.rolls.clone(), self.timeline.clone());
        same.then_some(Self { title, rolls, timeline })
    }

    /// A break of it.
    pub fn roll(&self, serial: BreakSerial) -> Option<&Roll> {
        self.rolls.iter().find(|roll| roll.ad_break.serial == serial)
    }

    /// How long it is, ads and all.
    pub fn length(&self) -> MediaDuration {
        self.rolls.iter().fold(self.title.length, |length, roll| length + roll.moves())
    }

    /// How much later what the source dates `date` is shown; of two sides of a break the one behind it
    /// where `behind`, else the one before.
    pub fn shift(&self, date: ProgramTime, behind: bool) -> MediaDuration {
        let passed = |roll: &&Roll| {
            let at = roll.ad_break.begins();
            at < date || (behind && at == date)
        };
        self.rolls.iter().take_while(passed).map(Roll::moves).sum()
    }

    /// How far from the beginning the viewer is where the title's own `at` is.
    pub fn reached(&self, at: MediaDuration) -> MediaDuration {
        let passed = self.rolls.iter().take_while(|roll| roll.at < at);
        at + passed.map(Roll::moves).sum()
    }
}

impl Roll {
    /// What was decided for a place of a title.
    pub fn new(title: &Title, ad_break: Arc<Break>, spot: Spot, decision: Arc<Decision>) -> Self {
        let groups: Vec<_> = decision.spans.iter().flat_map(groups).collect();
        let until = title.returns(spot, session::length(&groups));
        Self { ad_break, decision, at: spot.at, until, groups }
    }

    /// How long its ads are.
    pub fn length(&self) -> MediaDuration {
        session::length(&self.groups)
    }

    /// How much later it makes what follows.
    pub fn moves(&self) -> MediaDuration {
        self.length() - (self.until - self.at)
    }
}

/// What a span of a title's break shows.
fn groups(span: &Span) -> Vec<Group> {
    match &span.fill {
        Fill::Pod(pod) => pod.ads.iter().map(Group::whole).collect(),
        Fill::Bumper(clip) => vec![Group { part: Part::Bumper, ..Group::whole(clip) }],
        Fill::Content(_) | Fill::Slate(_) => Vec::new(),
    }
}

impl Title {
    /// Where the programme goes on behind ads of that length: where nothing is given away, where it
    /// was interrupted; else at the first boundary they do not pass, so that no more is left out than
    /// they fill.
    fn returns(&self, spot: Spot, ads: MediaDuration) -> MediaDuration {
        if ads == MediaDuration::ZERO {
            return spot.at;
        }
        let inside = self.boundaries.iter().filter(|at| **at > spot.at && **at <= spot.until);
        let reached = |at: &&MediaDuration| ads <= **at - spot.at + LEAD;
        inside.copied().find(|at| reached(&at)).unwrap_or(spot.until)
    }
}

/// What ads may fill of a place, with clips of that length `around` them: as much as is given away, and
/// where they are only put in, whatever the ad server has for it, up to [`LONGEST_INSERTION`].
pub fn room(title: &Title, spot: Spot, around: MediaDuration) -> Room {
    let length = spot.planned.unwrap_or(LONGEST_INSERTION) - around;
    let carried = MediaDuration::ZERO;
    Room { length: Some(length), carried, segment: title.target_duration }
}

/// More than this in one place is a mistake of the ad server's.
pub const LONGEST_INSERTION: MediaDuration = MediaDuration::from_secs(3_600);
