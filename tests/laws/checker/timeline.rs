//! What a session has said of one rendition in all its reloads together.
//!
//! Law 1: what one reload called segment *n*, every later reload calls the same, and no later
//! reload ends earlier or starts earlier.

use std::collections::{BTreeMap, HashMap};

use super::{Findings, Seen};
use crate::{
    reader::{Playlist, Segment},
    time::{self, MILLI, Ns},
    truth::{Piece, Truth},
};

/// What a listed segment is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The source segment at this index.
    Content(usize),
    /// A segment of an ad.
    Ad(Piece),
    /// Nobody's.
    Unknown,
}

/// A segment as it was first listed.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) segment: Segment,
    pub(crate) place: Place,
    /// Which answer listed it first, and when.
    pub(crate) reload: usize,
    pub(crate) at_ms: i64,
}

impl Entry {
    /// How long it is to the clock, which runs by the picture in every rendition.
    pub(crate) fn clock(&self, truth: &Truth) -> Ns {
        let Place::Ad(piece) = &self.place else { return self.segment.duration };
        let picture = truth.ads.get(&piece.ad).and_then(|ad| ad.durations.first());
        let own = picture.and_then(|picture| picture.get(piece.index));
        own.copied().unwrap_or(self.segment.duration)
    }
}

/// All segments of one rendition by number.
pub(crate) struct Timeline {
    pub(crate) rendition: usize,
    fmp4: bool,
    pub(crate) entries: BTreeMap<u64, Entry>,
    names: HashMap<(String, Option<(u64, u64)>), usize>,
    piece: fn(&str) -> Option<Piece>,
    numbers_of: HashMap<(String, Option<(u64, u64)>), u64>,
    newest: Option<(u64, u64)>,
}

/// A timeline per rendition, nothing in them.
pub(crate) fn empty(truth: &Truth) -> Vec<Timeline> {
    let timelines = truth.renditions.iter().enumerate().map(|(rendition, source)| Timeline {
        rendition,
        fmp4: source.fmp4,
        entries: BTreeMap::new(),
        names: source.by_name().into_iter().map(|((u, r), at)| ((u.to_owned(), r), at)).collect(),
        piece: truth.piece,
        numbers_of: HashMap::new(),
        newest: None,
    });
    timelines.collect()
}

impl Timeline {
    /// Pairs of neighbours, where no number is missing between them.
    pub(crate) fn neighbours(&self) -> impl Iterator<Item = (&Entry, &Entry)> {
        let pairs = self.entries.iter().zip(self.entries.iter().skip(1));
        let near = pairs.filter(|((one, a), (next, b))| {
            **one + 1 == **next && a.place != Place::Unknown && b.place != Place::Unknown
        });
        near.map(|((_, a), (_, b))| (a, b))
    }

    /// Stretches without a missing number, in order; what is nobody's is missing too.
    pub(crate) fn stretches(&self) -> Vec<Vec<&Entry>> {
        let mut all: Vec<Vec<&Entry>> = Vec::new();
        let mut next = None;
        for (&msn, entry) in self.entries.iter().filter(|(_, e)| e.place != Place::Unknown) {
            match all.last_mut() {
                Some(run) if next == Some(msn) => run.push(entry),
                _ => all.push(vec![entry]),
            }
            next = Some(msn + 1);
        }
        all
    }

    fn place(&self, segment: &Segment) -> Place {
        if let Some(piece) = (self.piece)(&segment.uri) {
            return Place::Ad(piece);
        }
        let name = (segment.uri.clone(), segment.byte_range);
        self.names.get(&name).map_or(Place::Unknown, |&at| Place::Content(at))
    }

    /// Takes in one more answer.
    pub(crate) fn take(&mut self, seen: &Seen, findings: &mut Findings) {
        let playlist = &seen.playlist;
        self.window(playlist, seen.reload, findings);
        let slip = self.slip(playlist);
        if slip != 0 {
            let first = playlist.media_sequence;
            let text = format!("every discontinuity number moved when the head came to {first}");
            let rule = if self.rolls_off(playlist) { "A-34" } else { "A-32" };
            findings.add(rule, seen.reload, text);
        }
        for (at, segment) in playlist.segments.iter().enumerate() {
            let mut segment = segment.clone();
            segment.dsn = segment.dsn.wrapping_sub(slip);
            if self.entries.get(&segment.msn).is_some_and(|known| known.segment.uri != segment.uri)
            {
                self.renumbered(&segment, seen.reload, findings);
            }
            match self.entries.get(&segment.msn) {
                Some(known) => {
                    let told = Told {
                        known,
                        segment: &segment,
                        first: at == 0,
                        fmp4: self.fmp4,
                        reload: seen.reload,
                    };
                    told.compare(findings);
                }
                None => self.enter(segment, seen, findings),
            }
        }
    }

    fn enter(&mut self, segment: Segment, seen: &Seen, findings: &mut Findings) {
        self.renumbered(&segment, seen.reload, findings);
        let place = self.place(&segment);
        self.entries
            .insert(segment.msn, Entry { segment, place, reload: seen.reload, at_ms: seen.at_ms });
    }

    /// Had this segment another number before?
    fn renumbered(&mut self, segment: &Segment, reload: usize, findings: &mut Findings) {
        let name = (segment.uri.clone(), segment.byte_range);
        let number = *self.numbers_of.entry(name).or_insert(segment.msn);
        if number != segment.msn {
            let text = format!("`{}` was {number} and is {} now", segment.uri, segment.msn);
            findings.add("A-10", reload, text);
        }
    }

    fn window(&mut self, playlist: &Playlist, reload: usize, findings: &mut Findings) {
        let Some((first, last)) = playlist.numbers() else { return };
        let (known_first, known_last) = self.newest.unwrap_or((first, last));
        if first < known_first {
            findings.add("A-10", reload, format!("begins at {first}, began at {known_first}"));
        }
        if last < known_last {
            findings.add("A-12", reload, format!("ends at {last}, ended at {known_last}"));
        }
        self.newest = Some((first, last));
    }

    /// By how much every known segment's discontinuity number moved, if all did by the same: then
    /// it is the playlist's number that is wrong, once.
    fn slip(&self, playlist: &Playlist) -> u64 {
        let known = playlist.segments.iter().filter_map(|segment| {
            let known = self.entries.get(&segment.msn)?;
            Some(segment.dsn.wrapping_sub(known.segment.dsn))
        });
        let slips: Vec<u64> = known.collect();
        slips.first().copied().filter(|first| slips.iter().all(|s| s == first)).unwrap_or(0)
    }

    /// Is the first segment a discontinuity, or one dropped just before it?
    fn rolls_off(&self, playlist: &Playlist) -> bool {
        let dropped = self.entries.range(..playlist.media_sequence).rev().take(LOOK_BACK);
        let first = playlist.segments.first().is_some_and(|segment| segment.discontinuity);
        first || dropped.into_iter().any(|(_, entry)| entry.segment.discontinuity)
    }
}

/// The same number said twice.
struct Told<'a> {
    known: &'a Entry,
    segment: &'a Segment,
    first: bool,
    fmp4: bool,
    reload: usize,
}

impl Told<'_> {
    fn compare(&self, findings: &mut Findings) {
        let (old, new) = (&self.known.segment, self.segment);
        let msn = new.msn;
        if old.dsn != new.dsn {
            let text = format!("{msn} had discontinuity number {}, has {} now", old.dsn, new.dsn);
            findings.add("A-32", self.reload, text);
        }
        if let Some(what) = self.difference() {
            findings.add("A-11", self.reload, format!("{msn} (`{}`): {what}", new.uri));
        }
        if let Some(rule) = self.lost() {
            findings.add(rule, self.reload, format!("{msn}: its key or map is gone"));
        }
        if old.tags != new.tags {
            let text = format!("{msn}: tags {:?} became {:?}", old.tags, new.tags);
            findings.add("A-12", self.reload, text);
        }
        self.compare_dates(findings);
    }

    fn difference(&self) -> Option<String> {
        let (old, new) = (&self.known.segment, self.segment);
        let keys = |segment: &Segment| {
            let keys = segment.keys.iter().map(|key| key.attributes.clone());
            keys.collect::<Vec<_>>()
        };
        let map = |segment: &Segment| segment.map.as_ref().map(|map| map.attributes.clone());
        if old.uri != new.uri {
            return Some(format!("was `{}`", old.uri));
        }
        if old.extinf != new.extinf {
            return Some(format!("lasted {}, lasts {} now", old.extinf, new.extinf));
        }
        if old.discontinuity != new.discontinuity && !self.first {
            return Some("its discontinuity tag came or went".to_owned());
        }
        if old.byte_range != new.byte_range || old.gap != new.gap {
            return Some("its byte range or gap changed".to_owned());
        }
        if keys(old) != keys(new) && !new.keys.is_empty() {
            return Some("its keys changed".to_owned());
        }
        (map(old) != map(new) && new.map.is_some()).then(|| "its map changed".to_owned())
    }

    /// What applied to it once and was trimmed with the head.
    fn lost(&self) -> Option<&'static str> {
        let (old, new) = (&self.known.segment, self.segment);
        let unmapped = self.fmp4 && old.map.is_some() && new.map.is_none();
        match (unmapped, !old.keys.is_empty() && new.keys.is_empty()) {
            (true, _) => Some("A-80"),
            (_, true) => Some("A-74"),
            _ => None,
        }
    }

    fn compare_dates(&self, findings: &mut Findings) {
        let (old, new) = (self.known.segment.start, self.segment.start);
        let (Some(old), Some(new)) = (old, new) else { return };
        let moved = (new - old).abs();
        let text = || {
            let (old, new) = (time::show_date(old), time::show_date(new));
            format!("{} began at {old}, begins at {new} now", self.segment.msn)
        };
        if self.first && moved >= JUMP {
            findings.add("A-56", self.reload, text());
        } else if moved > ROUNDING {
            findings.add("A-11", self.reload, text());
        }
    }
}

/// Dates are written in whole milliseconds and extrapolated exactly.
const ROUNDING: Ns = 2 * MILLI;
/// How far a playlist's first date may be from what the removed durations make it.
const JUMP: Ns = 100 * MILLI;
/// How many dropped segments a single slide of the window is looked for.
const LOOK_BACK: usize = 60;
