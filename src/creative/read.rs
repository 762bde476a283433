//! From playlists to a creative.

use url::Url;

use crate::hls::{self, Attributes, Limits, MediaPlaylist, RenditionInfo, RenditionKind};

use super::{
    Container, Creative, Map, Outline, Playlist, Rendition, Segment, Unusable, Which, law,
    outline::{Content, address},
};

impl Creative {
    /// Reads a creative from its outline and the media playlists it asks for, in its order.
    ///
    /// # Errors
    /// The first thing that makes it impossible to stitch into any channel; see [`super`].
    pub fn read(outline: Outline, playlists: &[Playlist]) -> Result<Self, Unusable> {
        let url = outline.url;
        let mut renditions = match outline.content {
            Content::Media(playlist) => vec![alone(&playlist)?],
            Content::Renditions(infos) => infos
                .iter()
                .zip(playlists)
                .enumerate()
                .map(|(at, ((info, _), playlist))| of_variant(at, info, playlist))
                .collect::<Result<_, _>>()?,
        };
        law::cut_alike(&renditions)?;
        let first = law::leading(&renditions).ok_or(Unusable::NO_RENDITIONS)?;
        let duration = first.segments.iter().map(|segment| segment.duration).sum();
        let blank = blank_subtitles(first);
        renditions.push(blank);
        Ok(Self { url, duration, renditions })
    }
}

fn of_variant(at: usize, info: &RenditionInfo, playlist: &Playlist) -> Result<Rendition, Unusable> {
    let (container, segments) = media(at, Which::Rendition(at), playlist)?;
    Ok(Rendition {
        kind: info.kind,
        bandwidth: info.bandwidth,
        codecs: info.codecs.clone(),
        resolution: info.resolution,
        language: info.language.clone(),
        group: info.group.clone(),
        container,
        segments,
    })
}

/// A media playlist that stands alone; only its packing tells what it carries.
fn alone(playlist: &Playlist) -> Result<Rendition, Unusable> {
    let (container, segments) = media(0, Which::Main, playlist)?;
    let kind = match container {
        Container::PackedAudio => RenditionKind::Audio,
        _ => RenditionKind::Video,
    };
    Ok(Rendition {
        kind,
        bandwidth: None,
        codecs: Vec::new(),
        resolution: None,
        language: None,
        group: None,
        container,
        segments,
    })
}

fn media(
    rendition: usize,
    which: Which,
    playlist: &Playlist,
) -> Result<(Container, Vec<Segment>), Unusable> {
    let limits = Limits { segments: MAX_SEGMENTS, ..Limits::default() };
    let (media, _) = MediaPlaylist::parse_within(playlist.text.as_str(), limits)
        .map_err(|why| Unusable::NotAPlaylist { which, why })?;
    law::lawful(rendition, &media)?;
    let first = media.segments.first().ok_or(Unusable::Empty { rendition })?;
    let segments = media.segments.iter().map(|segment| read_segment(&playlist.url, segment));
    Ok((Container::of(first), segments.collect::<Result<_, _>>()?))
}

fn read_segment(base: &Url, segment: &hls::Segment) -> Result<Segment, Unusable> {
    Ok(Segment {
        uri: address(base, segment.uri())?,
        duration: segment.duration,
        map: segment.map.as_ref().map(|known| map(base, &known.line)).transpose()?,
        byte_range: segment.byte_range,
    })
}

/// Reads an `EXT-X-MAP` line.
fn map(base: &Url, line: &str) -> Result<Map, Unusable> {
    let (_, list) = line.split_once(':').unwrap_or_default();
    let attributes = Attributes::of(list);
    let uri = address(base, attributes.get("URI").unwrap_or_default())?;
    let byte_range = attributes.get("BYTERANGE").and_then(|range| {
        let (length, offset) = range.split_once('@').unwrap_or((range, "0"));
        Some(hls::ByteRange { length: length.parse().ok()?, offset: offset.parse().ok()? })
    });
    Ok(Map { uri, byte_range })
}

/// A rendition without cues, cut as `grid` is.
fn blank_subtitles(grid: &Rendition) -> Rendition {
    let uri = Url::parse(BLANK_URL).expect("the blank address is a URL");
    let blank = |segment: &Segment| Segment {
        uri: uri.clone(),
        duration: segment.duration,
        map: None,
        byte_range: None,
    };
    Rendition {
        kind: RenditionKind::Subtitles,
        bandwidth: None,
        codecs: Vec::new(),
        resolution: None,
        language: None,
        group: None,
        container: Container::WebVtt,
        segments: grid.segments.iter().map(blank).collect(),
    }
}

/// [`super::BLANK_SUBTITLES`] as an address.
const BLANK_URL: &str = "data:text/vtt,WEBVTT%0A%0A";
/// An ad of an hour in segments of two seconds has 1,800.
const MAX_SEGMENTS: usize = 2_000;
