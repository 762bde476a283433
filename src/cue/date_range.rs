//! `EXT-X-DATERANGE` with SCTE-35 (rfc8216bis §4.4.5.1.1).
//!
//! A range's dates count, not where its tags stand: they come before the moment is listed, and stay
//! after its segment is gone. Only where no date can be believed is it the place of the tag, as
//! MediaTailor takes it; and then not the first or last place, where tags are gathered and which
//! would be another at every reload.

use std::collections::HashSet;

use super::{
    Dialect,
    dates::{Dates, Found},
    marker::{Marker, Placed},
    meaning,
    place::Place,
    ranges::{Range, Splice, ranges},
    value::event_id,
};
use crate::{
    hls::MediaPlaylist,
    units::{MediaDuration, ProgramTime},
};

/// The markers of a playlist's date ranges, those of ids that are known to be about `splices` too.
pub(super) fn markers(playlist: &MediaPlaylist, splices: &HashSet<&str>) -> Vec<Placed> {
    let found = ranges(playlist, splices);
    if found.is_empty() {
        return Vec::new();
    }
    let reader = Reader {
        dates: Dates::of(playlist),
        last: playlist.segments.len(),
        near: playlist.target_duration,
    };
    found.iter().flat_map(|range| reader.read(range)).flatten().collect()
}

struct Reader {
    dates: Dates,
    /// The index of the place after the last segment.
    last: usize,
    near: MediaDuration,
}

impl Reader {
    fn read(&self, range: &Range<'_>) -> [Option<Placed>; 3] {
        let command = range.command.as_ref();
        let means = command.and_then(|command| command.message.as_deref()).map(meaning::of);
        let opens = means.is_some_and(|means| means.opens.is_some());
        let closes = means.is_some_and(|means| means.closes.is_some());
        let out = range.out.as_ref().or(command.filter(|_| opens));
        [
            command
                .filter(|_| closes)
                .and_then(|command| self.begin(range, command, end(range, command).unsaid())),
            out.and_then(|out| self.begin(range, out, begin(range, out))),
            self.end(range, out),
        ]
    }

    /// What is where the range begins; nothing if the range was over before the window.
    fn begin(&self, range: &Range<'_>, splice: &Splice, marker: Marker) -> Option<Placed> {
        let told = splice.place.at;
        let place = match range.start.map(|start| self.dates.find(start)) {
            Some(Found::Listed(place)) => Some(place),
            Some(Found::Passed(place)) => {
                return self.lasts(range, splice).then(|| place.put_from(told, marker));
            }
            Some(Found::Nowhere) | None => self.position(splice, range.start.is_some()),
        };
        place.map(|place| place.put_from(told, marker))
    }

    /// Whether a range that began before the window reaches into it, as far as is known.
    fn lasts(&self, range: &Range<'_>, splice: &Splice) -> bool {
        let planned = || Some(range.start? + range.length().or_else(|| splice.length())?);
        let end = range.ends().or_else(planned);
        end.is_none_or(|end| !matches!(self.dates.find(end), Found::Passed(_)))
    }

    /// What is where the range ends: where it says so, or where its known end has been reached.
    fn end(&self, range: &Range<'_>, out: Option<&Splice>) -> Option<Placed> {
        let marker = |splice: &Splice| end(range, splice);
        let Some(splice) = &range.end else {
            let ends =
                range.ends().filter(|end| self.dates.edge().is_some_and(|edge| *end <= edge))?;
            let Found::Listed(place) = self.dates.find(ends) else { return None };
            let event = match out {
                Some(out) => id(range, out),
                None if range.is_splice() => return None,
                None => event_id(range.id), // what began it has left
            };
            return Some(place.put(Marker::end(DIALECT).about(event)));
        };
        let ends = range.ends().or_else(|| self.ends_where_it_starts(range, splice));
        let place = match ends.map(|end| self.dates.find(end)) {
            Some(Found::Listed(place)) => place,
            Some(Found::Passed(_)) => return None,
            Some(Found::Nowhere) | None => self.position(splice, ends.is_some())?,
        };
        Some(place.put(marker(splice)))
    }

    /// The date of an end that has a range of its own, told from one that repeats its beginning's by
    /// standing near it.
    fn ends_where_it_starts(&self, range: &Range<'_>, splice: &Splice) -> Option<ProgramTime> {
        let start = range.start.filter(|_| range.out.is_none())?;
        ((start - splice.place.time?).abs() <= self.near).then_some(start)
    }

    /// Where the tag stands, unless its date could not be believed and tags are gathered there.
    fn position(&self, splice: &Splice, disbelieved: bool) -> Option<Place> {
        let gathered = splice.index == 0 || splice.index == self.last;
        let trusted = !(disbelieved && gathered && self.dates.known());
        trusted.then_some(splice.place)
    }
}

fn begin(range: &Range<'_>, splice: &Splice) -> Marker {
    Marker::out(DIALECT, range.length()).with(splice.message.clone()).about(event_id(range.id))
}

fn end(range: &Range<'_>, splice: &Splice) -> Marker {
    Marker::end(DIALECT).with(splice.message.clone()).about(event_id(range.id))
}

/// The event a range without a message for its end is about.
fn id(range: &Range<'_>, out: &Splice) -> Option<u32> {
    let opened = out.message.as_deref().and_then(|message| meaning::of(message).opens);
    opened.and_then(|event| event.id).or_else(|| event_id(range.id))
}

const DIALECT: Dialect = Dialect::DateRange;
