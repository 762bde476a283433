//! Choosing among pictures.

use std::cmp::Reverse;

use crate::hls::{MilliHz, RenditionInfo, VideoRange};

use super::{Candidates, Rendition, Unusable, codecs};

/// The best of those whose range may stand in the wanted one.
pub(super) fn choose(
    from: &Candidates<'_>,
    channel: usize,
    wanted: &RenditionInfo,
) -> Result<usize, Unusable> {
    let limit = range(wanted);
    let narrow = from.iter().filter(|(_, rendition)| range(&rendition.info) <= limit);
    let below = |rendition: &Rendition| !is_above(&rendition.info, wanted);
    let best = narrow.max_by_key(|(at, rendition)| {
        let info = &rendition.info;
        let below = below(rendition);
        // Of what is all above, the lowest.
        let size = below.then_some((info.bandwidth, info.resolution));
        let excess = Reverse(info.bandwidth.filter(|_| !below));
        (range(info) == limit, below, same_rates(info, wanted), size, excess, Reverse(*at))
    });
    best.map(|(at, _)| *at).ok_or(Unusable::VideoRange { channel, wanted: limit })
}

fn range(info: &RenditionInfo) -> VideoRange {
    info.video_range.unwrap_or_default()
}

fn is_above(ad: &RenditionInfo, wanted: &RenditionInfo) -> bool {
    let more_bits = ad.bandwidth.zip(wanted.bandwidth).is_some_and(|(ad, limit)| ad > limit);
    let sizes = ad.resolution.zip(wanted.resolution);
    let larger = sizes.is_some_and(|(ad, limit)| ad.0 > limit.0 || ad.1 > limit.1);
    more_bits || larger || codecs::need_more(&ad.codecs, &wanted.codecs)
}

/// Frame rates of one family, which displays show without changing their mode: 25 and 50, 29.97 and
/// 60, 23.976 and 24.
fn same_rates(ad: &RenditionInfo, wanted: &RenditionInfo) -> bool {
    let rates = ad.frame_rate.zip(wanted.frame_rate);
    rates.is_none_or(|(ad, wanted)| family(ad) == family(wanted))
}

fn family(MilliHz(rate): MilliHz) -> u32 {
    let off = |base: &u32| {
        let rest = rate % base;
        rest.min(base - rest)
    };
    FAMILIES.into_iter().min_by_key(off).unwrap_or(rate)
}

const FAMILIES: [u32; 3] = [24_000, 25_000, 30_000];
