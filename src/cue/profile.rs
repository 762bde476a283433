//! How strictly messages are held to rules.

use super::{
    meaning::Kind,
    set::Named,
    trigger::{Trigger, Triggers},
};
use crate::scte35::{Command, Insert, Segmentation, SpliceInfo};

/// What messages have to keep to if they are to begin a break.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Anything that can be read.
    #[default]
    Any,
    /// DVB-TA (ETSI TS 103 752-1 §5.3.5): inserts that return by themselves and placement
    /// opportunities, at a time and with a duration told beforehand, and nothing taken back.
    DvbTa,
}

impl Named for Profile {
    const WHAT: &'static str = "profile";
    const EVERY: &'static [Self] = &[Self::Any, Self::DvbTa];

    fn name(self) -> &'static str {
        match self {
            Self::Any => "ANY",
            Self::DvbTa => "DVB_TA",
        }
    }
}

/// What a profile has against a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// An event is taken back.
    #[error("takes an event back")]
    Cancels,
    /// Its time is not told.
    #[error("is for at once")]
    Immediate,
    /// How long the break is, is not told.
    #[error("has no duration")]
    NoDuration,
    /// It waits for another message.
    #[error("does not return by itself")]
    NoAutoReturn,
}

impl Profile {
    /// What may begin a break under it.
    pub(super) fn triggers(self) -> Triggers {
        match self {
            Self::Any => Triggers::ALL,
            Self::DvbTa => DVB_TA.into_iter().collect(),
        }
    }

    /// What it has against a message; ends are never refused, since programme follows them.
    pub(super) fn breach(self, splice: &SpliceInfo) -> Option<Breach> {
        match (self, &splice.command) {
            (Self::Any, _) => None,
            (Self::DvbTa, Command::Insert(insert)) => of_insert(insert),
            (Self::DvbTa, Command::TimeSignal { pts }) => {
                let told = pts.is_some();
                splice.segmentations.iter().find_map(|one| of_segmentation(one, told))
            }
            (Self::DvbTa, _) => None,
        }
    }
}

fn of_insert(insert: &Insert) -> Option<Breach> {
    match insert {
        Insert { cancelled: true, .. } => Some(Breach::Cancels),
        Insert { out_of_network: false, .. } => None,
        Insert { immediate: true, .. } => Some(Breach::Immediate),
        Insert { duration: None, .. } => Some(Breach::NoDuration),
        Insert { auto_return: Some(true), .. } => None,
        Insert { .. } => Some(Breach::NoAutoReturn),
    }
}

fn of_segmentation(segmentation: &Segmentation, told: bool) -> Option<Breach> {
    if segmentation.cancelled {
        return Some(Breach::Cancels);
    }
    Kind::begun_by(segmentation.kind.0).and_then(Trigger::of).filter(|one| DVB_TA.contains(one))?;
    match segmentation.duration {
        _ if !told => Some(Breach::Immediate),
        None => Some(Breach::NoDuration),
        Some(_) => None,
    }
}

const DVB_TA: [Trigger; 3] = [
    Trigger::SpliceInsert,
    Trigger::ProviderPlacementOpportunity,
    Trigger::DistributorPlacementOpportunity,
];
