//! What the judge lets pass because no server could do better, and beside each what is still wrong.

use super::*;

mod lead_ins;
mod pauses;
mod restarts;
mod unread;

pub(super) fn table() -> Vec<Mutation> {
    let tables = [
        unread::table(),
        unseen(),
        ragged(),
        ends(),
        restarts::table(),
        holes(),
        paces(),
        hopes(),
        unpadded(),
        windows(),
        loops(),
        pauses::table(),
        lead_ins::table(),
    ];
    tables.into_iter().flatten().collect()
}

/// What stands in audio only.
fn in_audio(m: &mut Model, chosen: fn(&Out) -> bool, change: fn(&mut Out)) {
    m.outs[AUDIO].iter_mut().filter(|out| chosen(out)).for_each(change);
}

/// Who hears sound alone, cut a second before the break.
fn unseen() -> Vec<Mutation> {
    let sound = || Base {
        audio_late: -SECOND,
        ..ads([("a", [&[1_500, 6_000, 6_000, 1_300], &[1_500, 6_000, 6_000, 1_300]])])
    };
    vec![
        laid("an ad from sound's own cut on, the picture silent", &[], sound(), |m| {
            m.asked.retain(|(ms, rendition)| *rendition == AUDIO && *ms < wall(at(68)));
            in_audio(m, |out| begins(out, "a"), |out| out.publish_ms = wall(at(64)) + 200);
            for video in [0, 2] {
                let silent = |ms: i64| ms > wall(at(48)) && ms < wall(at(70));
                m.truth.renditions[video].listings.retain(|listing| !silent(listing.at_ms));
            }
        }),
        laid("an ad from sound's own cut on, ahead of the picture", &["law-4"], sound(), |m| {
            m.asked.retain(|(ms, rendition)| *rendition == AUDIO && *ms < wall(at(68)));
            in_audio(m, |out| begins(out, "a"), |out| out.publish_ms = wall(at(60)) + 200);
        }),
    ]
}

/// A break whose end only the picture is cut at.
fn ragged() -> Vec<Mutation> {
    let cuts = &[0, 60, 84, 87, 91, 94, 108, 126, 150, 240];
    let longer: [&'static [i64]; 2] = [&[6_000, 6_000, 2_800], &[6_000, 6_000, 2_790, 4_000]];
    vec![
        laid(
            "sound returns at its own cut, its ads the picture's",
            &[],
            Base {
                audio_late: -20 * MILLI,
                audio_cuts: &[0, 60, 108, 126, 150, 240],
                ..ads([("c", [&[6_000, 6_000, 6_000, 5_000], &[6_000, 6_000, 6_000, 5_000]])])
            },
            |_| {},
        ),
        laid("announced for where nobody is cut, back before where all are", &[], ads([]), |m| {
            m.truth.breaks[0].announced = Some(at(FIRST_BREAK.1 + 7));
        }),
        laid(
            "back before it was announced to be, and too little in the next break",
            &["A-21"],
            ads([("c", [&[6_000, 6_000, 6_000, 2_000], &[6_000, 6_000, 6_000, 2_000]])]),
            |m| m.truth.breaks[0].announced = Some(at(FIRST_BREAK.1 + 7)),
        ),
        laid(
            "sound returns a segment later than it could, after more ads",
            &["A-21", "law-4", "A-104"],
            Base { audio_cuts: cuts, ..ads([("b", longer)]) },
            |m| {
                m.outs[AUDIO].retain(|out| is_ad(out) || out.start < at(60) || out.start > at(93));
                let back = |out: &Out| !is_ad(out) && (out.start - at(94)).abs() < SECOND;
                in_audio(m, back, |out| (out.discontinuity, out.dated) = (true, true));
            },
        ),
    ]
}

/// A last ad segment so short that its middle is past the break's end, and a break that was announced to
/// last into the next.
fn ends() -> Vec<Mutation> {
    let last = |b: &'static [i64]| ads([("b", [b, b])]);
    let longer: fn(&mut Model) = |m| m.truth.breaks[0].announced = Some(at(135));
    let second = |c: &'static [i64]| Base { second_return: 138, ..ads([("c", [c, c])]) };
    let seldom: fn(&mut Model) = |m| m.asked.retain(|(ms, _)| ms / 1_000 % 20 == 0);
    vec![
        laid(
            "ads end nearly a second past their break",
            &[],
            last(&[6_000, 6_000, 3_000, 1_000]),
            seldom,
        ),
        laid(
            "a last segment behind it",
            &["law-4", "A-52"],
            last(&[6_000, 6_000, 3_250, 500]),
            seldom,
        ),
        laid("a break that was to last into the next", &[], second(&[6_000, 6_000]), longer),
        laid("too little in the next", &["A-21"], second(&[6_000, 2_500]), longer),
    ]
}

/// Sound that is not asked for in the midst of a long ad.
fn holes() -> Vec<Mutation> {
    let long = |audio: &'static [i64]| Base {
        pods: [(0, vec!["a"]), (1, vec!["c"])].into(),
        ..ads([("a", [&[6_000, 6_000, 6_000, 6_000, 6_000], audio])])
    };
    let away = |m: &mut Model| {
        let away = |ms: i64| ms > wall(at(71)) && ms < wall(at(117));
        m.asked.retain(|(ms, rendition)| *rendition != AUDIO || !away(*ms));
    };
    vec![
        laid("a hole in an ad", &[], long(&[6_000; 5]), away),
        laid(
            "an ad cut elsewhere before a hole",
            &["A-104"],
            long(&[4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 2_000]),
            away,
        ),
        laid(
            "an ad cut elsewhere behind a hole",
            &["A-104"],
            long(&[6_000, 6_000, 6_000, 6_000, 2_000, 4_000]),
            away,
        ),
    ]
}

/// A second picture that lags, and sound that stops inside a break.
fn paces() -> Vec<Mutation> {
    let lags = || Base { late: [0, 0, 8], ..Base::default() };
    let first = || Base { late: [1, 0, 0], ..Base::default() };
    vec![
        laid("a second picture that lags", &[], lags(), |_| {}),
        laid("ads that wait for a picture nobody follows", &["A-16", "A-106"], lags(), |_| {})
            .then(|h| freeze(h, 0, 66, 9)),
        laid("ads at the pace of the picture whose cues were read first", &[], first(), |m| {
            lagging(m);
            for listing in &mut m.truth.renditions[2].listings {
                let gone = (listing.at_ms - wall(at(60))).clamp(0, 24_000);
                listing.at_ms += gone * 7 / 30;
            }
        }),
        laid(
            "ads that lag behind the picture whose cues were read first",
            &["A-20"],
            first(),
            lagging,
        ),
        laid("ads though sound has stopped", &[], Base::default(), stopped),
        laid("ads that stand because sound has stopped", &["A-16"], Base::default(), stopped)
            .then(|h| freeze(h, AUDIO, 68, 12)),
    ]
}

/// Ads of the first break as its second picture could come.
fn lagging(m: &mut Model) {
    let heard = |ms: i64| ms > wall(at(66)) && ms < wall(at(70));
    let of_first = m.truth.renditions[0].listings.iter_mut();
    of_first.filter(|listing| heard(listing.at_ms)).for_each(|listing| listing.at_ms += 1_000);
    m.each(
        |_| true,
        |out| {
            let gone = (out.publish_ms - wall(at(60))).clamp(0, 24_000);
            out.publish_ms += gone * 7 / 30;
        },
    );
}

/// Nothing new of sound is listed any more inside the first break.
fn stopped(m: &mut Model) {
    m.truth.renditions[AUDIO].listings.retain(|listing| listing.at_ms <= wall(at(66)));
    m.outs[AUDIO].retain(|out| is_ad(out) || out.start < at(61));
    m.asked.retain(|(ms, rendition)| *rendition != AUDIO || *ms < wall(at(92)));
}

/// An end that came before it was to.
fn hopes() -> Vec<Mutation> {
    let short = || ads([("b", [&[6_000, 4_000][..], &[6_000, 4_000][..]])]);
    let longer = ads([("x", [&[6_450], &[6_450]])]);
    vec![
        laid("another ad was hoped for until the end was told", &["A-21"], short(), |m| {
            m.truth.breaks[0].announced = Some(at(FIRST_BREAK.1 + 12));
            m.truth.plans[0].ads.push("c".to_owned());
        }),
        laid("an ad was hoped for where the break has ended at once", &[], longer, |m| {
            ends_at_once(m);
            m.truth.plans[0].ads = vec!["x".to_owned()];
        }),
        laid("none was, and the programme stands", &["A-16"], Base::default(), ends_at_once),
        laid("nothing was to follow, and the end came early", &["A-21", "A-16"], short(), |m| {
            m.truth.breaks[0].announced = Some(at(FIRST_BREAK.1 + 12));
        }),
        laid(
            "the programme stands though nobody is in ads",
            &["A-16"],
            Base { announced: false, ..Base::default() },
            |m| {
                (0..3).for_each(|rendition| content_alone(m, rendition));
                m.asked.retain(|(ms, _)| *ms > wall(at(61)));
            },
        )
        .then(|h| (0..3).for_each(|rendition| freeze(h, rendition, 73, 11))),
    ]
}

/// The first break ends after its first segment, which is shown when that is known.
fn ends_at_once(m: &mut Model) {
    (0..3).for_each(|rendition| content_alone(m, rendition));
    m.truth.plans[0].ads.clear();
    m.truth.breaks[0].end = Some(at(FIRST_BREAK.0 + 6));
    let waits = |out: &Out| out.start > at(FIRST_BREAK.0) - SECOND && out.start < at(71);
    m.each(waits, |out| out.publish_ms = wall(at(73)));
    m.asked.retain(|(ms, rendition)| *rendition == 0 && *ms < wall(at(85)));
}

/// What is left of a break that no pad is fine enough for.
fn unpadded() -> Vec<Mutation> {
    let open = || Base { pad: false, ..ads([("b", [&[6_000, 4_000], &[6_000, 4_000]])]) };
    // Sound has a last segment of a second, which lies in the break to its end.
    let sliver = || Base {
        audio_cuts: &[0, 60, 89, 90, 108, 126, 150, 240],
        audio_late: 100 * MILLI,
        late: [0, 2, 0],
        ..open()
    };
    // A pad makes good less than it leaves.
    let padded = |b: &'static [i64]| Base {
        late: [0, 9, 0],
        audio_cuts: sliver().audio_cuts,
        audio_late: sliver().audio_late,
        ..ads([("b", [b, b])])
    };
    let little: &[i64] = &[6_000, 6_000, 2_200];
    vec![
        laid("nothing is shown of the last nine tenths of a second", &[], padded(little), |_| {}),
        laid("nothing of a tenth more", &["A-16"], padded(&[6_000, 6_000, 2_100]), |_| {}),
        laid("nothing for longer than that", &["A-16"], padded(little), |m| {
            in_audio(m, |out| out.start > at(FIRST_BREAK.1 - 1), |out| out.publish_ms += 4_000);
        }),
        laid("nothing is shown of what is before the return", &[], sliver(), |_| {}),
        laid("nothing is shown behind it either", &["A-16", "A-106"], sliver(), |m| {
            in_audio(m, |out| out.start > at(FIRST_BREAK.1 - 1), |out| out.publish_ms += 9_000);
        }),
        laid("nothing to show until the return", &[], open(), |_| {}),
        laid("nothing shown for long after the return", &["A-16", "A-106"], open(), |m| {
            m.each(|out| out.start > at(FIRST_BREAK.1 - 1), |out| out.publish_ms += 3_000);
        }),
    ]
}

/// Who asks seldom.
fn windows() -> Vec<Mutation> {
    let seldom = |m: &mut Model| m.asked.retain(|(ms, _)| ms / 1_000 % 20 == 0);
    vec![
        laid("asked every 20 s", &[], Base::default(), seldom),
        laid("all that the origin lists, where a stretch was missed", &[], Base::default(), |m| {
            let source = &mut m.truth.renditions[0];
            for listing in source.listings.iter_mut().filter(|listing| listing.at_ms > wall(at(60)))
            {
                listing.first = listing.end - 3;
            }
            let here = |ms: i64| ms < wall(at(45)) || ms == wall(at(80)) + 500;
            m.asked.retain(|(ms, rendition)| *rendition == 0 && here(*ms));
        }),
        laid("a window of two segments, asked every 20 s", &["A-17"], Base::default(), |m| {
            m.window = Some(2);
            m.asked.retain(|(ms, _)| ms / 1_000 % 20 == 0);
        }),
    ]
}

/// A slate of a second again and again, without dates.
fn loops() -> Vec<Mutation> {
    let loops = |sound| Base {
        dated: false,
        pods: [(0, vec!["x"; 30]), (1, vec!["c"])].into(),
        ..ads([("x", [&[1_000], sound])])
    };
    vec![
        laid("its sound is some frames longer", &[], loops(&[1_012]), |_| {}),
        laid("its sound is much longer", &["A-104", "law-4"], loops(&[1_120]), |_| {}),
    ]
}
