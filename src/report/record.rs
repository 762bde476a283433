//! What is kept of a row until it is counted.

use aws_lc_rs::digest::{self, Context};
use serde::{Deserialize, Serialize};

use super::names::Name;
use crate::units::MediaDuration;

/// What a record is about: an ad shown to a viewer, or a viewer's break. Evenly spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Key(pub(super) u128);

impl Key {
    /// Of all these words together.
    pub(super) fn of(words: &[&str]) -> Self {
        let mut hash = Context::new(&digest::SHA256);
        for word in words {
            hash.update(&u64::try_from(word.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(word.as_bytes());
        }
        let bits = hash
            .finish()
            .as_ref()
            .iter()
            .take(16)
            .fold(0, |bits: u128, &byte| bits << 8 | u128::from(byte));
        Self(bits)
    }

    /// Of a beacon's id, which is 32 hex digits where Midroll made it.
    pub(super) fn of_beacon(id: &str, source: Source) -> Self {
        let own = (id.len() == 32).then(|| u128::from_str_radix(id, 16).ok()).flatten();
        match (own, source) {
            (Some(bits), Source::Server) => Self(bits),
            _ => Self::of(&[id, source.as_str()]),
        }
    }
}

/// Who says that something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Source {
    Server,
    Client,
}

impl Source {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
        }
    }
}

/// What an ad or a beacon is filed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Labels {
    pub(super) configuration: Name,
    pub(super) ad_server: Name,
    pub(super) advertiser: Name,
    pub(super) campaign: Name,
    pub(super) creative: Name,
    pub(super) ad: Name,
    /// Since 1970.
    pub(super) hour: i64,
}

/// What a beacon's row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Outcome {
    Due,
    Sent,
    Retry,
    Failed,
    Expired,
    Unknown,
    Other,
}

impl Outcome {
    pub(super) fn of(word: &str) -> Self {
        match word {
            "due" => Self::Due,
            "sent" => Self::Sent,
            "retry" => Self::Retry,
            "failed" => Self::Failed,
            "expired" => Self::Expired,
            "unknown" => Self::Unknown,
            _ => Self::Other,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Record {
    Beacon { id: Key, labels: Labels, event: Name, source: Source, outcome: Outcome, attempt: u32 },
    Filled(Filled),
    Skipped(Skipped),
    Ended(Ended),
}

/// A break's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Filled {
    /// In milliseconds since 1970; of several plans the latest counts.
    pub(super) time: i64,
    pub(super) configuration: Name,
    pub(super) length: Option<Nanos>,
    pub(super) filled: Nanos,
    pub(super) ads: Vec<(Labels, Nanos)>,
    pub(super) skipped: Vec<(Labels, Name)>,
}

/// Ads that came too late for a plan, or that their break ended before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Skipped {
    pub(super) time: i64,
    pub(super) ads: Vec<(Labels, Name)>,
}

/// What became of a break.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ended {
    pub(super) time: i64,
    pub(super) configuration: Name,
    pub(super) length: Nanos,
    pub(super) planned: Nanos,
    pub(super) published: Nanos,
    pub(super) requested: Nanos,
    pub(super) unfilled: Vec<(Name, Nanos)>,
}

/// A length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Nanos(pub(super) i64);

impl From<MediaDuration> for Nanos {
    fn from(length: MediaDuration) -> Self {
        Self(length.as_nanos())
    }
}
