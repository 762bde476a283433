//! The edge moves whenever the source's does: it never stands still for longer than 1.5 target
//! durations because of the proxy, let alone 3.5 (A-15, where players give up).

use super::{Findings, Place, Seen, Timeline, lead::Lead, window::covered};
use crate::{
    time::{MILLI, Ns},
    truth::{Break, Piece, Rendition, TOLERANCE, Truth},
};

pub(super) fn check(seen: &[Seen], truth: &Truth, timelines: &[Timeline], findings: &mut Findings) {
    let available: Vec<Vec<Option<i64>>> =
        truth.renditions.iter().map(Rendition::available).collect();
    let lead = Lead::of(truth, &available);
    for (rendition, timeline) in timelines.iter().enumerate() {
        let answers = seen.iter().filter(|answer| answer.rendition == rendition);
        let (available, lead) = (&available[..], lead.as_ref());
        let mut clock = Clock { truth, timeline, available, lead, standing: None };
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
    lead: Option<&'a Lead>,
    standing: Option<Standing>,
}

impl Clock<'_> {
    fn look(&mut self, answer: &Seen, findings: &mut Findings) {
        let Some((_, last)) = answer.playlist.numbers() else { return };
        if self.standing.as_ref().is_none_or(|standing| standing.last != last) {
            let (since_ms, ready_ms) = (answer.at_ms, self.ready(last));
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

    /// When the source had something past the edge.
    fn ready(&self, last: u64) -> Option<i64> {
        let covered = covered(self.timeline, self.truth, last)?;
        let source = self.truth.renditions.get(self.timeline.rendition)?;
        let mut segments = source.segments.iter();
        let ready = if let Some(next) = self.next_ad(last) {
            let own = segments.position(|s| s.end() >= covered + next);
            self.ready_for_ad(covered + next, own.and_then(|own| self.listed(own)))?
        } else {
            let next = match &self.timeline.entries.get(&last)?.place {
                Place::Content(at) => at + 1,
                Place::Ad(_) => {
                    let (returns, lead) = self.returns(covered, last);
                    segments.position(|s| s.start >= returns - lead)?
                }
                Place::Unknown => return None,
            };
            self.ready_for_content(self.listed(next)?, source.segments.get(next)?.middle())
        };
        Some(ready.max(self.hoped_until(last, covered).unwrap_or(i64::MIN)))
    }

    /// Ads keep the leader's pace: the next comes when that has come to its end. One that is stale for
    /// 1.5 target durations counts no more.
    fn ready_for_ad(&self, end: Ns, own: Option<i64>) -> Option<i64> {
        let late = own.map(|own| own + self.patience());
        self.leader_reaches(end - FRAME - 1).into_iter().chain(late).min()
    }

    /// The rendition's own next segment, and the reference read as far, unless it is stale.
    fn ready_for_content(&self, own: i64, middle: Ns) -> i64 {
        let late = own + self.patience();
        self.reference_reaches(middle).map_or(late, |at| at.min(late)).max(own)
    }

    const fn patience(&self) -> i64 {
        self.truth.target_ms() * 3 / 2
    }

    /// When a segment of this rendition was listed.
    fn listed(&self, at: usize) -> Option<i64> {
        *self.available.get(self.timeline.rendition)?.get(at)?
    }

    /// Until when an ad could be hoped for that was never shown, where a break ended before it was to:
    /// it would not have been over yet, and nobody had been told that the break was.
    fn hoped_until(&self, last: u64, covered: Ns) -> Option<i64> {
        let inside = |b: &&Break| covered >= b.start - TOLERANCE;
        let hoped = self.truth.breaks.iter().rfind(inside)?;
        let early = |end: &Ns| hoped.announced.is_none_or(|announced| *end < announced - TOLERANCE);
        let end = hoped.end.filter(|end| covered < *end && early(end))?;
        let next = match &self.timeline.entries.get(&last)?.place {
            Place::Ad(shown) => self.hoped_behind(shown)?,
            _ => self.hoped_first(covered)?,
        };
        Some(self.leader_reaches(end)?.min(self.leader_reaches(covered + next - FRAME - 1)?))
    }

    /// What was decided to be shown first in the break that begins here.
    fn hoped_first(&self, start: Ns) -> Option<Ns> {
        let mut plans = self.truth.plans.iter();
        let plan = plans.find(|plan| (plan.start - start).abs() <= TOLERANCE)?;
        self.lengths(plan.ads.first()?)?.first().copied()
    }

    /// The longest that could be shown next in a break: what goes on in the ad, else what was decided
    /// to follow it. Slate goes on until it is cut.
    fn hoped_behind(&self, shown: &Piece) -> Option<Ns> {
        let own = self.lengths(&shown.ad)?.get(shown.index + 1);
        let slate = self.truth.ads.get(&shown.ad).is_some_and(|ad| ad.slate);
        if let Some(own) = own.filter(|_| !slate) {
            return Some(*own);
        }
        let plan = self.truth.plans.iter().find(|plan| plan.break_id == shown.break_id);
        let pairs = plan.into_iter().flat_map(|plan| plan.ads.windows(2));
        let next = pairs.filter(|pair| pair[0] == shown.ad).map(|pair| &pair[1]);
        let next = next.chain(Some(&shown.ad).filter(|_| slate));
        next.filter_map(|ad| self.lengths(ad)?.first()).chain(own).max().copied()
    }

    /// How long an ad's segments are to the clock.
    fn lengths(&self, ad: &str) -> Option<&Vec<Ns>> {
        self.truth.ads.get(ad).and_then(|ad| ad.durations.first())
    }

    /// Where the programme returns behind ads that end here: what no ad and no pad fits into before
    /// the source's own return is left out. That is where it was announced, at the picture's cut
    /// before it, unless it came before. With it how much earlier what returns may begin: ads may
    /// pass that, but from a known end on nothing is shown of what was before it.
    fn returns(&self, covered: Ns, last: u64) -> (Ns, Ns) {
        let inside = self.truth.break_at(covered).and_then(|at| self.truth.breaks.get(at));
        let picture = self.truth.renditions.first();
        let snapped = |announced| picture?.last_cut(announced);
        let announced = inside.and_then(|inside| inside.announced).and_then(snapped);
        let ends = announced.into_iter().chain(inside.and_then(|inside| inside.end));
        let end = ends.min().unwrap_or(covered);
        // Nor does black have to be shown where less than nine tenths of a second are owed, or half a
        // target duration.
        let least = LEAD.min(self.truth.target() / 2) + self.carried(last);
        let most = if self.truth.pad { least } else { self.truth.target() };
        let left = end - covered - FRAME;
        if left > -FRAME && left <= most { (end, TOLERANCE) } else { (covered, LEAD) }
    }

    /// How far the viewer's clock is behind the source's from the ads before the run that ends there, as
    /// far as that was seen.
    fn carried(&self, last: u64) -> Ns {
        let Some(source) = self.truth.renditions.get(self.timeline.rendition) else { return 0 };
        let (mut carried, mut shown, mut before, mut next) = (0, 0, None, None);
        for (&msn, entry) in self.timeline.entries.range(..=last) {
            if next.replace(msn + 1).is_some_and(|next| next != msn) {
                (shown, before) = (0, None);
            }
            let Place::Content(at) = entry.place else {
                shown += entry.clock(self.truth);
                continue;
            };
            if let Some(before) = before.filter(|before| shown > 0 && *before < at) {
                carried += shown - source.between(before, at);
            }
            (shown, before) = (0, Some(at));
        }
        carried
    }

    /// How long the ad segment after this one is; none where none is shown. Where the viewer has seen
    /// nothing after it, it is its ad's next, as only slate and a break's end cut ads short.
    fn next_ad(&self, last: u64) -> Option<Ns> {
        let Some(next) = self.timeline.entries.get(&(last + 1)) else {
            return self.goes_on_with(last);
        };
        matches!(next.place, Place::Ad(_)).then_some(next.segment.duration)
    }

    fn goes_on_with(&self, last: u64) -> Option<Ns> {
        let Place::Ad(piece) = &self.timeline.entries.get(&last)?.place else { return None };
        let ad = self.truth.ads.get(&piece.ad).filter(|ad| !ad.slate)?;
        let next = *ad.durations.get(self.timeline.rendition)?.get(piece.index + 1)?;
        let covered = covered(self.timeline, self.truth, last)?;
        self.truth.break_at(covered + next - LEAD).map(|_| next)
    }

    /// When the video that leads had been read past a moment; once any may lead, every one.
    fn leader_reaches(&self, moment: Ns) -> Option<i64> {
        let led = self.lead.and_then(|lead| lead.reaches(moment, self.truth, self.available));
        led.or_else(|| self.reference_reaches(moment))
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
