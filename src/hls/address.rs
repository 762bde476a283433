//! Addresses that move with their line to a playlist elsewhere.

use url::Url;

/// What `written`, an address in a playlist at `base`, has to be in any other playlist: absolute
/// ones stay byte for byte, since they may be signed, others are resolved (rule A-09).
pub fn absolute(base: &Url, written: &str) -> String {
    match Url::parse(written) {
        Ok(_) => written.to_owned(),
        Err(_) => base.join(written).map_or_else(|_| written.to_owned(), String::from),
    }
}

/// A tag's line with the value of that attribute replaced by what `address` makes of it; as it is
/// where it has no such attribute.
pub fn with_address(line: &str, name: &str, address: impl FnOnce(&str) -> String) -> String {
    let Some((tag, list)) = line.split_once(':') else { return line.to_owned() };
    let attributes = super::Attributes::of(list);
    let moved = attributes.get(name).and_then(|written| attributes.with(name, &address(written)));
    moved.map_or_else(|| line.to_owned(), |list| format!("{tag}:{list}"))
}

/// Attributes of date ranges that are addresses (rfc8216bis appendices D and F).
pub const RANGE_ADDRESSES: [&str; 3] = ["X-ASSET-URI", "X-ASSET-LIST", "X-URI"];
