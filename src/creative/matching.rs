//! Which rendition of a creative stands in for which of a channel.

use std::cmp::Reverse;

use crate::hls::{RenditionInfo, RenditionKind, multivariant::kind_of_codec};

use super::{Container, Creative, Layout, Rendition, Unusable};

mod codecs;

/// One rendition of a channel that a creative has to match.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a> {
    /// What the channel's multivariant playlist says of it.
    pub info: &'a RenditionInfo,
    /// How its segments are packed; `None` as long as none has been seen, then nothing is refused
    /// for it.
    pub container: Option<Container>,
}

/// For each rendition of a channel the index of the creative's rendition that stands in for it.
///
/// Pictures: of the same codecs and packing, the highest bandwidth and resolution that is not above
/// the channel's, else the lowest there is (rules A-120, G-08). Audio: of the same codecs and
/// packing, in the same language, else the first. Subtitles: blank ones. I-frame playlists
/// must not be offered to players together with replaced breaks; the entry of one is that
/// of the lowest picture and means nothing.
///
/// # Errors
/// The first of the channel's renditions that nothing stands in for, and why.
pub fn matching(creative: &Creative, channel: &[Slot<'_>]) -> Result<Vec<usize>, Unusable> {
    same_layout(creative, channel)?;
    let choose = |(at, slot): (usize, &Slot<'_>)| match slot.info.kind {
        RenditionKind::Video => suiting(creative, at, slot).map(|from| picture(&from, slot.info)),
        RenditionKind::Audio => suiting(creative, at, slot).map(|from| audio(&from, slot.info)),
        RenditionKind::Subtitles => of_kind(creative, at, slot.info.kind).map(|from| from[0].0),
        RenditionKind::IFrame => Ok(placeholder(creative)),
    };
    channel.iter().enumerate().map(choose).collect()
}

type Candidates<'a> = Vec<(usize, &'a Rendition)>;

/// Those of the same kind, packing and codecs; never empty.
fn suiting<'a>(
    creative: &'a Creative,
    channel: usize,
    slot: &Slot<'_>,
) -> Result<Candidates<'a>, Unusable> {
    let mut suiting = of_kind(creative, channel, slot.info.kind)?;
    if let Some(wanted) = slot.container {
        suiting.retain(|(_, rendition)| rendition.container == wanted);
        if suiting.is_empty() {
            return Err(Unusable::Packing { channel, wanted });
        }
    }
    suiting.retain(|(_, rendition)| codecs::suit(&rendition.codecs, &slot.info.codecs));
    if suiting.is_empty() {
        return Err(Unusable::Codecs { channel, wanted: slot.info.codecs.join(",") });
    }
    Ok(suiting)
}

fn of_kind(
    creative: &Creative,
    channel: usize,
    kind: RenditionKind,
) -> Result<Candidates<'_>, Unusable> {
    let all = creative.renditions.iter().enumerate();
    let found: Candidates<'_> = all.filter(|(_, rendition)| rendition.kind == kind).collect();
    if found.is_empty() { Err(Unusable::NoRendition { channel, kind }) } else { Ok(found) }
}

fn picture(from: &Candidates<'_>, wanted: &RenditionInfo) -> usize {
    let below = from.iter().filter(|(_, rendition)| !is_above(rendition, wanted));
    below
        .max_by_key(|(at, rendition)| (rendition.bandwidth, rendition.resolution, Reverse(*at)))
        .or_else(|| from.iter().min_by_key(|(at, rendition)| (rendition.bandwidth, *at)))
        .map_or(0, |(at, _)| *at)
}

fn is_above(rendition: &Rendition, wanted: &RenditionInfo) -> bool {
    let more_bits = rendition.bandwidth.zip(wanted.bandwidth).is_some_and(|(ad, limit)| ad > limit);
    let larger = rendition
        .resolution
        .zip(wanted.resolution)
        .is_some_and(|(ad, limit)| ad.0 > limit.0 || ad.1 > limit.1);
    more_bits || larger
}

fn audio(from: &Candidates<'_>, wanted: &RenditionInfo) -> usize {
    let speaks = |close: fn(&str, &str) -> bool| {
        let wanted = wanted.language.as_deref()?;
        from.iter().find(|(_, r)| r.language.as_deref().is_some_and(|l| close(l, wanted)))
    };
    speaks(str::eq_ignore_ascii_case)
        .or_else(|| speaks(same_primary_language))
        .or(from.first())
        .map_or(0, |(at, _)| *at)
}

/// `de-AT` and `de` are near enough (RFC 5646 §2.2.1).
fn same_primary_language(one: &str, other: &str) -> bool {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    primary(one) == primary(other)
}

fn placeholder(creative: &Creative) -> usize {
    let all = creative.renditions.iter().enumerate();
    let pictures = all.filter(|(_, rendition)| rendition.kind == RenditionKind::Video);
    pictures.min_by_key(|(_, rendition)| rendition.bandwidth).map_or(0, |(at, _)| at)
}

/// Audio is with the picture in both, or beside it in both (rule A-111).
fn same_layout(creative: &Creative, channel: &[Slot<'_>]) -> Result<(), Unusable> {
    let ad = creative.renditions.iter().map(|r| (r.kind, r.codecs.as_slice(), r.group.is_some()));
    let slots =
        channel.iter().map(|s| (s.info.kind, s.info.codecs.as_slice(), s.info.group.is_some()));
    match (layout(&ad.collect::<Vec<_>>()), layout(&slots.collect::<Vec<_>>())) {
        (Some(ad), Some(channel)) if ad != channel => Err(Unusable::Layout { ad, channel }),
        _ => Ok(()),
    }
}

/// Of kinds, codecs and whether in a group; `None` without pictures, where there is nothing to be
/// beside.
fn layout(renditions: &[(RenditionKind, &[String], bool)]) -> Option<Layout> {
    let of = |wanted| renditions.iter().filter(move |(kind, ..)| *kind == wanted);
    of(RenditionKind::Video).next()?;
    let muxed = of(RenditionKind::Video).any(|(_, codecs, _)| {
        codecs.iter().any(|codec| kind_of_codec(codec) == RenditionKind::Audio)
    });
    let beside = of(RenditionKind::Audio).any(|(.., grouped)| *grouped);
    Some(if beside && !muxed { Layout::Demuxed } else { Layout::Muxed })
}
