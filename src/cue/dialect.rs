//! How cues are spelt.

use super::set::{Named, Set};

/// How cues are spelt, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// `EXT-X-DATERANGE` with `SCTE35-OUT`, `SCTE35-IN` or `SCTE35-CMD` (rfc8216bis §4.4.5.1).
    DateRange,
    /// `EXT-X-SCTE35` (ANSI/SCTE 35 2022b §12.2.2).
    Scte35,
    /// `EXT-X-CUE-OUT`, `EXT-X-CUE-OUT-CONT`, `EXT-X-CUE-SPAN`, `EXT-X-CUE-IN`.
    CueOut,
    /// `EXT-X-CUE` and `EXT-X-CUE-CONT` of Adobe.
    Adobe,
    /// `EXT-OATCLS-SCTE35`.
    Oatcls,
    /// `EXT-X-SPLICEPOINT-SCTE35`.
    SplicePoint,
    /// `EXT-SCTE35`.
    OldScte35,
    /// `EXT-X-PLACEMENT-OPPORTUNITY`.
    PlacementOpportunity,
}

impl Named for Dialect {
    const WHAT: &'static str = "dialect";
    const EVERY: &'static [Self] = &[
        Self::DateRange,
        Self::Scte35,
        Self::CueOut,
        Self::Adobe,
        Self::Oatcls,
        Self::SplicePoint,
        Self::OldScte35,
        Self::PlacementOpportunity,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::DateRange => "daterange",
            Self::Scte35 => "scte35",
            Self::CueOut => "cue-out",
            Self::Adobe => "adobe-cue",
            Self::Oatcls => "oatcls",
            Self::SplicePoint => "splicepoint",
            Self::OldScte35 => "old-scte35",
            Self::PlacementOpportunity => "placement-opportunity",
        }
    }
}

impl Dialect {
    /// As it stands in logs and metrics: the tag's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DateRange => "EXT-X-DATERANGE",
            Self::Scte35 => "EXT-X-SCTE35",
            Self::CueOut => "EXT-X-CUE-OUT",
            Self::Adobe => "EXT-X-CUE",
            Self::Oatcls => "EXT-OATCLS-SCTE35",
            Self::SplicePoint => "EXT-X-SPLICEPOINT-SCTE35",
            Self::OldScte35 => "EXT-SCTE35",
            Self::PlacementOpportunity => "EXT-X-PLACEMENT-OPPORTUNITY",
        }
    }
}

/// A set of dialects.
pub type Dialects = Set<Dialect>;
