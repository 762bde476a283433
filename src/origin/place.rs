//! Which URL of the origin a player's request stands for.
//!
//! Pure and strict: whatever a player writes, the result lies under the prefix of the configuration.

use std::borrow::Cow;

use url::{Url, form_urlencoded};

/// Why an asset path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAsset {
    /// There is none.
    #[error("the asset path is empty")]
    Empty,
    /// `.` or `..`, plain or encoded.
    #[error("the asset path has a dot segment")]
    Climbs,
    /// A backslash or a control character, plain or encoded.
    #[error("the asset path has a backslash or a control character")]
    Forbidden,
    /// Still encoded after several rounds of decoding.
    #[error("the asset path is percent-encoded more than {MOST_ROUNDS} times over")]
    TooDeep,
}

/// The origin's URL for an asset: the configuration's prefix, the asset path of the player's URL as
/// it came (still percent-encoded), and of the player's query what is [`forwarded`].
///
/// A query of the prefix itself is kept, and wins over the player's parameters of the same names.
///
/// # Errors
/// [`BadAsset`] where the path could mean something outside the prefix to anyone who reads it, be
/// it after a second decoding.
pub fn asset_url(
    prefix: &Url,
    asset: &str,
    query: &str,
    viewer_query: &[String],
) -> Result<Url, BadAsset> {
    check(asset)?;
    let base = format!("{}/", prefix.path().trim_end_matches('/'));
    let mut url = prefix.clone();
    url.set_path(&format!("{base}{asset}"));
    url.set_fragment(None);
    add_query(&mut url, &forwarded(query, viewer_query));
    // What was checked above cannot climb; the parser has the last word all the same.
    if url.path().starts_with(&base) { Ok(url) } else { Err(BadAsset::Climbs) }
}

/// The URL of a rendition whose `uri` stands in a multivariant playlist that was asked for at
/// `asked` and came from `answered`; `None` where it is no URL.
///
/// The query of the first request goes with every playlist request of a session (MediaTailor's
/// rule), but only to the host that was asked or the one it redirected to: elsewhere it would give
/// tokens away.
pub fn rendition_url(asked: &Url, answered: &Url, uri: &str) -> Option<Url> {
    let mut url = answered.join(uri).ok()?;
    url.set_fragment(None);
    if [asked.origin(), answered.origin()].contains(&url.origin()) {
        add_query(&mut url, asked.query().unwrap_or_default());
    }
    Some(url)
}

/// The parameters of a player's query that go to the origin, each byte for byte as it came: all but
/// Midroll's own (`ads.…`, `aws.…`, `manifest.…`), delivery directives (`_HLS_…`) and those that
/// differ per viewer.
pub fn forwarded(query: &str, viewer_query: &[String]) -> String {
    let ours = |name: &str| OWN_FAMILIES.iter().any(|family| name.starts_with(family));
    let kept = pairs(query).filter(|pair| {
        let name = name(pair);
        !ours(&name) && !viewer_query.iter().any(|own| *own == name)
    });
    kept.collect::<Vec<_>>().join("&")
}

/// Adds the parameters whose names the URL does not have yet.
fn add_query(url: &mut Url, query: &str) {
    let own = url.query().unwrap_or_default().to_owned();
    let known: Vec<_> = pairs(&own).map(name).collect();
    let new = pairs(query).filter(|pair| !known.contains(&name(pair)));
    let joined = pairs(&own).chain(new).collect::<Vec<_>>().join("&");
    url.set_query(Some(joined.as_str()).filter(|query| !query.is_empty()));
}

fn pairs(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|pair| !pair.is_empty())
}

/// A parameter's decoded name, so that no spelling of it slips by.
fn name(pair: &str) -> Cow<'_, str> {
    form_urlencoded::parse(pair.as_bytes()).next().map_or(Cow::Borrowed(""), |(name, _)| name)
}

fn check(asset: &str) -> Result<(), BadAsset> {
    if asset.trim_matches('/').is_empty() {
        return Err(BadAsset::Empty);
    }
    let mut reading = asset.as_bytes().to_vec();
    // Proxies and origins decode, sometimes twice, so every reading must be harmless.
    for _ in 0..=MOST_ROUNDS {
        harmless(&reading)?;
        let decoded = decode(&reading);
        if decoded == reading {
            return Ok(());
        }
        reading = decoded;
    }
    Err(BadAsset::TooDeep)
}

fn harmless(path: &[u8]) -> Result<(), BadAsset> {
    if path.iter().any(|byte| *byte == b'\\' || byte.is_ascii_control()) {
        return Err(BadAsset::Forbidden);
    }
    // Some servers cut parameters off a segment: `..;x` is `..` to them.
    let climbs = path.split(|byte| *byte == b'/').any(|segment| {
        let bare = segment.split(|byte| *byte == b';').next().unwrap_or_default();
        matches!(bare, b"." | b"..")
    });
    if climbs { Err(BadAsset::Climbs) } else { Ok(()) }
}

/// Each `%` with two hex digits replaced by the byte they name.
fn decode(path: &[u8]) -> Vec<u8> {
    let digit = |at: usize| path.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(path.len());
    let mut at = 0;
    while let Some(&byte) = path.get(at) {
        let pair = (byte == b'%').then(|| digit(at + 1).zip(digit(at + 2))).flatten();
        let value = pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        decoded.push(value.unwrap_or(byte));
        at += if value.is_some() { 3 } else { 1 };
    }
    decoded
}

/// Parameter families that are Midroll's (MediaTailor's names), not the origin's.
const OWN_FAMILIES: [&str; 4] = ["ads.", "aws.", "manifest.", DELIVERY_DIRECTIVES];
/// What a player asks of a server that answers for low latency (rfc8216bis §6.2.5). Midroll asks the
/// origin for whole playlists, when it likes (A-130 a, A-138).
const DELIVERY_DIRECTIVES: &str = "_HLS_";
/// How often a path may be percent-encoded over.
const MOST_ROUNDS: usize = 3;
