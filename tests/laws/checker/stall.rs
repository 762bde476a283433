//! The edge moves whenever the source's does: it never stands still for longer than 1.5 target
//! durations because of the proxy, let alone 3.5 (A-15, where players give up).

use super::{Findings, Place, Seen, Timeline, window::covered};
use crate::{
    time::{MILLI, Ns},
    truth::{Break, Rendition, TOLERANCE, Truth},
};

pub(super) fn check(seen: &[Seen], truth: &Truth, timelines: &[Timeline], findings: &mut Findings) {
    let available: Vec<Vec<Option<i64>>> =
        truth.renditions.iter().map(Rendition::available).collect();
    for (rendition, timeline) in timelines.iter().enumerate() {
        let answers = seen.iter().filter(|answer| answer.rendition == rendition);
        let mut clock = Clock { truth, timeline, available: &available, standing: None };
        answers.for_each(|answer| clock.look(answer, findings));
    }
}

/// Since when the edge has stood where, and from when on the source could have moved it.
struct Standing {
    last: u64,
    since_ms: i64,
    ready_ms: Option<i64>,
    /// Told already.
    stalled: bool,
    stuck: bool,
}

struct Clock<'a> {
    truth: &'a Truth,
    timeline: &'a Timeline,
    available: &'a [Vec<Option<i64>>],
    standing: Option<Standing>,
}

impl Clock<'_> {
    fn look(&mut self, answer: &Seen, findings: &mut Findings) {
        let Some((_, last)) = answer.playlist.numbers() else { return };
        if self.standing.as_ref().is_none_or(|standing| standing.last != last) {
            let ready_ms = self.ready(last);
            let since_ms = answer.at_ms.max(self.left_open_until(last).unwrap_or(i64::MIN));
            self.standing =
                Some(Standing { last, since_ms, ready_ms, stalled: false, stuck: false });
        }
        let Some(standing) = &mut self.standing else { return };
        let Some(ready) = standing.ready_ms.filter(|_| !answer.playlist.end_list) else { return };
        let stood = answer.at_ms - standing.since_ms;
        let limit = |tenths: i64| self.truth.target_ms() * tenths / 10 + SLACK_MS;
        if stood <= limit(15) || answer.at_ms <= ready + SLACK_MS {
            return;
        }
        let text = format!(
            "rendition {} ends at {last} for {stood} ms, the source went on at {ready}",
            self.timeline.rendition
        );
        if !std::mem::replace(&mut standing.stalled, true) {
            findings.add("A-16", answer.reload, text.clone());
        }
        if stood > limit(35) && !std::mem::replace(&mut standing.stuck, true) {
            findings.add("A-15", answer.reload, text);
        }
    }

    /// When the source had something past the edge: the rendition's own next segment, and the
    /// reference read as far (a reference stale for 1.5 target durations counts no more).
    fn ready(&self, last: u64) -> Option<i64> {
        let rendition = self.timeline.rendition;
        let source = self.truth.renditions.get(rendition)?;
        let entry = self.timeline.entries.get(&last)?;
        let covered = covered(self.timeline, self.truth, last)?;
        let mut segments = source.segments.iter();
        let next_ad = self.next_ad(last);
        let next = match (next_ad, &entry.place) {
            (Some(next), _) => segments.position(|s| s.end() >= covered + next)?,
            (None, Place::Content(at)) => at + 1,
            (None, Place::Ad(_)) => {
                segments.position(|s| s.start >= self.returns(covered) - LEAD)?
            }
            (None, Place::Unknown) => return None,
        };
        let own = (*self.available.get(rendition)?.get(next)?)?;
        let patience = self.truth.target_ms() * 3 / 2;
        let reference = match next_ad {
            // Ads keep the reference's pace: the next comes when that has come to its end.
            Some(next) => self.reference_comes_to(covered + next - FRAME),
            None => self.reference_reaches(source.segments.get(next)?.middle()),
        };
        let ready = reference.map_or(own + patience, |at| at.min(own + patience));
        let ready = if next_ad.is_some() { ready } else { own.max(ready) };
        Some(ready.max(self.hoped_until(covered).unwrap_or(i64::MIN)))
    }

    /// Until when an ad could be hoped for that was never shown, where a break ended before it was to:
    /// its next segment would not have been over yet, and nobody had been told that the break was.
    fn hoped_until(&self, covered: Ns) -> Option<i64> {
        let inside = |b: &&Break| covered >= b.start - TOLERANCE;
        let hoped = self.truth.breaks.iter().rfind(inside)?;
        let early = |end: &Ns| hoped.announced.is_none_or(|announced| *end < announced - TOLERANCE);
        let end = hoped.end.filter(|end| covered < *end && early(end))?;
        let pieces = self.truth.ads.values().flat_map(|ad| ad.durations.first()).flatten();
        let told = self.reference_reaches(end)?;
        Some(told.min(self.reference_comes_to(covered + *pieces.max()? - FRAME)?))
    }

    /// Where the programme returns behind ads that end here: what no ad and no pad fits into before
    /// the source's own return is left out.
    fn returns(&self, covered: Ns) -> Ns {
        let inside = self.truth.break_at(covered).and_then(|at| self.truth.breaks.get(at));
        let end = inside.and_then(|inside| inside.end).unwrap_or(covered);
        let unpadded = !self.truth.pad && end - covered <= self.truth.target();
        if unpadded { end.max(covered) } else { covered }
    }

    /// Until when there is nothing that could be shown behind an ad: no pad is fine enough.
    fn left_open_until(&self, last: u64) -> Option<i64> {
        let ad = matches!(self.timeline.entries.get(&last)?.place, Place::Ad(_));
        let covered = covered(self.timeline, self.truth, last).filter(|_| ad)?;
        let returns = self.returns(covered);
        (returns > covered).then(|| self.reference_comes_to(returns).unwrap_or(i64::MAX))
    }

    /// How long the ad segment after this one is; none where none is shown.
    fn next_ad(&self, last: u64) -> Option<Ns> {
        let next = self.timeline.entries.get(&(last + 1))?;
        matches!(next.place, Place::Ad(_)).then_some(next.segment.duration)
    }

    /// When every video rendition had been read up to a moment.
    fn reference_comes_to(&self, moment: Ns) -> Option<i64> {
        self.reference_reaches(moment - 1)
    }

    /// When every video rendition had been read past a moment: any of them may lead.
    fn reference_reaches(&self, moment: Ns) -> Option<i64> {
        let renditions = self.truth.renditions.iter().zip(self.available);
        let videos = renditions.filter(|(rendition, _)| rendition.video);
        let reached = videos.filter_map(|(video, available)| {
            let past = video.segments.iter().zip(available).filter(|(s, _)| s.end() > moment);
            past.filter_map(|(_, at)| *at).min()
        });
        reached.max()
    }
}

/// How far ads may run past the programme they replace: dates must not overlap by a second.
const LEAD: Ns = 900 * MILLI;
/// What is not worth waiting for.
const FRAME: Ns = 50 * MILLI;
/// What the ordering of events within a moment may cost.
const SLACK_MS: i64 = 50;
