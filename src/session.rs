//! A viewer's decisions: for each break since the join, an append-only list of spans.
//!
//! What any rendition has shown never changes; what has not been shown yet may be appended. So the
//! numbering of every playlist of the session is a pure function of these lists and the channel's
//! ledger. Deliberately absent: requests, clocks, and the asking of ad servers.

use std::sync::Arc;

use crate::{
    channel::{Break, BreakSerial, TOLERANCE, View},
    configuration::Suppression,
    ids::BreakId,
    pod::{self, Pod, Unfilled},
    units::{MediaDuration, ProgramTime},
};

mod layout;
mod making;
mod plan;
mod pre_roll;
mod replacement;
mod settled;
mod shape;
#[cfg(test)]
mod tests;
mod unfilled;
mod unshown;

pub use layout::{Bumpers, around};
pub use making::{Making, Step, is_overdue};
pub use plan::{Fillers, Fills, Late, Supply};
pub use pre_roll::{PreRoll, led_in, place_wanted};
pub use replacement::{Group, LEAD, Part, Piece, Replacement, length, pieces, replacements};
pub use settled::{Settled, unshown_return};
pub use shape::{Outlook, Shape};
pub use unfilled::{Shortfall, unfilled};
pub use unshown::unshown;

/// Where a span begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// At the break's start.
    Start,
    /// At this boundary of the break, up to which content was shown.
    Boundary(ProgramTime),
    /// After this many ad segments of the running replacement; what would have followed is cut.
    Segment(u32),
}

/// What a span shows.
#[derive(Clone, Debug)]
pub enum Fill {
    /// The programme goes on, and this is why.
    Content(Unfilled),
    /// Slate, again and again until the break ends.
    Slate(pod::Ad),
    /// These ads once.
    Pod(Arc<Pod>),
    /// A clip before or after them, once.
    Bumper(pod::Ad),
}

/// A part of a break.
#[derive(Clone, Debug)]
pub struct Span {
    /// Where it begins; it lasts until the next or until the return.
    pub from: From,
    /// What it shows.
    pub fill: Fill,
}

impl Span {
    /// Shows `fill` from the break's start.
    pub const fn from_start(fill: Fill) -> Self {
        Self { from: From::Start, fill }
    }
}

/// Why nothing better is shown from some moment of a break on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// From when on.
    pub since: ProgramTime,
    /// Why.
    pub why: Unfilled,
}

/// What one session shows in one break.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Why what no ad fills is not filled, in order; the first is of the break's beginning. They tell
    /// analysts something and change no playlist.
    pub reasons: Vec<Reason>,
    /// Which break, in the channel's ledger.
    pub serial: BreakSerial,
    /// Which break, everywhere else.
    pub break_id: BreakId,
    /// In order; never empty.
    pub spans: Vec<Span>,
    /// What stands between ads and the programme's return where nine tenths of a second or more would
    /// be missing (law 4): black and silence. It is no span, since it is shown behind all of them and
    /// only once the return is known.
    pub pad: Option<pod::Ad>,
    /// The same for decisions that show the same, whatever they are called: their playlists are.
    pub shape: Shape,
}

impl Decision {
    /// Spans for a break. What they leave to the programme or to slate is left for want of ads, unless
    /// they say why.
    pub fn new(ad_break: &Break, spans: Vec<Span>, pad: Option<pod::Ad>) -> Self {
        let why = match spans.first().map(|span| &span.fill) {
            Some(Fill::Content(why)) => *why,
            _ => Unfilled::Leftover,
        };
        let (serial, break_id) = (ad_break.serial, ad_break.id.clone());
        let (shape, reasons) = (Shape::of(&spans, pad.as_ref()), Vec::new());
        Self { reasons, serial, break_id, spans, pad, shape }.because(ad_break.begins(), why)
    }

    /// The same for this reason, from some moment on.
    #[must_use]
    pub fn because(mut self, since: ProgramTime, why: Unfilled) -> Self {
        self.reasons = vec![Reason { since, why }];
        self
    }

    /// Why `time` is not filled, if it is not.
    pub fn why(&self, time: ProgramTime) -> Unfilled {
        let past = self.reasons.partition_point(|reason| reason.since <= time);
        let reason = self.reasons.get(past.saturating_sub(1));
        reason.map_or(Unfilled::Leftover, |reason| reason.why)
    }

    /// This, and behind it what was decided later. Its pad stays, since it may have been shown.
    #[must_use]
    pub fn followed_by(&self, later: Self) -> Self {
        let mut whole = self.clone();
        whole.spans.extend(later.spans);
        whole.reasons.extend(later.reasons);
        whole.pad = whole.pad.or(later.pad);
        whole.shape = Shape::of(&whole.spans, whole.pad.as_ref());
        whole
    }

    /// The ads decided for, in order.
    pub fn pods(&self) -> impl Iterator<Item = &Arc<Pod>> {
        self.spans.iter().filter_map(|span| match &span.fill {
            Fill::Pod(pod) => Some(pod),
            _ => None,
        })
    }
}

/// Until when no break is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// When that ends.
    pub until: ProgramTime,
    /// Is the rest of a break filled that is under way then?
    pub partial: bool,
    /// Why breaks are not.
    pub why: Unfilled,
}

/// A session's decisions in the order of their breaks, and where it joined.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The channel's edge at the first media playlist: breaks that began before it are content.
    pub join: ProgramTime,
    /// Start of the first segment of the first media playlist: zero of tracking times (§1.12 of
    /// MediaTailor's client-side reporting).
    pub zero: ProgramTime,
    /// No break is filled before this; one that is under way then is filled from there on, or not.
    pub suppressed: Option<Suppressed>,
    /// One per break decided and not settled, in order.
    pub decisions: Vec<Arc<Decision>>,
    /// What breaks long past come to: it saves keeping them, and adding them up for every reload.
    pub settled: Option<Arc<Settled>>,
    /// The ads it began with, until they are settled.
    pub pre_roll: Option<PreRoll>,
    /// Where its players are told to begin, counted from the end: that they begin with those.
    pub starts: Option<MediaDuration>,
    memo: shape::Memo,
}

impl Timeline {
    /// A session that joins now.
    pub const fn new(join: ProgramTime, zero: ProgramTime) -> Self {
        Self {
            join,
            zero,
            suppressed: None,
            decisions: Vec::new(),
            settled: None,
            pre_roll: None,
            starts: None,
            memo: shape::Memo::new(),
        }
    }

    /// The same where nothing is filled for some time after the join.
    #[must_use]
    pub fn suppressing(self, by: Suppression) -> Self {
        let suppressed = match by {
            Suppression::Off => None,
            Suppression::AfterLiveEdge { period, partial } => {
                let (until, why) = (self.join + period, Unfilled::Suppressed);
                Some(Suppressed { until, partial, why })
            }
        };
        Self { suppressed, ..self }
    }

    /// Is the break one that began too early to be filled from its start?
    pub fn suppresses(&self, ad_break: &Break) -> Option<Suppressed> {
        self.suppressed.filter(|suppressed| ad_break.begins() < suppressed.until)
    }

    /// May anything of the break be filled?
    pub fn may_fill(&self, ad_break: &Break) -> bool {
        let ends = ad_break.length().map(|length| ad_break.begins() + length);
        self.suppresses(ad_break).is_none_or(|suppressed| {
            suppressed.partial && ends.is_none_or(|ends| suppressed.until < ends)
        })
    }

    /// What was decided for a break.
    pub fn decision(&self, serial: BreakSerial) -> Option<&Arc<Decision>> {
        let at = self.decisions.binary_search_by_key(&serial, |decision| decision.serial).ok()?;
        self.decisions.get(at)
    }

    /// The timeline with `decision` in the place of any earlier one for its break.
    #[must_use]
    pub fn with(&self, decision: Arc<Decision>) -> Self {
        let mut next = self.clone();
        match next.decisions.binary_search_by_key(&decision.serial, |known| known.serial) {
            Ok(at) => next.decisions[at] = decision,
            Err(at) => next.decisions.insert(at, decision),
        }
        next
    }

    /// Is the session part of this break? One that was signalled for a time before the join is
    /// content to it, even if it was heard of late.
    pub fn takes_part(&self, ad_break: &Break) -> bool {
        match ad_break.serial.is_pre_roll() {
            true => self.pre_roll.as_ref().is_some_and(|own| own.serial == ad_break.serial),
            false => ad_break.cue_time >= self.join - TOLERANCE,
        }
    }

    /// The breaks the session is part of and that are not settled, in order; its pre-roll is the first.
    pub fn breaks<'a>(&'a self, view: &'a View) -> impl Iterator<Item = &'a Arc<Break>> {
        let own = self.pre_roll.as_ref().and_then(|own| view.ad_break(own.serial));
        let since = view.breaks_since(self.unsettled_since()).iter();
        own.into_iter().chain(since.filter(|known| self.takes_part(known)))
    }

    /// What was decided for a break that the session is part of and that may be replaced.
    pub fn replaces(&self, ad_break: &Break) -> Option<&Arc<Decision>> {
        let open = ad_break.refusal.is_none() && ad_break.start.is_some();
        self.decision(ad_break.serial).filter(|_| open && self.takes_part(ad_break))
    }

    /// Has the break been settled, and what was decided for it been let go? Nothing is decided for it
    /// any more.
    pub fn has_settled(&self, ad_break: &Break) -> bool {
        self.settled.as_ref().is_some_and(|settled| ad_break.begins() < settled.until)
    }

    /// Breaks that begin before this are content or settled.
    pub fn unsettled_since(&self) -> ProgramTime {
        self.settled.as_ref().map_or(self.join, |settled| settled.until)
    }

    /// How far this viewer's clock is behind the source's, from all breaks that begin before
    /// `time`: ads shown less programme replaced. Carried into what the next pod may fill.
    pub fn carried(&self, view: &View, time: ProgramTime) -> MediaDuration {
        let settled = self.settled.as_ref();
        let mut carried = settled.map_or(MediaDuration::ZERO, |settled| settled.carried);
        for decision in &self.decisions {
            let Some(ad_break) = view.ad_break(decision.serial) else { continue };
            let is_settled = ad_break.begins() < self.unsettled_since();
            if is_settled && !ad_break.serial.is_pre_roll() {
                continue;
            }
            if ad_break.begins() >= time {
                break;
            }
            let Some(decision) = self.replaces(ad_break) else { continue };
            for replacement in replacements(decision, ad_break, view, carried) {
                carried += replacement.difference();
            }
        }
        carried
    }
}
