//! From playlists to a creative.

use std::{collections::HashMap, sync::Arc};

use url::Url;

use crate::hls::{
    self, Attributes, Given, Limits, MediaPlaylist, RenditionInfo, RenditionKind, Text,
};

use super::{
    Container, Creative, Map, Outline, Playlist, Rendition, Segment, Unusable, Which, law,
    outline::{Content, address},
    size::Room,
};

/// A playlist, or why it could not be fetched.
pub type Fetched = Result<Playlist, Unusable>;

impl Creative {
    /// Reads a creative from its outline and the media playlists it asks for, in its order.
    /// Subtitles that cannot be used are left out: nobody misses an ad for them.
    ///
    /// # Errors
    /// The first thing that makes it impossible to stitch into any channel; see [`super`].
    pub fn read(outline: Outline, playlists: &[Fetched]) -> Result<Self, Unusable> {
        let Outline { url, content, variables } = outline;
        let infos = match content {
            Content::Media(playlist) => {
                return Self::of(url, vec![alone(&playlist)?], Vec::new());
            }
            Content::Renditions(infos) => infos,
        };
        let (mut shown, mut texts, mut room) = (Vec::new(), Vec::new(), Room::default());
        for (at, ((info, _), playlist)) in infos.into_iter().zip(playlists).enumerate() {
            let text = info.kind == RenditionKind::Subtitles;
            let playlist = playlist.as_ref().map_err(Clone::clone);
            let read = playlist.and_then(|playlist| of_variant(at, info, playlist, &variables));
            let read = read.and_then(|rendition| room.take(rendition));
            match (text, read) {
                (false, read) => shown.push(read?),
                (true, Ok(read)) => texts.push(read),
                (true, Err(_)) => {}
            }
        }
        Self::of(url, shown, texts)
    }

    fn of(url: Url, shown: Vec<Rendition>, texts: Vec<Rendition>) -> Result<Self, Unusable> {
        law::cut_alike(&shown)?;
        let first = law::leading(&shown).ok_or(Unusable::NO_RENDITIONS)?.clone();
        let duration = first.segments.iter().map(|segment| segment.duration).sum();
        let texts = texts.into_iter().filter(|text| law::cut_as(&first, 0, text).is_ok());
        let renditions = shown.into_iter().chain(texts).collect();
        Ok(Self { url, duration, renditions }.with_blanks(&first))
    }

    /// The rendition by which the others are measured: the first with pictures, else the first.
    pub fn leading(&self) -> Option<&Rendition> {
        law::leading(&self.renditions)
    }
}

fn of_variant(
    at: usize,
    info: RenditionInfo,
    playlist: &Playlist,
    variables: &HashMap<String, String>,
) -> Result<Rendition, Unusable> {
    let (container, segments) = media(at, Which::Rendition(at), playlist, Some(variables))?;
    Ok(Rendition { info, container, segments })
}

/// A media playlist that stands alone; only its packing tells what it carries.
fn alone(playlist: &Playlist) -> Result<Rendition, Unusable> {
    let (container, segments) = media(0, Which::Main, playlist, None)?;
    let kind = match container {
        Container::PackedAudio => RenditionKind::Audio,
        _ => RenditionKind::Video,
    };
    Ok(Rendition { info: RenditionInfo { kind, ..RenditionInfo::default() }, container, segments })
}

fn media(
    rendition: usize,
    which: Which,
    playlist: &Playlist,
    variables: Option<&HashMap<String, String>>,
) -> Result<(Container, Vec<Segment>), Unusable> {
    let limits = Limits { segments: MAX_SEGMENTS, ..Limits::default() };
    let given = Given { variables, query: playlist.url.query().unwrap_or_default() };
    let (media, _) = MediaPlaylist::parse_given(playlist.text.as_str(), limits, given)
        .map_err(|why| Unusable::NotAPlaylist { which, why })?;
    law::lawful(rendition, &media)?;
    let first = media.segments.first().ok_or(Unusable::Empty { rendition })?;
    let mut section = Section::default();
    let segments = media.segments.iter().map(|one| section.segment(&playlist.url, one));
    Ok((Container::of(first), segments.collect::<Result<_, _>>()?))
}

/// A segment as a playlist at `base` names it.
///
/// # Errors
/// Its address, or that of its initialisation section, is none, or too long.
pub fn segment(base: &Url, segment: &hls::Segment) -> Result<Segment, Unusable> {
    Section::default().segment(base, segment)
}

/// The initialisation section that was read last, which most segments share.
#[derive(Default)]
struct Section(Option<(Text, Arc<Map>)>);

impl Section {
    fn segment(&mut self, base: &Url, segment: &hls::Segment) -> Result<Segment, Unusable> {
        Ok(Segment {
            uri: address(base, segment.uri())?,
            duration: segment.duration,
            map: segment.map.as_ref().map(|known| self.map(base, &known.line)).transpose()?,
            byte_range: segment.byte_range,
        })
    }

    fn map(&mut self, base: &Url, line: &Text) -> Result<Arc<Map>, Unusable> {
        if let Some((_, known)) = self.0.as_ref().filter(|(known, _)| known == line) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(map(base, line)?);
        self.0 = Some((line.clone(), Arc::clone(&read)));
        Ok(read)
    }
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

/// An ad of an hour in segments of two seconds has 1,800.
const MAX_SEGMENTS: usize = 2_000;
