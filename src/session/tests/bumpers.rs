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

/// What the break shows at the deadline with clips of these segments around its slate, and in all where
/// an ad of so many seconds comes when so many segments of the channel have been read.
fn with_late(clips: [&[i64]; 2], secs: i64, read: usize) -> [String; 2] {
    let [start, end] = clips.map(|steps| (!steps.is_empty()).then(|| ad(steps)));
    let fillers = Fillers { bumpers: Bumpers { start, end }, ..fillers(true) };
    let channel = behind::channel;
    let (begun, now, end) = (channel(3), channel(read), channel(9));
    let [begun, now, end] = [&begun, &now, &end].map(|channel| channel.view().unwrap());
    let join = begun.breaks[0].begins() - MediaDuration::from_secs(6);
    let timeline = Timeline::new(join, join);
    let first = timeline.fall_back(&begun.breaks[0], begun, fillers.clone(), None);
    let timeline = timeline.with(Arc::new(first.clone()));
    let fills = |room| {
        let (ads, skipped) = fit(vec![ad(&[secs * 500, secs * 500])], room);
        Filled { ads, skipped }
    };
    let whole = match timeline.place_late(&now.breaks[0], now, &fills, fillers) {
        Late::Now(later, _, _) => told(&first.followed_by(later), end),
        Late::NotYet => "not yet".to_owned(),
        Late::Never => "never".to_owned(),
    };
    [told(&first, end), whole]
}

#[test]
fn at_the_deadline_they_stand_around_the_slate_and_late_ads_go_before_the_last() {
    let short: [&[i64]; 2] = [&[2_000, 2_000], &[2_000, 1_000]];
    let long: &[i64] = &[2_000; 5];
    let mut rows = Vec::new();
    for (name, clips, secs, read) in [
        ("an ad that comes while slate runs", short, 10, 4),
        ("one that does not fit any more", short, 10, 6),
        ("one that comes while the first clip runs", [long, short[1]], 10, 3),
        ("the same, with no other clip", [long, &[]], 10, 3),
        ("one that comes while the last clip runs", [&[], long], 2, 6),
        ("one that comes before it", [&[], long], 2, 5),
    ] {
        let [first, whole] = with_late(clips, secs, read);
        rows.push(format!("{name}:\n  {first}\n  {whole}"));
    }
    insta::assert_snapshot!(rows.join("\n"));
}
