//! Counting within any bounds gives what counting everything at once gives.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

const EVENTS: [&str; 3] = ["impression", "start", "complete"];
const OUTCOMES: [&str; 6] = ["due", "sent", "retry", "failed", "expired", "unknown"];

/// Session, ad, event, which of its URLs, outcome.
type Step = (u8, u8, usize, u8, usize);

fn row((session, ad, event, url, outcome): Step) -> Value {
    let mut row = beacon(&format!("ad{ad}"), EVENTS[event], OUTCOMES[outcome]);
    row["beacon_id"] = format!("{session}-{ad}-{event}-{url}").into();
    row["session_id"] = format!("s{session}").into();
    row
}

/// What the beacons of one ad come to, counted in sets.
#[derive(Debug, Default, PartialEq, Eq)]
struct Expected {
    due: usize,
    sent: usize,
    failed: usize,
    expired: usize,
    unknown: usize,
    open: usize,
    impressions: usize,
    shown: BTreeMap<usize, BTreeSet<u8>>,
}

fn expected(steps: &[Step], ad: u8) -> Expected {
    let mut beacons = BTreeMap::<_, BTreeSet<usize>>::new();
    for (session, _, event, url, outcome) in steps.iter().filter(|step| step.1 == ad) {
        beacons.entry((*session, *event, *url)).or_default().insert(*outcome);
    }
    let mut told = Expected::default();
    for ((session, event, _), outcomes) in beacons {
        let has = |outcome: &str| outcomes.iter().any(|at| OUTCOMES[*at] == outcome);
        told.due += usize::from(has("due"));
        if has("sent") {
            told.sent += 1;
            told.impressions += usize::from(event == 0);
            told.shown.entry(event).or_default().insert(session);
        } else if has("expired") {
            told.expired += 1;
        } else if has("failed") {
            told.failed += 1;
        } else if has("unknown") {
            told.unknown += 1;
        } else {
            told.open += 1;
        }
    }
    told
}

fn counted(counts: &Counts) -> [u64; 10] {
    let (beacons, shown) = (&counts.beacons, &counts.showings);
    [
        beacons.due,
        beacons.sent,
        beacons.failed,
        beacons.expired,
        beacons.unknown,
        beacons.open,
        counts.impressions,
        shown.impression,
        shown.start,
        shown.complete,
    ]
}

fn wanted(told: &Expected) -> [u64; 10] {
    let shown = |event| told.shown.get(&event).map_or(0, BTreeSet::len);
    [
        told.due,
        told.sent,
        told.failed,
        told.expired,
        told.unknown,
        told.open,
        told.impressions,
        shown(0),
        shown(1),
        shown(2),
    ]
    .map(|count| u64::try_from(count).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn beacons_are_counted_once_within_any_bounds(
        steps in prop::collection::vec((0..20_u8, 0..4_u8, 0..3_usize, 0..2_u8, 0..6_usize), 1..400),
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
            prop_assert_eq!(counted(&counts), wanted(&expected(&steps, ad)), "ad{}", ad);
        }
        let sum = |at: usize| ads.values().map(|counts| counted(counts)[at]).sum::<u64>();
        prop_assert_eq!(counted(&report.total), std::array::from_fn(sum));
        let whole = logs.report();
        prop_assert_eq!(whole.to_json(), report.to_json());
        // Nothing is left behind but the logs.
        prop_assert_eq!(fs::read_dir(logs.path("")).unwrap().count(), 1);
    }
}
