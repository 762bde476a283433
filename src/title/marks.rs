//! The breaks that a title's own cues mark (MediaTailor's reference, §1.7): a length given away is
//! replaced, none means that ads are put in between.

use super::{Spot, Title};
use crate::{
    cue::{self, Cue, Signal, Trust},
    hls::MediaPlaylist,
    pod::Unfilled,
    units::MediaDuration,
};

/// A marked break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What marks it.
    pub cue: Cue,
    /// Where that is.
    pub asked: MediaDuration,
    /// Its place; none where the renditions share no boundary near it.
    pub spot: Result<Spot, Unfilled>,
}

/// The marked breaks of a title, read in the reference's playlist.
pub(super) fn of(title: &Title, playlist: &MediaPlaylist, trust: Trust) -> Vec<Mark> {
    let mut reading = Reading { title, open: None, marks: Vec::new() };
    for cue in cue::cues(playlist, trust) {
        if let Some(at) = place(title, playlist, &cue) {
            reading.hear(cue, at);
        }
    }
    reading.close(None);
    reading.marks
}

/// Where in the title a cue is: where it stands, or inside the segment there if its date says so.
fn place(title: &Title, playlist: &MediaPlaylist, cue: &Cue) -> Option<MediaDuration> {
    let first = playlist.segments.first()?.msn;
    let index = usize::try_from(cue.at.since(first)).ok()?;
    let track = title.tracks.get(title.reference)?.as_ref()?;
    let at = track.begins(index)?;
    let start = playlist.segments.get(index).and_then(|segment| segment.start);
    let inside = cue.time.zip(start).map(|(time, start)| time - start);
    let inside = inside.filter(|inside| inside.abs() <= playlist.target_duration.times(2));
    Some((at + inside.unwrap_or_default()).max(MediaDuration::ZERO).min(title.length))
}

struct Reading<'a> {
    title: &'a Title,
    open: Option<Open>,
    marks: Vec<Mark>,
}

/// A break whose end has not been read.
struct Open {
    cue: Cue,
    asked: MediaDuration,
    planned: Option<MediaDuration>,
}

impl Reading<'_> {
    fn hear(&mut self, cue: Cue, at: MediaDuration) {
        match cue.signal {
            Signal::Out { duration } => self.begins(cue, at, duration),
            Signal::Continue { .. } => self.goes_on(&cue, at),
            // Of a title a programme's beginning gives nothing away that nobody gave.
            Signal::In if cue.begins_programme() => {}
            Signal::In => {
                if !cue.cancels() && self.open.as_ref().is_some_and(|open| cue.closes(&open.cue)) {
                    self.close(Some(at));
                }
            }
        }
    }

    fn begins(&mut self, cue: Cue, at: MediaDuration, planned: Option<MediaDuration>) {
        if let Some(open) = &self.open {
            if cue.follows_in_chain(&open.cue) {
                return self.goes_on(&cue, at);
            }
            let inside = open.planned.is_some_and(|planned| at < open.asked + planned);
            if inside && !cue.supersedes(&open.cue) {
                return;
            }
            // Where it goes on was not said: that another begins does not give away what is between.
            self.close(open.planned.map(|_| at));
        }
        self.open = Some(Open { cue, asked: at, planned });
    }

    fn goes_on(&mut self, cue: &Cue, at: MediaDuration) {
        let open = self.open.as_mut().filter(|open| cue.follows_in_chain(&open.cue));
        if let (Some(open), Some(remaining)) = (open, cue.remaining()) {
            open.planned = open.planned.max(Some(at + remaining - open.asked));
        }
    }

    /// The programme goes on at `end`, or as was announced, whichever comes first. A break of which
    /// neither is said gives nothing away: programme is never left out by guess.
    fn close(&mut self, end: Option<MediaDuration>) {
        let Some(Open { cue, asked, planned }) = self.open.take() else { return };
        let said = cue.signal == Signal::Out { duration: Some(MediaDuration::ZERO) };
        let end = end.filter(|end| !said && *end > asked).map(|end| end - asked);
        let planned = match (planned, end) {
            (Some(planned), Some(end)) => Some(planned.min(end)),
            (planned, end) => planned.or(end),
        };
        let planned = planned.filter(|planned| *planned > MediaDuration::ZERO);
        // What is not given away is not left out: it begins no earlier than it was said to.
        let at = match planned {
            None => self.title.nearest(asked),
            Some(_) => self.title.after(asked),
        };
        // One is put where it is nearest, another only later: they stay in their order all the same.
        let before = self.marks.iter().rev().find_map(|mark| mark.spot.ok());
        let at = at.map(|at| before.map_or(at, |before| at.max(before.at)));
        let spot = at.ok_or(Unfilled::NoCommonBoundary).map(|at| match planned {
            None => Spot::between(asked, at),
            Some(length) => {
                let until = self.title.before(asked + length).unwrap_or(at).max(at);
                Spot { asked, at, planned: Some(length), until }
            }
        });
        self.marks.push(Mark { cue, asked, spot });
    }
}
