//! What a break shows: from offers to spans.

use std::{fmt, sync::Arc};

use super::{Bumpers, Decision, Fill, From, Span, Timeline, layout::Layout, replacement::behind};
use crate::{
    channel::{Break, TOLERANCE, View},
    pod::{Ad, Filled, Pod, Room, SkipReason, Skipped, Unfilled},
    units::{MediaDuration, ProgramTime},
};

/// Which of the ads on offer fill some room.
pub type Fills<'a> = &'a dyn Fn(Room) -> Filled;

/// What a break's decision is made of besides the break.
pub struct Supply<'a> {
    /// The ads on offer, or why there are none.
    pub ads: Result<Fills<'a>, Unfilled>,
    /// What fills the rest.
    pub fillers: Fillers,
    /// MediaTailor's personalization threshold: a break that would stay unfilled for longer is
    /// given back to the programme. It counts only where slate would fill it (§1.7).
    pub threshold: Option<MediaDuration>,
}

/// What is shown where no ad is.
#[derive(Clone, Debug, Default)]
pub struct Fillers {
    /// Until the break ends, where a slate is configured and could be read.
    pub slate: Option<Ad>,
    /// For what is missing at the programme's return, where it could be made.
    pub pad: Option<Ad>,
    /// Around the ads, where they are configured and could be read.
    pub bumpers: Bumpers,
}

impl fmt::Debug for Supply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ads = self.ads.as_ref().map(|_| "ads");
        f.debug_struct("Supply").field("ads", &ads).field("fillers", &self.fillers).finish()
    }
}

/// Late ads and where they may go.
#[derive(Clone, Debug)]
pub enum Late {
    /// The break is over, or nothing fits any more.
    Never,
    /// There is no place for them at the edge of this view; later perhaps.
    NotYet,
    /// Append these spans; the decision has as many as this until now, and these ads are left out.
    Now(Decision, usize, Vec<Skipped>),
}

impl Timeline {
    /// Decides a break nothing has been shown of, and says which ads were left out.
    pub fn plan(
        &self,
        ad_break: &Break,
        view: &View,
        supply: Supply<'_>,
    ) -> (Decision, Vec<Skipped>) {
        let Supply { ads, fillers: Fillers { mut slate, pad, bumpers }, threshold } = supply;
        let bumpers = bumpers.within(ad_break.length());
        let room = Room {
            length: ad_break.length().map(|length| length - bumpers.length()),
            carried: self.carried(view, ad_break.begins()),
            segment: view.segment_length,
        };
        let (pod, mut skipped, why) = match ads {
            Ok(fills) => {
                let Filled { ads, skipped } = fills(room);
                (Pod { ads }, skipped, Unfilled::NothingUsable)
            }
            Err(why) => (Pod::default(), Vec::new(), why),
        };
        let unfilled = room.length.map(|length| length - pod.duration());
        if !pod.ads.is_empty() && slate.is_none() && is_short_of_return(view, unfilled) {
            slate.clone_from(&pad);
        }
        let refused = match (pod.ads.is_empty(), &slate) {
            (true, None) => Some(why),
            (true, Some(_)) if why == Unfilled::AdsDisabled => Some(why),
            (_, Some(_)) => is_too_much(unfilled, threshold).then_some(Unfilled::BelowThreshold),
            (false, None) => strands(view, unfilled).then_some(Unfilled::NoCommonBoundary),
        };
        let reason = refused.unwrap_or(if pod.ads.is_empty() { why } else { Unfilled::Leftover });
        let spans = match (refused, slate) {
            (Some(why), _) => {
                let given_back = match why {
                    Unfilled::BelowThreshold => given_back,
                    _ => Skipped::without_place,
                };
                skipped.extend(pod.ads.iter().map(given_back));
                vec![Span::from_start(Fill::Content(why))]
            }
            (None, slate) => {
                let rest = unfilled.map(|unfilled| unfilled - room.carried);
                Layout { from: From::Start, before: 0, pod, bumpers, slate, rest }.spans()
            }
        };
        (Decision::new(ad_break, spans, pad).because(ad_break.begins(), reason), skipped)
    }

    /// What is shown from the break's start when no answer came in time, or none may be used yet:
    /// slate, unless that would be more of it than the threshold allows.
    pub fn fall_back(
        &self,
        ad_break: &Break,
        view: &View,
        fillers: Fillers,
        threshold: Option<MediaDuration>,
    ) -> Decision {
        let Fillers { slate, pad, bumpers } = fillers;
        if let Some(suppressed) = self.suppresses(ad_break) {
            let spans = vec![Span::from_start(Fill::Content(suppressed.why))];
            return Decision::new(ad_break, spans, pad);
        }
        let bumpers = bumpers.within(ad_break.length());
        let unfilled = ad_break.length().map(|length| length - bumpers.length());
        let spans = match slate.filter(|_| !is_too_much(unfilled, threshold)) {
            None => vec![Span::from_start(Fill::Content(Unfilled::NoDecisionInTime))],
            slate => {
                let carried = self.carried(view, ad_break.begins());
                let (pod, rest) = (Pod::default(), unfilled.map(|unfilled| unfilled - carried));
                Layout { from: From::Start, before: 0, pod, bumpers, slate, rest }.spans()
            }
        };
        let decision = Decision::new(ad_break, spans, pad);
        decision.because(ad_break.begins(), Unfilled::NoDecisionInTime)
    }

    /// What is known later than the deadline of why a break has no ads, from where it has not been
    /// shown yet: it changes nothing that is shown. None where that is told already, or it is over.
    pub fn without(
        &self,
        ad_break: &Break,
        edge: ProgramTime,
        why: Unfilled,
    ) -> Option<(Decision, usize)> {
        let decision = self.decision(ad_break.serial)?;
        let last = decision.reasons.last().map(|reason| reason.why);
        let has_ads = decision.pods().next().is_some();
        // Behind ads there are no more, whatever came of the others.
        let why = if has_ads { Unfilled::Leftover } else { why };
        let is_told = has_ads && last != Some(Unfilled::NoDecisionInTime);
        if ad_break.end.is_some() || last == Some(why) || is_told {
            return None;
        }
        let suppressed = self.suppressed.map_or(edge, |suppressed| suppressed.until);
        let since = edge.max(ad_break.begins()).max(suppressed);
        let later = Decision::new(ad_break, Vec::new(), None).because(since, why);
        Some((later, decision.spans.len()))
    }

    /// Finds a place for ads that came after the deadline where nothing has been shown yet: behind the
    /// ads decided for and the slate so far, or at a common boundary at the view's edge.
    pub fn place_late(
        &self,
        ad_break: &Break,
        view: &View,
        fills: Fills<'_>,
        fillers: Fillers,
    ) -> Late {
        let Fillers { mut slate, pad, mut bumpers } = fillers;
        // Late is what comes after a decision: where there is none, it has been let go.
        let Some(decision) = self.decision(ad_break.serial) else { return Late::Never };
        if ad_break.end.is_some() || ad_break.refusal.is_some() {
            return Late::Never;
        }
        let carried = self.carried(view, ad_break.begins());
        let earliest = self.suppressed.map_or(view.edge, |suppressed| suppressed.until);
        let Some(free_from) = self.after_pre_roll(view) else { return Late::NotYet };
        let earliest = earliest.max(view.edge).max(free_from) - TOLERANCE;
        let (from, count, at) = match decision.spans.last().map(|span| &span.fill) {
            Some(Fill::Slate(_) | Fill::Pod(_) | Fill::Bumper(_)) => {
                let Some(place) = behind(decision, ad_break, view, carried) else {
                    return Late::Never;
                };
                bumpers.start = None; // it stands before what is shown already
                (From::Segment(place.after), place.after, place.at)
            }
            Some(Fill::Content(_)) => {
                let mut free = ad_break.boundaries.iter();
                let heard = |time: ProgramTime| time <= view.heard_to + TOLERANCE;
                let Some(boundary) = free.find(|b| b.time >= earliest && heard(b.time)) else {
                    return Late::NotYet;
                };
                (From::Boundary(boundary.time), 0, boundary.time)
            }
            None => return Late::Never,
        };
        let length = ad_break.planned.map(|_| ad_break.ends_by() - at);
        let bumpers = bumpers.within(length);
        let length = length.map(|length| length - bumpers.length());
        let Filled { ads, skipped } = fills(Room { length, carried, segment: view.segment_length });
        let pod = Pod { ads };
        let unfilled = length.map(|length| length - pod.duration());
        if slate.is_none() && is_short_of_return(view, unfilled) {
            slate.clone_from(&pad);
        }
        if pod.ads.is_empty() || slate.is_none() && strands(view, unfilled) {
            return Late::Never;
        }
        let rest = unfilled.map(|unfilled| unfilled - carried);
        let layout = Layout { from, before: count, pod, bumpers, slate, rest };
        let appended = Decision::new(ad_break, layout.spans(), pad);
        let appended = appended.because(at, Unfilled::Leftover);
        Late::Now(appended, decision.spans.len(), skipped)
    }
}

/// An ad that would have been shown, had there been more of them.
fn given_back(ad: &Ad) -> Skipped {
    Skipped {
        info: Arc::clone(&ad.info),
        reason: SkipReason::LeftoverAvailExceededThreshold,
        why: None,
        measured: Some(ad.creative.duration),
    }
}

/// Would more stay unfilled than MediaTailor's threshold allows (§1.7)?
fn is_too_much(unfilled: Option<MediaDuration>, threshold: Option<MediaDuration>) -> bool {
    unfilled.zip(threshold).is_some_and(|(unfilled, threshold)| unfilled > threshold)
}

/// Would a viewer without slate be left between the last ad and a return that all renditions share?
/// On a channel whose renditions are cut alike the programme is back at the next segment; elsewhere
/// only at the break's end.
fn strands(view: &View, unfilled: Option<MediaDuration>) -> bool {
    !view.aligned && unfilled.is_none_or(|unfilled| unfilled > view.target_duration.half())
}

/// Would that viewer have to be shown black for a target duration at most?
fn is_short_of_return(view: &View, unfilled: Option<MediaDuration>) -> bool {
    strands(view, unfilled) && unfilled.is_some_and(|unfilled| unfilled <= view.target_duration)
}
