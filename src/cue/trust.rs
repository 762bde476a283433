//! Which of a playlist's markers are acted on.

use std::{fmt, sync::Arc};

use super::{
    Dialect, Dialects, Profile, Signal,
    marker::{Marker, Placed, Says},
    meaning::Kind,
    set::Named,
    trigger::{Trigger, Triggers},
};
use crate::scte35::{Command, Segmentation, SpliceInfo};

/// What a configuration has markers be like that are acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Trust {
    /// How they are spelt.
    pub dialects: Dialects,
    /// What in a message begins a break; a tag that comes with a message begins none without.
    pub triggers: Triggers,
    /// What its message keeps to.
    pub profile: Profile,
}

impl Trust {
    /// Everything that can be read.
    pub const ALL: Self =
        Self { dialects: Dialects::ALL, triggers: Triggers::ALL, profile: Profile::Any };

    /// Everything in these dialects.
    pub fn of(dialects: impl IntoIterator<Item = Dialect>) -> Self {
        Self { dialects: dialects.into_iter().collect(), ..Self::ALL }
    }

    /// What is left of a marker.
    pub(super) fn heard(self, placed: Placed) -> Option<Placed> {
        if !self.dialects.contains(placed.marker.dialect) {
            return None;
        }
        let marker = match placed.marker.splice.clone() {
            Some(splice) => self.read(placed.marker, &splice)?,
            None => placed.marker,
        };
        Some(Placed { marker, ..placed })
    }

    /// A marker with what of its message is acted on. A beginning that is refused stays as one, for
    /// the tags beside it that are about the same.
    fn read(self, marker: Marker, splice: &Arc<SpliceInfo>) -> Option<Marker> {
        let begins = marker.opened().is_some() || self.profile.breach(splice).is_some();
        let marker = Marker { splice: self.message(splice), ..marker };
        let refused = begins && marker.opened().is_none();
        let says_nothing = match marker.says {
            Says::Message => !refused,
            Says::Signal(signal) => signal == Signal::In,
            Says::Asset => false,
        };
        let is_heard = marker.splice.is_some() || !says_nothing;
        is_heard.then_some(Marker { refused, ..marker })
    }

    /// A message without the events that are not acted on; none if nothing is left of it.
    fn message(self, splice: &Arc<SpliceInfo>) -> Option<Arc<SpliceInfo>> {
        let keeps = self.profile.breach(splice).is_none();
        let acted_on = |one: &Segmentation| self.is_acted_on(one) && (keeps || !begins(one));
        match &splice.command {
            Command::Insert(_) => {
                let acted_on = keeps && self.triggers().contains(Trigger::SpliceInsert);
                acted_on.then(|| Arc::clone(splice))
            }
            Command::TimeSignal { .. } if !splice.segmentations.iter().all(acted_on) => {
                let mut left = SpliceInfo::clone(splice);
                left.segmentations.retain(acted_on);
                (!left.segmentations.is_empty()).then(|| Arc::new(left))
            }
            _ => Some(Arc::clone(splice)),
        }
    }

    fn is_acted_on(self, segmentation: &Segmentation) -> bool {
        let kind = segmentation.kind.0;
        let kind = Kind::begun_by(kind).or_else(|| Kind::ended_by(kind));
        kind.and_then(Trigger::of).is_none_or(|trigger| self.triggers().contains(trigger))
    }

    fn triggers(self) -> Triggers {
        let allowed = self.profile.triggers();
        self.triggers.iter().filter(|one| allowed.contains(*one)).collect()
    }
}

/// Whether it begins an event or takes one back, and does not end it.
fn begins(segmentation: &Segmentation) -> bool {
    segmentation.cancelled || Kind::begun_by(segmentation.kind.0).is_some()
}

/// The dialects, and what else is not as usual after blanks.
impl fmt::Display for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.dialects)?;
        if self.triggers != Triggers::ALL {
            write!(f, " {}", self.triggers)?;
        }
        match self.profile {
            Profile::Any => Ok(()),
            profile => write!(f, " {}", profile.name()),
        }
    }
}
