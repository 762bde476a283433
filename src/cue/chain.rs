//! Breaks told ad by ad: `0x30` for each, with `0x31` of the one before at the same moment. What
//! follows at once, numbered on, is the same break going on.

use super::{
    Cue, Signal,
    meaning::{self, Event},
};
use crate::units::MediaDuration;

/// The cues with the links of chains put together: the beginning of the first lasts as long as what
/// is told of the chain, the others continue it, and only the end of the last is an end.
pub(super) fn linked(cues: Vec<Cue>) -> Vec<Cue> {
    let mut kept: Vec<Cue> = Vec::with_capacity(cues.len());
    let mut chain: Option<Chain> = None;
    for mut cue in cues {
        if let Some(link) = link(&cue) {
            let ended = kept.pop_if(|last| is_end_before(last, &cue)).is_some();
            let same = chain.take().filter(|chain| ended || chain.reaches(&cue));
            let elapsed = same.as_ref().map_or(Some(MediaDuration::ZERO), |chain| chain.length);
            let length = elapsed.zip(link.duration).map(|(elapsed, more)| elapsed + more);
            if same.is_some() || ended {
                cue.signal = Signal::Continue { elapsed, duration: length };
            }
            let head = same.map_or((!ended).then_some(kept.len()), |chain| chain.head);
            if let Some(first) = head.and_then(|head| kept.get_mut(head)) {
                first.signal = Signal::Out { duration: length };
            }
            let begin = cue.clone();
            chain = Some(Chain { head, begin, elapsed, length });
        }
        kept.push(cue);
    }
    kept
}

/// A chain as far as it has been read.
struct Chain {
    /// Which of the cues is its beginning, where that is listed.
    head: Option<usize>,
    /// Its newest link.
    begin: Cue,
    /// How long what comes before that is.
    elapsed: Option<MediaDuration>,
    /// How long it is in all.
    length: Option<MediaDuration>,
}

impl Chain {
    /// Whether the newest link lasts up to where this one begins.
    fn reaches(&self, next: &Cue) -> bool {
        let lasts = self.length.zip(self.elapsed).map(|(length, elapsed)| length - elapsed);
        let ends = self.begin.time.zip(lasts).map(|(start, lasts)| start + lasts);
        ends.zip(next.time).is_some_and(|(end, start)| (start - end).abs() <= A_FRAME)
    }
}

/// What a link of a chain is about: one of several, numbered.
fn link(cue: &Cue) -> Option<Event> {
    let out = matches!(cue.signal, Signal::Out { .. });
    let opened = meaning::of(cue.splice.as_deref().filter(|_| out)?).opens;
    opened.filter(|event| event.chained)
}

/// Whether this is the end of the link before, at the moment the next begins.
fn is_end_before(end: &Cue, next: &Cue) -> bool {
    let closed = end.splice.as_deref().and_then(|splice| meaning::of(splice).closes);
    let kinds = closed.zip(link(next));
    let alike = kinds.is_some_and(|(closed, opened)| closed.kind == opened.kind && closed.chained);
    end.signal == Signal::In && alike && end.at == next.at
}

/// What may lie between two links: a frame, at the slowest rate there is.
const A_FRAME: MediaDuration = MediaDuration::from_millis(42);
