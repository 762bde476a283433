//! What can go wrong between asking and a complete answer.

use std::{error::Error as StdError, io, sync::Arc, time::Duration};

use super::Settings;
use crate::{creative::Failure, guard::Blocked, units::MediaDuration};

/// Why there is no complete answer. Prints no URL, so that no query ends in a log.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The whole request, or connecting alone, took longer than it may.
    #[error("no complete answer within {after:?}")]
    TimedOut {
        /// The limit that was passed.
        after: Duration,
    },
    /// The body, decompressed, is larger than it may be.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit that was passed.
        limit: usize,
    },
    /// A redirect or a resolved address is not allowed.
    #[error(transparent)]
    Blocked(#[from] Blocked),
    /// The host's name has no address.
    #[error("the host's name cannot be resolved")]
    Unresolved(#[source] Arc<reqwest::Error>),
    /// No connection: refused, unreachable, closed.
    #[error("cannot connect")]
    Connect(#[source] Arc<reqwest::Error>),
    /// The other side speaks no TLS that is trusted here.
    #[error("cannot agree on TLS")]
    Tls(#[source] Arc<reqwest::Error>),
    /// Redirected more often than allowed.
    #[error("more than {limit} redirects")]
    TooManyRedirects {
        /// The limit that was passed.
        limit: usize,
    },
    /// The answer broke off, or is not HTTP, or not the encoding it says it is.
    #[error("the answer is broken")]
    Protocol(#[source] Arc<reqwest::Error>),
}

/// Why there is no client: the TLS library cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up TLS")]
pub struct Unusable(#[source] pub(super) reqwest::Error);

impl Error {
    /// The same as a creative's failure.
    pub fn failure(&self) -> Failure {
        match self {
            Self::TimedOut { after } => {
                Failure::TimedOut { limit: MediaDuration::from_std(*after) }
            }
            Self::TooLarge { limit } => Failure::TooLarge { limit: *limit },
            Self::Blocked(_) => Failure::Blocked,
            Self::TooManyRedirects { .. } => Failure::Redirects,
            Self::Unresolved(_) | Self::Connect(_) | Self::Tls(_) | Self::Protocol(_) => {
                Failure::Io
            }
        }
    }

    /// One word from a closed set, for metric labels and log fields.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::TimedOut { .. } => "timed_out",
            Self::TooLarge { .. } => "too_large",
            Self::Blocked(_) => "blocked",
            Self::Unresolved(_) => "unresolved",
            Self::Connect(_) => "connect",
            Self::Tls(_) => "tls",
            Self::TooManyRedirects { .. } => "too_many_redirects",
            Self::Protocol(_) => "protocol",
        }
    }

    /// What an error before the answer's head means.
    pub(super) fn of(error: reqwest::Error, settings: &Settings) -> Self {
        let error = Arc::new(error.without_url());
        if let Some(blocked) = causes(&error).find_map(|cause| cause.downcast_ref::<Blocked>()) {
            return Self::Blocked(blocked.clone());
        }
        match &error {
            e if e.is_connect() && e.is_timeout() => {
                Self::TimedOut { after: settings.connect_timeout }
            }
            e if e.is_dns() => Self::Unresolved(error),
            e if e.is_connect() && causes(e).any(is_tls) => Self::Tls(error),
            e if e.is_connect() => Self::Connect(error),
            _ => Self::Protocol(error),
        }
    }

    /// What an error within the answer's body means.
    pub(super) fn in_body(error: reqwest::Error) -> Self {
        Self::Protocol(Arc::new(error.without_url()))
    }
}

/// The TLS library reports its errors as invalid data; a socket never does while connecting.
fn is_tls(cause: &(dyn StdError + 'static)) -> bool {
    let io = cause.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::InvalidData)
}

/// The error and everything it stands for. An I/O error's own `source` skips the error inside it.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let first: &(dyn StdError + 'static) = error;
    std::iter::successors(Some(first), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inside) => Some(inside),
            None => error.source(),
        }
    })
}
