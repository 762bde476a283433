//! How much a live playlist lists and how far its ads run ahead of the source or lag
//! behind it.

use super::{Entry, Findings, Place, Seen, Timeline, lead::Lead};
use crate::{
    time::{self, Ns, SECOND},
    truth::{Rendition, TOLERANCE, Truth},
};

pub(super) fn check(seen: &[Seen], truth: &Truth, timelines: &[Timeline], findings: &mut Findings) {
    let mut lagging = vec![None; truth.renditions.len()];
    let mut begun = vec![None; truth.renditions.len()];
    let available: Vec<_> = truth.renditions.iter().map(Rendition::available).collect();
    let lead = Lead::of(truth, &available);
    for answer in seen {
        length(answer, truth, timelines, findings);
        whole(answer, truth, &mut begun, findings);
        pace(answer, (truth, lead.as_ref()), timelines, &mut lagging, findings);
    }
}

/// Nothing is removed that makes it shorter than three target durations, where the origin's own
/// window, as far as the reference has been read, is not.
fn length(answer: &Seen, truth: &Truth, timelines: &[Timeline], findings: &mut Findings) {
    let Some((first, _)) = answer.playlist.numbers() else { return };
    let Some(source) = truth.renditions.get(answer.rendition) else { return };
    let Some(listing) = source.listing(answer.at_ms) else { return };
    let Some(timeline) = timelines.get(answer.rendition) else { return };
    if !is_cut(timeline, first, source, listing.first) {
        return;
    }
    // Any video rendition may lead.
    let videos = truth.renditions.iter().filter(|rendition| rendition.video);
    let read = videos.filter_map(|video| video.edge(answer.at_ms)).min().unwrap_or(Ns::MIN);
    let listed = source.segments.get(listing.first..listing.end).unwrap_or_default();
    let publishable = listed.iter().filter(|segment| segment.middle() < read);
    let available: Ns = publishable.map(|segment| segment.duration).sum();
    let (got, want) = (answer.playlist.length(), 3 * truth.target());
    if got < want && available >= want && !answer.playlist.end_list {
        let (got, want) = (time::show_seconds(got), time::show_seconds(available));
        findings.add("A-17", answer.reload, format!("lists {got} s where the origin has {want}"));
    }
}

/// Was something left out before this number? Not before the session's own beginning; and where it
/// missed a stretch, only what the origin lists still.
fn is_cut(timeline: &Timeline, first: u64, source: &Rendition, oldest: usize) -> bool {
    let begun = timeline.entries.range(..first).next_back().map(|(at, _)| *at);
    let oldest = source.segments.get(oldest).map(|oldest| oldest.start);
    let start = timeline.entries.get(&first).and_then(|entry| match entry.place {
        Place::Content(at) => source.segments.get(at).map(|segment| segment.start),
        _ => entry.segment.start,
    });
    let listed = || oldest.zip(start).is_none_or(|(oldest, at)| oldest < at - TOLERANCE);
    begun.is_some_and(|before| before + 1 == first || listed())
}

/// Nothing leaves an event.
fn whole(answer: &Seen, truth: &Truth, begun: &mut [Option<u64>], findings: &mut Findings) {
    let source = truth.renditions.get(answer.rendition).filter(|source| source.event);
    let (Some(_), Some(begun)) = (source, begun.get_mut(answer.rendition)) else { return };
    let Some((first, _)) = answer.playlist.numbers() else { return };
    let began = *begun.get_or_insert(first);
    if first > began {
        let text = format!("an event that began at {began} begins at {first}");
        findings.add("A-93", answer.reload, text);
    }
}

/// The program time to which a run of ads that ends a playlist has come: counted from the last
/// content before it, where that is known.
pub(super) fn covered(timeline: &Timeline, truth: &Truth, last: u64) -> Option<Ns> {
    let source = truth.renditions.get(timeline.rendition)?;
    let mut length: Ns = 0;
    let mut next = last + 1;
    for (&msn, entry) in timeline.entries.range(..=last).rev() {
        if msn + 1 != next {
            break;
        }
        next = msn;
        match entry.place {
            Place::Ad(ref piece) => {
                length += entry.segment.duration;
                let before = msn.checked_sub(1).and_then(|before| timeline.entries.get(&before));
                // Of two breaks that touch the second begins by its own date.
                if let (Some(Entry { place: Place::Ad(before), .. }), Some(start)) =
                    (before, entry.segment.start)
                    && before.break_id != piece.break_id
                {
                    return Some(start + length);
                }
            }
            Place::Content(at) => return source.behind(at, length),
            Place::Unknown => return None,
        }
    }
    timeline.entries.get(&last).and_then(|entry: &Entry| entry.segment.end())
}

fn pace(
    answer: &Seen,
    (truth, lead): (&Truth, Option<&Lead>),
    timelines: &[Timeline],
    lagging: &mut [Option<(i64, u64)>],
    findings: &mut Findings,
) {
    let Some((timeline, lag)) =
        timelines.get(answer.rendition).zip(lagging.get_mut(answer.rendition))
    else {
        return;
    };
    let Some((_, last)) = answer.playlist.numbers() else { return };
    let ad = matches!(timeline.entries.get(&last).map(|entry| &entry.place), Some(Place::Ad(_)));
    let Some(covered) = covered(timeline, truth, last).filter(|_| ad) else {
        *lag = None;
        return;
    };
    let edges = truth.renditions.iter().filter_map(|rendition| rendition.edge(answer.at_ms));
    let newest = edges.max().unwrap_or(Ns::MIN);
    if covered > newest + truth.target() {
        let ahead = time::show_seconds(covered - newest);
        findings.add("A-20", answer.reload, format!("ads run {ahead} s ahead of the source"));
    }
    let behind = behind(answer, (truth, lead), covered);
    if behind.is_none_or(|behind| behind <= truth.target() + SECOND) {
        *lag = None;
        return;
    }
    let (since, number) = lag.unwrap_or((answer.at_ms, last));
    *lag = Some((since, number));
    if answer.at_ms - since > truth.target_ms() * 3 / 4 {
        let behind = time::show_seconds(behind.unwrap_or(0));
        findings.add("A-20", answer.reload, format!("ads lag {behind} s behind the source"));
        *lag = None;
    }
}

/// How far the ads have stayed behind what both this rendition and the video that leads have reached.
fn behind(answer: &Seen, (truth, lead): (&Truth, Option<&Lead>), covered: Ns) -> Option<Ns> {
    let own = truth.renditions.get(answer.rendition)?.edge(answer.at_ms)?;
    let reference = Lead::edge(lead, truth, answer.at_ms)?;
    let end = truth.break_at(covered).and_then(|at| truth.breaks.get(at)).and_then(|b| b.end);
    Some(own.min(reference).min(end.unwrap_or(Ns::MAX)) - covered)
}
