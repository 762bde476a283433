//! Date ranges that mark no break, remembered while any of their dates can be listed.
//!
//! A viewer's window reaches further back than the origin's own list while ads are held, and a range
//! may not go as long as a segment of its dates is listed.

use std::collections::HashMap;

use crate::{
    hls::{Attributes, Line, MediaPlaylist, Tag},
    units::{MediaDuration, ProgramTime},
};

/// The ranges of one rendition, in the order they came in.
#[derive(Debug, Default)]
pub(super) struct Ranges(Vec<Range>);

/// What is said of one range.
#[derive(Debug)]
struct Range {
    id: String,
    /// As listed last; several may speak of one range.
    lines: Vec<Line>,
    /// Its last date, as far as is known.
    until: Option<ProgramTime>,
    listed: bool,
}

impl Ranges {
    /// Takes in what a playlist lists.
    pub(super) fn read(&mut self, playlist: &MediaPlaylist) {
        self.0.retain(|range| !range.id.is_empty()); // none that could be known again
        self.0.iter_mut().for_each(|range| range.listed = false);
        let known = self.0.iter().enumerate().map(|(at, range)| (range.id.clone(), at));
        let mut known: HashMap<String, usize> = known.collect();
        let lines = playlist.header.iter().chain(playlist.body());
        for line in lines.filter(|line| line.tag == Tag::DateRange && !marks_break(line)) {
            self.take(line, &mut known);
        }
    }

    /// Drops what the origin lists no more and ended at `head` or before, and the oldest of what
    /// would stay beyond a limit.
    pub(super) fn forget(&mut self, head: ProgramTime) {
        self.0.retain(|range| range.listed || range.until.is_some_and(|until| until > head));
        let unlisted = self.0.iter().filter(|range| !range.listed).count();
        let mut surplus = unlisted.saturating_sub(MOST_UNLISTED);
        self.0.retain(|range| {
            let goes = surplus > 0 && !range.listed;
            surplus -= usize::from(goes);
            !goes
        });
    }

    /// The lines to be listed.
    pub(super) fn lines(&self) -> Vec<Line> {
        self.0.iter().flat_map(|range| range.lines.clone()).collect()
    }

    fn take(&mut self, line: &Line, known: &mut HashMap<String, usize>) {
        let attributes = Attributes::of(line.value());
        let id = attributes.get("ID").unwrap_or_default();
        let until = until(attributes);
        let at = known.get(id).filter(|_| !id.is_empty());
        match at.and_then(|&at| self.0.get_mut(at)) {
            Some(range) => {
                if !range.listed {
                    range.lines.clear();
                }
                range.lines.push(line.clone());
                range.until = range.until.max(until);
                range.listed = true;
            }
            None => {
                known.insert(id.to_owned(), self.0.len());
                let lines = vec![line.clone()];
                self.0.push(Range { id: id.to_owned(), lines, until, listed: true });
            }
        }
    }
}

/// So many ranges are remembered that the origin no longer lists: more than a window of minutes can
/// tell of, fewer than an origin could send whose ranges never end.
const MOST_UNLISTED: usize = 1_000;

/// The last date a line tells of: a follow-up may tell none.
fn until(attributes: Attributes<'_>) -> Option<ProgramTime> {
    let date = |name| attributes.get(name).and_then(ProgramTime::parse);
    let length = |name| attributes.get(name).and_then(|length| length.parse().ok());
    let start = date("START-DATE")?;
    let length: Option<MediaDuration> = length("DURATION").or_else(|| length("PLANNED-DURATION"));
    let end = date("END-DATE").or_else(|| length.map(|length| start + length));
    Some(end.unwrap_or(start).max(start))
}

/// A date range that carries a splice message is an ad marker (rfc8216bis §4.4.5.1.1).
fn marks_break(line: &Line) -> bool {
    line.text.contains("SCTE35-")
}
