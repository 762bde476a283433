//! Counting within any bounds gives what counting everything at once gives.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

const EVENTS: [&str; 3] = ["impression", "start", "complete"];
const OUTCOMES: [&str; 6] = ["due", "sent", "retry", "failed", "expired", "unknown"];

/// Session, ad, event, which of its URLs, outcome, whether a player says so.
type Step = (u8, u8, usize, u8, usize, bool);

fn row((session, ad, event, url, outcome, player): Step) -> Value {
    let mut row = beacon(&format!("ad{ad}"), EVENTS[event], OUTCOMES[outcome]);
    row["beacon_id"] = format!("{session}-{ad}-{event}-{url}").into();
    // Whoever writes a row of an attempt anew writes the same.
    row["attempt"] = outcome.into();
    row["session_id"] = format!("s{session}").into();
    row["source"] = if player { "client" } else { "server" }.into();
    row
}

/// What the beacons of one ad come to, counted in sets: due, then each by what became of it, in the
/// order of [`Beacons::counts`], and attempts; impressions; who was shown which event; and what
/// players reported: how much, and of whom which event.
fn expected(steps: &[Step], ad: u8) -> [u64; 15] {
    let mut beacons = BTreeMap::<_, BTreeSet<&str>>::new();
    for (session, _, event, url, outcome, player) in steps.iter().filter(|step| step.1 == ad) {
        let outcomes = beacons.entry((*session, *event, *url, *player)).or_default();
        outcomes.insert(OUTCOMES[*outcome]);
    }
    let fates = ["sent", "failed", "expired", "unknown"];
    let (mut counts, mut shown) = ([0; 15], [const { BTreeSet::new() }; 3]);
    let mut reported = shown.clone();
    for ((session, event, _, player), outcomes) in beacons {
        if player {
            counts[11] += 1;
            reported[event].insert(session);
            continue;
        }
        counts[6] += outcomes.iter().filter(|outcome| **outcome != "due").map(|_| 1).sum::<u64>();
        counts[0] += u64::from(outcomes.contains("due"));
        // An order of its own: what was sent counts, whatever else was said.
        let fate = ["sent", "expired", "failed", "unknown"].iter().find(|f| outcomes.contains(*f));
        let place = fate.and_then(|fate| fates.iter().position(|known| known == fate));
        counts[1 + place.unwrap_or(fates.len())] += 1;
        if fate == Some(&"sent") {
            counts[7] += u64::from(event == 0);
            shown[event].insert(session);
        }
    }
    for (at, sessions) in (8..11).zip(&shown).chain((12..15).zip(&reported)) {
        counts[at] = u64::try_from(sessions.len()).unwrap();
    }
    counts
}

fn counted(counts: &Counts) -> [u64; 15] {
    let shown = |of: &Showings| [of.impression, of.start, of.complete];
    let own = [counts.impressions].into_iter().chain(shown(&counts.showings));
    let reported = [counts.client_events].into_iter().chain(shown(&counts.client_showings));
    let mut all = counts.beacons.counts().into_iter().take(7).chain(own).chain(reported);
    std::array::from_fn(|_| all.next().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn beacons_are_counted_once_within_any_bounds(
        steps in prop::collection::vec((0..20_u8, 0..4_u8, 0..3_usize, 0..2_u8, 0..6_usize, any::<bool>()), 1..400),
        waiting in 1..2_000_usize,
        records in 1..60_u64,
        files in 1..5_usize,
    ) {
        let logs = Logs::new();
        let rows: Vec<_> = steps.iter().copied().map(row).collect();
        for (at, rows) in rows.chunks(rows.len().div_ceil(files)).enumerate() {
            let form = ["", ".gz", ".zst"][at % 3];
            logs.put(&format!("beacons/{at}.jsonl{form}"), rows);
        }
        let report = logs.report_within(Bounds { waiting, records });
        let ads = &report.by[&Dimension::Ad];
        for ad in 0..4 {
            let counts = ads.get(&format!("ad{ad}")).cloned().unwrap_or_default();
            prop_assert_eq!(counted(&counts), expected(&steps, ad), "ad{}", ad);
        }
        let sum = |at: usize| ads.values().map(|counts| counted(counts)[at]).sum::<u64>();
        prop_assert_eq!(counted(&report.total), std::array::from_fn(sum));
        let whole = logs.report();
        prop_assert_eq!(whole.to_json(), report.to_json());
        // Nothing is left behind but the logs.
        prop_assert_eq!(fs::read_dir(logs.path("")).unwrap().count(), 1);
    }
}
