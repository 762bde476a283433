//! Dates, window, pace, breaks and the end.

use super::*;

pub(super) fn table() -> Vec<Mutation> {
    let elsewhere = |change: fn(&mut Base)| {
        window_pace_and_debt().into_iter().map(move |mut mutation| {
            change(&mut mutation.base);
            mutation
        })
    };
    let all = [dates(), window_pace_and_debt(), breaks(), endings()].into_iter().flatten();
    let unannounced = elsewhere(|base| base.announced = false);
    all.chain(unannounced).chain(elsewhere(|base| base.dated = false)).collect()
}

fn dates() -> Vec<Mutation> {
    vec![
        laid("none after a discontinuity", &["A-50"], Base::default(), |m| {
            m.each(|out| begins(out, "b"), |out| out.dated = false);
        }),
        written("none in a playlist", &["A-51"], |h| {
            once(h, AUDIO, 57, |t| {
                let lines = t.lines().filter(|line| !line.contains("DATE-TIME"));
                lines.fold(String::new(), |text, line| text + line + "\n")
            });
        }),
        laid(
            "ads that run two seconds into the programme",
            &["A-52"],
            ads([("b", [&[6_000, 6_000, 5_200], &[6_000, 6_000, 5_190]])]),
            |_| {},
        ),
        laid("the first ad dated late", &["A-53"], Base::default(), |m| {
            m.each(|out| out.uri.contains("ad/b0"), |out| out.start += SECOND / 2);
        }),
        laid("content dated late after ads", &["A-53"], Base::default(), |m| {
            let after = |out: &Out| !is_ad(out) && out.start > at(ENCODER_TURN - 20);
            m.each(after, |out| out.start += SECOND / 2);
        }),
        written("a first date off", &["A-56", "A-11"], |h| {
            once(h, 0, 57, |t| {
                t.replace("00.000Z", "01.000Z")
                    .replace("06.000Z", "07.000Z")
                    .replace("18.000Z", "19.000Z")
                    .replace("24.000Z", "25.000Z")
                    .replace("12.000Z", "13.000Z")
            });
        }),
        laid(
            "a hole where nothing pads",
            &["A-56", "A-16", "A-106"],
            Base { pad: false, ..ads([("b", [&[6_000, 2_000][..], &[6_000, 2_010][..]])]) },
            |_| {},
        ),
    ]
}

fn window_pace_and_debt() -> Vec<Mutation> {
    vec![
        written("an edge that stands for 10 s", &["A-16"], |h| freeze(h, 0, 100, 10)),
        written("an edge that stands for 24 s", &["A-15", "A-16"], |h| freeze(h, 0, 164, 24)),
        written("an edge that stands in an ad until the viewer leaves", &["A-16"], |h| {
            freeze(h, 0, 68, 12);
            h.retain(|answer| answer.rendition == 0 && answer.at_ms <= wall(at(79)));
        }),
        laid(
            "an edge that stands amid a break that nothing pads",
            &["A-16", "A-20"],
            Base { pad: false, ..Base::default() },
            |m| {
                m.asked.retain(|(_, rendition)| *rendition == 0);
                delay(m, &[0], &[0, 0, 11, 8, 4, 0]);
            },
        ),
        laid("a window of two segments", &["A-17"], Base::default(), |m| m.window = Some(2)),
        laid("a whole pod at once", &["A-20"], Base::default(), |m| {
            for outs in &mut m.outs {
                let mut ads = outs.iter_mut().filter(|out| out.uri.contains("ad/b0"));
                let first = ads.next().expect("an ad").publish_ms;
                ads.for_each(|out| out.publish_ms = first);
            }
        }),
        laid("ads that lag", &["A-20"], Base::default(), |m| {
            delay(m, &[0, 1, 2], &[0, 3, 5, 7, 9, 11]);
        }),
        laid("audio's ads lag alone", &["A-106", "A-20"], Base::default(), |m| {
            delay(m, &[AUDIO], &[0, 3, 5, 7, 9, 11]);
        }),
        laid(
            "a pod too short",
            &["A-21", "A-16"],
            ads([("b", [&[6_000, 4_000][..], &[6_000, 4_000][..]])]),
            |_| {},
        ),
        laid(
            "small debts that add up",
            &["A-21"],
            ads([
                ("b", [&[6_000, 6_000, 500][..], &[6_000, 6_000, 500][..]]),
                ("c", [&[6_000, 6_000, 6_000, 3_500][..], &[6_000, 6_000, 6_000, 3_500][..]]),
            ]),
            |_| {},
        ),
    ]
}

fn breaks() -> Vec<Mutation> {
    let late = Base {
        second_return: SECOND_BREAK.1 + 12,
        pods: [(0, vec!["a", "b"]), (1, vec!["c", "d"])].into(),
        ..ads([("d", [&[6_000, 6_000][..], &[6_000, 6_000][..]])])
    };
    vec![
        laid("programme skipped after a break", &["law-4"], late, |_| {}),
        laid("a segment skipped", &["law-4", "A-16", "A-30"], Base::default(), |m| {
            for rendition in [0, 2] {
                m.outs[rendition].retain(|out| out.start != at(42));
                m.outs[rendition][7].dated = true;
            }
            m.asked.retain(|(_, rendition)| *rendition != AUDIO);
        }),
        laid("a segment repeated", &["law-4", "A-10", "A-30", "A-53"], Base::default(), |m| {
            // What was shown before the break comes once more after it.
            m.asked.retain(|(_, rendition)| *rendition == 0);
            let outs = &mut m.outs[0];
            let again = outs.iter().rposition(|out| out.start < at(FIRST_BREAK.0)).expect("one");
            let mut again = outs[again].clone();
            let back = outs.iter().position(returns).expect("one");
            again.start = outs[back + 1].start;
            again.publish_ms = outs[back + 1].publish_ms;
            outs[back + 1] = again;
        }),
        laid("ads for a viewer who joined in the break", &["join"], Base::default(), |m| {
            m.asked.retain(|(ms, _)| *ms > wall(at(75)));
        }),
        laid(
            "an ad cut by another",
            &["law-2"],
            Base {
                pods: [(0, vec!["e", "b", "f"]), (1, vec!["c"])].into(),
                ..ads([
                    ("e", [&[6_000][..], &[6_000][..]]),
                    ("f", [&[5_000, 3_800][..], &[5_000, 3_800][..]]),
                ])
            },
            |m| {
                let e = m.truth.ads.get_mut("e").expect("an ad");
                e.durations.iter_mut().for_each(|lengths| lengths.push(6 * SECOND));
            },
        ),
        laid("an ad from its second segment on", &["law-2"], Base::default(), |m| {
            m.each(
                |out| out.uri.contains("/1/b/"),
                |out| {
                    for (from, to) in [("/2.", "/3."), ("/1.", "/2."), ("/0.", "/1.")] {
                        out.uri = out.uri.replace(from, to);
                    }
                },
            );
            let b = m.truth.ads.get_mut("b").expect("an ad");
            b.durations.iter_mut().for_each(|lengths| lengths.insert(0, 6 * SECOND));
        }),
    ]
}

fn endings() -> Vec<Mutation> {
    vec![
        written("an end amid it all", &["A-94"], |h| {
            once(h, 0, 57, |t| format!("{t}#EXT-X-ENDLIST\n"));
        }),
        laid("no end where the source has ended", &["A-94"], Base::default(), |m| {
            let over: Ns = at(170);
            for (source, outs) in m.truth.renditions.iter_mut().zip(&mut m.outs) {
                source.listings.retain(|listing| listing.at_ms <= wall(over));
                source.listings.last_mut().expect("a listing").ended = true;
                outs.retain(|out| out.publish_ms <= wall(over));
            }
        }),
    ]
}
