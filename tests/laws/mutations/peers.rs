//! Mistakes seen in other stitchers, each as a history that must be rejected.

use std::{fmt::Write as _, sync::Arc};

use super::{
    Mutation,
    base::{Base, FIRST_BREAK, at},
    edits::{drm, fmp4, is_ad, laid, ranges, returns, untouched, without, written},
    model::{Model, wall},
    rewrite,
};
use crate::{
    checker::Reload,
    time::{self, SECOND},
};

/// Every mistake and what it breaks; the first is the rule that names it.
pub(super) fn table() -> Vec<Mutation> {
    let mut all = stateless();
    all.extend(lost());
    all.extend(displaced());
    all
}

/// Each request is answered from the window as it is: the origin's numbers are kept, nothing is
/// counted, and the break is lost with its cue.
fn stateless() -> Vec<Mutation> {
    let numbered = |m: &mut Model| m.asked.retain(|(_, rendition)| *rendition == 0);
    vec![
        Mutation {
            history: |h| splice(h),
            ..laid(
                "the window spliced anew at each request, the origin's numbers kept",
                &["A-11", "A-10", "A-20", "A-30", "A-32", "A-33"],
                Base::default(),
                numbered,
            )
        },
        written("every playlist begins at nought", &["A-11"], |h| {
            h.retain(|a| a.rendition == 0 && a.at_ms < wall(at(58)));
            for msn in 500..600 {
                let number = format!("MEDIA-SEQUENCE:{msn}\n");
                rewrite(h, |_| true, |t| t.replace(&number, "MEDIA-SEQUENCE:0\n"));
            }
        }),
        written("no discontinuity is ever counted", &["A-33", "A-34"], |h| {
            h.retain(|a| a.rendition == 0);
            for number in 0..9 {
                let line = format!("#EXT-X-DISCONTINUITY-SEQUENCE:{number}\n");
                rewrite(h, |_| true, |t| t.replace(&line, ""));
            }
        }),
        written("each rendition decides for itself", &["A-105"], |h| {
            rewrite(h, |a| a.rendition == 2, |t| t.replace("/0/a/", "/0/c/"));
        }),
        laid("audio is left alone", &["A-102"], Base::default(), untouched),
    ]
}

/// What the origin said is thrown away.
fn lost() -> Vec<Mutation> {
    vec![
        laid("maps are dropped", &["A-80"], fmp4(), |m| m.each(|_| true, |out| out.map = None)),
        laid("keys are dropped", &["A-74"], drm(), |m| m.each(|_| true, |out| out.keys.clear())),
        laid("byte ranges are dropped", &["A-83"], ranges(), |m| {
            m.each(|_| true, |out| out.byte_range = None);
        }),
        laid("the source's discontinuities are dropped", &["A-35"], Base::default(), |m| {
            m.each(
                |out| !is_ad(out) && !returns(out) && out.start < at(120),
                |out| {
                    out.discontinuity = false;
                },
            );
        }),
        written("dates are dropped", &["A-51"], |h| {
            rewrite(h, |_| true, |t| without(t, "DATE-TIME"));
        }),
        written("the version is dropped", &["A-90"], |h| {
            rewrite(h, |_| true, |t| without(t, "EXT-X-VERSION"));
        }),
        laid("a map stays relative", &["A-09"], fmp4(), |m| {
            m.each(|out| !is_ad(out), |out| out.map = Some("URI=\"init.mp4\"".to_owned()));
        }),
        laid("a key stays relative", &["A-09"], drm(), |m| {
            m.each(
                |_| true,
                |out| {
                    let keys =
                        out.keys.iter().map(|key| key.replace("https://origin.example/", "/"));
                    out.keys = keys.collect();
                },
            );
        }),
        written("a root-relative name is joined to the path", &["A-09"], |h| {
            rewrite(h, |_| true, |t| t.replace("origin.example/", "origin.example/live//"));
        }),
        laid("ad segments are all said to last the same", &["A-44"], Base::default(), |m| {
            m.each(is_ad, |out| "4.9".clone_into(&mut out.extinf));
            m.each(is_ad, |out| out.dated = true);
        }),
        laid("slate names nothing", &["A-09"], Base::default(), |m| {
            m.each(is_ad, |out| out.uri = format!("/slate/{}", out.uri.len()));
            m.asked.retain(|(ms, rendition)| *rendition == 0 && *ms < wall(at(70)));
        }),
    ]
}

/// Tags in the wrong place.
fn displaced() -> Vec<Mutation> {
    vec![
        written("unknown tags are moved to the end", &["A-08"], |h| {
            let vendor = |line: &&str| line.contains("VENDOR");
            rewrite(
                h,
                |a| a.rendition == 0,
                |t| {
                    let tags: String = t.lines().filter(vendor).map(|l| format!("{l}\n")).collect();
                    without(t, "VENDOR") + &tags
                },
            );
        }),
        written(
            "the discontinuity is put before the newest segment",
            &["A-11", "A-31", "A-32", "A-50"],
            |h| {
                h.retain(|a| a.rendition == 0 && a.at_ms < wall(at(58)));
                rewrite(
                    h,
                    |_| true,
                    |t| {
                        let last = t.trim_end().rfind('\n').expect("a line before");
                        format!("{}\n#EXT-X-DISCONTINUITY{}", &t[..last], &t[last..])
                    },
                );
            },
        ),
        written("a duration without its comma", &["A-43"], |h| {
            rewrite(h, |_| true, |t| t.replace(",\nhttps", "\nhttps"));
        }),
        laid("a cue-out made up", &["A-07"], Base::default(), |m| {
            let tag = "#EXT-X-CUE-OUT:DERIVED,DURATION=10";
            m.each(returns, |out| out.tags = vec![tag.to_owned()]);
        }),
        laid("dates advance by the ads inserted", &["A-53"], Base::default(), |m| {
            m.each(
                |out| !is_ad(out) && out.start > at(FIRST_BREAK.1 - 1),
                |out| {
                    out.start += 30 * SECOND;
                },
            );
        }),
        laid("the programme returns elsewhere at each request", &["A-11"], Base::default(), |m| {
            m.asked.retain(|(ms, rendition)| *rendition == 0 && *ms < wall(at(118)));
        })
        .then(|h| {
            // From one reload on what follows the ads is one segment later.
            rewrite(
                h,
                |a| a.at_ms > wall(at(104)),
                |t| {
                    (1_015..1_018).rev().fold(t.to_owned(), |text, n| {
                        text.replace(&format!("/{n}.seg"), &format!("/{}.seg", n + 1))
                    })
                },
            );
        }),
    ]
}

/// Replaces the history by what a stateless stitcher serves, cue in the window or not.
fn splice(history: &mut [Reload]) {
    let base = Base::default();
    let model = base.model();
    let source = &model.truth.renditions[0];
    for answer in history.iter_mut() {
        let listing = source.listing(answer.at_ms).expect("a window");
        let listed = &source.segments[listing.first..listing.end];
        let cue = listed.iter().any(|segment| segment.start == at(FIRST_BREAK.0));
        let mut text = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:6\n".to_owned();
        let _ = writeln!(text, "#EXT-X-MEDIA-SEQUENCE:{}", listed[0].msn);
        let _ = writeln!(text, "#EXT-X-PROGRAM-DATE-TIME:{}", time::show_date(listed[0].start));
        for segment in listed {
            let replaced =
                cue && segment.start >= at(FIRST_BREAK.0) && segment.start < at(FIRST_BREAK.1);
            if segment.start == at(FIRST_BREAK.0) && cue {
                text.push_str("#EXT-X-DISCONTINUITY\n");
                for ad in model.outs[0].iter().filter(|out| out.uri.starts_with("ad/b0/")) {
                    let _ = writeln!(text, "#EXTINF:{},\n{}", ad.extinf, ad.uri);
                }
                text.push_str("#EXT-X-DISCONTINUITY\n");
            }
            if !replaced {
                let date = time::show_date(segment.start);
                let _ = writeln!(text, "#EXT-X-PROGRAM-DATE-TIME:{date}");
                segment.tags.iter().filter(|tag| tag.contains("VENDOR")).for_each(|tag| {
                    let _ = writeln!(text, "{tag}");
                });
                let _ = writeln!(text, "#EXTINF:{},\n{}", segment.extinf, segment.uri);
            }
        }
        answer.text = Arc::from(text);
    }
}
