//! Writing the entries of an outline. Lines that are not acted on leave as they came.

use super::outline::{Outline, Run};
use crate::{channel::TrackView, creative, hls::Line};

mod ads;
mod content;
mod head;
mod protection;

use protection::InForce;

/// How addresses are written into playlists.
pub trait Links {
    /// The absolute address of a URI in the rendition's own playlist.
    fn content(&self, rendition: usize, uri: &str) -> String;

    /// The last part of an ad segment's URI: it alone must lead to the creative's segment.
    fn ad(&self, segment: &creative::Segment) -> String;
}

/// Everything of a playlist but `#EXTM3U` and its two sequence numbers.
pub fn render(track: &TrackView, rendition: usize, outline: &Outline, links: &dyn Links) -> String {
    let in_force = InForce::default();
    let mut page = Page { text: String::new(), track, rendition, links, in_force };
    page.head();
    let mut goes_on = None;
    for run in &outline.runs {
        match run {
            Run::Content { from, to, returning } => {
                page.content(*from, *to, Begins::of(goes_on == Some(from), *returning));
                goes_on = Some(to);
            }
            Run::Ads { break_id, start, earlier, first, groups, .. } => {
                page.ads(break_id, *start, (*earlier, *first), groups);
            }
        }
    }
    if outline.ended {
        page.write("#EXT-X-ENDLIST");
    }
    page.text
}

/// How a run of content begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begins {
    /// Where the run before ends.
    On,
    /// At the playlist's head.
    First,
    /// After ads: a discontinuity, whatever the origin says there.
    Returning,
}

impl Begins {
    const fn of(goes_on: bool, returning: bool) -> Self {
        match (returning, goes_on) {
            (true, _) => Self::Returning,
            (false, true) => Self::On,
            (false, false) => Self::First,
        }
    }
}

/// A playlist half written.
struct Page<'a> {
    text: String,
    track: &'a TrackView,
    rendition: usize,
    links: &'a dyn Links,
    /// Keys and initialisation section as the lines written so far leave them.
    in_force: InForce,
}

impl Page<'_> {
    /// A line of ours.
    fn write(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A line of the origin's as it came, but for control characters, which no playlist may have
    ///
    fn pass(&mut self, line: &Line) {
        self.text.extend(line.text.chars().filter(|c| !c.is_control()));
        self.end(line);
    }

    /// Another text in the place of the origin's line.
    fn replace(&mut self, line: &Line, text: &str) {
        self.text.push_str(text);
        self.end(line);
    }

    fn end(&mut self, line: &Line) {
        let ending = line.ending.as_str();
        self.text.push_str(if ending.is_empty() { "\n" } else { ending });
    }

    fn locate(&self, uri: &str) -> String {
        self.links.content(self.rendition, uri)
    }
}

impl std::fmt::Debug for dyn Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Links")
    }
}
