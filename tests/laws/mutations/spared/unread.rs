//! Renditions that were not read, or not made, when a break was begun.

use super::{super::*, in_audio};

/// Audio that is read late, whose ads begin where the picture's do.
pub(super) fn table() -> Vec<Mutation> {
    let late = || Base { late: [0, 12, 0], ..Base::default() };
    vec![
        laid(
            "ads in a rendition that is not cut where the break begins, which nobody could know",
            &[],
            Base { audio_cuts: &[0, 59, 63, 90, 108, 126, 150, 240], ..late() },
            |m| in_audio(m, |out| out.uri.contains("ad/b0"), |out| out.start += SECOND),
        ),
        laid("the same for who looks when it has been read", &[], uncut(20), who_looks_later),
        laid("the same where it was read in time", &["A-53"], uncut(3), who_looks_later),
        laid("ads from amid a segment that came too late", &[], amid(20), from_amid),
        laid("from amid one that came in time", &["A-52", "A-53", "law-4"], amid(3), from_amid),
        laid("ads from the break's start on, where sound was not made", &[], unmade(), |m| {
            let early = 2 * SECOND - 20 * MILLI;
            never_made(m);
            shifted(m, early);
        }),
        laid("ads from elsewhere on", &["A-53", "A-100"], unmade(), |m| {
            never_made(m);
            shifted(m, SECOND);
        }),
        laid("ads from before sound's own cut on, to the end", &[], early(&[500; 1]), earlier),
        laid("the same past the end", &["law-4", "A-52"], early(&[1_400; 1]), earlier),
        laid("ads in the place of what had not been read", &["A-53", "law-4"], late(), |m| {
            m.outs[AUDIO].retain(|out| is_ad(out) || out.start < at(51) || out.start > at(61));
            m.asked.retain(|(ms, _)| *ms < wall(at(85)));
        }),
    ]
}

/// Sound that comes so many seconds late, and is not cut where the first break begins.
fn uncut(late: i64) -> Base {
    let audio_cuts = &[0, 59, 63, 90, 108, 126, 150, 240];
    Base { audio_cuts, late: [0, late, 0], ..Base::default() }
}

/// Sound that comes so many seconds late, with a segment of four seconds half before the first break.
fn amid(late: i64) -> Base {
    let audio_cuts = &[0, 58, 62, 66, 90, 108, 126, 150, 240];
    Base { audio_cuts, audio_late: -20 * MILLI, late: [0, late, 0], ..Base::default() }
}

fn from_amid(m: &mut Model) {
    shifted(m, 20 * MILLI - 2 * SECOND);
    m.asked.retain(|(ms, rendition)| *rendition != AUDIO || *ms > wall(at(85)));
}

/// Sound that is read late, cut a second after the first break's start, and a short last ad.
fn early(last: &'static [i64]) -> Base {
    Base {
        audio_cuts: &[0, 57, 61, 65, 90, 108, 126, 150, 240],
        late: [0, 12, 0],
        pods: [(0, vec!["a", "b", "p"]), (1, vec!["c"])].into(),
        ..ads([("p", [last, last])])
    }
}

fn earlier(m: &mut Model) {
    shifted(m, 40 * MILLI - SECOND);
}

fn who_looks_later(m: &mut Model) {
    shifted(m, SECOND);
    m.asked.retain(|(ms, rendition)| *rendition != AUDIO || *ms > wall(at(85)));
}

/// Sound's ads of the first break begin so much later.
fn shifted(m: &mut Model, by: Ns) {
    m.outs[AUDIO]
        .iter_mut()
        .filter(|out| out.uri.contains("ad/b0"))
        .for_each(|out| out.start += by);
}

/// Sound has a segment of four seconds about the first break's start, which was never made.
fn unmade() -> Base {
    Base { audio_cuts: &[0, 58, 90, 108, 126, 150, 240], ..Base::default() }
}

fn never_made(m: &mut Model) {
    let source = &mut m.truth.renditions[AUDIO];
    let here = |start: Ns| (start - at(58)).abs() < SECOND;
    let gone = source.segments.iter().position(|s| here(s.start)).expect("a segment");
    source.segments.remove(gone);
    for listing in &mut source.listings {
        listing.first -= usize::from(listing.first > gone);
        listing.end -= usize::from(listing.end > gone);
    }
    for at in m.outs[AUDIO].iter_mut().filter_map(|out| out.content.as_mut()) {
        *at -= usize::from(*at > gone);
    }
}
