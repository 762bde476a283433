//! Addresses in playlists: content where it lies, ad segments where their request is counted.
//!
//! An ad segment's last path part carries the creative's address and a signature, so that it leads
//! there even when its session is unknown and on every node that has the same key, and so that
//! nobody can make Midroll redirect to an address it has not written itself.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use url::Url;

use crate::{creative, hls, stitch::Links, storage::Address};

/// Signs and reads the last part of ad segments' addresses.
#[derive(Clone)]
pub struct Signer(Arc<hmac::Key>);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// With a secret of at least 32 bytes, the same on all nodes.
    pub fn new(secret: &[u8]) -> Self {
        Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, secret)))
    }

    /// `{signature}{address}.{extension}`: the extension is the segment's own, since some players
    /// go by it.
    pub fn sign(&self, address: &Url) -> String {
        let signature = hmac::sign(&self.0, address.as_str().as_bytes());
        let mut bytes = signature.as_ref()[..SIGNATURE].to_vec();
        bytes.extend_from_slice(address.as_str().as_bytes());
        let extension = extension(address);
        format!("{}.{extension}", BASE64.encode(bytes))
    }

    /// The address, if the signature is ours.
    pub fn read(&self, part: &str) -> Option<Url> {
        let encoded = part.split_once('.').map_or(part, |(encoded, _)| encoded);
        let bytes = BASE64.decode(encoded).ok()?;
        let (signature, address) = bytes.split_at_checked(SIGNATURE)?;
        let expected = hmac::sign(&self.0, address);
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(
            signature,
            &expected.as_ref()[..SIGNATURE],
        );
        same.ok()?;
        Url::parse(std::str::from_utf8(address).ok()?).ok()
    }
}

/// How one channel's playlists name things.
#[derive(Clone, Debug)]
pub struct ChannelLinks {
    /// Where each rendition's playlist came from when it was first read.
    pub bases: Vec<OnceLock<Url>>,
    /// Content segments under the first are named under the second (`content_segment_url_prefix`).
    pub content_prefix: Option<(Url, Url)>,
    /// Signs ad segments.
    pub signer: Signer,
    /// Where conditioned creatives are reached (`ad_segment_url_prefix`), if not here.
    pub creatives: Option<Url>,
}

impl ChannelLinks {
    fn base(&self, rendition: usize) -> Option<&Url> {
        self.bases.get(rendition)?.get()
    }
}

impl Links for ChannelLinks {
    fn content(&self, rendition: usize, uri: &str) -> String {
        let Some(base) = self.base(rendition) else { return uri.to_owned() };
        let absolute = hls::absolute(base, uri);
        let moved = self.content_prefix.as_ref().and_then(|(from, to)| {
            let rest = absolute.strip_prefix(from.as_str().trim_end_matches('/'))?;
            // `/live` is no part of `/live-2/…`.
            let rest = Some(rest).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
            Some(format!("{}{rest}", to.as_str().trim_end_matches('/')))
        });
        moved.unwrap_or(absolute)
    }

    fn ad(&self, address: &Url) -> String {
        self.signer.sign(address)
    }

    fn map(&self, map: &creative::Map) -> String {
        match Address::of(&map.uri) {
            // Media playlists stand at `/v1/manifest/{configuration}/{session}/{n}.m3u8`.
            Some(kept) => kept_at(self.creatives.as_ref(), &kept, "../../../"),
            None => map.uri.to_string(),
        }
    }
}

/// Where a file of a conditioned creative is reached: below the prefix, else here, `up` being the
/// way from where it is said to `/v1/`.
pub(super) fn kept_at(prefix: Option<&Url>, kept: &Address, up: &str) -> String {
    match prefix {
        Some(prefix) => format!("{}/{}", prefix.as_str().trim_end_matches('/'), kept.path()),
        None => format!("{up}creative/{}", kept.path()),
    }
}

fn extension(address: &Url) -> &str {
    if address.scheme() == "data" {
        // Of blank subtitles: WebVTT, an initialisation section, a fragment.
        return match address.path() {
            vtt if vtt.starts_with("text/vtt") => "vtt",
            init if !init.contains(',') => "mp4",
            _ => "m4s",
        };
    }
    let name = address.path().rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let plain = (1..=4).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { extension } else { "ts" }
}

/// 96 bits: guessing one takes longer than the universe has.
const SIGNATURE: usize = 12;
