//! What every creative must hold to, and what one channel's target duration asks of it.

use crate::{
    hls::{MediaPlaylist, RenditionKind},
    units::MediaDuration,
};

use super::{Container, Creative, Rendition, Unusable};

/// Checks that a playlist of that target duration can list the rendition's segments (rules A-40,
/// rounded to whole seconds, none may be longer.
pub(super) fn fits(
    creative: &Creative,
    rendition: usize,
    target_duration: MediaDuration,
) -> Result<(), Unusable> {
    let media = creative.renditions.get(rendition).map_or(&[][..], |media| &media.segments);
    for (segment, part) in media.iter().enumerate() {
        if part.duration.rounded_secs() > target_duration.rounded_secs() {
            let (duration, limit) = (part.duration, target_duration);
            return Err(Unusable::TargetDuration { rendition, segment, duration, limit });
        }
    }
    Ok(())
}

/// Checks one media playlist: whole, clear, without discontinuity, no segment too short, an
/// initialisation section for each that needs one.
pub(super) fn lawful(rendition: usize, media: &MediaPlaylist) -> Result<(), Unusable> {
    if !media.end_list {
        return Err(Unusable::NotWhole { rendition });
    }
    for (segment, part) in media.segments.iter().enumerate() {
        if !part.keys.is_empty() {
            return Err(Unusable::Encrypted { rendition, segment });
        }
        // One before the first segment says nothing: every ad begins with a discontinuity.
        if part.discontinuity && segment > 0 {
            return Err(Unusable::Discontinuity { rendition, segment });
        }
        if part.map.is_none() && Container::of(part) == Container::Fmp4 {
            return Err(Unusable::NoMap { rendition, segment });
        }
        if part.gap {
            return Err(Unusable::Gap { rendition, segment });
        }
        if part.duration < SHORTEST {
            let (duration, limit) = (part.duration, SHORTEST);
            return Err(Unusable::TooShort { rendition, segment, duration, limit });
        }
    }
    Ok(())
}

/// Checks that all renditions have as many segments, ending at the same moments (rule A-104).
pub(super) fn cut_alike(renditions: &[Rendition]) -> Result<(), Unusable> {
    let Some(first) = leading(renditions) else { return Ok(()) };
    let others = renditions.iter().enumerate();
    others.into_iter().try_for_each(|(rendition, other)| cut_as(first, rendition, other))
}

/// Checks that one rendition is cut as the leading one is.
pub(super) fn cut_as(
    first: &Rendition,
    rendition: usize,
    other: &Rendition,
) -> Result<(), Unusable> {
    let (count, expected) = (other.segments.len(), first.segments.len());
    if count != expected {
        return Err(Unusable::SegmentCount { rendition, count, expected });
    }
    for (segment, (expected, end)) in ends(first).zip(ends(other)).enumerate() {
        let off = (end - expected).abs();
        if off > APART {
            return Err(Unusable::Boundary { rendition, segment, off, limit: APART });
        }
    }
    Ok(())
}

/// The rendition the others are measured by: the first with pictures, else the first.
pub(super) fn leading(renditions: &[Rendition]) -> Option<&Rendition> {
    let video = renditions.iter().find(|rendition| rendition.info.kind == RenditionKind::Video);
    video.or(renditions.first())
}

fn ends(rendition: &Rendition) -> impl Iterator<Item = MediaDuration> {
    rendition.segments.iter().scan(MediaDuration::ZERO, |end, segment| {
        *end += segment.duration;
        Some(*end)
    })
}

/// Shorter segments starve players' buffers.
const SHORTEST: MediaDuration = MediaDuration::from_millis(250);
/// How far boundaries of two renditions may lie apart: some audio frames.
const APART: MediaDuration = MediaDuration::from_millis(100);
