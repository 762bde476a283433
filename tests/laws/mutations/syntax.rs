//! Syntax, and what stands for what.

use super::*;

pub(super) fn table() -> Vec<Mutation> {
    [syntax_and_framing(), what_stands_for_what()].into_iter().flatten().collect()
}

fn syntax_and_framing() -> Vec<Mutation> {
    vec![
        written("a byte order mark", &["A-01"], |h| once(h, 0, 50, |t| format!("\u{feff}{t}"))),
        laid("a blank after a comma", &["A-03"], Base::default(), |m| {
            m.ranges.push((0, vec![0, 1, 2], "ID=\"p\", CLASS=\"show\"".to_owned()));
        }),
        written("a multivariant tag", &["A-04"], |h| {
            once(h, 0, 50, |t| format!("{t}#EXT-X-STREAM-INF:BANDWIDTH=1\n"));
        }),
        laid("the version twice", &["A-05"], Base::default(), |m| {
            m.headers[0].push("#EXT-X-VERSION:6".to_owned());
        }),
        written("the discontinuity sequence after a segment", &["A-06"], |h| {
            once(h, 0, 50, |t| {
                let bare = t.replace("#EXT-X-DISCONTINUITY-SEQUENCE:0\n", "");
                bare.replacen(".seg\n", ".seg\n#EXT-X-DISCONTINUITY-SEQUENCE:0\n", 1)
            });
        }),
        written("a duration without its comma", &["A-43"], |h| {
            once(h, 0, 50, |t| t.replacen("6.000,", "6.000", 1));
        }),
        written("a date without a zone", &["A-55"], |h| {
            // Only the last of a playlist that has other dates.
            once(h, 0, 70, |t| {
                let at = t.rfind("Z\n").expect("a date");
                format!("{}{}", &t[..at], &t[at + 1..])
            });
        }),
        laid("decimal durations in version 2", &["A-90"], Base::default(), |m| {
            m.headers[0][1] = "#EXT-X-VERSION:2".to_owned();
        }),
        laid("a playlist type on a live window", &["A-93"], Base::default(), |m| {
            m.headers.iter_mut().for_each(|h| h.push("#EXT-X-PLAYLIST-TYPE:EVENT".to_owned()));
        }),
    ]
}

fn what_stands_for_what() -> Vec<Mutation> {
    vec![
        laid("the cue-in of a replaced break", &["A-07"], Base::default(), |m| {
            m.each(returns, |out| out.tags = vec!["#EXT-X-CUE-IN".to_owned()]);
            let source = &mut m.truth.renditions[AUDIO].segments;
            let back = source.iter_mut().find(|s| s.start >= at(FIRST_BREAK.1));
            back.expect("a segment there").tags = vec!["#EXT-X-CUE-IN".to_owned()];
        }),
        laid("a cue-out on an ad", &["A-07"], Base::default(), |m| {
            m.each(|out| begins(out, "a"), |out| out.tags = vec!["#EXT-X-CUE-OUT:30".to_owned()]);
        }),
        laid("a duration written anew", &["A-08"], Base::default(), |m| {
            m.each(returns, |out| "6.0".clone_into(&mut out.extinf));
            m.each(|out| out.duration == 4 * SECOND, |out| "4.000".clone_into(&mut out.extinf));
            m.outs[AUDIO].iter_mut().filter(|o| returns(o)).for_each(|o| {
                "4.0".clone_into(&mut o.extinf);
            });
        }),
        laid("a tag lost", &["A-08"], Base::default(), |m| {
            m.each(|out| !is_ad(out), |out| out.tags.clear());
        }),
        laid("a relative segment", &["A-09"], Base::default(), |m| {
            m.each(returns, |out| "1.seg".clone_into(&mut out.uri));
        }),
        laid("the other rendition's segment", &["A-09"], Base::default(), |m| {
            m.outs[2].iter_mut().for_each(|out| out.uri = out.uri.replace("/r2/", "/r0/"));
        }),
        laid("a relative map", &["A-09", "A-81"], fmp4(), |m| {
            let init = |out: &mut Out| out.map = Some("URI=\"init.mp4\"".to_owned());
            m.each(|out| !is_ad(out), init);
        }),
        laid("a gap lost", &["A-92"], Base::default(), |m| {
            m.truth.renditions[0].segments[8].gap = true;
        }),
        laid("a gap invented", &["A-92"], Base::default(), |m| {
            m.each(returns, |out| out.gap = true);
        }),
        laid("an ad that says 6 s and lasts 5.95", &["A-44"], Base::default(), |m| {
            let lengths = &mut m.truth.ads.get_mut("a").expect("an ad").durations;
            lengths.iter_mut().for_each(|lengths| lengths[0] = 5_950 * MILLI);
        }),
    ]
}
