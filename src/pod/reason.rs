//! Why an ad or a break is not filled: closed sets, for logs and metric labels.

use crate::creative::{Failure, Unusable};

/// Why an ad is not shown. The names are MediaTailor's `skippedReason`s, and ours where it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SkipReason {
    /// It would pass the end of the break.
    AvailDurationExceeded,
    /// The break was given back to the programme, being filled too little.
    LeftoverAvailExceededThreshold,
    /// It was chosen, and the break ended before it (rule B-45).
    EarlyCueIn,
    /// Its answer came too late.
    AdsTimeout,
    /// It lacks what an ad needs: a linear creative, a media file.
    VastParsingError,
    /// Its media cannot be fetched.
    MediaFileUnavailable,
    /// Its media can be stitched into no channel: live, encrypted, cut unevenly.
    ImportError,
    /// Its media is being read.
    ImportInProgress,
    /// Segments like the channel's are being made of its media.
    TranscodeInProgress,
    /// No segments like the channel's can be made of its media.
    TranscodeError,
    /// Its media does not suit this channel: codecs, container, segment length.
    NoVariantMatch,
    /// A wrapper without a usable address.
    InvalidVastWrapperAd,
    /// Something of ours went wrong while its media was read.
    InternalError,
    /// Ours: its host does not let players read it.
    NoCors,
    /// Ours: a wrapper blocks its category (rule D-16).
    CategoryBlocked,
    /// Ours: it has no linear creative (rule D-24).
    NotLinear,
    /// Ours: all it has to play are programs, VPAID or SIMID (rule D-26).
    Program,
    /// Ours: its answer is older than it may be (rule D-08).
    Expired,
    /// Ours: the same creative plays in this break already (rule D-35).
    DuplicateCreative,
    /// Ours: an ad that may decide not to play (rule D-33).
    ConditionalAd,
    /// Ours: it fits, but its break is the programme's, for the reason that the break's row has.
    NoPlace,
}

impl SkipReason {
    /// The label for media that cannot be shown.
    pub const fn of(why: &Unusable) -> Self {
        match why {
            Unusable::NoPlayableMedia => Self::VastParsingError,
            Unusable::Fetch { failure: Failure::CutOff, .. } => Self::InternalError,
            Unusable::Address { .. } | Unusable::Fetch { .. } | Unusable::Busy => {
                Self::MediaFileUnavailable
            }
            Unusable::NoCors { .. } => Self::NoCors,
            Unusable::NotAPlaylist { .. }
            | Unusable::TooManyRenditions { .. }
            | Unusable::LongAddress { .. }
            | Unusable::TooManyAddresses { .. }
            | Unusable::NotWhole { .. }
            | Unusable::Empty { .. }
            | Unusable::Encrypted { .. }
            | Unusable::Discontinuity { .. }
            | Unusable::Gap { .. }
            | Unusable::NoMap { .. }
            | Unusable::NoDecodeTime
            | Unusable::TooShort { .. }
            | Unusable::SegmentCount { .. }
            | Unusable::Boundary { .. } => Self::ImportError,
            Unusable::TargetDuration { .. }
            | Unusable::NoRendition { .. }
            | Unusable::Codecs { .. }
            | Unusable::Packing { .. }
            | Unusable::VideoRange { .. }
            | Unusable::Layout { .. } => Self::NoVariantMatch,
            Unusable::Unfit(_) => Self::TranscodeError,
        }
    }

    /// Every reason, for metric labels.
    pub const ALL: [Self; 21] = [
        Self::AvailDurationExceeded,
        Self::LeftoverAvailExceededThreshold,
        Self::EarlyCueIn,
        Self::AdsTimeout,
        Self::VastParsingError,
        Self::MediaFileUnavailable,
        Self::ImportError,
        Self::ImportInProgress,
        Self::TranscodeInProgress,
        Self::TranscodeError,
        Self::NoVariantMatch,
        Self::InvalidVastWrapperAd,
        Self::InternalError,
        Self::NoCors,
        Self::CategoryBlocked,
        Self::NotLinear,
        Self::Program,
        Self::Expired,
        Self::DuplicateCreative,
        Self::ConditionalAd,
        Self::NoPlace,
    ];

    /// Its name in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AvailDurationExceeded => "AVAIL_DURATION_EXCEEDED",
            Self::LeftoverAvailExceededThreshold => "LEFTOVER_AVAIL_EXCEEDED_THRESHOLD",
            Self::EarlyCueIn => "EARLY_CUE_IN",
            Self::AdsTimeout => "ADS_TIMEOUT",
            Self::VastParsingError => "VAST_PARSING_ERROR",
            Self::MediaFileUnavailable => "MEDIA_FILE_UNAVAILABLE",
            Self::ImportError => "IMPORT_ERROR",
            Self::ImportInProgress => "IMPORT_IN_PROGRESS",
            Self::TranscodeInProgress => "TRANSCODE_IN_PROGRESS",
            Self::TranscodeError => "TRANSCODE_ERROR",
            Self::NoVariantMatch => "NO_VARIANT_MATCH",
            Self::InvalidVastWrapperAd => "INVALID_VAST_WRAPPER_AD",
            Self::InternalError => "INTERNAL_ERROR",
            Self::NoCors => "NO_CORS",
            Self::CategoryBlocked => "CATEGORY_BLOCKED",
            Self::NotLinear => "NOT_LINEAR",
            Self::Program => "PROGRAM",
            Self::Expired => "EXPIRED",
            Self::DuplicateCreative => "DUPLICATE_CREATIVE",
            Self::ConditionalAd => "CONDITIONAL_AD",
            Self::NoPlace => "NO_PLACE",
        }
    }
}

/// Why a break, or a stretch of it, has no ads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unfilled {
    /// The configuration's switch is off.
    AdsDisabled,
    /// The configuration names no ad server.
    NoAdServer,
    /// The ad server's URL is none once its variables are filled in.
    AdsUrlInvalid,
    /// The ad server's address, or one it redirects to, may not be reached.
    AdsBlocked,
    /// Too many requests to that host are in flight.
    AdsBusy,
    /// The ad server took too long.
    AdsTimeout,
    /// No connection to the ad server, or one that broke.
    AdsIo,
    /// The ad server answered with this status.
    AdsStatus(u16),
    /// Its answer is larger than the limit.
    AdsTooLarge,
    /// Its answer is no VAST.
    AdsUnreadable,
    /// Its answer holds no ad.
    NoAds,
    /// It holds ads, none of which can be shown.
    NothingUsable,
    /// No answer by the deadline; the break goes on without.
    NoDecisionInTime,
    /// The renditions share no boundary where the break could start, or the programme return from it.
    NoCommonBoundary,
    /// The channel lists too little for ads to stand behind its edge: it has just begun.
    TooLittleListed,
    /// As many places of ads that sessions begin with are in use as a channel has at most.
    PreRollLimit,
    /// The break was taken back before it began.
    Cancelled,
    /// The break began too soon after the session did (`AvailSuppression`).
    Suppressed,
    /// The session's pre-roll was still being shown when the break began.
    PreRoll,
    /// The ad server has failed so often of late that it is left alone for a moment.
    AdsResting,
    /// Too little of the break could be filled (`PersonalizationThresholdSeconds`).
    BelowThreshold,
    /// The source ended the break early.
    EarlyCueIn,
    /// A clip around the ads stands there.
    Bumper,
    /// The ads are shorter than the break.
    Leftover,
    /// The session, or the service, ended before the break did.
    SessionEnded,
}

impl Unfilled {
    /// Its name in logs and metrics; statuses share one, so that the set stays closed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AdsDisabled => "ADS_DISABLED",
            Self::NoAdServer => "NO_AD_SERVER",
            Self::AdsUrlInvalid => "ADS_URL_INVALID",
            Self::AdsBlocked => "ADS_BLOCKED",
            Self::AdsBusy => "ADS_BUSY",
            Self::AdsTimeout => "ADS_TIMEOUT",
            Self::AdsIo => "ADS_IO",
            Self::AdsStatus(_) => "ADS_STATUS",
            Self::AdsTooLarge => "ADS_TOO_LARGE",
            Self::AdsUnreadable => "ADS_UNREADABLE",
            Self::NoAds => "NO_ADS",
            Self::NothingUsable => "NOTHING_USABLE",
            Self::NoDecisionInTime => "NO_DECISION_IN_TIME",
            Self::NoCommonBoundary => "NO_COMMON_BOUNDARY",
            Self::TooLittleListed => "TOO_LITTLE_LISTED",
            Self::PreRollLimit => "PRE_ROLL_LIMIT",
            Self::Cancelled => "CANCELLED",
            Self::Suppressed => "SUPPRESSED",
            Self::PreRoll => "PRE_ROLL",
            Self::AdsResting => "ADS_RESTING",
            Self::BelowThreshold => "BELOW_THRESHOLD",
            Self::EarlyCueIn => "EARLY_CUE_IN",
            Self::Bumper => "BUMPER",
            Self::Leftover => "LEFTOVER",
            Self::SessionEnded => "SESSION_ENDED",
        }
    }
}
