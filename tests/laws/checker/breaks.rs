//! Breaks in one rendition: programme outside the source's own break is never skipped or repeated
//! (`law-4`), no debt adds up, ads play from their first segment on (`law-2`), dates are
//! those of the replaced programme, and what began before the join is content (`join`).

use super::{Entry, Findings, Place, Seen, Timeline};
use crate::{
    time::{self, MILLI, Ns},
    truth::{Piece, Rendition, TOLERANCE, Truth},
};

mod dated;
mod led_in;

pub(super) fn check(timeline: &Timeline, truth: &Truth, findings: &mut Findings) {
    let Some(rendition) = truth.renditions.get(timeline.rendition) else { return };
    order(timeline, findings);
    for stretch in timeline.stretches() {
        let walk = Walk { truth, source: rendition, reference: timeline.rendition == 0 };
        walk.stretch(&stretch, findings);
    }
}

/// Numbers rise with the programme, over holes too.
fn order(timeline: &Timeline, findings: &mut Findings) {
    let mut newest: Option<usize> = None;
    for entry in timeline.entries.values() {
        let Place::Content(at) = entry.place else { continue };
        if newest.is_some_and(|newest| at <= newest) {
            let text = format!("{}: `{}` comes again", entry.segment.msn, entry.segment.uri);
            findings.add("law-4", entry.reload, text);
        }
        newest = newest.max(Some(at));
    }
}

/// Ads between two content segments, or at either end of a stretch.
struct Run<'a> {
    ads: &'a [&'a Entry],
    /// Index in the source of the content before and after.
    before: Option<usize>,
    after: Option<(usize, &'a Entry)>,
}

struct Walk<'a> {
    truth: &'a Truth,
    source: &'a Rendition,
    reference: bool,
}

impl Walk<'_> {
    fn stretch(&self, stretch: &[&Entry], findings: &mut Findings) {
        let mut carried: Ns = 0;
        for run in runs(stretch) {
            self.dates(&run, findings);
            self.pieces(&run, findings);
            self.skipped(&run, findings);
            self.placed(&run, findings);
            self.debt(&run, &mut carried, findings);
            self.led_in(&run, findings);
            self.stale_markers(&run, findings);
        }
    }

    /// Ads run from their first segment to their last; only slate, and the end of the break, cut
    /// them short.
    fn pieces(&self, run: &Run<'_>, findings: &mut Findings) {
        let mut known: Option<&Piece> = None;
        for (at, entry) in run.ads.iter().enumerate() {
            let Place::Ad(piece) = &entry.place else { continue };
            let goes_on = known.is_some_and(|known| {
                let same = known.break_id == piece.break_id && known.ad == piece.ad;
                same && known.index + 1 == piece.index
            });
            let unseen = at == 0 && run.before.is_none();
            let whole = known.is_none_or(|known| self.is_whole(known, piece));
            if !goes_on && !unseen && (piece.index != 0 || !whole) {
                let (msn, uri) = (entry.segment.msn, &entry.segment.uri);
                findings.add(
                    "law-2",
                    entry.reload,
                    format!("{msn}: `{uri}` in the midst of an ad"),
                );
            }
            known = Some(piece);
        }
    }

    fn is_whole(&self, last: &Piece, next: &Piece) -> bool {
        let ad = |piece: &Piece| self.truth.ads.get(&piece.ad);
        let slate = [last, next].into_iter().any(|piece| ad(piece).is_some_and(|ad| ad.slate));
        let lengths = ad(last).and_then(|ad| ad.durations.first());
        slate
            || last.break_id != next.break_id
            || lengths.is_none_or(|lengths| last.index + 1 >= lengths.len())
    }

    /// What stands between two content segments and is not shown lies in a break.
    fn skipped(&self, run: &Run<'_>, findings: &mut Findings) {
        let (Some(before), Some((after, entry))) = (run.before, run.after) else { return };
        let Some(skipped) = self.source.segments.get(before + 1..after) else { return };
        let epoch = self.source.segments[after].epoch;
        let available = self.source.available();
        for (segment, at) in skipped.iter().zip(before + 1..) {
            // The tail an encoder published as it restarted may never have been listed.
            if segment.epoch != epoch && available[at].is_none() {
                continue;
            }
            let told =
                run.ads.last().is_none_or(|last| self.truth.is_told(segment.middle(), last.at_ms));
            let in_break = self.truth.break_at(segment.middle()).is_some() || !told;
            if run.ads.is_empty() || !in_break {
                let text = format!("`{}` was skipped", segment.uri);
                findings.add("law-4", entry.reload, text);
            }
        }
        if skipped.is_empty() && !run.ads.is_empty() {
            findings.add("law-4", entry.reload, "ads inserted that replace nothing");
        }
    }

    /// Ads stand where a break is, from its start to no more than a second past its end.
    fn placed(&self, run: &Run<'_>, findings: &mut Findings) {
        let replaced = run.before.and_then(|before| self.source.segments.get(before + 1));
        let mut at = self.begun_uncut(run).or(replaced.map(|replaced| replaced.start));
        let first = run.ads.first();
        let begun = at.or_else(|| first?.segment.start).is_some_and(|at| {
            self.truth.break_at(at).is_some()
                || first.is_some_and(|first| self.truth.begins_unseen(at + 1, first.at_ms))
        });
        for (index, entry) in run.ads.iter().enumerate() {
            let dated = entry.segment.start.filter(|_| begins_break(run.ads, index));
            let Some(start) = dated.or(at).or(entry.segment.start) else { continue };
            at = Some(start + entry.segment.duration);
            let middle = start + entry.segment.duration / 2;
            let end = start + entry.segment.duration;
            let outside = self.truth.led_in_until(&entry.place).map(|until| end > until);
            let outside = outside.unwrap_or_else(|| {
                self.truth.is_outside(middle, entry.at_ms)
                    && !self.truth.ends_with_break(start, end)
            });
            // Who is in a break stays until anybody can know that it has ended.
            let untold = begun && !self.truth.is_told(middle, entry.at_ms);
            if outside && !untold {
                let at = time::show_date(start);
                let text = format!("{}: an ad at {at}, where no break is", entry.segment.msn);
                findings.add("law-4", entry.reload, text);
            }
        }
    }

    /// After each return the viewer's clock is within half a content segment of the source's.
    fn debt(&self, run: &Run<'_>, carried: &mut Ns, findings: &mut Findings) {
        let (Some(before), Some((after, entry))) = (run.before, run.after) else { return };
        if run.ads.is_empty() || after <= before {
            return;
        }
        // By the programme's clock: where the encoder made nothing for a while, nothing is owed.
        let (left, returned) = (&self.source.segments[before], &self.source.segments[after]);
        let shown: Ns = run.ads.iter().map(|entry| entry.clock(self.truth)).sum();
        let began = run.ads.first().and_then(|first| first.segment.start);
        let began = began.map_or(left.end(), |began| began.max(left.end()));
        let ragged = self.truth.is_ragged(returned.start);
        // From a ragged end renditions return each at its own boundary, the clock at the picture's;
        // who returns before it, though it is cut nearer, returns from something
        // else; so does who returns where the programme really was back and all are cut.
        let cuts = || self.source.segments.iter().map(|segment| segment.start);
        let nearest = |back: Ns| cuts().map(|cut| (cut - back).abs()).min().unwrap_or(0);
        let here = |back: &Ns| back - returned.start <= nearest(*back) + TOLERANCE;
        let really = self.truth.returns_together(returned.start);
        let end = self.truth.ragged_end(returned.start).filter(|_| !really);
        let back = end.and_then(|end| self.last_cut(end)).filter(here);
        let back = back.unwrap_or_else(|| self.in_the_picture(returned.start));
        let replaced = match self.source.dated {
            true => back - self.in_the_picture(began),
            // Nobody is told of what the encoder did not make.
            false => self.source.segments[before + 1..after].iter().map(|s| s.duration).sum(),
        };
        // Behind a pause of the encoder the programme is back as soon as that began, too.
        let paused = self.source.segments[after - 1].end().max(began);
        let paused = (returned.start - paused).max(0);
        let spared = self.source.dated && paused > TOLERANCE;
        let difference = shown - replaced;
        let difference = match spared {
            true => (-*carried).clamp(difference, difference + paused),
            false => difference,
        };
        *carried += difference;
        if ragged {
            return;
        }
        let slack = if self.reference { MILLI } else { 2 * TOLERANCE };
        let limit = self.truth.half_segment() + slack;
        if *carried > limit || (self.truth.pad && *carried < -limit) {
            let (carried, limit) = (time::show_seconds(*carried), time::show_seconds(limit));
            let text = format!("{}: {carried} s of debt, at most {limit}", entry.segment.msn);
            findings.add("A-21", entry.reload, text);
        }
        // Without a pad the programme returns at the next boundary, no later.
        let breaks = 1 + (1..run.ads.len()).filter(|at| begins_break(run.ads, *at)).count();
        let breaks = Ns::try_from(breaks).unwrap_or(1);
        if difference < -breaks * (2 * self.truth.half_segment() + slack) {
            let gap = time::show_seconds(-difference);
            findings.add("A-56", entry.reload, format!("{}: a gap of {gap} s", entry.segment.msn));
        }
    }

    /// Where the picture is cut near a moment at which this rendition is.
    fn in_the_picture(&self, moment: Ns) -> Ns {
        let near = self.nearest_cut(moment);
        near.filter(|cut| (cut - moment).abs() <= TOLERANCE).unwrap_or(moment)
    }

    fn nearest_cut(&self, moment: Ns) -> Option<Ns> {
        let cuts = self.truth.renditions.first()?.segments.iter().map(|s| s.start);
        cuts.min_by_key(|cut| (cut - moment).abs())
    }

    /// Where the picture returns from a break that ends at a moment.
    fn last_cut(&self, end: Ns) -> Option<Ns> {
        self.truth.renditions.first()?.last_cut(end)
    }

    /// The cue-in of a break that was replaced does not survive it.
    fn stale_markers(&self, run: &Run<'_>, findings: &mut Findings) {
        let Some((_, entry)) = run.after.filter(|_| !run.ads.is_empty()) else { return };
        let stale = entry.segment.tags.iter().find(|tag| tag.starts_with("#EXT-X-CUE-IN"));
        if let Some(stale) = stale {
            let text = format!("{}: `{stale}` of a replaced break", entry.segment.msn);
            findings.add("A-07", entry.reload, text);
        }
    }
}

/// Does the ad at this place belong to another break than the one before it?
pub(super) fn begins_break(ads: &[&Entry], at: usize) -> bool {
    let id = |at: usize| match &ads.get(at)?.place {
        Place::Ad(piece) => Some(&piece.break_id),
        _ => None,
    };
    at.checked_sub(1).is_some_and(|before| id(before) != id(at))
}

/// Every pair of neighbouring content segments with what stands between, and open ends.
fn runs<'a>(stretch: &'a [&'a Entry]) -> Vec<Run<'a>> {
    let mut all = Vec::new();
    let (mut before, mut from) = (None, 0);
    for (at, entry) in stretch.iter().enumerate() {
        let Place::Content(index) = entry.place else { continue };
        let ads = stretch.get(from..at).unwrap_or_default();
        all.push(Run { ads, before, after: Some((index, entry)) });
        (before, from) = (Some(index), at + 1);
    }
    let ads = stretch.get(from..).unwrap_or_default();
    all.push(Run { ads, before, after: None });
    all
}

/// Ads in a break whose start the reference had passed at the session's first media playlist.
pub(super) fn join(seen: &[Seen], truth: &Truth, timelines: &[Timeline], findings: &mut Findings) {
    let Some(first) = seen.first() else { return };
    let videos = truth.renditions.iter().filter(|rendition| rendition.video);
    let edges: Option<Vec<Ns>> = videos.map(|video| video.edge(first.at_ms)).collect();
    let Some(edge) = edges.and_then(|edges| edges.into_iter().min()) else { return };
    let entries = timelines.iter().flat_map(|timeline| timeline.entries.values());
    let led_in = truth.lead_in.as_ref().map(|known| known.break_id.as_str());
    for entry in entries {
        let Place::Ad(piece) = &entry.place else { continue };
        let Some(start) = entry.segment.start else { continue };
        if Some(piece.break_id.as_str()) == led_in {
            continue;
        }
        let middle = start + entry.segment.duration / 2;
        let Some(ad_break) = truth.break_at(middle).and_then(|at| truth.breaks.get(at)) else {
            continue;
        };
        if ad_break.start < edge - TOLERANCE {
            let began = time::show_date(ad_break.start);
            let text = format!("{}: an ad in the break of {began}", entry.segment.msn);
            findings.add("join", entry.reload, text);
        }
    }
}
