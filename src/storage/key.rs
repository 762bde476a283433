//! The names of conditioned creatives.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Error;

/// The name of a conditioned creative: 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

impl Key {
    /// Of a digest in hexadecimal digits; what is beyond 32 of them does not count.
    pub fn of_digest(digest: &[u8]) -> Self {
        Self(hex::encode(digest.get(..16).unwrap_or(digest)))
    }
}

impl FromStr for Key {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if digits && text.len() == 32 { Ok(Self(text.to_owned())) } else { Err(Error::NotFound) }
    }
}

impl TryFrom<String> for Key {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
