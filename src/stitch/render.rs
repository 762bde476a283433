//! Writing the entries of an outline. Lines that are not acted on leave as they came.

use url::Url;

use super::outline::{Outline, Run};
use crate::{
    channel::TrackView,
    creative,
    hls::Line,
    units::{MediaDuration, MediaSequence, ProgramTime, Source},
};

mod ads;
mod content;
mod head;
mod moved;
mod protection;

use protection::InForce;

/// How addresses are written into playlists.
pub trait Links {
    /// The absolute address of a URI in the rendition's own playlist.
    fn content(&self, rendition: usize, uri: &str) -> String;

    /// The last part of an ad segment's URI: it alone must lead to the creative's segment at `address`.
    fn ad(&self, address: &Url) -> String;

    /// The address of an ad's initialisation section, as a media playlist has to name it.
    fn map(&self, map: &creative::Map) -> String {
        map.uri.to_string()
    }
}

/// What the lines before a run leave for it: a run's text is a function of the run and this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Context {
    /// One past the last segment of a run of content just before.
    goes_on: Option<Source<MediaSequence>>,
    /// Keys and initialisation section.
    in_force: InForce,
}

/// The lines about the whole playlist but `#EXTM3U` and its two sequence numbers.
pub fn head(track: &TrackView, rendition: usize, links: &dyn Links) -> String {
    let mut page = Page::new(track, rendition, links, InForce::default());
    page.head(None);
    page.text
}

/// What the lines about a whole playlist say of moments, where ads were put in before those.
pub(super) trait Retiming {
    /// When viewers see what the source dates `date`; of a range that `ends` there.
    fn date(&self, date: ProgramTime, ends: bool) -> ProgramTime;

    /// Where an `EXT-X-START` leads.
    fn offset(&self, offset: MediaDuration) -> MediaDuration;
}

/// The same as [`head`] where ads were put in.
pub(super) fn head_moved(
    track: &TrackView,
    rendition: usize,
    links: &dyn Links,
    moved: &dyn Retiming,
) -> String {
    let mut page = Page::new(track, rendition, links, InForce::default());
    page.head(Some(moved));
    page.text
}

/// The lines of one run, and what they leave for the next.
pub fn run(
    track: &TrackView,
    rendition: usize,
    run: &Run,
    before: &Context,
    links: &dyn Links,
) -> (String, Context) {
    let mut page = Page::new(track, rendition, links, before.in_force.clone());
    let goes_on = match run {
        Run::Content { from, to, returning, shift } => {
            page.shift = *shift;
            page.content(*from, *to, Begins::of(before.goes_on == Some(*from), *returning));
            Some(*to)
        }
        Run::Ads { break_id, start, earlier, first, groups, .. } => {
            page.ads(break_id, *start, (*earlier, *first), groups);
            before.goes_on
        }
    };
    (page.text, Context { goes_on, in_force: page.in_force })
}

/// The line after everything.
pub const END: &str = "#EXT-X-ENDLIST\n";

/// Everything of a playlist but `#EXTM3U` and its two sequence numbers.
pub fn render(track: &TrackView, rendition: usize, outline: &Outline, links: &dyn Links) -> String {
    let mut text = head(track, rendition, links);
    let mut context = Context::default();
    for next in &outline.runs {
        let (lines, after) = run(track, rendition, next, &context, links);
        text.push_str(&lines);
        context = after;
    }
    if outline.ended {
        text.push_str(END);
    }
    text
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
    /// How much later dates are than the source's.
    shift: MediaDuration,
}

impl<'a> Page<'a> {
    const fn new(
        track: &'a TrackView,
        rendition: usize,
        links: &'a dyn Links,
        in_force: InForce,
    ) -> Self {
        let shift = MediaDuration::ZERO;
        Self { text: String::new(), track, rendition, links, in_force, shift }
    }

    /// A line of ours.
    fn write(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A line of the origin's as it came, but for control characters, which no playlist may have
    ///
    fn pass(&mut self, line: &Line) {
        self.replace(line, &line.text);
    }

    /// Another text in the place of the origin's line, of which it may hold parts.
    fn replace(&mut self, line: &Line, text: &str) {
        self.text.extend(text.chars().filter(|c| !c.is_control()));
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
