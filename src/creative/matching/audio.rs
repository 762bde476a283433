//! Choosing among audio.

use std::cmp::Reverse;

use crate::hls::RenditionInfo;

use super::{Candidates, nearness};

/// The one in the nearest language; of those that are as near, in as many channels, the default,
/// the first.
pub(super) fn choose(from: &Candidates<'_>, wanted: &RenditionInfo) -> usize {
    let best = from.iter().max_by_key(|(at, rendition)| {
        let info = &rendition.info;
        let near = nearness(info.language.as_deref(), wanted.language.as_deref());
        let channels = info.channels.as_ref().zip(wanted.channels.as_ref());
        let as_many = channels.is_none_or(|(ad, wanted)| ad == wanted);
        (near, as_many, info.default, Reverse(*at))
    });
    best.map_or(0, |(at, _)| *at)
}
