//! What ads and the programme after them are dated by.

use super::{
    super::{Entry, Findings, Place},
    Run, Walk,
};
use crate::{
    time::{self, MILLI, Ns},
    truth::{Piece, Source, TOLERANCE},
};

impl Walk<'_> {
    /// The first ad is dated by what it replaces, what follows by the ads before it; content keeps
    /// its own date.
    pub(super) fn dates(&self, run: &Run<'_>, findings: &mut Findings) {
        if !self.source.dated {
            return;
        }
        // Where the encoder made nothing for a while, the break begins behind that.
        let replaced = run.before.and_then(|before| self.source.segments.get(before + 1));
        let mut next = replaced.map(|replaced| replaced.start);
        let mut known: Option<&Piece> = None;
        if let Some(begun) = self.begun_uncut(run) {
            next = Some(begun);
        }
        for entry in run.ads {
            let (Some(start), Place::Ad(piece)) = (entry.segment.start, &entry.place) else {
                continue;
            };
            // The next of two breaks that touch begins at a boundary of the source again.
            if known.is_some_and(|known| known.break_id != piece.break_id) {
                next = self.boundary_near(start);
            }
            // Ads begin in all renditions at the same moments, whatever audio frames add.
            let left = run.before.map(|before| self.source.segments[before].end());
            let left = left.filter(|left| known.is_none() && (start - left).abs() <= TOLERANCE);
            let want = left.or(next);
            if let Some(want) = want.filter(|want| (start - want).abs() > TOLERANCE) {
                let (got, want) = (time::show_date(start), time::show_date(want));
                let text = format!("{}: dated {got}, stands at {want}", entry.segment.msn);
                findings.add("A-53", entry.reload, text);
            }
            next = Some(start + entry.segment.duration);
            known = Some(piece);
        }
        if let Some((after, entry)) = run.after {
            content_date(entry, &self.source.segments[after], findings);
        }
    }

    /// Where the break of a run of ads really began, if nobody could know that this rendition is not cut
    /// there: it had not been read so far when they were shown first, or when the break was begun, or its
    /// encoder made nothing around that. All that is more than half before it has been shown, and
    /// nothing else.
    pub(super) fn begun_uncut(&self, run: &Run<'_>) -> Option<Ns> {
        let (before, first) = (run.before?, run.ads.first()?);
        let (left, replaced) =
            (self.source.segments.get(before)?, self.source.segments.get(before + 1)?);
        let start = first.segment.start?;
        let here = left.middle() - TOLERANCE..=replaced.middle() + TOLERANCE;
        let mut begun = self.truth.breaks.iter().map(|b| b.start).filter(|at| here.contains(at));
        let begun = begun.find(|begun| (begun - start).abs() <= TOLERANCE)?;
        let read = *self.source.available().get(before + 1)?;
        let unread = read.is_none_or(|read| read > first.at_ms);
        let unmade = left.end() < begun && begun < replaced.start;
        (unread || unmade || self.truth.begins_without(self.source, begun, first.at_ms))
            .then_some(begun)
    }

    fn boundary_near(&self, moment: Ns) -> Option<Ns> {
        let starts = self.source.segments.iter().map(|segment| segment.start);
        starts.min_by_key(|start| (start - moment).abs())
    }
}

fn content_date(entry: &Entry, source: &Source, findings: &mut Findings) {
    let (got, want) = (entry.segment.start, source.start);
    let tolerance = if entry.segment.date.is_some() { ROUNDING } else { 5 * MILLI };
    if let Some(got) = got.filter(|got| (got - want).abs() > tolerance) {
        let (got, want) = (time::show_date(got), time::show_date(want));
        findings.add(
            "A-53",
            entry.reload,
            format!("{}: dated {got}, was {want}", entry.segment.msn),
        );
    }
}

/// Dates are written in whole milliseconds and extrapolated exactly.
const ROUNDING: Ns = 2 * MILLI;
