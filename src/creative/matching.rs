//! Which rendition of a creative stands in for which of a channel.

use crate::{
    hls::{RenditionInfo, RenditionKind, multivariant::kind_of_codec},
    units::MediaDuration,
};

use super::{Container, Creative, Layout, Packing, Rendition, Unusable, law};

mod audio;
mod codecs;
mod picture;
mod subtitles;

/// One rendition of a channel that a creative has to match.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a> {
    /// What the channel's multivariant playlist says of it.
    pub info: &'a RenditionInfo,
    /// How its segments are packed; `None` as long as none has been seen, then nothing is refused
    /// for it.
    pub packing: Option<Packing>,
    /// Its target duration, in whole seconds.
    pub target_duration: MediaDuration,
}

/// For each rendition of a channel the index of the creative's rendition that stands in for it.
///
/// Pictures: of the same codecs and packing and no wider range; of the channel's range and
/// frame rates rather than others, and of those the highest bandwidth and resolution that is not
/// above the channel's, else the lowest there is (A-120, G-07, G-08). Audio: of the same codecs and
/// packing, in the same language, else the default. Subtitles: the creative's own in the
/// same packing and language, else blank ones. I-frame playlists, which are not
/// offered to players beside replaced breaks: the lowest picture.
///
/// A channel in two codecs needs a creative in both: a rendition whose `CODECS` does not name what it
/// holds fails in players, and all renditions show the same ads.
///
/// # Errors
/// The first of the channel's renditions that nothing stands in for, and why.
pub fn matching(creative: &Creative, channel: &[Slot<'_>]) -> Result<Vec<usize>, Unusable> {
    same_layout(creative, channel)?;
    let choose = |(at, slot): (usize, &Slot<'_>)| {
        let chosen = match slot.info.kind {
            RenditionKind::Video => picture::choose(&suiting(creative, at, slot)?, at, slot.info)?,
            RenditionKind::Audio => audio::choose(&suiting(creative, at, slot)?, slot.info),
            RenditionKind::Subtitles => subtitles::choose(creative, slot),
            RenditionKind::IFrame => return Ok(lowest_picture(creative)),
        };
        law::fits(creative, chosen, slot.target_duration).map(|()| chosen)
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
    let kind = slot.info.kind;
    let all = creative.renditions.iter().enumerate();
    let mut suiting: Candidates<'_> = all.filter(|(_, r)| r.info.kind == kind).collect();
    if suiting.is_empty() {
        return Err(Unusable::NoRendition { channel, kind });
    }
    if let Some(wanted) = slot.packing {
        suiting.retain(|(_, rendition)| rendition.packing() == wanted);
        if suiting.is_empty() {
            return Err(Unusable::Packing { channel, wanted });
        }
    }
    suiting.retain(|(_, rendition)| codecs::suit(&rendition.info.codecs, &slot.info.codecs));
    if suiting.is_empty() {
        return Err(Unusable::Codecs { channel, wanted: slot.info.codecs.join(",") });
    }
    Ok(suiting)
}

impl Rendition {
    fn packing(&self) -> Packing {
        let mapped = self.segments.first().is_some_and(|first| first.map.is_some());
        Packing { container: self.container, mapped }
    }
}

fn lowest_picture(creative: &Creative) -> usize {
    let all = creative.renditions.iter().enumerate();
    let pictures = all.filter(|(_, rendition)| rendition.info.kind == RenditionKind::Video);
    pictures.min_by_key(|(_, rendition)| rendition.info.bandwidth).map_or(0, |(at, _)| at)
}

/// How near two languages are: the same, of the same primary tag as `de-AT` and `de` are (RFC 5646
/// §2.2.1), or neither.
fn nearness(one: Option<&str>, other: Option<&str>) -> u8 {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    match one.zip(other) {
        Some((one, other)) if one.eq_ignore_ascii_case(other) => 2,
        Some((one, other)) if primary(one) == primary(other) => 1,
        _ => 0,
    }
}

/// Audio is with the picture in both, or beside it in both (rule A-111).
fn same_layout(creative: &Creative, channel: &[Slot<'_>]) -> Result<(), Unusable> {
    let ad: Vec<_> = creative.renditions.iter().map(|rendition| &rendition.info).collect();
    let slots: Vec<_> = channel.iter().map(|slot| slot.info).collect();
    match (layout(&ad), layout(&slots)) {
        (Some(ad), Some(channel)) if ad != channel => Err(Unusable::Layout { ad, channel }),
        _ => Ok(()),
    }
}

/// Where audio is; `None` without pictures, where there is nothing to be beside.
fn layout(renditions: &[&RenditionInfo]) -> Option<Layout> {
    let of = |wanted| renditions.iter().filter(move |info| info.kind == wanted);
    of(RenditionKind::Video).next()?;
    let muxed = of(RenditionKind::Video)
        .any(|info| info.codecs.iter().any(|codec| kind_of_codec(codec) == RenditionKind::Audio));
    let beside = of(RenditionKind::Audio).any(|info| info.group.is_some());
    Some(if beside && !muxed { Layout::Demuxed } else { Layout::Muxed })
}
