//! Clips around the ads of a break (§1.7, §1.9 of MediaTailor's reference).

use super::{
    pad::{ad, channel},
    *,
};
use crate::pod::{Filled, fit};

/// Four seconds before and three after.
fn fillers(slate: bool) -> Fillers {
    let bumpers = Bumpers { start: Some(ad(&[2_000, 2_000])), end: Some(ad(&[2_000, 1_000])) };
    Fillers { slate: slate.then(|| ad(&[1_000; 4])), bumpers, ..Fillers::default() }
}

fn told(decision: &Decision, view: &View) -> String {
    let one = |group: &Group| {
        let take = usize::try_from(group.take).unwrap();
        format!("{:?} {}", group.part, group.lead(take))
    };
    let mut shown = Vec::new();
    for run in replacements(decision, &view.breaks[0], view, MediaDuration::ZERO) {
        shown.extend(run.groups.iter().map(one));
        shown.push(format!(
            "back after {}",
            run.end.map_or_else(String::new, |end| (end - run.start).to_string())
        ));
    }
    match shown.is_empty() {
        true => format!("programme {}", decision.why(view.breaks[0].begins()).as_str()),
        false => shown.join(", "),
    }
}

/// What a break of 30 s shows that the source ends after so many segments of 6 s.
fn planned(offered: &[i64], slate: bool, threshold: Option<i64>, length: usize) -> String {
    let channel = channel(length);
    let view = channel.view().unwrap();
    let fills = |room| {
        let offered = offered.iter().map(|secs| ad(&[secs * 500, secs * 500])).collect();
        let (ads, skipped) = fit(offered, room);
        Filled { ads, skipped }
    };
    let threshold = threshold.map(MediaDuration::from_secs);
    let supply = Supply { ads: Ok(&fills), fillers: fillers(slate), threshold };
    let before = view.breaks[0].begins() - MediaDuration::from_secs(6);
    let (decision, _) = Timeline::new(before, before).plan(&view.breaks[0], view, supply);
    told(&decision, view)
}

#[test]
fn bumpers_stand_around_what_a_break_shows_within_its_length() {
    let mut rows = Vec::new();
    for (name, offered) in [
        ("filled, were it not for them", &[10, 10, 10][..]),
        ("partly filled", &[10]),
        ("nothing that fits", &[28]),
        ("no ads", &[]),
    ] {
        rows.push(format!("{name}:"));
        for (slate, threshold) in [(true, None), (true, Some(5)), (true, Some(60)), (false, None)] {
            let how = match (slate, threshold) {
                (false, _) => String::from("no slate"),
                (true, None) => String::from("slate"),
                (true, Some(secs)) => format!("slate, threshold {secs} s"),
            };
            rows.push(format!("  {how}: {}", planned(offered, slate, threshold, 5)));
        }
    }
    rows.push(String::from("the source returns after 12 s:"));
    rows.push(format!("  slate: {}", planned(&[10, 10], true, None, 2)));
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn at_the_deadline_they_stand_around_the_slate_and_late_ads_go_before_the_last() {
    let channel = channel(5);
    let view = channel.view().unwrap();
    let ad_break = &view.breaks[0];
    let before = ad_break.begins() - MediaDuration::from_secs(6);
    let timeline = Timeline::new(before, before);
    let first = timeline.fall_back(ad_break, fillers(true), None);
    let mut rows = vec![told(&first, view)];
    // The ads come when eight seconds of slate have been shown.
    let span = |from, fill| Span { from, fill };
    let late = Decision::new(
        ad_break,
        vec![
            span(From::Segment(10), Fill::Pod(Arc::new(Pod { ads: vec![ad(&[5_000, 5_000])] }))),
            span(From::Segment(12), Fill::Slate(ad(&[1_000; 4]))),
            span(From::Segment(17), Fill::Bumper(ad(&[2_000, 1_000]))),
        ],
        None,
    );
    rows.push(told(&first.followed_by(late), view));
    insta::assert_snapshot!(rows.join("\n"));
}
