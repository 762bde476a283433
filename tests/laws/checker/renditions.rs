//! The renditions of a session against each other, over its whole history (A-36, A-42, A-100 …
//!

use std::collections::{BTreeMap, HashMap};

use super::{Entry, Findings, Place, Seen, Timeline, breaks::begins_break, window::covered};
use crate::{
    time::{self, Ns, SECOND},
    truth::{Rendition, TOLERANCE, Truth},
};

pub(super) fn check(seen: &[Seen], truth: &Truth, timelines: &[Timeline], findings: &mut Findings) {
    headers(seen, findings);
    let sides: Vec<Side<'_>> =
        timelines.iter().map(|timeline| Side::new(timeline, truth)).collect();
    for (at, one) in sides.iter().enumerate() {
        for other in sides.iter().skip(at + 1) {
            let apart = apart(one, other, truth);
            let aligned = content((one, other), apart, truth, findings);
            if content((other, one), apart.wrapping_neg(), truth, findings) && aligned {
                turns((one, other), apart, truth, findings);
            }
            numbers(one, other, truth, findings);
        }
    }
    together(seen, truth, timelines, findings);
}

fn headers(seen: &[Seen], findings: &mut Findings) {
    let Some(first) = seen.first() else { return };
    let lines = |answer: &Seen| {
        let lines = answer.playlist.header.iter();
        let shared = |line: &&String| {
            line.starts_with("#EXT-X-PLAYLIST-TYPE") || line.starts_with("#EXT-X-SERVER-CONTROL")
        };
        lines.filter(shared).cloned().collect::<Vec<_>>()
    };
    let mut told = HashMap::new();
    for answer in seen.iter().filter(|answer| answer.rendition != first.rendition) {
        if told.insert(answer.rendition, ()).is_some() {
            continue;
        }
        let (one, other) = (first.playlist.target_duration, answer.playlist.target_duration);
        if one != other {
            let text = format!("target durations {one} and {other}");
            findings.add("A-42", answer.reload, text);
        }
        if lines(first) != lines(answer) {
            let text = format!("{:?} and {:?}", lines(first), lines(answer));
            findings.add("A-101", answer.reload, text);
        }
    }
}

/// One segment with its true place on the programme's clock.
struct Placed<'a> {
    start: Ns,
    end: Ns,
    entry: &'a Entry,
}

/// All segments that share a discontinuity number.
struct Turn<'a> {
    first: &'a Entry,
    /// Its place, if the segment that carries the tag was seen.
    start: Option<Ns>,
    /// How long each segment of an ad is that was seen, by its place in it.
    lengths: BTreeMap<usize, Ns>,
    /// All of it was seen.
    whole: bool,
    /// More than one ad stands in it.
    mixed: bool,
}

/// A rendition's timeline, laid out.
struct Side<'a> {
    timeline: &'a Timeline,
    placed: Vec<Placed<'a>>,
    turns: BTreeMap<u64, Turn<'a>>,
}

impl<'a> Side<'a> {
    fn new(timeline: &'a Timeline, truth: &Truth) -> Self {
        let mut side = Self { timeline, placed: Vec::new(), turns: BTreeMap::new() };
        for stretch in timeline.stretches() {
            side.lay(&stretch, truth);
        }
        side
    }

    fn lay(&mut self, stretch: &[&'a Entry], truth: &Truth) {
        let source = truth.renditions.get(self.timeline.rendition);
        let listed = source.map(Rendition::available).unwrap_or_default();
        let mut next: Option<Ns> = None;
        let last = stretch.last().map(|entry| entry.segment.dsn);
        for (at, entry) in stretch.iter().enumerate() {
            let start = match entry.place {
                Place::Content(at) => source.and_then(|s| s.segments.get(at)).map(|s| s.start),
                // Each turn begins anew by its date, in every rendition.
                _ if begins_break(stretch, at) || entry.segment.date.is_some() => {
                    entry.segment.start.or(next)
                }
                _ => next.or(entry.segment.start),
            };
            let segment = &entry.segment;
            if let Some(start) = start {
                self.placed.push(Placed { start, end: start + segment.duration, entry });
            }
            // Ads go by the picture's clock: a slate's sound may be a frame longer, again and again.
            next = start.map(|start| start + entry.clock(truth));
            let tagged = segment.discontinuity;
            // What was never listed may be missing in one rendition alone.
            let follows = match entry.place {
                Place::Content(at) => at == 0 || listed.get(at - 1).is_some_and(Option::is_some),
                _ => true,
            };
            let turn = self.turns.entry(segment.dsn).or_insert_with(|| Turn {
                first: entry,
                start: start.filter(|_| tagged && follows),
                lengths: BTreeMap::new(),
                whole: tagged && Some(segment.dsn) != last,
                mixed: false,
            });
            turn.mixed |= what(turn.first) != what(entry);
            if let Place::Ad(piece) = &entry.place {
                // Behind a hole: what is between was not seen.
                turn.whole &= at > 0 || turn.lengths.is_empty();
                turn.lengths.insert(piece.index, segment.duration);
            }
        }
    }

    /// What it shows at a moment, if that is well inside.
    fn at(&self, moment: Ns) -> Option<&Placed<'a>> {
        let past = self.placed.partition_point(|placed| placed.start <= moment);
        let placed = past.checked_sub(1).and_then(|at| self.placed.get(at))?;
        (moment < placed.end).then_some(placed)
    }
}

/// How far the discontinuity numbers of two renditions lie apart, wrapping: not at all, unless one
/// was numbered before it could be known what the other would be. Then the first content that both
/// show says it, for good.
fn apart(one: &Side<'_>, other: &Side<'_>, truth: &Truth) -> u64 {
    if truth.begin_alike(one.timeline.rendition, other.timeline.rendition) {
        return 0;
    }
    let content = |placed: &&Placed<'_>| matches!(placed.entry.place, Place::Content(_));
    let pairs = one.placed.iter().filter(content).filter_map(|placed| {
        let there = other.at(i64::midpoint(placed.start, placed.end)).filter(content)?;
        Some(placed.entry.segment.dsn.wrapping_sub(there.entry.segment.dsn))
    });
    pairs.into_iter().next().unwrap_or(0)
}

/// Content of one side against what the other shows at the same time. Are they numbered alike,
/// `apart` from each other? Otherwise the same number means nothing.
fn content(
    (one, other): (&Side<'_>, &Side<'_>),
    apart: u64,
    truth: &Truth,
    findings: &mut Findings,
) -> bool {
    let mut aligned = true;
    for placed in &one.placed {
        let Place::Content(_) = placed.entry.place else { continue };
        let middle = i64::midpoint(placed.start, placed.end);
        let Some(there) = other.at(middle) else { continue };
        let (msn, reload) = (placed.entry.segment.msn, placed.entry.reload);
        let (r, s) = (one.timeline.rendition, other.timeline.rendition);
        match there.entry.place {
            Place::Content(_) => {
                let (here, there) = (placed.entry.segment.dsn, there.entry.segment.dsn);
                if here.wrapping_sub(there) != apart {
                    aligned = false;
                    let text = format!("{msn} of {r} is in {here}, the same of {s} in {there}");
                    findings.add("A-36", reload, text);
                }
            }
            Place::Ad(_) => {
                // At the edges of a break ads may overlap the programme by less than a second.
                let inside = middle < there.end - SECOND && middle > there.start + SECOND;
                let returned = other.at(middle + truth.target()).is_some_and(|later| {
                    matches!(later.entry.place, Place::Content(_)) && later.start <= middle
                });
                if inside && !returned {
                    let text = format!("{msn} of {r} is content where {s} has an ad");
                    findings.add("A-102", reload, text);
                }
            }
            Place::Unknown => {}
        }
    }
    aligned
}

/// The same discontinuity number means the same ad, or content, from the same moment on.
fn turns((one, other): (&Side<'_>, &Side<'_>), apart: u64, truth: &Truth, findings: &mut Findings) {
    for (dsn, turn) in &one.turns {
        let Some(there) = other.turns.get(&dsn.wrapping_sub(apart)) else { continue };
        let reload = turn.first.reload.max(there.first.reload);
        let (r, s) = (one.timeline.rendition, other.timeline.rendition);
        if let (Some(start), Some(there)) = (turn.start, there.start)
            && (start - there).abs() > EDGES
            && !truth.is_ragged(start)
        {
            let (start, there) = (time::show_date(start), time::show_date(there));
            let text = format!("{dsn} begins at {start} in {r}, at {there} in {s}");
            findings.add("A-100", reload, text);
        }
        let (shown, shown_there) = (what(turn.first), what(there.first));
        if shown != shown_there {
            let text = format!("{dsn} is {shown:?} in {r}, {shown_there:?} in {s}");
            findings.add("A-105", reload, text);
        } else if shown.is_some() && !turn.mixed && !there.mixed {
            lengths(*dsn, turn, there, findings);
        }
    }
}

fn what(entry: &Entry) -> Option<(&str, &str)> {
    match &entry.place {
        Place::Ad(piece) => Some((&piece.break_id, &piece.ad)),
        _ => None,
    }
}

fn lengths(dsn: u64, turn: &Turn<'_>, there: &Turn<'_>, findings: &mut Findings) {
    let reload = turn.first.reload.max(there.first.reload);
    let (here, count) = (turn.lengths.len(), there.lengths.len());
    if turn.whole && there.whole && here != count {
        let text = format!("the ad of {dsn} has {here} segments here, {count} there");
        return findings.add("A-104", reload, text);
    }
    let mut pairs =
        turn.lengths.iter().filter_map(|(at, here)| Some((here, there.lengths.get(at)?)));
    if pairs.any(|(here, there)| (here - there).abs() > TOLERANCE) {
        findings.add("A-104", reload, format!("the ad of {dsn} is cut at different places"));
    }
}

/// Where the origin numbers two renditions alike, so does the proxy.
fn numbers(one: &Side<'_>, other: &Side<'_>, truth: &Truth, findings: &mut Findings) {
    let sources = |side: &Side<'_>| truth.renditions.get(side.timeline.rendition);
    let (Some(a), Some(b)) = (sources(one), sources(other)) else { return };
    let alike = a.segments.len() == b.segments.len()
        && a.segments.iter().zip(&b.segments).all(|(a, b)| a.msn == b.msn && a.start == b.start);
    if !alike {
        return;
    }
    let numbers = |side: &Side<'_>| {
        let content = side.placed.iter().filter_map(|placed| match placed.entry.place {
            Place::Content(at) => Some((at, (placed.entry.segment.msn, placed.entry.reload))),
            _ => None,
        });
        content.collect::<BTreeMap<_, _>>()
    };
    let there = numbers(other);
    let pair = (one.timeline.rendition, other.timeline.rendition);
    // What one of them never listed of an epoch moves all that follow by as much.
    let mut moved = HashMap::new();
    for (at, (msn, reload)) in numbers(one) {
        let Some((other, _)) = there.get(&at) else { continue };
        let by = msn.wrapping_sub(*other);
        let listed_alike = truth.are_listed_alike(pair, at);
        let may = if listed_alike { 0 } else { *moved.entry(a.segments[at].epoch).or_insert(by) };
        if by != may {
            let text = format!("segment {at} of the source is {msn} here and {other} there");
            findings.add("A-103", reload, text);
            return;
        }
    }
}

/// Answers of the same moment: in and around a break no rendition is a target duration behind
/// another whose own source is not.
fn together(seen: &[Seen], truth: &Truth, timelines: &[Timeline], findings: &mut Findings) {
    for group in seen.chunk_by(|one, next| one.at_ms == next.at_ms) {
        let edges: Vec<_> =
            group.iter().filter_map(|answer| edge(answer, truth, timelines)).collect();
        let Some(lead) = edges.iter().max_by_key(|edge| edge.covered) else { continue };
        for edge in edges.iter().filter(|edge| edge.rendition != lead.rendition) {
            let limit = truth.target() + SECOND / 2;
            let lag = lead.covered - edge.covered;
            let could = edge.readable - edge.covered;
            if lag > limit && could > limit && (lead.ad || edge.ad) {
                let text = format!(
                    "rendition {} is {} s behind {}",
                    edge.rendition,
                    time::show_seconds(lag),
                    lead.rendition
                );
                findings.add("A-106", edge.reload, text);
            }
        }
    }
}

struct Edge {
    rendition: usize,
    reload: usize,
    covered: Ns,
    /// How far it and the reference had been published.
    readable: Ns,
    ad: bool,
}

fn edge(answer: &Seen, truth: &Truth, timelines: &[Timeline]) -> Option<Edge> {
    let timeline = timelines.get(answer.rendition)?;
    let (_, last) = answer.playlist.numbers()?;
    let own = truth.renditions.get(answer.rendition)?.edge(answer.at_ms)?;
    let reference = truth.renditions.first()?.edge(answer.at_ms)?;
    Some(Edge {
        rendition: answer.rendition,
        reload: answer.reload,
        covered: covered(timeline, truth, last)?,
        readable: own.min(reference),
        ad: matches!(timeline.entries.get(&last)?.place, Place::Ad(_)),
    })
}

/// How far apart the same turn may lie: its own boundary and what an ad's audio frames add.
const EDGES: Ns = SECOND / 4;
