//! How cues are spelt, and which spellings are trusted.

use std::fmt;

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

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::DateRange,
        Self::Scte35,
        Self::CueOut,
        Self::Adobe,
        Self::Oatcls,
        Self::SplicePoint,
        Self::OldScte35,
        Self::PlacementOpportunity,
    ];

    /// As configurations name it.
    pub const fn name(self) -> &'static str {
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
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dialects([bool; Dialect::ALL.len()]);

impl Dialects {
    /// All of them.
    pub const ALL: Self = Self([true; Dialect::ALL.len()]);

    /// Whether it is one of them.
    pub fn contains(self, dialect: Dialect) -> bool {
        self.iter().any(|one| one == dialect)
    }

    /// Those in the set, the most telling first.
    pub fn iter(self) -> impl Iterator<Item = Dialect> {
        Dialect::ALL.into_iter().zip(self.0).filter_map(|(one, is_in)| is_in.then_some(one))
    }
}

impl FromIterator<Dialect> for Dialects {
    fn from_iter<I: IntoIterator<Item = Dialect>>(dialects: I) -> Self {
        let dialects: Vec<_> = dialects.into_iter().collect();
        Self(Dialect::ALL.map(|one| dialects.contains(&one)))
    }
}

/// The names, with commas between them.
impl fmt::Display for Dialects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(Dialect::name).collect::<Vec<_>>().join(","))
    }
}

impl fmt::Debug for Dialects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Dialect::name)).finish()
    }
}
