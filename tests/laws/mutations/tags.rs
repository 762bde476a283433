//! Date ranges, keys and maps.

use super::*;

pub(super) fn table() -> Vec<Mutation> {
    [date_ranges(), protection_and_maps()].into_iter().flatten().collect()
}

fn date_ranges() -> Vec<Mutation> {
    vec![
        laid("steady", &[], Base::default(), |m| {
            m.ranges.push(show(",X-NOTE=\"x\",X-N=-1.5,X-H=0xA0"));
        }),
        laid("an attribute that changes", &["A-60"], Base::default(), |m| {
            m.ranges.push((wall(at(60)), vec![0, 1, 2], "ID=\"show\",CLASS=\"film\"".to_owned()));
            m.ranges.push(show(""));
        }),
        Mutation {
            model: |m| m.ranges.push(show("")),
            ..written("gone while its dates are listed", &["A-61"], |h| {
                let late = |a: &Reload| a.at_ms > wall(at(80));
                rewrite(h, late, |t| t.replace(&format!("#EXT-X-DATERANGE:{SHOW}\n"), ""));
            })
        },
        laid("an end before its start", &["A-62"], Base::default(), |m| {
            m.ranges.push((
                0,
                vec![0, 1, 2],
                SHOW.replace("DURATION=60.0", "END-DATE=\"2026-01-01T00:00:40.000Z\""),
            ));
        }),
        laid("an end on the next and a duration", &["A-62"], Base::default(), |m| {
            m.ranges.push(show(",END-ON-NEXT=YES"));
        }),
        laid("a quoted duration", &["A-62"], Base::default(), |m| {
            m.ranges.push((0, vec![0, 1, 2], SHOW.replace("60.0", "\"60.0\"")));
        }),
        laid("a bare word", &["A-63"], Base::default(), |m| m.ranges.push(show(",X-KIND=SHOW"))),
        laid("missing in audio", &["A-64"], Base::default(), |m| {
            m.ranges.push((wall(at(51)), vec![0, 2], SHOW.to_owned()));
        }),
        laid("said otherwise in audio", &["A-64"], Base::default(), |m| {
            m.ranges.push((wall(at(51)), vec![0, 2], SHOW.to_owned()));
            m.ranges.push((
                wall(at(51)),
                vec![1],
                SHOW.replace("CLASS=\"show\"", "CLASS=\"film\""),
            ));
        }),
        Mutation {
            model: |m| m.ranges.push(show("")),
            ..written("without a date", &["A-58", "A-51"], |h| {
                once(h, 0, 57, |t| {
                    let lines = t.lines().filter(|line| !line.contains("DATE-TIME"));
                    lines.fold(String::new(), |text, line| text + line + "\n")
                });
            })
        },
    ]
}

fn protection_and_maps() -> Vec<Mutation> {
    vec![
        laid("ads under the content's key", &["A-70"], drm(), |m| {
            let keys = m.outs[0][0].keys.clone();
            m.each(is_ad, |out| out.keys.clone_from(&keys));
        }),
        laid("one of two formats on return", &["A-71"], drm(), |m| {
            m.each(|out| out.start > at(FIRST_BREAK.1 - 1), |out| out.keys.truncate(1));
        }),
        laid("vectors by the viewer's numbers", &["A-72"], implicit(), |m| {
            let bare = |key: &String| key.split(",IV").next().unwrap_or(key).to_owned();
            m.each(|_| true, |out| out.keys = out.keys.iter().map(bare).collect());
        }),
        laid("an encrypted map without a vector", &["A-73", "A-71"], drm(), |m| {
            let aes = "METHOD=AES-128,URI=\"https://origin.example/k\"".to_owned();
            m.each(|out| !is_ad(out), |out| out.keys = vec![aes.clone()]);
        }),
        laid("no key at the head", &["A-74"], drm(), |m| m.headless = true),
        laid("content's map for ads", &["A-77"], fmp4(), |m| {
            let map = m.outs[0][0].map.clone();
            m.outs[0].iter_mut().filter(|out| is_ad(out)).for_each(|out| out.map.clone_from(&map));
        }),
        laid("no map after a discontinuity", &["A-80"], fmp4(), |m| {
            m.each(
                |out| out.uri.contains("ad/b0/1/"),
                |out| {
                    out.map = out.map.as_ref().map(|map| map.replace("/1/b", "/0/a"));
                    out.map_hidden = true;
                },
            );
        }),
        laid("no map at all", &["A-80"], fmp4(), |m| m.each(|_| true, |out| out.map = None)),
        laid("another rendition's map on return", &["A-81"], fmp4(), |m| {
            m.each(
                |out| !is_ad(out) && out.start > at(80),
                |out| {
                    out.map = Some("URI=\"https://origin.example/r9/init.mp4\"".to_owned());
                },
            );
        }),
        laid("maps for ads among transport streams", &["A-82"], Base::default(), |m| {
            m.each(is_ad, |out| out.map = Some(format!("URI=\"{}\"", out.uri)));
        }),
        laid("a range that counts on the segment before", &["A-83"], ranges(), |m| {
            m.each(returns, |out| {
                let range = out.byte_range.as_ref().and_then(|r| r.split('@').next());
                out.byte_range = range.map(str::to_owned);
            });
        }),
        laid("another range", &["A-83"], ranges(), |m| {
            m.each(returns, |out| out.byte_range = Some("10@1".to_owned()));
        }),
    ]
}

/// What happened, so that a range can be dated.
const SHOW: &str =
    "ID=\"show\",CLASS=\"show\",START-DATE=\"2026-01-01T00:00:50.000Z\",DURATION=60.0";

fn show(extra: &str) -> (i64, Vec<usize>, String) {
    (wall(at(51)), vec![0, 1, 2], format!("{SHOW}{extra}"))
}
