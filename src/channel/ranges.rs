//! Date ranges that mark no break, remembered while any of their dates can be listed.
//!
//! A viewer's window reaches further back than the origin's own list while ads are held, and a range
//! may not go as long as a segment of its dates is listed. It reaches further ahead of what
//! was read, too, while ads are shown in a rendition that cannot be read; and renditions that tell of
//! ranges must tell of the same. So what others tell of such moments is taken over.

use std::collections::{HashMap, HashSet, VecDeque};

use url::Url;

use crate::{
    cue,
    hls::{Attributes, Line, MediaPlaylist, RANGE_ADDRESSES, Tag},
    units::{MediaDuration, ProgramTime},
};

/// The ranges of one rendition, in the order they came in.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    known: Vec<Range>,
    /// Its own playlists have told of a range.
    tells: bool,
    /// Ranges that carry splice messages, the newest last.
    splices: VecDeque<Spliced>,
}

/// A range that carries a splice message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Spliced {
    id: String,
    /// One of them said that a break begins.
    begins: bool,
}

/// What is said of one range.
#[derive(Clone, Debug)]
struct Range {
    id: String,
    /// As listed last; several may speak of one range.
    lines: Vec<Line>,
    /// Its first date, if one was told.
    start: Option<ProgramTime>,
    /// Its last date, as far as is known.
    until: Option<ProgramTime>,
    listed: bool,
}

impl Ranges {
    /// Takes in what a playlist lists.
    pub(super) fn read(&mut self, playlist: &MediaPlaylist) {
        self.known.retain(|range| !range.id.is_empty()); // none that could be known again
        self.known.iter_mut().for_each(|range| range.listed = false);
        let known = self.known.iter().enumerate().map(|(at, range)| (range.id.clone(), at));
        let mut known: HashMap<String, usize> = known.collect();
        let lines = playlist.header.iter().chain(playlist.body());
        let tags: Vec<_> = lines.filter(|line| line.tag == Tag::DateRange).collect();
        self.note_splices(&tags);
        let splices = self.splices.iter().map(|known| known.id.as_str()).collect();
        let tags = cue::without_splices(&tags, &splices);
        for line in tags {
            self.take(line, &mut known);
        }
        self.tells |= !self.known.is_empty();
    }

    /// Takes note of the ranges that mark breaks. What ends one may come without a message, and stay when
    /// what began it has left the list.
    fn note_splices(&mut self, tags: &[&Line]) {
        let mut told = HashMap::new();
        let mut newest = Vec::new();
        for (id, tag) in cue::splices(tags).rev().take(MOST_SPLICE_TAGS) {
            let begins = told.entry(id).or_insert_with(|| {
                newest.push(id);
                false
            });
            *begins = *begins || cue::begins_break(tag);
        }
        for known in &self.splices {
            if let Some(begins) = told.get_mut(known.id.as_str()) {
                *begins |= known.begins;
            }
        }
        self.splices.retain(|known| !told.contains_key(known.id.as_str()));
        let newest = newest.into_iter().rev();
        self.splices.extend(newest.map(|id| Spliced { id: id.to_owned(), begins: told[id] }));
        let surplus = self.splices.len().saturating_sub(MOST_SPLICES);
        self.splices.drain(..surplus);
    }

    /// The ids of ranges that are known to be breaks.
    pub(super) fn begun(&self) -> HashSet<&str> {
        self.splices.iter().filter(|known| known.begins).map(|known| known.id.as_str()).collect()
    }

    /// Takes over what `other` tells that begins at `edge` or later, up to where this rendition has
    /// been read, if it tells of ranges at all and as far as there is room; true if there was something
    /// new.
    pub(super) fn borrow(&mut self, other: &Self, edge: ProgramTime) -> bool {
        let room = MOST_UNLISTED.saturating_sub(self.unlisted());
        if room == 0 || !self.tells {
            return false;
        }
        let ids: HashSet<&str> = self.known.iter().map(|known| known.id.as_str()).collect();
        let new = other.known.iter().filter(|range| range.start.is_some_and(|start| start >= edge));
        let new = new.filter(|range| !ids.contains(range.id.as_str()) && range.is_portable());
        let new = new.take(room).map(|range| Range { listed: false, ..range.clone() });
        let new: Vec<_> = new.collect();
        let is_news = !new.is_empty();
        self.known.extend(new);
        is_news
    }

    /// Drops what the origin lists no more and ended at `head` or before, and the oldest of what
    /// would stay beyond a limit.
    pub(super) fn forget(&mut self, head: ProgramTime) {
        self.known.retain(|range| range.listed || range.until.is_some_and(|until| until > head));
        self.keep_few();
    }

    fn keep_few(&mut self) {
        let mut surplus = self.unlisted().saturating_sub(MOST_UNLISTED);
        self.known.retain(|range| {
            let goes = surplus > 0 && !range.listed;
            surplus -= usize::from(goes);
            !goes
        });
    }

    fn unlisted(&self) -> usize {
        self.known.iter().filter(|range| !range.listed).count()
    }

    /// The lines to be listed.
    pub(super) fn lines(&self) -> Vec<Line> {
        self.known.iter().flat_map(|range| range.lines.clone()).collect()
    }

    fn take(&mut self, line: &Line, known: &mut HashMap<String, usize>) {
        let attributes = Attributes::of(line.value());
        let id = attributes.get("ID").unwrap_or_default();
        let (start, until) = dates(attributes).unzip();
        let at = known.get(id).filter(|_| !id.is_empty());
        match at.and_then(|&at| self.known.get_mut(at)) {
            Some(range) => {
                if !range.listed {
                    range.lines.clear();
                }
                range.lines.push(line.clone());
                range.start = range.start.or(start);
                range.until = range.until.max(until);
                range.listed = true;
            }
            None => {
                known.insert(id.to_owned(), self.known.len());
                let lines = vec![line.clone()];
                self.known.push(Range { id: id.to_owned(), lines, start, until, listed: true });
            }
        }
    }
}

impl Range {
    /// Does it mean the same in another rendition's playlist? Addresses would lead elsewhere unless
    /// they are absolute, and what has no name could not be told from its like.
    fn is_portable(&self) -> bool {
        let address = |line: &Line, name| {
            let written = Attributes::of(line.value()).get(name).map(str::to_owned);
            written.is_none_or(|written| Url::parse(&written).is_ok())
        };
        let absolute = |line: &Line| RANGE_ADDRESSES.iter().all(|name| address(line, name));
        !self.id.is_empty() && self.lines.iter().all(absolute)
    }
}

/// So many ranges are remembered that the origin no longer lists: more than a window of minutes can
/// tell of, fewer than an origin could send whose ranges never end.
const MOST_UNLISTED: usize = 1_000;

/// More breaks than a window of hours tells of.
const MOST_SPLICES: usize = 1_000;

/// As many as are read for cues.
const MOST_SPLICE_TAGS: usize = 2_000;

/// The first and the last date a line tells of: a follow-up may tell none.
fn dates(attributes: Attributes<'_>) -> Option<(ProgramTime, ProgramTime)> {
    let date = |name| attributes.get(name).and_then(ProgramTime::parse);
    let length = |name| attributes.get(name).and_then(|length| length.parse().ok());
    let start = date("START-DATE")?;
    let length: Option<MediaDuration> = length("DURATION").or_else(|| length("PLANNED-DURATION"));
    let end = date("END-DATE").or_else(|| length.map(|length| start + length));
    Some((start, end.unwrap_or(start).max(start)))
}
