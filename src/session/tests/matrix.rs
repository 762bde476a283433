//! What fills a break, by what there is: MediaTailor's tables of slate, threshold and suppression
//! (§1.7, §1.8 of its reference).

use super::*;
use crate::{
    configuration::Suppression,
    pod::{Ad, AdInfo, Filled, fit, tests::creative},
};

/// A break of 30 s, of which 12 s have been read.
fn channel() -> Channel {
    with_a_break().0
}

fn ad(secs: i64) -> Ad {
    Ad { creative: creative(secs * 1_000), matched: [0].into(), info: Arc::new(AdInfo::default()) }
}

fn fillers(slate: Option<Ad>) -> Fillers {
    Fillers { slate, ..Fillers::default() }
}

fn told(decision: &Decision) -> String {
    let one = |span: &Span| match &span.fill {
        Fill::Content(why) => format!("content {}", why.as_str()),
        Fill::Slate(_) => String::from("slate"),
        Fill::Bumper(_) => String::from("bumper"),
        Fill::Pod(pod) => format!("{} s of ads", pod.duration()),
    };
    decision.spans.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What a break of 30 s shows: ads of these lengths are on offer, or nothing is and this is why.
fn planned(ads: Result<&[i64], Unfilled>, slate: bool, threshold: Option<i64>) -> String {
    let channel = channel();
    let view = channel.view().unwrap();
    let fills = |room| {
        let offered = ads.unwrap_or_default().iter().copied().map(ad).collect();
        let (ads, skipped) = fit(offered, room);
        Filled { ads, skipped }
    };
    let ads: Result<Fills<'_>, Unfilled> = ads.map(|_| -> Fills<'_> { &fills });
    let fillers = fillers(slate.then(|| ad(4)));
    let threshold = threshold.map(MediaDuration::from_secs);
    let timeline = Timeline::new(view.breaks[0].begins(), view.breaks[0].begins());
    let supply = Supply { ads, fillers, threshold };
    told(&timeline.plan(&view.breaks[0], view, supply).0)
}

#[test]
fn slate_and_threshold_decide_as_mediatailors_table_says() {
    let offers: [(&str, Result<&[i64], Unfilled>); 7] = [
        ("empty answer", Err(Unfilled::NoAds)),
        ("no answer in time", Err(Unfilled::AdsTimeout)),
        ("no ad can be shown", Ok(&[])),
        ("one ad, longer than the break", Ok(&[40])),
        ("ads longer than the break", Ok(&[20, 20])),
        ("partly filled", Ok(&[15])),
        ("filled", Ok(&[15, 15])),
    ];
    let mut rows = Vec::new();
    for (name, ads) in offers {
        rows.push(format!("{name}:"));
        let column = |threshold| planned(ads, true, threshold);
        rows.push(format!("  no threshold: {}", column(None)));
        // Less than the break, and less than what stays unfilled.
        rows.push(format!("  threshold 5 s: {}", column(Some(5))));
        // Less than the break, and as much as stays unfilled of a partly filled one.
        rows.push(format!("  threshold 15 s: {}", column(Some(15))));
        rows.push(format!("  threshold 60 s: {}", column(Some(60))));
        // It counts only where slate would fill the rest.
        rows.push(format!("  no slate, threshold 5 s: {}", planned(ads, false, Some(5))));
    }
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn at_the_deadline_slate_is_shown_within_the_threshold() {
    let channel = channel();
    let view = channel.view().unwrap();
    let ad_break = &view.breaks[0];
    let timeline = Timeline::new(ad_break.begins(), ad_break.begins());
    let shown = |slate: Option<Ad>, threshold: Option<i64>| {
        let threshold = threshold.map(MediaDuration::from_secs);
        told(&timeline.fall_back(ad_break, view, fillers(slate), threshold))
    };
    assert_eq!(shown(Some(ad(4)), None), "slate");
    assert_eq!(shown(Some(ad(4)), Some(29)), "content NO_DECISION_IN_TIME");
    assert_eq!(shown(Some(ad(4)), Some(30)), "slate");
    assert_eq!(shown(None, None), "content NO_DECISION_IN_TIME");
}

/// The break begins 6 s after the join and lasts 30 s.
#[test]
fn suppression_keeps_a_session_s_first_time_free_of_ads() {
    let channel = channel();
    let view = channel.view().unwrap();
    let ad_break = &view.breaks[0];
    let join = ad_break.begins() - MediaDuration::from_secs(6);
    let mut rows = Vec::new();
    for (mode, value, policy) in [
        ("OFF", None, ""),
        ("BEHIND_LIVE_EDGE", Some(0), ""),
        ("BEHIND_LIVE_EDGE", Some(21), ""),
        ("AFTER_LIVE_EDGE", None, "PARTIAL_AVAIL"),
        ("AFTER_LIVE_EDGE", Some(0), "FULL_AVAIL_ONLY"),
        ("AFTER_LIVE_EDGE", Some(6), "FULL_AVAIL_ONLY"),
        ("AFTER_LIVE_EDGE", Some(7), "FULL_AVAIL_ONLY"),
        ("AFTER_LIVE_EDGE", Some(7), "PARTIAL_AVAIL"),
        ("AFTER_LIVE_EDGE", Some(35), "PARTIAL_AVAIL"),
        ("AFTER_LIVE_EDGE", Some(36), "PARTIAL_AVAIL"),
    ] {
        let period = value.map(MediaDuration::from_secs);
        let suppression = Suppression::of(mode, period, policy);
        let timeline = Timeline::new(join, join).suppressing(suppression);
        let fills = match (timeline.may_fill(ad_break), timeline.suppresses(ad_break)) {
            (false, _) => String::from("nothing"),
            (true, None) => String::from("the break"),
            (true, Some(from)) => format!("from {} s on", from.until - ad_break.begins()),
        };
        let value = value.map_or_else(|| String::from("-"), |secs| format!("{secs} s"));
        rows.push(format!("{mode} {value} {policy}: {fills}"));
    }
    insta::assert_snapshot!(rows.join("\n"));
}

/// The boundary at the edge of what has been read, 12 s after the join, is where late ads go.
#[test]
fn a_suppressed_break_takes_ads_from_the_end_of_the_period_on() {
    let channel = channel();
    let view = channel.view().unwrap();
    let ad_break = &view.breaks[0];
    let fills = |room| {
        let (ads, skipped) = fit(vec![ad(6)], room);
        Filled { ads, skipped }
    };
    let placed = |secs: i64| {
        let suppression = Suppression::of(
            "AFTER_LIVE_EDGE",
            Some(MediaDuration::from_secs(secs)),
            "PARTIAL_AVAIL",
        );
        let timeline = Timeline::new(ad_break.begins(), ad_break.begins()).suppressing(suppression);
        let first = timeline.fall_back(ad_break, view, fillers(Some(ad(4))), None);
        assert_eq!(told(&first), "content SUPPRESSED");
        let timeline = timeline.with(Arc::new(first));
        match timeline.place_late(ad_break, view, &fills, Fillers::default()) {
            Late::Never => String::from("never"),
            Late::NotYet => String::from("not yet"),
            Late::Now(decision, known, _) => format!("{} after {known}", told(&decision)),
        }
    };
    assert_eq!(placed(6), "6.0 s of ads after 1");
    assert_eq!(placed(12), "not yet");
}
