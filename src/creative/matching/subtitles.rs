//! Choosing among subtitles.

use std::cmp::Reverse;

use crate::hls::RenditionKind;

use super::{Container, Creative, Rendition, Slot, codecs, nearness};

/// The creative's own in the slot's packing, codec and language; else what stands for none.
pub(super) fn choose(creative: &Creative, slot: &Slot<'_>) -> usize {
    let container = container(slot);
    let all = creative.renditions.iter().enumerate();
    let all = all.filter(|(_, rendition)| rendition.info.kind == RenditionKind::Subtitles);
    let best = all.filter_map(|(at, rendition)| {
        let rank = rank(rendition, container, slot)?;
        Some((rank, Reverse(at)))
    });
    best.max().map_or(0, |(_, Reverse(at))| at)
}

/// Which is better; none if it may not stand there. Captions in another language than the viewer
/// chose are worse than none.
fn rank(rendition: &Rendition, container: Container, slot: &Slot<'_>) -> Option<u8> {
    if rendition.is_blank() {
        return fits(rendition, container, slot).then_some(0);
    }
    let info = &rendition.info;
    if rendition.container != container || !codecs::suit(&info.codecs, &slot.info.codecs) {
        return None;
    }
    match info.language.as_deref() {
        None => Some(1),
        language => match nearness(language, slot.info.language.as_deref()) {
            0 => None,
            near => Some(1 + near),
        },
    }
}

/// Until a segment has been seen, codecs tell: only fragmented MP4 needs to name those of text.
fn container(slot: &Slot<'_>) -> Container {
    let named = if slot.info.codecs.is_empty() { Container::WebVtt } else { Container::Fmp4 };
    slot.packing.map_or(named, |packing| packing.container)
}

/// Whether a substitute may stand there: of the packing and codec, of which there is nothing where
/// they are not known to be any of ours.
fn fits(blank: &Rendition, container: Container, slot: &Slot<'_>) -> bool {
    let codecs = &slot.info.codecs;
    match blank.container {
        Container::Nothing => container != Container::WebVtt,
        Container::Fmp4 if codecs.is_empty() => false,
        own => own == container && codecs::suit(&blank.info.codecs, codecs),
    }
}
