//! What goes wrong with one kind of stream: events, low latency, variables, gaps.

use super::*;

pub(super) fn table() -> Vec<Mutation> {
    [heads(), segments(), events()].into_iter().flatten().collect()
}

/// A line at the head of every rendition's playlists.
fn said(name: &'static str, rules: &'static [&'static str], model: fn(&mut Model)) -> Mutation {
    laid(name, rules, Base::default(), model)
}

fn heads() -> Vec<Mutation> {
    vec![
        said("independent segments, ads not looked into", &["A-91"], |m| {
            m.say("#EXT-X-INDEPENDENT-SEGMENTS");
        }),
        said("a start too near the end", &["A-95"], |m| m.say("#EXT-X-START:TIME-OFFSET=-17.9")),
        said("a start far enough from the end", &[], |m| m.say("#EXT-X-START:TIME-OFFSET=-18")),
        said("a variable defined", &["A-97"], |m| m.say("#EXT-X-DEFINE:NAME=\"a\",VALUE=\"b\"")),
        said("parts announced", &["A-130"], |m| m.say("#EXT-X-PART-INF:PART-TARGET=1.0")),
        said("blocking reloads promised", &["A-130"], |m| {
            m.say("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=18.0");
        }),
        said("a short hold-back", &["A-131"], |m| m.say("#EXT-X-SERVER-CONTROL:HOLD-BACK=17.9")),
    ]
}

fn segments() -> Vec<Mutation> {
    vec![
        laid("a variable nobody defines", &["A-96"], Base::default(), |m| {
            let vendor = "#EXT-X-VENDOR:{$x}";
            let mut tags = m.truth.renditions.iter_mut().flat_map(|r| &mut r.segments);
            let source = tags.find(|segment| segment.start == at(48)).expect("a segment there");
            source.tags = vec![vendor.to_owned()];
            let mut outs = m.outs[0].iter_mut();
            let out = outs.find(|out| out.start == at(48)).expect("it");
            out.tags = vec![vendor.to_owned()];
        }),
        laid("a bit rate that goes on into the ads", &["A-84"], Base::default(), |m| {
            let sources = m.truth.renditions.iter_mut().flat_map(|r| &mut r.segments);
            sources.for_each(|segment| segment.bitrate = Some(900));
            m.each(|out| !is_ad(out), |out| out.tags.insert(0, "#EXT-X-BITRATE:900".to_owned()));
        }),
        laid("a bit rate of another segment", &["A-84"], Base::default(), |m| {
            m.each(returns, |out| out.tags.push("#EXT-X-BITRATE:900".to_owned()));
        }),
        laid("an ad that is missing", &["A-92"], Base::default(), |m| {
            m.each(|out| out.uri.contains("/a/1."), |out| out.gap = true);
        }),
        laid("a part of a segment", &["A-130", "A-08"], Base::default(), |m| {
            let part = "#EXT-X-PART:DURATION=1.0,URI=\"https://origin.example/p\"".to_owned();
            m.each(returns, |out| out.tags.push(part.clone()));
        }),
        laid("a splice left in a date range", &["A-67"], Base::default(), |m| {
            m.ranges.push((wall(at(51)), vec![0, 1, 2], range(",SCTE35-OUT=0xFC00")));
        }),
        laid("a range before and after the programme", &["A-68"], Base::default(), |m| {
            m.ranges.push((wall(at(51)), vec![0, 1, 2], range(",CUE=\"PRE,ONCE,POST\"")));
        }),
    ]
}

fn events() -> Vec<Mutation> {
    let event = || Base { event: true, ..Base::default() };
    vec![
        laid("an event that loses its head", &["A-93"], event(), |m| m.window = Some(9)),
        laid("an event that is not called one", &["A-93"], event(), |m| {
            m.headers.iter_mut().for_each(|header| header.truncate(3));
        }),
    ]
}

fn range(extra: &str) -> String {
    format!("ID=\"r\",START-DATE=\"2026-01-01T00:00:50.000Z\",DURATION=60.0{extra}")
}
