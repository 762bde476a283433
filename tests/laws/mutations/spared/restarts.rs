//! Renditions of which not everything was listed around a restart of the encoder.

use super::{super::*, in_audio};

/// Sound that is read only after the encoder's restart, and a picture whose last segment before it
/// was never listed.
pub(super) fn table() -> Vec<Mutation> {
    let base = || Base {
        restart: true,
        pods: [(0, vec!["a", "b"]), (1, vec!["d", "e"])].into(),
        ..ads([("d", [&[6_000, 6_000]; 2]), ("e", [&[6_000, 6_000]; 2])])
    };
    let cut = || Base {
        restart: true,
        ..ads([("c", [&[6_000; 4], &[5_000, 6_000, 6_000, 6_000, 1_000]])])
    };
    vec![
        laid("sound that came after a restart is numbered apart", &[], base(), after_restart),
        laid("ads in another order after a restart", &["A-105"], base(), |m| {
            after_restart(m);
            let number = |out: &Out| out.uri.contains("ad/b1/");
            for out in m.outs[AUDIO].iter_mut().filter(|out| number(out)) {
                out.uri = match out.uri.contains("/0/d/") {
                    true => out.uri.replace("/0/d/", "/1/e/"),
                    false => out.uri.replace("/1/e/", "/0/d/"),
                };
            }
        }),
        laid("a return not counted after a restart", &["A-36", "A-30"], base(), |m| {
            after_restart(m);
            let back = |out: &Out| !is_ad(out) && (out.start - at(SECOND_BREAK.1)).abs() < SECOND;
            in_audio(m, back, |out| out.discontinuity = false);
        }),
        laid("an ad cut elsewhere after a restart", &["A-104"], cut(), after_restart),
        laid("numbers one less for what was never listed", &[], base(), never_listed),
        laid("numbers that drift apart after a restart", &["A-103"], base(), |m| {
            never_listed(m);
            let away = |ms: i64| ms > wall(at(125)) && ms < wall(at(185));
            m.asked.retain(|(ms, rendition)| *rendition != 2 || !away(*ms));
        })
        .then(|h| {
            let late = |a: &Reload| a.rendition == 2 && a.at_ms > wall(at(185));
            rewrite(h, late, |t| {
                let tag = "#EXT-X-MEDIA-SEQUENCE:";
                let number = t.lines().find_map(|line| line.strip_prefix(tag)).expect("a number");
                let next = number.parse::<u64>().expect("a number") + 1;
                t.replace(&format!("{tag}{number}\n"), &format!("{tag}{next}\n"))
            });
        }),
    ]
}

/// Sound was not read before the encoder's restart.
fn after_restart(m: &mut Model) {
    let source = &mut m.truth.renditions[AUDIO];
    let again = source.segments.iter().position(|s| s.epoch == 1).expect("an epoch");
    source.listings.retain(|listing| listing.end > again);
    source.listings.iter_mut().for_each(|l| l.first = l.first.max(again));
    m.outs[AUDIO].retain(|out| out.start > at(ENCODER_TURN - 1));
    m.asked.retain(|(ms, rendition)| *rendition != AUDIO || *ms > wall(at(113)));
}

/// The second picture's last segment before the restart was never listed.
fn never_listed(m: &mut Model) {
    let source = &mut m.truth.renditions[2];
    let again = source.segments.iter().position(|s| s.epoch == 1).expect("an epoch");
    source.listings.retain(|listing| listing.end != again);
    let later = source.listings.iter_mut().filter(|listing| listing.end > again);
    later.for_each(|listing| listing.first = listing.first.max(again));
    m.outs[2].retain(|out| out.content != Some(again - 1));
}
