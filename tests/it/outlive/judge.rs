//! What is at the sink, held against what viewers were promised and what the log says.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
    time::Duration,
};

use serde_json::Value;

use super::{sink::Hit, viewer::Watched};
use crate::support::app::rows;

/// Events of a 6 s ad of three segments: the segments each needs, and its milliseconds.
const EVENTS: [(&str, usize, u64); 6] = [
    ("impression", 1, 0),
    ("start", 1, 0),
    ("firstQuartile", 1, 1500),
    ("midpoint", 2, 3000),
    ("thirdQuartile", 3, 4500),
    ("complete", 3, 6000),
];

/// What comes later than this after a viewer's last request may lapse when the service does not live
/// to hear of him again: three target durations, less a second for the test's own clock.
const SURE: Duration = Duration::from_secs(5);

type Moment = (String, String, String);

pub(super) fn judge(watched: &[Watched], hits: &[Hit], data_dir: &Path, kills: u64) {
    let log = rows(&data_dir.join("logs").join("beacons"));
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let mut arrived: BTreeMap<Moment, BTreeSet<&str>> = BTreeMap::new();
    for hit in hits.iter().filter(|hit| hit.answer == Some(204)) {
        let moment = (hit.session.clone(), hit.ad.clone(), hit.event.clone());
        arrived.entry(moment).or_default().insert(&hit.id);
    }

    // A session may see several breaks, and each counts.
    let (owed, allowed) = (count(watched, is_promised), count(watched, is_allowed));
    let mut lost = Vec::new();
    for (moment, owed) in &owed {
        let there = arrived.get(moment).map_or(0, BTreeSet::len);
        if there < *owed {
            lost.push(format!("{moment:?}: {there} of {owed}"));
        }
    }
    let some: Vec<_> = lost.iter().take(20).collect();
    assert!(lost.is_empty(), "{} lost, among them {some:#?}", lost.len());
    for (moment, ids) in &arrived {
        let allowed = allowed.get(moment).copied().unwrap_or(0);
        assert!(ids.len() <= allowed, "{moment:?}: {} of {allowed} at most", ids.len());
    }

    let mut doubt: HashMap<String, usize> = HashMap::new();
    let mut known = BTreeSet::new();
    let mut unknown = 0;
    for row in &log {
        let id = text(row, "beacon_id");
        if row["outcome"] == "unknown" {
            unknown += 1;
        }
        if row["outcome"] == "unknown" || row["reason"] == "timed_out" {
            *doubt.entry(id.clone()).or_default() += 1;
        }
        known.insert(id);
    }
    rows_are_written_once(&log);
    let mut accepted: HashMap<&str, usize> = HashMap::new();
    for hit in hits {
        assert!(known.contains(&hit.id), "no row for {hit:?}");
        if hit.answer == Some(204) {
            *accepted.entry(&hit.id).or_default() += 1;
        }
    }
    let mut repeats = 0;
    for (id, times) in &accepted {
        let allowed = 1 + doubt.get(*id).copied().unwrap_or(0);
        assert!(*times <= allowed, "{id} accepted {times} times");
        repeats += times - 1;
    }
    let sent: BTreeSet<_> = log
        .iter()
        .filter(|row| row["outcome"] == "sent")
        .map(|row| text(row, "beacon_id"))
        .collect();
    let accepted_ids: BTreeSet<_> = accepted.keys().map(|id| (*id).to_owned()).collect();
    assert_eq!(sent, accepted_ids, "the log and the sink agree on what counts");
    println!(
        "{} sessions, {kills} kills: {} beacons owed, {} accepted, {} hits, {repeats} repeats, \
         {unknown} in flight at kills, {} rows",
        super::SESSIONS.load(std::sync::atomic::Ordering::Relaxed),
        owed.values().sum::<usize>(),
        accepted.len(),
        hits.len(),
        log.len(),
    );
    // With few kills none may have hit a request that was in flight.
    assert!(owed.values().sum::<usize>() > 0, "nothing was owed");
    assert!(unknown > 0 || kills < 5, "nothing was in flight at any kill");
}

/// Whatever a kill came between: a beacon has one `due` row, and one row of each attempt.
fn rows_are_written_once(log: &[Value]) {
    let mut times: BTreeMap<(&str, Option<u64>), usize> = BTreeMap::new();
    for row in log {
        let id = row["beacon_id"].as_str().unwrap();
        times.entry((id, None)).or_default();
        let attempt = row["attempt"].as_u64().filter(|attempt| *attempt > 0);
        if row["outcome"] == "due" || attempt.is_some() {
            *times.entry((id, attempt)).or_default() += 1;
        }
    }
    let bad: Vec<_> = times.iter().filter(|(_, times)| **times != 1).take(20).collect();
    assert!(bad.is_empty(), "not one row of beacon and attempt (none: due): {bad:#?}");
}

/// Every beacon was sent once, and the log knows what became of each.
pub(super) fn nothing_is_in_doubt(hits: &[Hit], data_dir: &Path) {
    let log = rows(&data_dir.join("logs").join("beacons"));
    let unknown = log.iter().filter(|row| row["outcome"] == "unknown").count();
    assert_eq!(unknown, 0, "a stop in order leaves nothing unknown");
    let mut times: HashMap<&str, usize> = HashMap::new();
    for hit in hits {
        *times.entry(&hit.id).or_default() += 1;
    }
    let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "sent twice: {twice:?}");
    let sent = log.iter().filter(|row| row["outcome"] == "sent").count();
    assert!(sent > 0 && sent == times.len(), "{sent} rows for {} beacons", times.len());
}

/// All segments were given, and it was due soon enough to outlive a kill.
fn is_promised(ad: &Watched, needed: usize, offset: Duration) -> bool {
    let given: Option<Vec<_>> = ad.given[..needed].iter().copied().collect();
    let Some(last) = given.and_then(|given| given.into_iter().max()) else { return false };
    last.max(ad.begins + offset) - last < SURE
}

fn is_allowed(ad: &Watched, needed: usize, _: Duration) -> bool {
    ad.asked[..needed].iter().all(|asked| *asked)
}

/// How often each moment is as it must be.
fn count(
    watched: &[Watched],
    is: impl Fn(&Watched, usize, Duration) -> bool,
) -> BTreeMap<Moment, usize> {
    let mut counted = BTreeMap::new();
    for ad in watched {
        for (event, needed, millis) in EVENTS {
            if is(ad, needed, Duration::from_millis(millis)) {
                let moment = (ad.session.clone(), ad.ad.to_owned(), event.to_owned());
                *counted.entry(moment).or_default() += 1;
            }
        }
    }
    counted
}
