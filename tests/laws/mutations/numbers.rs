//! Numbers, discontinuities, durations.

use super::*;

pub(super) fn table() -> Vec<Mutation> {
    [numbers_and_identity(), names(), discontinuities(), durations_and_target()]
        .into_iter()
        .flatten()
        .collect()
}

fn numbers_and_identity() -> Vec<Mutation> {
    vec![
        written("a window that begins earlier again", &["A-10"], |h| {
            // A segment the window has dropped stands at its head once more, numbered as it was.
            let ms = answer(h, 0, 58);
            let old = h.iter().find(|a| a.at_ms == ms - 6_000 && a.rendition == 0).expect("it");
            let old: Vec<String> = old.text.lines().map(str::to_owned).collect();
            let segment = old.iter().position(|l| l.starts_with("#EXT-X-PROGRAM")).expect("one");
            let block = old[segment..segment + 3].join("\n");
            rewrite(
                h,
                |a| a.at_ms == ms && a.rendition == 0,
                |t| {
                    let first = t.find("#EXT-X-PROGRAM").expect("a date");
                    let number = |n: u64| format!("MEDIA-SEQUENCE:{n}\n");
                    let msn = (500..600).find(|n| t.contains(&number(*n))).expect("a number");
                    let head = t[..first].replace(&number(msn), &number(msn - 1));
                    format!("{head}{block}\n{}", &t[first..])
                },
            );
        }),
        laid("one segment, two numbers", &["A-23", "A-10"], twins(), |m| {
            m.each(|_| true, |out| out.uri = out.uri.replace("/1/b/", "/0/a/"));
        }),
        written("another duration for a known number", &["A-11"], |h| {
            once(h, 0, 84, |t| t.replace("2.800", "2.801"));
        }),
        written("another ad for a known number", &["A-11"], |h| {
            rewrite(h, |a| a.at_ms > wall(at(80)), |t| t.replace("/0/a/1.seg", "/0/c/1.seg"));
        }),
        written("a tag that comes later", &["A-12"], |h| {
            let (from, to) = (wall(at(58)), wall(at(90)));
            let known = |a: &Reload| a.at_ms > from && a.at_ms < to;
            rewrite(h, known, |t| t.replace(":note=\"x\"", ":note=\"y\""));
        }),
        written("the last segment withdrawn", &["A-12"], |h| {
            once(h, 0, 57, |t| {
                let end = t.rfind("#EXTINF").expect("a segment");
                t[..end].to_owned()
            });
        }),
        written("another header", &["A-12"], |h| {
            once(h, 0, 57, |t| {
                t.replace("VERSION:6\n", "VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n")
            });
        }),
        written("one playlist's discontinuities counted anew", &["A-32"], |h| {
            once(h, 0, 57, |t| t.replace("DISCONTINUITY-SEQUENCE:0", "DISCONTINUITY-SEQUENCE:1"));
        }),
        written("no discontinuity sequence", &["A-33"], |h| {
            let early = |a: &Reload| a.at_ms < wall(at(90));
            rewrite(h, early, |t| t.replace("#EXT-X-DISCONTINUITY-SEQUENCE:0\n", ""));
        }),
        laid(
            "the first segment's tag counted while it is listed",
            &["A-34"],
            Base::default(),
            |m| {
                m.counts_first = true;
            },
        ),
    ]
}

fn names() -> Vec<Mutation> {
    vec![
        laid("names told apart by their query alone", &["A-24"], twins(), |m| {
            m.each(|out| out.uri.contains("ad/b0/0/a"), |out| out.uri.push_str("?n=1"));
            m.each(
                |out| out.uri.contains("ad/b0/1/b"),
                |out| {
                    out.uri = format!("{}?n=2", out.uri.replace("/1/b/", "/0/a/"));
                },
            );
        }),
        laid("the same numbers in the source, others here", &["A-103"], Base::default(), |m| {
            m.first[2] += 1;
        }),
    ]
}

fn discontinuities() -> Vec<Mutation> {
    vec![
        laid("none between two ads", &["A-30"], Base::default(), |m| {
            m.each(|out| begins(out, "b"), |out| out.discontinuity = false);
        }),
        laid("none on return", &["A-30"], Base::default(), |m| {
            m.each(returns, |out| out.discontinuity = false);
        }),
        laid("one inside an ad", &["A-31"], Base::default(), |m| {
            m.each(
                |out| out.uri.contains("/a/1."),
                |out| {
                    (out.discontinuity, out.dated) = (true, true);
                },
            );
        }),
        laid("the source's own lost", &["A-35"], Base::default(), |m| {
            m.each(
                |out| out.content.is_some() && (out.start - at(ENCODER_TURN)).abs() < SECOND,
                |out| out.discontinuity = false,
            );
        }),
        written("the same one twice", &["A-35"], |h| {
            let gone = |a: &Reload| a.rendition == 0 && a.at_ms > wall(at(106));
            h.retain(|a| !gone(a));
            let ms = h.iter().filter(|a| a.rendition == 0).map(|a| a.at_ms).max().expect("one");
            rewrite(
                h,
                |a| a.rendition == 0 && a.at_ms == ms,
                |t| {
                    // The newest one: nothing after it has been numbered yet.
                    let at = t.rfind("#EXT-X-DISCONTINUITY\n").expect("one");
                    format!("{}#EXT-X-DISCONTINUITY\n{}", &t[..at], &t[at..])
                },
            );
        }),
        laid("audio counts from elsewhere", &["A-36"], Base::default(), |m| {
            m.outs[AUDIO][0].discontinuity = true;
        }),
    ]
}

fn durations_and_target() -> Vec<Mutation> {
    vec![
        laid(
            "an ad segment longer than the target",
            &["A-40"],
            ads([("a", [&[6_600, 6_000, 2_200], &[6_600, 6_000, 2_210]])]),
            |_| {},
        ),
        laid(
            "a sliver",
            &["A-22"],
            ads([("a", [&[6_000, 6_000, 2_600, 200], &[6_000, 6_000, 2_610, 200]])]),
            |_| {},
        ),
        written("the target grows", &["A-41"], |h| {
            let late = |a: &Reload| a.at_ms > wall(at(70));
            rewrite(h, late, |t| t.replace("TARGETDURATION:6", "TARGETDURATION:7"));
        }),
        laid("another target for audio", &["A-42"], Base::default(), |m| {
            "#EXT-X-TARGETDURATION:7".clone_into(&mut m.headers[AUDIO][2]);
        }),
    ]
}
