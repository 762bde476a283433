//! `EXT-X-ASSET`: what is shown where a break begins, for the ad server.

use std::collections::BTreeMap;

use crate::hls::Attributes;

/// `GENRE=CV,CAID=12345678,EPISODE="Episode%20Name%20Date"`, percent-decoded, as MediaTailor's
/// `[asset.KEY]` hands it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset(Vec<(String, String)>);

impl Asset {
    /// Reads the tag's value; `None` where it says nothing.
    pub(super) fn read(value: &str) -> Option<Self> {
        let pairs = Attributes::of(value).iter();
        let pairs: Vec<_> = pairs.map(|one| (one.name.to_owned(), decoded(one.value))).collect();
        (!pairs.is_empty()).then_some(Self(pairs))
    }

    /// Names and values; the first of each name.
    pub fn to_map(&self) -> BTreeMap<String, String> {
        self.0.iter().rev().cloned().collect()
    }

    /// Names and values in the tag's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Once; what is no escape stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = after.get(..2).filter(|_| *first == b'%');
        let escaped = escaped.and_then(|digits| hex::decode(digits).ok());
        rest = if escaped.is_some() { &after[2..] } else { after };
        bytes.extend(escaped.unwrap_or_else(|| vec![*first]));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
