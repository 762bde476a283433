//! The ads that fill a break, and the reasons why others do not.
//!
//! Everything an ad server offers ends here as one of three values: an [`Ad`] that plays, a
//! [`Skipped`] ad with its reason, or a whole break [`Unfilled`]. The reasons are closed sets, since
//! they are metric labels and log fields. Deliberately absent: when ads are asked for, and what is
//! shown where nothing fits.

use std::sync::Arc;

use crate::{
    creative::Creative,
    units::{MediaDuration, ProgramTime},
    vast,
};

mod cause;
mod fill;
mod info;
mod offer;
mod reason;
mod room;
#[cfg(test)]
pub(crate) mod tests;

pub use cause::{Cause, INTERACTIVE_NOT_EXECUTED};
pub use fill::{Filled, fill, fill_behind, fill_first, fit};
pub use offer::{Media, Offer, Offers, Refused, order, too_late};
pub use reason::{SkipReason, Unfilled};
pub use room::{LONGEST_UNKNOWN, MOST_ADS, Room};

/// One ad, ready to be stitched into one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ad {
    /// Its media.
    pub creative: Arc<Creative>,
    /// For each rendition of the channel, in order, the index of the creative's rendition that
    /// stands in for it.
    pub matched: Arc<[usize]>,
    /// Its names and beacons.
    pub info: Arc<AdInfo>,
}

/// What the ad server said of an ad: everything that logs, tracking and beacons need of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AdInfo {
    /// `Ad@id`.
    pub ad_id: Option<String>,
    /// `AdSystem`.
    pub ad_system: Option<String>,
    /// `AdTitle`.
    pub title: Option<String>,
    /// `Advertiser`.
    pub advertiser: Option<String>,
    /// From an extension of type `campaign`; VAST itself has no name for it.
    pub campaign: Option<String>,
    /// `Creative@id`.
    pub creative_id: Option<String>,
    /// `Creative@adId`.
    pub creative_ad_id: Option<String>,
    /// `UniversalAdId`s, unknown ones left out (rule D-28).
    pub universal_ad_ids: Vec<vast::UniversalAdId>,
    /// `AdServingId`.
    pub serving_id: Option<String>,
    /// The host that was asked for it.
    pub ads_host: String,
    /// The question it came from (`[TRANSACTIONID]`), a UUID.
    pub transaction_id: String,
    /// Its place in its answer, in the order in which ads are tried, stand-ins last.
    pub place: usize,
    /// `Ad@sequence`.
    pub sequence: Option<u32>,
    /// How many wrappers led to it.
    pub wrapper_depth: u32,
    /// `Linear@skipoffset`, as written.
    pub skip_offset: Option<String>,
    /// `Duration`, as the ad server claims it.
    pub claimed: Option<MediaDuration>,
    /// The media file that was chosen.
    pub media: Option<String>,
    /// `Impression` URIs, macros untouched.
    pub impressions: Vec<String>,
    /// Tracking events of its linear creative, macros untouched.
    pub tracking: Vec<vast::Tracking>,
    /// `ClickThrough`.
    pub click_through: Option<String>,
    /// `ClickTracking` URIs.
    pub click_tracking: Vec<String>,
    /// `Error` URIs, of its wrappers too, macros untouched.
    pub errors: Vec<String>,
    /// `VideoClicks/CustomClick`.
    pub custom_clicks: Vec<String>,
    /// `AdVerifications`, for players that run them (rule D-32).
    pub verifications: Vec<vast::Verification>,
    /// `ViewableImpression`, for players (rule D-34).
    pub viewable: vast::Viewable,
    /// Icons of its linear creative.
    pub icons: Vec<vast::Graphic>,
    /// Companions of all its creatives.
    pub companions: Vec<vast::Graphic>,
    /// Overlays that go with it, kept for tracking documents.
    pub non_linears: Vec<vast::Graphic>,
    /// `Extensions`, as written.
    pub extensions: Vec<vast::Extension>,
    /// Closed caption files of its linear creative.
    pub captions: Vec<vast::CaptionFile>,
    /// Programs that belong to its linear creative, which are not executed here.
    pub interactive: Vec<vast::Resource>,
    /// `AdParameters` of its linear creative.
    pub ad_parameters: Option<String>,
    /// `Ad@adType`.
    pub ad_type: Option<String>,
    /// `Category`.
    pub categories: Vec<vast::Category>,
    /// `Expires`, and when that is: it may not be shown later (rule D-08).
    pub expires: Option<(u32, ProgramTime)>,
    /// Must its place stay empty where it cannot be shown (`fallbackOnNoAd` of its wrapper)?
    pub irreplaceable: bool,
}

/// The ads that fill a break, or a part of it, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pod {
    /// In playing order.
    pub ads: Vec<Ad>,
}

impl Pod {
    /// How many segments it has, the same in every rendition.
    pub fn segments(&self) -> usize {
        self.ads.iter().map(|ad| ad.creative.segments()).sum()
    }

    /// Its measured length.
    pub fn duration(&self) -> MediaDuration {
        self.ads.iter().map(|ad| ad.creative.duration).sum()
    }
}

impl Skipped {
    /// An ad that fits, where the break is the programme's all the same.
    pub fn without_place(ad: &Ad) -> Self {
        let (info, measured) = (Arc::clone(&ad.info), Some(ad.creative.duration));
        Self { info, reason: SkipReason::NoPlace, why: None, measured }
    }

    /// What its error URLs are told (VAST §2.3.6).
    pub fn code(&self) -> u16 {
        self.why.as_ref().map_or(self.reason.code(), Cause::code)
    }
}

/// An ad that is not shown, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Which.
    pub info: Arc<AdInfo>,
    /// Why, as a label.
    pub reason: SkipReason,
    /// Why, in the ad's own terms, where it is the ad.
    pub why: Option<Cause>,
    /// Its measured length, where it was measured.
    pub measured: Option<MediaDuration>,
}
