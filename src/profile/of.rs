//! From a channel's renditions to its profile.

use super::{AudioCodec, Packing, Picture, Profile, Sound, Unclear, VideoCodec};
use crate::{
    creative::{Container, Slot},
    hls::{RenditionInfo, RenditionKind},
    media::{Media, Rate},
};

impl Profile {
    /// The profile of a channel of which one segment per rendition has been probed, as far as any
    /// could be; `probed` is in the order of `slots`. What its multivariant playlist says counts
    /// before what was seen.
    ///
    /// # Errors
    /// Why no creative can be made for it.
    pub fn of(slots: &[Slot<'_>], probed: &[Option<Media>]) -> Result<Self, Unclear> {
        let (mut pictures, mut sounds) = (Vec::new(), Vec::new());
        let mut packing = None;
        for (at, slot) in slots.iter().enumerate() {
            let seen = probed.get(at).and_then(Option::as_ref);
            match slot.info.kind {
                RenditionKind::Video => add(&mut pictures, picture(at, slot.info, seen)?),
                RenditionKind::Audio => {
                    let packed = is_packed(slot);
                    add(&mut sounds, Sound { packed, ..sound(at, slot.info, seen)? });
                }
                RenditionKind::Subtitles | RenditionKind::IFrame => continue,
            }
            let own = packing_of(at, slot)?;
            if packing.is_some_and(|known| known != own) {
                return Err(Unclear::Mixed { rendition: at });
            }
            packing = Some(own);
        }
        let target = slots.iter().map(|slot| slot.target_duration.rounded_secs()).min();
        let (packing, target) = packing.zip(target).ok_or(Unclear::Empty)?;
        Ok(Self { packing, target_seconds: target.max(1), pictures, sounds })
    }
}

fn add<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

fn is_packed(slot: &Slot<'_>) -> bool {
    let packing = slot.packing.filter(|_| slot.info.kind == RenditionKind::Audio);
    packing.is_some_and(|packing| packing.container == Container::PackedAudio && !packing.mapped)
}

fn packing_of(rendition: usize, slot: &Slot<'_>) -> Result<Packing, Unclear> {
    let packing = slot.packing.ok_or(Unclear::Unknown { rendition, what: "packing" })?;
    match (packing.container, packing.mapped) {
        (Container::MpegTs, false) => Ok(Packing::MpegTs),
        // Bare frames go with transport streams, of which they share the clock.
        _ if is_packed(slot) => Ok(Packing::MpegTs),
        (Container::Fmp4, true) => Ok(Packing::Fmp4),
        _ => Err(Unclear::Packing { rendition, packing }),
    }
}

fn picture(
    rendition: usize,
    info: &RenditionInfo,
    seen: Option<&Media>,
) -> Result<Picture, Unclear> {
    let unknown = |what| Unclear::Unknown { rendition, what };
    let track = seen.and_then(|media| media.picture.as_ref());
    let codec = match info.codecs_of(RenditionKind::Video).next() {
        Some(name) => VideoCodec::parse(name)
            .ok_or_else(|| Unclear::Codec { rendition, codec: name.to_owned() })?,
        None => track.and_then(VideoCodec::of).ok_or(unknown("codec"))?,
    };
    let size = info.resolution.or(track.map(|track| track.size)).ok_or(unknown("resolution"))?;
    let written = info.frame_rate.and_then(Rate::of_attribute);
    let rate = written.or(track.and_then(|track| track.rate)).ok_or(unknown("frame rate"))?;
    Ok(Picture {
        codec,
        // Chroma is sampled at every second pixel.
        size: (size.0 & !1, size.1 & !1),
        rate,
        bandwidth: info.bandwidth.ok_or(unknown("bandwidth"))?,
        sound: muxed(rendition, info, seen)?,
    })
}

/// The sound in a picture's segments; a playlist without `CODECS` does not say that there is none.
fn muxed(
    rendition: usize,
    info: &RenditionInfo,
    seen: Option<&Media>,
) -> Result<Option<Sound>, Unclear> {
    let written = info.codecs_of(RenditionKind::Audio).next().is_some();
    let heard = info.codecs.is_empty() && seen.is_some_and(|media| !media.sounds.is_empty());
    (written || heard).then(|| sound(rendition, info, seen)).transpose().map(|sound| {
        // The variant's bandwidth is the picture's.
        sound.map(|sound| Sound { variant: None, ..sound })
    })
}

fn sound(rendition: usize, info: &RenditionInfo, seen: Option<&Media>) -> Result<Sound, Unclear> {
    let track = seen.and_then(|media| media.sounds.first());
    let codec = match info.codecs_of(RenditionKind::Audio).next() {
        Some(name) => AudioCodec::parse(name)
            .ok_or_else(|| Unclear::Codec { rendition, codec: name.to_owned() })?,
        None => track
            .and_then(AudioCodec::of)
            .ok_or(Unclear::Unknown { rendition, what: "audio codec" })?,
    };
    let written = info.channels.as_deref().and_then(|c| c.split('/').next()?.parse().ok());
    let channels: u32 = written.or(track.map(|track| track.channels)).unwrap_or(STEREO);
    Ok(Sound {
        codec,
        rate: track.map_or(USUAL_RATE, |track| track.rate),
        channels: channels.clamp(1, MOST_CHANNELS),
        variant: info.bandwidth.filter(|_| info.group.is_none()),
        packed: false,
    })
}

const STEREO: u32 = 2;
/// 5.1, the most that the encoders used here make.
const MOST_CHANNELS: u32 = 6;
const USUAL_RATE: u32 = 48_000;
