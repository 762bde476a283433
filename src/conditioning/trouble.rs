//! Why an attempt failed, and what is to be done about it.

use super::job::Step;
use crate::{
    creative::{Unfit, Unusable},
    transcode::Failed,
};

/// Why an attempt failed.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) step: Step,
    pub(super) unusable: Unusable,
    pub(super) then: Then,
}

/// What is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// It may succeed another time.
    Again,
    /// Trying again is no use.
    Lasting,
    /// Nothing is wrong: another node is at it.
    Elsewhere,
}

pub(super) const fn lasting(step: Step, unusable: Unusable) -> Trouble {
    Trouble { step, unusable, then: Then::Lasting }
}

pub(super) const fn again(step: Step, unusable: Unusable) -> Trouble {
    Trouble { step, unusable, then: Then::Again }
}

/// Something of ours went wrong, and may go well another time.
pub(super) fn broken(step: Step, why: &dyn std::fmt::Display) -> Trouble {
    let (name, why) = (step.as_str(), why.to_string());
    again(step, Unfit::Failed { step: name, attempts: 1, why }.into())
}

/// A program did not do its work. What takes too much memory will do so another time.
pub(super) fn undone(step: Step, why: &Failed) -> Trouble {
    let trouble = broken(step, why);
    match why {
        Failed::OutOfMemory { .. } => Trouble { then: Then::Lasting, ..trouble },
        _ => trouble,
    }
}
