//! Why an ad server gave no answer.

use std::time::Duration;

use crate::{fetch, guard::Blocked, pod::Unfilled, vast};

/// Why an ad server gave no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Trouble {
    /// The configuration names none.
    #[error("the configuration names no ad server")]
    NoAdServer,
    /// With its variables filled in, the template is no URL.
    #[error("the ad server's address is no URL")]
    Url,
    /// Its address may not be reached.
    #[error(transparent)]
    Blocked(#[from] Blocked),
    /// So many questions were on their way to that host that its turn did not come in time.
    #[error("more than {limit} requests are on their way to that host")]
    Busy {
        /// How many there may be.
        limit: usize,
    },
    /// It has failed so often in a row that it is left alone for a moment.
    #[error("that host has failed {failures} times in a row and is left alone for a moment")]
    Resting {
        /// How often.
        failures: u32,
    },
    /// Waiting for a turn and the answer took too long together.
    #[error("no answer within {after:?}")]
    TimedOut {
        /// The limit that was passed.
        after: Duration,
    },
    /// No complete answer.
    #[error(transparent)]
    Fetch(fetch::Error),
    /// An answer that is no success.
    #[error("status {0}")]
    Status(u16),
    /// An answer that is no VAST.
    #[error(transparent)]
    Unreadable(#[from] vast::Error),
}

impl From<fetch::Error> for Trouble {
    fn from(error: fetch::Error) -> Self {
        match error {
            fetch::Error::Blocked(blocked) => Self::Blocked(blocked),
            fetch::Error::TimedOut { after } => Self::TimedOut { after },
            other => Self::Fetch(other),
        }
    }
}

impl Trouble {
    /// The break's reason for having no ads.
    pub const fn unfilled(&self) -> Unfilled {
        match self {
            Self::NoAdServer => Unfilled::NoAdServer,
            Self::Url => Unfilled::AdsUrlInvalid,
            Self::Blocked(_) => Unfilled::AdsBlocked,
            Self::Busy { .. } => Unfilled::AdsBusy,
            Self::Resting { .. } => Unfilled::AdsResting,
            Self::TimedOut { .. } => Unfilled::AdsTimeout,
            Self::Fetch(fetch::Error::TooLarge { .. }) => Unfilled::AdsTooLarge,
            Self::Fetch(_) => Unfilled::AdsIo,
            Self::Status(status) => Unfilled::AdsStatus(*status),
            Self::Unreadable(_) => Unfilled::AdsUnreadable,
        }
    }

    /// Does it speak against the host rather than against the question?
    pub(super) const fn is_the_hosts(&self) -> bool {
        match self {
            Self::TimedOut { .. } => true,
            Self::Fetch(error) => !matches!(error, fetch::Error::TooLarge { .. }),
            Self::Status(status) => *status >= 500,
            _ => false,
        }
    }

    /// MediaTailor's event for it.
    pub const fn event(&self) -> &'static str {
        match self {
            Self::NoAdServer => "WARNING_NO_ADVERTISEMENTS",
            Self::Url => "WARNING_URL_VARIABLE_SUBSTITUTION_FAILED",
            Self::Blocked(_) => "ERROR_DISALLOWED_HOST",
            Self::Resting { .. } => "ERROR_ADS_IO",
            Self::Busy { .. } | Self::TimedOut { .. } => "ERROR_ADS_TIMEOUT",
            Self::Fetch(fetch::Error::Unresolved(_)) => "ERROR_UNKNOWN_HOST",
            Self::Fetch(fetch::Error::TooLarge { .. }) | Self::Status(_) => {
                "ERROR_ADS_INVALID_RESPONSE"
            }
            Self::Fetch(_) => "ERROR_ADS_IO",
            Self::Unreadable(vast::Error::UnknownRoot { .. }) => {
                "ERROR_ADS_RESPONSE_UNKNOWN_ROOT_ELEMENT"
            }
            Self::Unreadable(_) => "ERROR_ADS_RESPONSE_PARSE",
        }
    }
}
