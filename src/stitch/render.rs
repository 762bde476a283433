//! Writing the entries of an outline. Lines that are not acted on leave as they came.

use std::fmt::Write as _;

use super::outline::{Outline, Run};
use crate::{
    channel::{Timed, TrackView},
    creative,
    hls::Tag,
    ids::BreakId,
    session::{Group, pieces},
    units::{MediaDuration, MediaSequence, ProgramTime, Source},
};

/// How addresses are written into playlists.
pub trait Links {
    /// The absolute address of a URI in the rendition's own playlist.
    fn content(&self, rendition: usize, uri: &str) -> String;

    /// The last part of an ad segment's URI: it alone must lead to the creative's segment.
    fn ad(&self, segment: &creative::Segment) -> String;
}

/// Everything of a playlist but `#EXTM3U` and its two sequence numbers.
pub fn render(track: &TrackView, rendition: usize, outline: &Outline, links: &dyn Links) -> String {
    let mut page = Page { text: String::new(), track, rendition, links };
    page.header();
    for run in &outline.runs {
        match run {
            Run::Content { from, to, returning } => page.content(*from, *to, *returning),
            Run::Ads { break_id, start, earlier, first, groups, .. } => {
                page.ads(break_id, *start, (*earlier, *first), groups);
            }
        }
    }
    if outline.ended {
        page.line("#EXT-X-ENDLIST");
    }
    page.text
}

struct Page<'a> {
    text: String,
    track: &'a TrackView,
    rendition: usize,
    links: &'a dyn Links,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn header(&mut self) {
        for line in &self.track.frame.header {
            if keeps_in_header(line.tag) {
                self.line(&line.text);
            }
        }
        for line in &self.track.frame.date_ranges {
            self.line(&line.text);
        }
    }

    fn content(&mut self, from: Source<MediaSequence>, to: Source<MediaSequence>, returning: bool) {
        let segments = &self.track.segments;
        let first = segments.partition_point(|s| s.msn < from);
        let last = segments.partition_point(|s| s.msn < to);
        for (at, known) in segments[first..last].iter().enumerate() {
            let begins = at == 0;
            self.segment(known, begins, begins && returning);
        }
    }

    fn segment(&mut self, known: &Timed, begins: bool, returning: bool) {
        let segment = &known.segment;
        let turns = known.discontinuity || returning;
        if turns {
            self.line("#EXT-X-DISCONTINUITY");
        }
        self.keys(known, begins);
        if let Some(map) = segment.map.as_ref().filter(|_| begins || turns) {
            self.located(map);
        }
        if self.track.frame.dated && (begins || turns) && !segment.dated {
            let _ = writeln!(self.text, "#EXT-X-PROGRAM-DATE-TIME:{}", known.start);
        }
        for line in &segment.lines {
            match line.tag {
                Tag::Discontinuity | Tag::Key => {}
                Tag::Map if begins || turns => {}
                Tag::Map => self.located(&line.text),
                Tag::ByteRange => {
                    if let Some(range) = &segment.byte_range {
                        let _ = writeln!(
                            self.text,
                            "#EXT-X-BYTERANGE:{}@{}",
                            range.length, range.offset
                        );
                    }
                }
                Tag::Uri => {
                    let uri = self.links.content(self.rendition, segment.uri());
                    self.line(&uri);
                }
                tag if keeps_at_segment(tag) => self.line(&line.text),
                _ => {}
            }
        }
    }

    /// All keys in force where they begin to apply. An implicit IV is the *origin's* media sequence
    /// number (rfc8216bis §5.2), so after renumbering each segment must say it.
    fn keys(&mut self, known: &Timed, begins: bool) {
        let segment = &known.segment;
        let own = segment.lines.iter().any(|line| line.tag == Tag::Key);
        for key in segment.keys.iter() {
            let implicit = needs_iv(key);
            if !(begins || own || known.discontinuity || implicit) {
                continue;
            }
            let located = absolute(key, |uri| self.links.content(self.rendition, uri));
            match implicit {
                true => {
                    let _ = writeln!(self.text, "{located},IV=0x{:032x}", segment.msn.0.0);
                }
                false => self.line(&located),
            }
        }
        let cleared = own && segment.keys.is_empty();
        if cleared {
            self.line("#EXT-X-KEY:METHOD=NONE");
        }
    }

    fn located(&mut self, line: &str) {
        let located = absolute(line, |uri| self.links.content(self.rendition, uri));
        self.line(&located);
    }

    fn ads(
        &mut self,
        break_id: &BreakId,
        start: ProgramTime,
        (earlier, first): (u32, u32),
        groups: &[Group],
    ) {
        let encrypted = self.track.segments.iter().any(|known| !known.segment.keys.is_empty());
        let skip = usize::try_from(first).unwrap_or(usize::MAX);
        for (at, piece) in pieces(groups).enumerate().skip(skip) {
            let (begins, turns) = (at == skip, piece.segment == 0);
            if turns {
                self.line("#EXT-X-DISCONTINUITY");
            }
            if begins && encrypted {
                self.line("#EXT-X-KEY:METHOD=NONE");
            }
            let Some(group) = groups.get(piece.group) else { return };
            let segment = group.segment(self.rendition, piece.segment);
            if let Some(map) = segment.and_then(|s| s.map.as_ref()).filter(|_| begins || turns) {
                self.map(map);
            }
            if self.track.frame.dated && (begins || turns) {
                let date = start + piece.begins + group.behind(self.rendition, piece.segment);
                let _ = writeln!(self.text, "#EXT-X-PROGRAM-DATE-TIME:{date}");
            }
            let position = usize::try_from(earlier).unwrap_or(0) + at;
            self.ad(break_id, position, piece.duration, segment);
        }
    }

    fn map(&mut self, map: &creative::Map) {
        let _ = write!(self.text, "#EXT-X-MAP:URI=\"{}\"", map.uri);
        if let Some(range) = map.byte_range {
            let _ = write!(self.text, ",BYTERANGE=\"{}@{}\"", range.length, range.offset);
        }
        self.text.push('\n');
    }

    fn ad(
        &mut self,
        break_id: &BreakId,
        position: usize,
        step: MediaDuration,
        segment: Option<&creative::Segment>,
    ) {
        let rendition = self.rendition;
        let duration = segment.map_or(step, |segment| segment.duration);
        let last = segment.map_or_else(|| "none".to_owned(), |segment| self.links.ad(segment));
        let _ = writeln!(self.text, "#EXTINF:{duration},");
        if let Some(range) = segment.and_then(|segment| segment.byte_range.as_ref()) {
            let _ = writeln!(self.text, "#EXT-X-BYTERANGE:{}@{}", range.length, range.offset);
        }
        let _ = writeln!(self.text, "ad/{break_id}/{rendition}/{position}/{last}");
    }
}

impl Group {
    /// How much later than the picture's this rendition's segment begins, counted from the
    /// creative's start: audio is cut on its own frames, and a date must be what players reckoned.
    fn behind(&self, rendition: usize, at: usize) -> MediaDuration {
        let own = (0..at).filter_map(|before| self.segment(rendition, before));
        let own: MediaDuration = own.map(|segment| segment.duration).sum();
        own - self.lead(at)
    }

    /// The segment that stands in `rendition`; none where the creative has nothing of its kind.
    pub fn segment(&self, rendition: usize, at: usize) -> Option<&creative::Segment> {
        let matched = *self.matched.get(rendition)?;
        self.creative.renditions.get(matched)?.segments.get(at)
    }
}

/// `line` with the value of its URI attribute made absolute.
fn absolute(line: &str, locate: impl Fn(&str) -> String) -> String {
    let Some(at) = line.find("URI=\"").map(|at| at + 5) else { return line.to_owned() };
    let Some(length) = line[at..].find('"') else { return line.to_owned() };
    format!("{}{}{}", &line[..at], locate(&line[at..at + length]), &line[at + length..])
}

fn needs_iv(key: &str) -> bool {
    let method = key.contains("METHOD=AES-128") || key.contains("METHOD=SAMPLE-AES,");
    let identity = !key.contains("KEYFORMAT=") || key.contains("KEYFORMAT=\"identity\"");
    method && identity && !key.contains(",IV=") && !key.contains(":IV=")
}

/// Lines about the whole playlist that stay true of ours. The sequence numbers are the viewer's,
/// variables are already expanded, and what low latency promises is not kept (A-130 a).
const fn keeps_in_header(tag: Tag) -> bool {
    !matches!(
        tag,
        Tag::M3u
            | Tag::MediaSequence
            | Tag::DiscontinuitySequence
            | Tag::Define
            | Tag::PartInf
            | Tag::ServerControl
            | Tag::Skip
            | Tag::EndList
            | Tag::DateRange
    )
}

/// Lines about one segment that stay. Ad markers go, for every viewer alike: a player or a second
/// inserter behind us would act on them again; so do low-latency parts and EXT-X-BITRATE,
/// which would go on to speak of ads.
fn keeps_at_segment(tag: Tag) -> bool {
    match tag {
        Tag::DateRange
        | Tag::Stray
        | Tag::Bitrate
        | Tag::Part
        | Tag::PreloadHint
        | Tag::RenditionReport => false,
        tag => !tag.marks_break(),
    }
}

impl std::fmt::Debug for dyn Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Links")
    }
}
