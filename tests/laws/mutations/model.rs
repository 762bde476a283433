//! A correct session, laid out by hand: what each rendition lists, when, and how that is written.
//! Mutations change it before or after it is written.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use crate::{
    checker::Reload,
    time::{self, MILLI, Ns},
    truth::{Piece, Truth},
};

/// One listed segment.
#[derive(Clone, Debug, Default)]
pub(super) struct Out {
    pub(super) uri: String,
    pub(super) extinf: String,
    pub(super) duration: Ns,
    pub(super) discontinuity: bool,
    /// Its place; written at the head of a playlist and where `dated`.
    pub(super) start: Ns,
    pub(super) dated: bool,
    pub(super) keys: Vec<String>,
    pub(super) map: Option<String>,
    /// The map is not written although it is in force.
    pub(super) map_hidden: bool,
    /// As written: `n@o`.
    pub(super) byte_range: Option<String>,
    pub(super) gap: bool,
    pub(super) tags: Vec<String>,
    /// Index in the source.
    pub(super) content: Option<usize>,
    /// On the wall clock.
    pub(super) publish_ms: i64,
}

/// A session as a correct stitcher would serve it.
pub(super) struct Model {
    pub(super) truth: Truth,
    pub(super) outs: Vec<Vec<Out>>,
    /// Lines at the head of each rendition's playlists.
    pub(super) headers: Vec<Vec<String>>,
    /// First media sequence number of each rendition.
    pub(super) first: Vec<u64>,
    /// Date ranges from a moment on, in the renditions named.
    pub(super) ranges: Vec<(i64, Vec<usize>, String)>,
    /// When which rendition is asked for.
    pub(super) asked: Vec<(i64, usize)>,
    /// The first segment's own tag is counted as gone while it is listed.
    pub(super) counts_first: bool,
    /// Keys in force are not repeated at the head.
    pub(super) headless: bool,
    /// No dates are written.
    pub(super) undated: bool,
    /// How many segments are listed, whatever the origin lists.
    pub(super) window: Option<usize>,
}

impl Model {
    /// The history a viewer sees.
    pub(super) fn serve(&self) -> Vec<Reload> {
        let answers = self.asked.iter().map(|&(at_ms, rendition)| {
            let text = Arc::from(self.text(rendition, at_ms));
            Reload { at_ms, rendition, text }
        });
        answers.collect()
    }

    fn text(&self, rendition: usize, at_ms: i64) -> String {
        let outs = &self.outs[rendition];
        let end = outs.iter().take_while(|out| out.publish_ms <= at_ms).count();
        let head = self.head(rendition, at_ms);
        let first = outs.iter().take_while(|out| out.start + out.duration <= head).count();
        let first = self.window.map_or(first, |segments| end.saturating_sub(segments));
        let listed = &outs[first.min(end)..end];
        let removed = outs[..first.min(end)].iter().filter(|out| out.discontinuity).count();
        let own = listed.first().is_some_and(|out| out.discontinuity) && self.counts_first;
        let mut text = self.headers[rendition].join("\n");
        let msn = self.first[rendition] + u64::try_from(first.min(end)).unwrap_or(0);
        let _ = write!(text, "\n#EXT-X-MEDIA-SEQUENCE:{msn}\n");
        let _ = writeln!(text, "#EXT-X-DISCONTINUITY-SEQUENCE:{}", removed + usize::from(own));
        for (from, renditions, line) in &self.ranges {
            if *from <= at_ms && renditions.contains(&rendition) {
                let _ = writeln!(text, "#EXT-X-DATERANGE:{line}");
            }
        }
        let mut writing = Writing { text, undated: self.undated, keys: Vec::new(), map: None };
        if let (true, Some(out)) = (self.headless && first > 0, listed.first()) {
            writing.keys.clone_from(&out.keys);
        }
        listed.iter().enumerate().for_each(|(at, out)| writing.segment(out, at == 0));
        writing.text
    }

    /// A line at the head of every rendition's playlists.
    pub(super) fn say(&mut self, line: &str) {
        self.headers.iter_mut().for_each(|header| header.push(line.to_owned()));
    }

    /// Where the origin's own window begins.
    fn head(&self, rendition: usize, at_ms: i64) -> Ns {
        let source = &self.truth.renditions[rendition];
        source.listing(at_ms).map_or(Ns::MIN, |listing| source.segments[listing.first].start)
    }

    /// The same change to every rendition's segments that are chosen.
    pub(super) fn each(&mut self, chosen: impl Fn(&Out) -> bool, change: impl Fn(&mut Out)) {
        for out in self.outs.iter_mut().flatten().filter(|out| chosen(out)) {
            change(out);
        }
    }
}

struct Writing {
    text: String,
    undated: bool,
    keys: Vec<String>,
    map: Option<String>,
}

impl Writing {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn segment(&mut self, out: &Out, first: bool) {
        if out.discontinuity {
            self.line("#EXT-X-DISCONTINUITY");
        }
        if out.keys != self.keys {
            if out.keys.is_empty() {
                self.line("#EXT-X-KEY:METHOD=NONE");
            }
            for key in &out.keys {
                self.line(&format!("#EXT-X-KEY:{key}"));
            }
            self.keys.clone_from(&out.keys);
        }
        let map = out.map.clone().filter(|_| !out.map_hidden);
        if let Some(map) = map.filter(|map| out.discontinuity || self.map.as_ref() != Some(map)) {
            self.line(&format!("#EXT-X-MAP:{map}"));
            self.map = Some(map);
        }
        if (first || out.dated) && !self.undated {
            self.line(&format!("#EXT-X-PROGRAM-DATE-TIME:{}", time::show_date(out.start)));
        }
        out.tags.iter().for_each(|tag| self.line(tag));
        if out.gap {
            self.line("#EXT-X-GAP");
        }
        if let Some(range) = &out.byte_range {
            self.line(&format!("#EXT-X-BYTERANGE:{range}"));
        }
        self.line(&format!("#EXTINF:{},", out.extinf));
        self.line(&out.uri);
    }
}

/// Reads `ad/{break}/{position}/{ad}/{segment}.ts`, with any query.
pub(super) fn piece(uri: &str) -> Option<Piece> {
    let path = uri.split('?').next()?.strip_prefix("ad/")?;
    let mut parts = path.split('/');
    let break_id = parts.next()?.to_owned();
    let (_position, ad, segment) = (parts.next()?, parts.next()?, parts.next()?);
    let index = segment.split('.').next()?.parse().ok()?;
    Some(Piece { break_id, ad: ad.to_owned(), index })
}

/// An ad's name and where a test wants it.
pub(super) type Pods = BTreeMap<usize, Vec<&'static str>>;

/// Milliseconds on the wall clock of a moment of the programme, on which both clocks agree.
pub(super) const fn wall(at: Ns) -> i64 {
    at / MILLI
}
