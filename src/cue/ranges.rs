//! Date ranges put together from their tags (rfc8216bis §4.4.5.1).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    meaning,
    place::{Place, places},
    value::{self, seconds},
};
use crate::{
    hls::{Attributes, Line, MediaPlaylist, Tag},
    scte35::SpliceInfo,
    units::{MediaDuration, ProgramTime},
};

/// What the tags of one range say together.
#[derive(Debug, Default)]
pub(super) struct Range<'a> {
    pub(super) id: &'a str,
    pub(super) start: Option<ProgramTime>,
    end_date: Option<ProgramTime>,
    duration: Option<MediaDuration>,
    planned: Option<MediaDuration>,
    pub(super) out: Option<Splice>,
    pub(super) end: Option<Splice>,
    pub(super) command: Option<Splice>,
}

/// A splice attribute and where its tag stands.
#[derive(Clone, Debug)]
pub(super) struct Splice {
    pub(super) place: Place,
    /// Which place of the playlist that is, from 0.
    pub(super) index: usize,
    pub(super) message: Option<Arc<SpliceInfo>>,
}

impl Splice {
    /// How long the message says what it opens is.
    pub(super) fn length(&self) -> Option<MediaDuration> {
        meaning::of(self.message.as_deref()?).opens?.duration
    }
}

impl Range<'_> {
    /// When it ended or is known to end; a plan is not known.
    pub(super) fn ends(&self) -> Option<ProgramTime> {
        self.end_date.or_else(|| Some(self.start? + self.duration?))
    }

    /// How long it is, or else is planned to be.
    pub(super) fn length(&self) -> Option<MediaDuration> {
        let dated = || Some(self.end_date? - self.start?);
        let lengths = [self.duration, dated(), self.planned];
        lengths.into_iter().flatten().find(|length| *length > MediaDuration::ZERO)
    }

    /// Does a tag of it carry a message?
    pub(super) fn is_splice(&self) -> bool {
        self.out.is_some() || self.end.is_some() || self.command.is_some()
    }

    fn add(&mut self, attributes: Attributes<'_>, place: Place, index: usize) {
        let date = |name| attributes.get(name).and_then(ProgramTime::parse);
        let time = |name| attributes.get(name).and_then(seconds);
        let splice = |name| {
            let message = value::message(attributes.get(name)?);
            Some(Splice { place, index, message })
        };
        self.start = self.start.or_else(|| date("START-DATE"));
        // What was planned first is corrected by what comes later.
        self.end_date = date("END-DATE").or(self.end_date);
        self.duration = time("DURATION").or(self.duration);
        self.planned = time("PLANNED-DURATION").or(self.planned);
        self.out = self.out.take().or_else(|| splice("SCTE35-OUT"));
        self.end = self.end.take().or_else(|| splice("SCTE35-IN"));
        self.command = self.command.take().or_else(|| splice("SCTE35-CMD"));
    }
}

/// The ranges of a playlist that are about splices, in the order of their first tags; the newest
/// where there are more than anyone uses. A range may be about something else for most of its tags,
/// and most ranges may be about other things. Those of `splices` are known to be about one.
pub(super) fn ranges<'a>(playlist: &'a MediaPlaylist, splices: &HashSet<&str>) -> Vec<Range<'a>> {
    let lines = || {
        let tags = |line: &&Line| line.tag == Tag::DateRange;
        places(playlist).enumerate().flat_map(move |(index, (place, lines))| {
            lines.iter().filter(tags).map(move |line| (index, place, Attributes::of(line.value())))
        })
    };
    let spliced = lines().filter(|(.., attributes)| is_splice(*attributes));
    let spliced: HashSet<&str> = spliced.map(|(.., attributes)| id(attributes)).collect();
    let known = |id: &str| spliced.contains(id) || splices.contains(id);
    let about: Vec<_> = lines().filter(|(.., attributes)| known(id(*attributes))).collect();
    let mut ranges = Ranges::default();
    for (index, place, attributes) in about.iter().skip(about.len().saturating_sub(MOST_TAGS)) {
        ranges.add(*attributes, *place, *index);
    }
    ranges.found.retain(|range| range.is_splice() || splices.contains(range.id));
    ranges.found
}

fn id(attributes: Attributes<'_>) -> &str {
    attributes.get("ID").unwrap_or("")
}

/// Whether a date range's tag carries a splice message (rfc8216bis §4.4.5.1.1).
fn marks_break(line: &Line) -> bool {
    is_splice(Attributes::of(line.value()))
}

/// Those of these tags of date ranges that carry a splice message, with the ranges' ids.
pub fn splices<'a>(tags: &[&'a Line]) -> impl DoubleEndedIterator<Item = (&'a str, &'a Line)> {
    let marks = tags.iter().copied().filter(|tag| marks_break(tag));
    marks.map(|tag| (id(Attributes::of(tag.value())), tag)).filter(|(id, _)| !id.is_empty())
}

/// Whether a date range's tag says that a break begins; other commands are about chapters and the like.
pub fn begins_break(tag: &Line) -> bool {
    let attributes = Attributes::of(tag.value());
    let command = || value::message(attributes.get("SCTE35-CMD")?);
    attributes.get("SCTE35-OUT").is_some()
        || command().is_some_and(|message| meaning::of(&message).opens.is_some())
}

/// The tags of date ranges that are about no splice: those of `splices` are, also where they do not say so.
pub fn without_splices<'a>(tags: &[&'a Line], splices: &HashSet<&str>) -> Vec<&'a Line> {
    let about = |tag: &&Line| splices.contains(id(Attributes::of(tag.value())));
    tags.iter().copied().filter(|tag| !marks_break(tag) && !about(tag)).collect()
}

fn is_splice(attributes: Attributes<'_>) -> bool {
    let splices = ["SCTE35-OUT", "SCTE35-IN", "SCTE35-CMD"];
    attributes.iter().any(|one| splices.iter().any(|name| one.name.eq_ignore_ascii_case(name)))
}

#[derive(Default)]
struct Ranges<'a> {
    found: Vec<Range<'a>>,
    /// The newest range of each id.
    newest: HashMap<&'a str, usize>,
}

impl<'a> Ranges<'a> {
    /// A tag adds to the range of its id; one with another start is another range, as vendors use
    /// an id again.
    fn add(&mut self, attributes: Attributes<'a>, place: Place, index: usize) {
        let id = id(attributes);
        let start = attributes.get("START-DATE").and_then(ProgramTime::parse);
        let same =
            |range: &Range<'_>| start.is_none() || range.start.is_none() || range.start == start;
        let known = self.newest.get(id).copied().filter(|&at| same(&self.found[at]));
        let at = known.unwrap_or(self.found.len());
        if at == self.found.len() {
            self.found.push(Range { id, ..Range::default() });
            self.newest.insert(id, at);
        }
        self.found[at].add(attributes, place, index);
    }
}

const MOST_TAGS: usize = 2_000;
