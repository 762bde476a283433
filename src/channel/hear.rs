//! From the reference's cues to breaks: what begins one, changes it, and ends it.
//!
//! A cue read again changes nothing, and nothing that a cue says moves what has been shown.

use std::sync::Arc;

use super::{
    Channel,
    ledger::{Break, BreakSerial, TOLERANCE},
    track::Track,
};
use crate::{
    cue::{Cue, Signal},
    ids::BreakId,
    pod::Unfilled,
    units::{MediaDuration, ProgramTime},
};

impl Channel {
    /// Takes in the reference's cues. One that has come to lead only now has been read further than
    /// its cues were heard.
    pub(super) fn hear_all(&mut self, now: ProgramTime) {
        let cues = self.tracks[self.reference].cues.clone();
        for (at, cue) in cues.iter().enumerate() {
            let chained =
                cues.get(at + 1).is_some_and(|next| next.at == cue.at && self.chains(next));
            // Where one ad of a chain ends and the next begins, the break goes on (B-49b).
            if !(cue.signal == Signal::In && chained) {
                self.hear(cue, now);
            }
        }
    }

    /// How far a rendition that tells of breaks has been read, if one does.
    pub(super) fn heard_to(&self) -> Option<ProgramTime> {
        let telling = self.tracks.iter().filter(|track| track.bears_cues);
        telling.filter_map(Track::edge).max()
    }

    fn hear(&mut self, cue: &Cue, now: ProgramTime) {
        let Some(time) = cue.time.or_else(|| self.position(cue)) else { return };
        match cue.signal {
            Signal::Out { duration } => self.begins(cue, time, duration, now),
            Signal::Continue { .. } if self.chains(cue) => self.extend(time, cue.remaining()),
            Signal::Continue { elapsed, duration } => {
                // Only a channel read for the first time can have missed the cue-out.
                if self.view.is_none() && self.breaks.is_empty() {
                    let elapsed = elapsed.unwrap_or(MediaDuration::ZERO);
                    self.begins(cue, time - elapsed, duration, now);
                }
            }
            Signal::In if cue.cancels() => self.cancel(cue, time),
            Signal::In => self.end_signalled(cue, time),
        }
    }

    /// Where a cue stands that names no time itself.
    fn position(&self, cue: &Cue) -> Option<ProgramTime> {
        self.place_of(cue).map(|(start, _)| start)
    }

    /// When the segment begins that a cue stands at, and its number in the reference rendition.
    fn place_of(&self, cue: &Cue) -> Option<(ProgramTime, u64)> {
        let track = &self.tracks[self.reference];
        let known = track.numbered(cue.at).map(|known| (known.start, known.msn.0.0));
        known.or_else(|| {
            let last = track.segments.back()?;
            (cue.at == last.segment.msn.plus(1)).then(|| (last.end(), last.msn.0.0 + 1))
        })
    }

    /// Made from the stream alone, so that everybody who sees the break calls it the same. Where
    /// cues have no time of their own, breaks are told apart by the rendition's running number,
    /// which no encoder's restart gives again.
    fn name(&self, cue: &Cue, time: ProgramTime) -> BreakId {
        let place = match cue.time {
            Some(_) => format!("{}", time.as_millis()),
            None => format!("s{}", self.place_of(cue).map_or(cue.at.0.0, |(_, number)| number)),
        };
        BreakId::new(match cue.event_id {
            Some(event) => format!("{event}-{place}"),
            None => place,
        })
    }

    /// What has been shown cannot be part of a break that is heard of now.
    fn free_from(&self) -> ProgramTime {
        self.view.as_ref().map_or(ProgramTime::from_nanos(i64::MIN), |view| view.edge)
    }

    fn begins(
        &mut self,
        cue: &Cue,
        time: ProgramTime,
        duration: Option<MediaDuration>,
        now: ProgramTime,
    ) {
        let near = self.target_duration();
        if let Some(known) = self.breaks.iter().rposition(|b| b.is_named_by(cue, time, near)) {
            return self.announce_again(known, cue, time, duration);
        }
        if let Some(open) = self.breaks.last().filter(|open| open.end.is_none()) {
            if self.chains(cue) {
                return self.extend(time, duration);
            }
            let inside = open.planned.is_some() && time < open.ends_by() - TOLERANCE;
            let over = open.planned.is_some() && !inside;
            let nested = cue.is_inside(&open.cue) && !over;
            if !open.is_taken_back() && (nested || inside && !cue.supersedes(&open.cue)) {
                return; // nested (B-48), or the same without a number
            }
            if open.announced < time {
                self.end_at(self.breaks.len() - 1, time);
            }
        }
        if self.breaks.last().is_some_and(|last| time <= last.announced) {
            return; // older than what is known already
        }
        let announced = time.max(self.free_from());
        let planned = duration.map(|duration| duration - (announced - time));
        if planned.is_none_or(|planned| planned > MediaDuration::ZERO) {
            self.open(cue, time, announced, planned, now);
        }
    }

    fn open(
        &mut self,
        cue: &Cue,
        time: ProgramTime,
        announced: ProgramTime,
        planned: Option<MediaDuration>,
        now: ProgramTime,
    ) {
        self.breaks.push(Arc::new(Break {
            id: self.name(cue, time),
            serial: BreakSerial(self.first_serial + u32::try_from(self.breaks.len()).unwrap_or(0)),
            cue: cue.clone(),
            cue_time: time,
            announced,
            planned,
            snapped: None,
            free_from: self.free_from(),
            start: None,
            boundaries: Vec::new(),
            end: None,
            refusal: None,
            seen_at: now,
            stands_since: None,
            ragged_end: false,
            returns_anywhere: false,
            paced_to: announced,
            signalled_end: None,
            read_to: announced,
            awaited: None,
        }));
    }

    /// A cue for a known break: its length may be another now, counted from its own beginning, and
    /// as long as it has not begun so may its time (B-39, B-46); but breaks stay in order. Where it
    /// was taken back it stands again, for another event too.
    fn announce_again(
        &mut self,
        at: usize,
        cue: &Cue,
        time: ProgramTime,
        duration: Option<MediaDuration>,
    ) {
        let free_from = self.free_from();
        let known = &self.breaks[at];
        let same_event = known.cue.event_id.is_some() && known.cue.event_id == cue.event_id;
        let free = known.is_taken_back() && known.start.is_none();
        let stands_again = free && cue.event_id.is_some();
        if known.end.is_some() || !(same_event || stands_again || known.cue_time == time) {
            return;
        }
        let mut again = Break::clone(known);
        if stands_again {
            (again.cue, again.refusal) = (cue.clone(), None);
        }
        if again.snapped.is_none() && time != again.cue_time && self.is_between(at, time) {
            (again.cue_time, again.announced) = (time, time.max(free_from));
            again.free_from = free_from;
        }
        let late = again.announced - again.cue_time;
        again.planned = duration.map(|duration| duration - late).or(again.planned);
        self.replace(at, again);
    }

    /// Does `time` lie after the break before the one at `at`, and before the next?
    fn is_between(&self, at: usize, time: ProgramTime) -> bool {
        let (before, after) = (&self.breaks[..at], self.breaks.get(at + 1));
        before.last().is_none_or(|before| before.begins() < time)
            && after.is_none_or(|after| time < after.begins())
    }

    /// Is this the next ad of the chain that the running break is signalled as (B-49b)?
    fn chains(&self, cue: &Cue) -> bool {
        let open = self.breaks.last().filter(|open| open.end.is_none() && !open.is_taken_back());
        open.is_some_and(|open| cue.follows_in_chain(&open.cue))
    }

    /// The running break lasts until the end of an ad that begins at `time`, if that is later.
    fn extend(&mut self, time: ProgramTime, duration: Option<MediaDuration>) {
        let Some(at) = self.breaks.len().checked_sub(1) else { return };
        let mut longer = Break::clone(&self.breaks[at]);
        let planned = duration.map(|duration| time + duration - longer.announced);
        longer.planned = longer.planned.max(planned);
        self.replace(at, longer);
    }

    /// What is taken back before it begins stays programme; what has begun is ended (B-39).
    fn cancel(&mut self, cue: &Cue, time: ProgramTime) {
        let named = |b: &Arc<Break>| b.end.is_none() && b.cue.event_id == cue.event_id;
        let Some(at) = self.breaks.iter().rposition(named) else { return };
        if self.breaks[at].start.is_some() {
            return self.end_at(at, time);
        }
        let cancelled =
            Break { refusal: Some(Unfilled::Cancelled), ..Break::clone(&self.breaks[at]) };
        self.replace(at, cancelled);
    }

    /// The source returns: from the newest break that has begun, if the cue is about that. One that
    /// was heard of late may be over before anything of it can be replaced.
    fn end_signalled(&mut self, cue: &Cue, time: ProgramTime) {
        let begun = |b: &Arc<Break>| b.cue_time < time - TOLERANCE;
        let Some(at) = self.breaks.iter().rposition(begun) else { return };
        if cue.closes(&self.breaks[at].cue) {
            self.end_at(at, time);
        }
    }

    /// The first word on where a break ends counts.
    fn end_at(&mut self, at: usize, time: ProgramTime) {
        let known = &self.breaks[at];
        if known.end.is_none() && known.signalled_end.is_none() && known.cue_time < time {
            let signalled_end = Some(time.max(self.free_from()));
            let ended = Break { signalled_end, ..Break::clone(known) };
            self.replace(at, ended);
        }
    }

    fn replace(&mut self, at: usize, next: Break) {
        if *self.breaks[at] != next {
            self.breaks[at] = Arc::new(next);
        }
    }
}
