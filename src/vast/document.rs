//! The values of a VAST document, in the document's own words.

use crate::units::MediaDuration;

use super::{
    AdBreak, CaptionFile, Category, Graphic, Lost, Pricing, Resource, Verification, Viewable,
};

/// One answer of an ad server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Which of the two document kinds it was.
    pub root: Root,
    /// The root's `version` attribute (a VMAP's: that of its first VAST); empty where absent.
    pub version: String,
    /// Its ads in document order; empty is a proper "no ad" answer. At most
    /// [`crate::vast::MAX_ADS`].
    pub ads: Vec<Ad>,
    /// A VMAP's breaks; the ads above are those of the first that has any. At most
    /// [`crate::vast::MAX_BREAKS`].
    pub breaks: Vec<AdBreak>,
    /// `Error` URIs of the document itself, to be called when it holds no ad.
    pub errors: Vec<String>,
    /// How many items passed a limit and were left out.
    pub left_out: usize,
}

/// The root element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Root {
    /// `VAST`.
    #[default]
    Vast,
    /// `vmap:VMAP`, whose ads are those of its first break that has any.
    Vmap,
}

/// One `Ad`: what inline ads and wrappers have in common, and which of the two it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ad {
    /// `Ad@id`.
    pub id: Option<String>,
    /// `Ad@sequence`: its place in the pod; absent in a stand-alone ad (VAST §3.3.1).
    pub sequence: Option<u32>,
    /// `Ad@adType`: `video`, `audio`, `hybrid`.
    pub ad_type: Option<String>,
    /// `Ad@conditionalAd` (deprecated): an ad that may decide not to play, which a server-side
    /// stitcher rejects (VAST §3.3, error 408).
    pub conditional: bool,
    /// Inline or wrapper.
    pub kind: Kind,
    /// `AdSystem`.
    pub system: Option<String>,
    /// `AdSystem@version`.
    pub system_version: Option<String>,
    /// `AdTitle`.
    pub title: Option<String>,
    /// `Advertiser`.
    pub advertiser: Option<String>,
    /// `AdServingId` (4.1).
    pub serving_id: Option<String>,
    /// `Expires` (4.1), in whole seconds from the request.
    pub expires: Option<u32>,
    /// `Impression` URIs, untouched. At most [`crate::vast::MAX_URLS`].
    pub impressions: Vec<String>,
    /// `Error` URIs. At most [`crate::vast::MAX_URLS`].
    pub errors: Vec<String>,
    /// `Creatives/Creative`, in document order.
    pub creatives: Vec<Creative>,
    /// `Category` (4.0): what the ad is about.
    pub categories: Vec<Category>,
    /// `BlockedAdCategories` of a wrapper: what the ads it leads to may not be about.
    pub blocked_categories: Vec<Category>,
    /// `AdVerifications/Verification`, those of an extension of that type among them (rule D-29).
    pub verifications: Vec<Verification>,
    /// `ViewableImpression`.
    pub viewable: Viewable,
    /// `Pricing`.
    pub pricing: Option<Pricing>,
    /// How many wrappers led to it: 0 in a document, more once [`Ad::wrapped_by`] them.
    pub wrapper_depth: u32,
    /// A wrapper that led to no ad said that no other may take its place (`fallbackOnNoAd`).
    pub irreplaceable: bool,
    /// `Extensions/Extension`.
    pub extensions: Vec<Extension>,
    /// How much text it came from, wrappers included: nothing of it takes more memory.
    pub bytes: usize,
}

/// Whether an ad carries its media or points to another document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Carries its media.
    #[default]
    InLine,
    /// Points to another document.
    Wrapper {
        /// `VASTAdTagURI`; empty where it is missing.
        tag: String,
        /// `followAdditionalWrappers`, by default true.
        follow_additional_wrappers: bool,
        /// `allowMultipleAds`, by default false.
        allow_multiple_ads: bool,
        /// `fallbackOnNoAd`, where given.
        fallback_on_no_ad: Option<bool>,
    },
    /// A wrapper that led to no ad, or an `Ad` that is none.
    Lost(Lost),
}

/// One `Creative`: linear, or what goes with a linear one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Creative {
    /// `Creative@id`.
    pub id: Option<String>,
    /// `Creative@adId` (or `AdID`, as VAST 2 spells it).
    pub ad_id: Option<String>,
    /// `Creative@sequence`.
    pub sequence: Option<u32>,
    /// `UniversalAdId` (4.0; several since 4.2), those of an extension of that type among them (rule D-29).
    pub universal_ad_ids: Vec<UniversalAdId>,
    /// Its `Linear`, the only kind that can be stitched.
    pub linear: Option<Linear>,
    /// `NonLinearAds/NonLinear`.
    pub non_linears: Vec<Graphic>,
    /// `NonLinearAds/TrackingEvents`.
    pub non_linear_tracking: Vec<Tracking>,
    /// `CompanionAds/Companion`.
    pub companions: Vec<Graphic>,
    /// `CompanionAds@required`, as written: `all`, `any`, `none`.
    pub companions_required: Option<String>,
}

/// `UniversalAdId`: the creative's name across ad servers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct UniversalAdId {
    /// `idRegistry`, such as `ad-id.org`.
    pub registry: String,
    /// The element's text, else 4.0's `idValue`.
    pub value: String,
}

/// A video or audio ad that takes the programme's place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linear {
    /// `Linear@skipoffset`, as written.
    pub skip_offset: Option<String>,
    /// `Duration`: a hint until the media is measured; absent when missing or unreadable.
    pub duration: Option<MediaDuration>,
    /// `TrackingEvents/Tracking`, whatever their names. At most [`crate::vast::MAX_TRACKING`].
    pub tracking: Vec<Tracking>,
    /// `VideoClicks/ClickThrough`.
    pub click_through: Option<String>,
    /// `VideoClicks/ClickTracking`.
    pub click_tracking: Vec<String>,
    /// `VideoClicks/CustomClick`.
    pub custom_clicks: Vec<String>,
    /// `Icons/Icon`.
    pub icons: Vec<Graphic>,
    /// `AdParameters`, as written.
    pub ad_parameters: Option<String>,
    /// `MediaFiles/MediaFile`. At most [`crate::vast::MAX_MEDIA_FILES`].
    pub media_files: Vec<MediaFile>,
    /// `MediaFiles/Mezzanine` (4.0). Never played as it is (VAST §3.9.2).
    pub mezzanines: Vec<Mezzanine>,
    /// `MediaFiles/InteractiveCreativeFile`: programs, which are not executed here.
    pub interactive: Vec<Resource>,
    /// `MediaFiles/ClosedCaptionFiles/ClosedCaptionFile` (4.1).
    pub captions: Vec<CaptionFile>,
}

/// `Tracking`: an event and what to call when it happens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tracking {
    /// Its name as written: `start`, `firstQuartile`, `progress`, or one we do not know.
    pub event: String,
    /// Where in the ad a `progress` event happens.
    pub offset: Option<Offset>,
    /// What to call, macros untouched.
    pub url: String,
}

/// A moment of an ad: `HH:MM:SS(.mmm)` or `n%` (VAST §3.14.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Offset {
    /// Milliseconds after the ad's start.
    Millis(i64),
    /// Thousandths of a percent of its duration, 0 to 100,000.
    MilliPercent(u32),
}

/// One encoding of an ad.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaFile {
    /// Where it is, trimmed.
    pub uri: String,
    /// `id`.
    pub id: Option<String>,
    /// `type`: its MIME type, as written.
    pub mime: String,
    /// `delivery`: `streaming` or `progressive`, as written.
    pub delivery: String,
    /// `bitrate` in kbit/s, else `maxBitrate`; fractions are dropped.
    pub bitrate: Option<u32>,
    /// `width` in pixels.
    pub width: Option<u32>,
    /// `height` in pixels.
    pub height: Option<u32>,
    /// `codec`.
    pub codec: Option<String>,
    /// `apiFramework`: `VPAID`, `SIMID`; such a file is a program, not a video.
    pub api_framework: Option<String>,
}

/// The master from which encodings are made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mezzanine {
    /// Where it is, trimmed.
    pub uri: String,
    /// `type`: its MIME type.
    pub mime: String,
    /// `width` in pixels.
    pub width: Option<u32>,
    /// `height` in pixels.
    pub height: Option<u32>,
}

/// `Extension`: what the standard has no place for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Extension {
    /// `Extension@type`.
    pub kind: Option<String>,
    /// What stands inside it, as XML. At most [`crate::vast::MAX_EXTENSION`] bytes, else empty.
    pub xml: String,
}

impl Ad {
    /// Its first linear creative, the one that plays.
    pub fn linear(&self) -> Option<(&Creative, &Linear)> {
        self.creatives.iter().find_map(|c| c.linear.as_ref().map(|linear| (c, linear)))
    }

    /// The same, to be changed.
    pub(super) fn playing(&mut self) -> Option<&mut Linear> {
        self.creatives.iter_mut().find_map(|creative| creative.linear.as_mut())
    }
}
