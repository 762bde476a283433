//! An encoder that stands still in the midst of a break.

use super::super::*;
use crate::truth::Source;

/// Of which nobody is told without dates.
pub(super) fn table() -> Vec<Mutation> {
    let pauses = |pod: Vec<&'static str>| Base {
        pause: 5,
        dated: false,
        announced: false,
        pods: [(0, pod), (1, vec!["c"])].into(),
        ..ads([("p", [&[3_800], &[3_800]])])
    };
    let behind = |last: &'static [i64]| Base {
        dated: true,
        pods: [(0, vec!["d"]), (1, vec!["c"])].into(),
        ..Base { ads: ads([("d", [last, last])]).ads, ..pauses(Vec::new()) }
    };
    vec![
        laid(
            "back behind the pause, nothing in its place",
            &[],
            behind(&[6_000, 6_000, 6_000, 5_900]),
            back,
        ),
        laid("little before it", &["A-21"], behind(&[6_000, 6_000, 6_000, 2_400]), back),
        laid("ads stand as long as their encoder", &[], pauses(vec!["a", "b"]), |_| {}),
        laid("ads for the pause, too", &["A-21"], pauses(vec!["a", "b", "p"]), |_| {}),
        laid("ads stand though it goes on", &["A-16"], pauses(vec!["a", "b"]), |_| {})
            .then(|h| (0..3).for_each(|rendition| freeze(h, rendition, 86, 14))),
    ]
}

/// The programme that follows the encoder's pause in the first break.
fn back(m: &mut Model) {
    for (source, outs) in m.truth.renditions.iter().zip(&mut m.outs) {
        let again = |s: &Source| s.start > at(88) && s.start < at(94);
        let content = source.segments.iter().enumerate().filter(|(_, s)| again(s));
        let at = outs.iter().rposition(|out| out.uri.contains("ad/b0")).expect("an ad") + 1;
        let next = outs[at].clone();
        let one = |(index, s): (usize, &Source)| Out {
            uri: s.uri.clone(),
            extinf: s.extinf.clone(),
            duration: s.duration,
            start: s.start,
            map: s.map.clone(),
            content: Some(index),
            publish_ms: wall(s.end()) + 1_000,
            ..Out::default()
        };
        let mut content: Vec<_> = content.map(one).collect();
        (content[0].discontinuity, content[0].dated) = (next.discontinuity, next.dated);
        (outs[at].discontinuity, outs[at].dated) = (false, false);
        outs.splice(at..at, content);
    }
}
