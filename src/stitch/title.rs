//! A recorded programme's playlists: what each rendition lists, and its text, of which viewers share
//! what is the same.

use std::sync::Arc;

use super::{
    Body, Chunk, Links, Numbers, Outline, Placed, Run, header,
    published::Bodies,
    render::{self, Retiming},
};
use crate::{
    channel::TrackView,
    title::{Programme, Roll, Title},
    units::{MediaDuration, ProgramTime},
};

/// A title with what has been written of it.
#[derive(Debug)]
pub struct Recording {
    /// What is known of it.
    pub title: Arc<Title>,
    bodies: Vec<Option<Arc<Bodies>>>,
}

impl Recording {
    /// Nothing has been written yet.
    pub fn new(title: Arc<Title>) -> Self {
        let tracks = title.tracks.iter();
        let bodies = tracks.map(|track| Some(Bodies::of(&track.as_ref()?.view))).collect();
        Self { title, bodies }
    }

    /// A rendition's playlist: its first lines, and the rest. None where it has not been read. The
    /// programme must be of this title.
    pub fn playlist(
        &self,
        programme: &Programme,
        rendition: usize,
        links: &dyn Links,
    ) -> Option<(String, Arc<Body>)> {
        let track = self.title.track(rendition)?;
        let bodies = self.bodies.get(rendition)?.as_ref()?;
        let (outline, numbers) = outline(programme, rendition)?;
        let head = || Arc::new(Chunk::new(head(programme, track, rendition, links)));
        let body = bodies.recorded(rendition, outline, head, links);
        Some((header(&numbers), body))
    }
}

/// What `rendition` lists of a programme, and where its numbering begins; none where it has not been
/// read.
pub fn outline(programme: &Programme, rendition: usize) -> Option<(Outline, Numbers)> {
    let track = programme.title.tracks.get(rendition)?.as_ref()?;
    let segments = &track.view.segments;
    let first = segments.first()?;
    let numbers = Numbers { msn: first.msn.shifted(0), dsn: first.before().shifted(0) };
    let mut lay = Lay { track: &track.view, runs: Vec::new(), cursor: 0, returning: false };
    let mut shift = MediaDuration::ZERO;
    for roll in programme.rolls.iter().filter(|roll| !roll.groups.is_empty()) {
        lay.content_to(track.cut_at(roll.at), shift);
        let start = programme.title.date(roll.at) + shift;
        lay.ads(roll, start);
        lay.cursor = lay.cursor.max(track.cut_at(roll.until));
        shift += roll.moves();
    }
    lay.content_to(segments.len(), shift);
    Some((Outline { runs: lay.runs, ended: true }, numbers))
}

/// A programme's ads, numbered as in its reference and dated as viewers see them.
pub fn placed(programme: &Programme) -> Vec<Placed> {
    let title = &programme.title;
    let Some(track) = title.tracks.get(title.reference).and_then(Option::as_ref) else {
        return Vec::new();
    };
    let Some(first) = track.view.segments.first() else { return Vec::new() };
    let (mut shift, mut more) = (MediaDuration::ZERO, 0_i64);
    let mut all = Vec::new();
    for roll in programme.rolls.iter().filter(|roll| !roll.groups.is_empty()) {
        let before = i64::try_from(track.cut_at(roll.at)).unwrap_or(0);
        let start = title.date(roll.at) + shift;
        // Where dates jump, the viewer's own time does not.
        let reached = roll.at + shift;
        all.push(Placed {
            serial: roll.ad_break.serial,
            msn: first.msn.shifted(before + more),
            start,
            carried: reached - (start - title.zero),
            groups: roll.groups.clone(),
        });
        let gone = i64::try_from(track.cut_at(roll.until)).unwrap_or(0) - before;
        let ads = roll.groups.iter().map(|group| i64::from(group.take)).sum::<i64>();
        more += ads - gone;
        shift += roll.moves();
    }
    all
}

/// A playlist in the making.
struct Lay<'a> {
    track: &'a TrackView,
    runs: Vec<Run>,
    cursor: usize,
    returning: bool,
}

impl Lay<'_> {
    /// Lays out content up to the segment of that index.
    fn content_to(&mut self, to: usize, shift: MediaDuration) {
        let Some(first) = self.track.segments.get(self.cursor).filter(|_| to > self.cursor) else {
            return;
        };
        let Some(last) = self.track.segments.get(to - 1) else { return };
        let shift = if self.track.frame.dated { shift } else { MediaDuration::ZERO };
        self.runs.push(Run::Content {
            from: first.msn,
            to: last.msn.plus(1),
            returning: self.returning,
            shift,
        });
        (self.cursor, self.returning) = (to, false);
    }

    fn ads(&mut self, roll: &Roll, start: ProgramTime) {
        self.runs.push(Run::Ads {
            serial: roll.ad_break.serial,
            break_id: roll.ad_break.id.clone(),
            start,
            earlier: 0,
            first: 0,
            groups: roll.groups.clone(),
        });
        self.returning = true;
    }
}

/// The lines about the whole, moved with what they speak of.
fn head(programme: &Programme, track: &TrackView, rendition: usize, links: &dyn Links) -> String {
    render::head_moved(track, rendition, links, &Moved(programme))
}

struct Moved<'a>(&'a Programme);

impl Retiming for Moved<'_> {
    fn date(&self, date: ProgramTime, ends: bool) -> ProgramTime {
        date + self.0.shift(date, !ends)
    }

    fn offset(&self, offset: MediaDuration) -> MediaDuration {
        let Programme { title, .. } = self.0;
        match offset < MediaDuration::ZERO {
            true => self.0.reached(title.length + offset) - self.0.length(),
            false => self.0.reached(offset),
        }
    }
}
