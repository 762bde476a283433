//! What a session is shown, be it live or recorded, to those who ask about its ads.

use std::sync::Arc;

use super::session::Session;
use crate::{
    channel::{Break, BreakSerial},
    session::{Decision, Group, Timeline, replacements},
    stitch::{self, Placed, Published},
    title::Programme,
    units::{MediaDuration, ProgramTime},
};

/// What a session is shown.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    /// A channel as it is now, and what was decided so far.
    Live { timeline: Arc<Timeline>, published: Arc<Published> },
    /// A title, decided.
    Title(Arc<Programme>),
}

impl Session {
    /// What it is shown; none before its first media playlist.
    pub(super) fn seen(&self) -> Option<Seen> {
        if let Some(programme) = self.programme() {
            return Some(Seen::Title(programme));
        }
        let (timeline, published) = (self.timeline()?, self.live.published()?);
        Some(Seen::Live { timeline, published })
    }
}

impl Seen {
    /// What was decided.
    pub(super) fn timeline(&self) -> &Timeline {
        match self {
            Self::Live { timeline, .. } => timeline,
            Self::Title(programme) => &programme.timeline,
        }
    }

    /// A break, if it is still known.
    pub(super) fn ad_break(&self, serial: BreakSerial) -> Option<Arc<Break>> {
        match self {
            Self::Live { published, .. } => published.view.ad_break(serial).cloned(),
            Self::Title(programme) => programme.roll(serial).map(|roll| Arc::clone(&roll.ad_break)),
        }
    }

    /// All ads, clips and slate that stand in the break of a decision, in order.
    pub(super) fn groups(&self, decision: &Decision, ad_break: &Break) -> Vec<Group> {
        match self {
            Self::Live { timeline, published } => {
                let carried = timeline.carried(&published.view, ad_break.begins());
                let all = replacements(decision, ad_break, &published.view, carried);
                all.into_iter().flat_map(|replacement| replacement.groups).collect()
            }
            Self::Title(programme) => {
                programme.roll(decision.serial).map(|roll| roll.groups.clone()).unwrap_or_default()
            }
        }
    }

    /// Where its ads stand, numbered as in the reference.
    pub(super) fn placed(&self) -> Vec<Placed> {
        match self {
            Self::Live { timeline, published } => {
                stitch::placed(&published.view, published.view.reference, timeline)
            }
            Self::Title(programme) => stitch::title_placed(programme),
        }
    }

    /// Since when the reference's playlist lists anything; none: everything.
    pub(super) fn head(&self) -> Option<ProgramTime> {
        let Self::Live { timeline, published } = self else { return None };
        let reference = published.view.reference;
        Some(stitch::playlist(&published.view, reference, timeline)?.head)
    }

    /// The first of the breaks that a break follows without programme between, or may.
    pub(super) fn follows(&self, serial: BreakSerial) -> BreakSerial {
        let Self::Title(programme) = self else { return BreakSerial::BEFORE_ALL };
        let mut following =
            programme.rolls.iter().rev().skip_while(|roll| roll.ad_break.serial != serial);
        let Some(mut first) = following.next() else { return serial };
        for before in following {
            if before.until < first.at {
                break;
            }
            first = before;
        }
        first.ad_break.serial
    }

    pub(super) fn target_duration(&self) -> MediaDuration {
        match self {
            Self::Live { published, .. } => published.view.target_duration,
            Self::Title(programme) => programme.title.target_duration,
        }
    }
}
