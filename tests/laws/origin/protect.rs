//! Keys in force.

use super::{BASE, Protection};

/// Attribute lists of the keys in force at a segment, their URIs absolute.
pub(super) fn keys(protection: Protection, rendition: usize, index: usize) -> Vec<String> {
    let turn = index / SEGMENTS_PER_KEY;
    let place = format!("{BASE}keys/{rendition}/{turn}");
    let drm = |format: &str| {
        format!("METHOD=SAMPLE-AES-CTR,URI=\"{place}/{format}\",KEYFORMAT=\"{format}\"")
    };
    match protection {
        Protection::Clear => Vec::new(),
        Protection::Implicit => vec![format!("METHOD=AES-128,URI=\"{place}\"")],
        Protection::Drm => vec![drm("com.one"), drm("com.two")],
    }
}

const SEGMENTS_PER_KEY: usize = 9;
