//! What in a message begins a break.

use super::{
    meaning::Kind,
    set::{Named, Set},
};

/// What may begin a break, by the names that MediaPackage's `AdTriggers` have made usual. Programmes,
/// chapters and networks never do, nor do overlays (ANSI/SCTE 35 2023r1 §10.3.3.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// A `splice_insert()` out of the network.
    SpliceInsert,
    /// Segmentation type 0x22.
    Break,
    /// 0x30.
    ProviderAdvertisement,
    /// 0x32.
    DistributorAdvertisement,
    /// 0x34.
    ProviderPlacementOpportunity,
    /// 0x36.
    DistributorPlacementOpportunity,
    /// 0x44.
    ProviderAdBlock,
    /// 0x46.
    DistributorAdBlock,
}

/// A set of triggers.
pub type Triggers = Set<Trigger>;

impl Named for Trigger {
    const WHAT: &'static str = "trigger";
    const EVERY: &'static [Self] = &[
        Self::SpliceInsert,
        Self::Break,
        Self::ProviderAdvertisement,
        Self::DistributorAdvertisement,
        Self::ProviderPlacementOpportunity,
        Self::DistributorPlacementOpportunity,
        Self::ProviderAdBlock,
        Self::DistributorAdBlock,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::SpliceInsert => "SPLICE_INSERT",
            Self::Break => "BREAK",
            Self::ProviderAdvertisement => "PROVIDER_ADVERTISEMENT",
            Self::DistributorAdvertisement => "DISTRIBUTOR_ADVERTISEMENT",
            Self::ProviderPlacementOpportunity => "PROVIDER_PLACEMENT_OPPORTUNITY",
            Self::DistributorPlacementOpportunity => "DISTRIBUTOR_PLACEMENT_OPPORTUNITY",
            Self::ProviderAdBlock => "PROVIDER_AD_BLOCK",
            Self::DistributorAdBlock => "DISTRIBUTOR_AD_BLOCK",
        }
    }
}

impl Trigger {
    /// Which one a kind of event is, if it is one.
    pub(super) fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Splice => Some(Self::SpliceInsert),
            Kind::Break => Some(Self::Break),
            Kind::Ad(0x30) => Some(Self::ProviderAdvertisement),
            Kind::Ad(_) => Some(Self::DistributorAdvertisement),
            Kind::Opportunity(0x34) => Some(Self::ProviderPlacementOpportunity),
            Kind::Opportunity(_) => Some(Self::DistributorPlacementOpportunity),
            Kind::AdBlock(0x44) => Some(Self::ProviderAdBlock),
            Kind::AdBlock(_) => Some(Self::DistributorAdBlock),
            Kind::Cancelled | Kind::Programme | Kind::NextProgramme => None,
        }
    }
}
