//! One rendition from the attributes of its line.

use super::{MilliHz, RenditionInfo, RenditionKind, VideoRange, codecs, groups::union};
use crate::{hls::Attributes, units::MediaDuration};

/// The rendition as one line describes it, taken for video.
pub(super) fn described(attributes: Attributes<'_>, uri: &str) -> RenditionInfo {
    let text = |name| attributes.get(name).map(str::to_owned);
    let mut codecs = Vec::new();
    union(&mut codecs, codecs::list(attributes.get("CODECS").unwrap_or("")));
    RenditionInfo {
        uri: uri.to_owned(),
        kind: RenditionKind::Video,
        bandwidth: attributes.get("BANDWIDTH").and_then(|bits| bits.parse().ok()),
        codecs,
        resolution: attributes.get("RESOLUTION").and_then(resolution),
        frame_rate: attributes.get("FRAME-RATE").and_then(frame_rate),
        video_range: attributes.get("VIDEO-RANGE").and_then(VideoRange::parse),
        channels: text("CHANNELS"),
        language: text("LANGUAGE"),
        group: text("GROUP-ID"),
        name: text("NAME"),
        default: attributes.get("DEFAULT") == Some("YES"),
    }
}

/// A variant is sound alone if its codecs are said and none carries a picture.
pub(super) fn variant_kind(info: &RenditionInfo) -> RenditionKind {
    let pictures = info.codecs_of(RenditionKind::Video).next().is_some();
    if pictures || info.codecs.is_empty() || info.resolution.is_some() {
        RenditionKind::Video
    } else {
        RenditionKind::Audio
    }
}

/// Joins what another line says about the same address.
pub(super) fn merge(known: &mut RenditionInfo, other: &RenditionInfo) {
    known.bandwidth = known.bandwidth.into_iter().chain(other.bandwidth).min();
    union(&mut known.codecs, other.codecs.iter().map(String::as_str));
    known.default |= other.default;
}

fn resolution(value: &str) -> Option<(u32, u32)> {
    let (width, height) = value.split_once(['x', 'X'])?;
    Some((width.trim().parse().ok()?, height.trim().parse().ok()?))
}

/// Decimal hertz are read as decimal seconds are, to thousandths.
fn frame_rate(value: &str) -> Option<MilliHz> {
    let thousandths = value.parse::<MediaDuration>().ok()?.as_millis();
    u32::try_from(thousandths).ok().map(MilliHz)
}
