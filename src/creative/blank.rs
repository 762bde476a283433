//! What stands where a creative has no subtitles of its own: segments that show nothing, in the
//! packing of the channel's.

use std::sync::Arc;

use url::Url;

use crate::{
    hls::{RenditionInfo, RenditionKind},
    units::MediaDuration,
};

use super::{Container, Creative, Map, Rendition, Segment};

mod mp4;

use mp4::Text;

/// A file that shows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blank {
    /// As HTTP names it.
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Creative {
    /// Puts what stands for missing subtitles last, cut as `grid` is.
    pub(super) fn with_blanks(mut self, grid: &Rendition) -> Self {
        self.renditions.extend(renditions(grid, 0));
        self
    }

    /// The creative whose picture begins at that presentation time (90 kHz): its blank subtitles say
    /// how their clock belongs to it.
    #[must_use]
    pub fn beginning_at(mut self, pts: u64) -> Self {
        let blank = |rendition: &Rendition| rendition.is_blank();
        if let Some(first) = self.renditions.iter().position(blank) {
            let blanks = renditions(&self.renditions[first], pts);
            self.renditions.truncate(first);
            self.renditions.extend(blanks);
        }
        self
    }
}

impl Rendition {
    /// Whether it stands for subtitles that are missing.
    pub(super) fn is_blank(&self) -> bool {
        self.segments.iter().any(|segment| segment.uri.scheme() == "data")
    }
}

/// The file that a `data:` URL of a segment, or of its initialisation section, stands for.
pub fn blank(address: &Url) -> Blank {
    let mut parts = address.path().split(',');
    let (kind, begins, length) = (parts.next(), parts.next(), parts.next());
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok()).unwrap_or(0_u64);
    let text = TEXTS.into_iter().find(|(name, _)| kind == Some(name)).map(|(_, text)| text);
    let (media_type, bytes) = match (text, begins) {
        (None, _) => ("text/vtt", vtt(number(begins)).into_bytes()),
        (Some(text), None) => (MP4, mp4::initialisation(text)),
        (Some(text), begins) => {
            let length = u32::try_from(number(length)).unwrap_or(u32::MAX);
            (MP4, mp4::fragment(text, number(begins), length))
        }
    };
    Blank { media_type, bytes }
}

/// WebVTT without cues (rfc8216bis §3.1.4).
fn vtt(pts: u64) -> String {
    format!("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{pts},LOCAL:00:00:00.000\n\n")
}

/// What stands for subtitles of each packing, cut as `grid` is, whose picture begins at `pts`.
fn renditions(grid: &Rendition, pts: u64) -> Vec<Rendition> {
    let empty =
        |container| rendition(grid, container, None, |_, _| address(&format!("text/vtt,{pts}")));
    let packed = |name| {
        rendition(grid, Container::Fmp4, Some(name), |begins, ends| {
            let from = ticks(begins);
            address(&format!("{name},{},{}", pts + from, ticks(ends) - from))
        })
    };
    let [one, other] = TEXTS.map(|(name, _)| packed(name));
    vec![empty(Container::WebVtt), one, other, empty(Container::Nothing)]
}

/// A rendition cut as `grid` is, whose segments have the addresses of where they begin and end.
fn rendition(
    grid: &Rendition,
    container: Container,
    codec: Option<&str>,
    uri: impl Fn(MediaDuration, MediaDuration) -> Url,
) -> Rendition {
    let map = codec.map(|name| Arc::new(Map { uri: address(name), byte_range: None }));
    let mut next = MediaDuration::ZERO;
    let segments = grid.segments.iter().map(|segment| {
        let begins = next;
        next += segment.duration;
        let uri = uri(begins, next);
        Segment { uri, duration: segment.duration, map: map.clone(), byte_range: None }
    });
    let (segments, codecs) = (segments.collect(), codec.map(str::to_owned).into_iter().collect());
    let info = RenditionInfo { kind: RenditionKind::Subtitles, codecs, ..RenditionInfo::default() };
    Rendition { info, container, segments }
}

fn address(what: &str) -> Url {
    Url::parse(&format!("data:{what}")).expect("names and numbers make a URL")
}

fn ticks(duration: MediaDuration) -> u64 {
    u64::try_from(i128::from(duration.as_nanos()) * 9 / 100_000).unwrap_or(0)
}

const MP4: &str = "application/mp4";
/// By the names that codecs have.
const TEXTS: [(&str, Text); 2] = [("stpp", Text::Stpp), ("wvtt", Text::Wvtt)];
