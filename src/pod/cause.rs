//! Why one ad is not shown, in its own terms, and what its error URLs are told.

use crate::{
    creative::{Failure, Unfit, Unusable},
    vast,
};

use super::SkipReason;

/// Why an ad is not shown, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// Its media cannot be shown.
    #[error(transparent)]
    Media(Unusable),
    /// It is none, or its wrappers led to none.
    #[error(transparent)]
    Lost(vast::Lost),
    /// It may decide not to play (rule D-33).
    #[error("the ad is conditional")]
    Conditional,
    /// It has no linear creative.
    #[error("the ad has no linear creative")]
    NotLinear,
    /// It has non-linear creatives and no linear one.
    #[error("the ad is an overlay")]
    Overlay,
    /// It has no creative at all.
    #[error("the ad has no creative")]
    NoCreative,
    /// All it has to play are programs for players (rule D-26).
    #[error("the ad's media are programs: {0}")]
    Programs(String),
    /// It would have been to be shown earlier (rule D-08).
    #[error("the ad expired {0} s after it was asked for")]
    Expired(u32),
}

impl Cause {
    /// The label for it.
    pub const fn reason(&self) -> SkipReason {
        match self {
            Self::Media(why) => SkipReason::of(why),
            Self::Lost(vast::Lost::Bodies { .. }) | Self::NoCreative => {
                SkipReason::VastParsingError
            }
            Self::Lost(vast::Lost::CategoryBlocked(_) | vast::Lost::CategoryMissing) => {
                SkipReason::CategoryBlocked
            }
            Self::Lost(_) => SkipReason::InvalidVastWrapperAd,
            Self::Conditional => SkipReason::ConditionalAd,
            Self::NotLinear | Self::Overlay => SkipReason::NotLinear,
            Self::Programs(_) => SkipReason::Program,
            Self::Expired(_) => SkipReason::Expired,
        }
    }

    /// VAST's error code for it (§2.3.6, rules D4).
    pub fn code(&self) -> u16 {
        match self {
            Self::Media(why) => of_media(why),
            Self::Lost(why) => why.code(),
            Self::Conditional => 408,
            Self::NotLinear => 200,
            Self::Overlay => 201,
            Self::NoCreative => 101,
            Self::Programs(names) if names.contains("VPAID") => 901,
            Self::Programs(_) => 403,
            Self::Expired(_) => 304,
        }
    }
}

/// Codes 401 to 405 say what is wrong with media in general; what does not suit this channel is
/// a failure of the ad all the same.
fn of_media(why: &Unusable) -> u16 {
    match why {
        Unusable::NoPlayableMedia => 403,
        Unusable::Address { .. } => 401,
        Unusable::Fetch { failure: Failure::TimedOut { .. } | Failure::Silent { .. }, .. } => 402,
        Unusable::Fetch { failure: Failure::Blocked, .. } => 400,
        Unusable::Fetch { failure: Failure::CutOff, .. } => SkipReason::InternalError.code(),
        Unusable::Fetch { .. } => 401,
        Unusable::NotAPlaylist { .. } | Unusable::Empty { .. } | Unusable::NoMap { .. } => 405,
        // Not the ad's fault.
        Unusable::Unfit(Unfit::Channel { .. }) => 400,
        Unusable::NoDecodeTime | Unusable::Unfit(_) => 405,
        _ => 400,
    }
}

/// VAST's code for an ad that plays without the program that belongs to it (rule D-31).
pub const INTERACTIVE_NOT_EXECUTED: u16 = 409;

impl SkipReason {
    /// VAST's error code where nothing more is known of an ad than this.
    pub const fn code(self) -> u16 {
        match self {
            // 4.3 has a code for ads that were cut from the end of a break (rule D-21).
            Self::AvailDurationExceeded
            | Self::LeftoverAvailExceededThreshold
            | Self::EarlyCueIn
            | Self::NoPlace
            | Self::DuplicateCreative => 206,
            Self::AdsTimeout | Self::ImportInProgress | Self::Expired => 304,
            Self::TranscodeInProgress => 407,
            Self::InternalError => 900,
            _ => 400,
        }
    }
}
