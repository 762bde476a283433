//! What stands where a creative has no subtitles of its own.

use url::Url;

use crate::hls::{RenditionInfo, RenditionKind};

use super::{Container, Creative, Rendition, Segment};

impl Creative {
    /// Puts what stands for missing subtitles last, cut as `grid` is.
    pub(super) fn with_blanks(mut self, grid: &Rendition) -> Self {
        self.renditions.push(empty(grid, Container::WebVtt, &address(0)));
        self.renditions.push(empty(grid, Container::Nothing, &address(0)));
        self
    }

    /// The creative whose picture begins at that presentation time (90 kHz): its blank subtitles say
    /// how their clock belongs to it.
    #[must_use]
    pub fn beginning_at(mut self, pts: u64) -> Self {
        let uri = address(pts);
        let blank = self.renditions.iter_mut().flat_map(|rendition| &mut rendition.segments);
        for segment in blank.filter(|segment| segment.uri.scheme() == "data") {
            segment.uri = uri.clone();
        }
        self
    }
}

/// The WebVTT file without cues (rfc8216bis §3.1.4) that a `data:` URL of a segment stands for.
pub fn text(address: &Url) -> String {
    let pts = address.path().rsplit(',').next().and_then(|pts| pts.parse().ok()).unwrap_or(0_u64);
    format!("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{pts},LOCAL:00:00:00.000\n\n")
}

fn address(pts: u64) -> Url {
    Url::parse(&format!("data:text/vtt,{pts}")).expect("a number makes a URL")
}

/// A rendition cut as `grid` is, in which every segment is `uri`.
fn empty(grid: &Rendition, container: Container, uri: &Url) -> Rendition {
    let empty = |segment: &Segment| Segment {
        uri: uri.clone(),
        duration: segment.duration,
        map: None,
        byte_range: None,
    };
    let segments = grid.segments.iter().map(empty).collect();
    let info = RenditionInfo { kind: RenditionKind::Subtitles, ..RenditionInfo::default() };
    Rendition { info, container, segments }
}
