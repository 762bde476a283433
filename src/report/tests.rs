use std::{fs, io::Write};

use serde_json::{Value, json};

use super::{spill::Bounds, *};

mod exact;
mod files;
mod rates;

/// A folder of logs that goes when the test ends.
pub(super) struct Logs(tempfile::TempDir);

impl Logs {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts rows into a file, compressed as its name says.
    pub(super) fn put(&self, name: &str, rows: &[Value]) {
        let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
        self.put_text(name, &text);
    }

    pub(super) fn put_text(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let bytes = match path.extension().unwrap().to_str().unwrap() {
            "gz" => {
                let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                gz.write_all(text.as_bytes()).unwrap();
                gz.finish().unwrap()
            }
            "zst" => zstd::encode_all(text.as_bytes(), 1).unwrap(),
            _ => text.as_bytes().to_vec(),
        };
        fs::write(path, bytes).unwrap();
    }

    pub(super) fn report(&self) -> Report {
        self.report_within(Bounds::default())
    }

    pub(super) fn report_within(&self, bounds: Bounds) -> Report {
        let paths = [self.0.path().to_owned()];
        bounded(&paths, self.0.path(), bounds, &mut |_| ()).unwrap()
    }
}

/// A beacon's row. Its id is made of ad and event.
pub(super) fn beacon(ad: &str, event: &str, outcome: &str) -> Value {
    json!({
        "time": "2026-11-23T12:00:05.000Z", "due_at": "2026-11-23T12:00:04.000Z",
        "beacon_id": format!("{ad}-{event}"), "configuration": "news", "session_id": "s1",
        "avail_id": "b1", "ad_id": ad, "ads_host": "ads.example.com", "advertiser": "Acme",
        "campaign": null, "creative_id": format!("c-{ad}"), "event": event, "source": "server",
        "url": "https://sink.example.com:8443/e", "outcome": outcome,
        "attempt": u32::from(outcome != "due"), "latency_ms": (outcome != "due").then_some(20),
    })
}

fn decision(event: &str, time: &str, more: &Value) -> Value {
    let mut row = json!({
        "eventType": event, "eventTimestamp": time, "originId": "news", "sessionId": "s1",
    });
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

/// Two ads for one viewer's break of 30 s: one watched to its end, one left after its start, whose
/// impression had to be sent twice; a third did not fit. One more beacon is refused, one is on its
/// way, and a player reports a pause. Another ad's player reports its impression and start, which count beside.
pub(super) fn evening() -> (Vec<Value>, Vec<Value>) {
    let mut beacons = Vec::new();
    for event in ["impression", "start", "firstQuartile", "midpoint", "thirdQuartile", "complete"] {
        beacons.push(beacon("ad1", event, "due"));
        beacons.push(beacon("ad1", event, "sent"));
    }
    for (attempt, outcome) in ["due", "retry", "sent", "sent"].into_iter().enumerate() {
        let mut row = beacon("ad2", "impression", outcome);
        row["attempt"] = attempt.into();
        beacons.push(row);
    }
    beacons.push(beacon("ad2", "start", "sent"));
    beacons.push(beacon("ad2", "firstQuartile", "due"));
    beacons.push(beacon("ad2", "firstQuartile", "failed"));
    beacons.push(beacon("ad2", "midpoint", "due"));
    let mut reported = beacon("ad2", "pause", "sent");
    reported["source"] = "client".into();
    beacons.push(reported);
    for event in ["impression", "start"] {
        let mut reported = beacon("ad4", event, "sent");
        reported["source"] = "client".into();
        beacons.push(reported);
    }

    let ad = |name: &str, more: Value| {
        let mut ad = json!({
            "vastAdId": name, "creativeId": format!("c-{name}"), "adsHost": "ads.example.com",
            "advertiser": "Acme", "campaign": null, "transcodedAdDuration": 14.04,
        });
        ad.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ad
    };
    let ads_host = json!({ "adsHost": "ads.example.com", "executionTimeMs": 31 });
    let asked = json!({ "adsRequestUrl": "https://ads.example.com/vast" });
    let plan = |ads: &[Value], filled: f64, skipped: &[Value]| {
        json!({ "avail": {
            "availId": "b1", "originAvailDuration": 30.0, "filledDuration": filled,
            "creativeAds": ads, "skippedAds": skipped,
        } })
    };
    let (one, two) = (ad("ad1", json!({})), ad("ad2", json!({})));
    let skipped = ad("ad3", json!({ "skippedReason": "AVAIL_DURATION_EXCEEDED" }));
    let ended = json!({ "avail": {
        "availId": "b1", "originAvailDuration": 30.0, "plannedSeconds": 28.08,
        "publishedSeconds": 28.08, "requestedSeconds": 20.0,
        "unfilled": [{ "seconds": 1.92, "reason": "LEFTOVER" }],
    } });
    let decisions = vec![
        decision("MAKING_ADS_REQUEST", "2026-11-23T11:59:58.000Z", &asked),
        decision("VAST_RESPONSE", "2026-11-23T11:59:58.031Z", &ads_host),
        decision("MAKING_ADS_REQUEST", "2026-11-23T12:00:00.000Z", &asked),
        decision("ERROR_ADS_TIMEOUT", "2026-11-23T12:00:03.000Z", &ads_host),
        // The second ad comes late: the plan is made anew.
        decision(
            "FILLED_AVAIL",
            "2026-11-23T11:59:59.500Z",
            &plan(std::slice::from_ref(&one), 14.04, &[skipped]),
        ),
        decision("FILLED_AVAIL", "2026-11-23T12:00:00.500Z", &plan(&[one, two], 28.08, &[])),
        decision("AVAIL_ENDED", "2026-11-23T12:01:00.000Z", &ended),
    ];
    (beacons, decisions)
}

fn written() -> Report {
    let logs = Logs::new();
    let (beacons, decisions) = evening();
    logs.put("beacons/a.jsonl", &beacons);
    logs.put("decisions/a.jsonl.gz", &decisions);
    logs.report()
}

#[test]
fn tables_are_for_people() {
    insta::assert_snapshot!(written().to_table(&Dimension::ALL));
}

#[test]
fn json_has_everything() {
    insta::assert_snapshot!(format!("{:#}", written().to_json()));
}

#[test]
fn the_page_needs_nothing_else_and_takes_any_name() {
    let logs = Logs::new();
    let (mut beacons, decisions) = evening();
    beacons[0]["ad_id"] = "<script>alert('&')</script>".into();
    logs.put("a.jsonl", &beacons);
    logs.put("b.jsonl", &decisions);
    let page = logs.report().to_html(&Dimension::ALL);
    assert!(!page.contains("<script") && !page.contains("http"), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn names_are_text_wherever_they_are_shown() {
    let logs = Logs::new();
    let names = ["\u{1b}[2Jgone", "two\nlines", "\u{202e}back", "=HYPERLINK(\"http://x\")", "-1+2"];
    let rows = names.map(|name| {
        let mut row = beacon("ad", "impression", "sent");
        (row["campaign"], row["beacon_id"]) = (name.into(), name.into());
        row
    });
    logs.put("a.jsonl", &rows);
    let report = logs.report();
    let first = |text: String| -> Vec<_> {
        let cells = text.lines().map(|line| line.split("  ").next().unwrap().to_owned());
        cells.skip_while(|cell| cell != "CAMPAIGN").skip(1).take(names.len()).collect()
    };
    let expected =
        ["\\u{1b}[2Jgone", "-1+2", "=HYPERLINK(\"http://x\")", "two\\nlines", "\\u{202e}back"];
    assert_eq!(first(report.to_table(&[Dimension::Campaign])), expected);
    let csv = report.to_csv(&[Dimension::Campaign]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let told = reader.records().skip(1).map(|row| row.unwrap()[1].to_owned());
    let expected =
        ["\u{1b}[2Jgone", "'-1+2", "'=HYPERLINK(\"http://x\")", "two\nlines", "\u{202e}back"];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

/// Of a long report the newest hours and the hosts with the most trouble are shown.
#[test]
fn what_a_table_leaves_out_is_the_least_of_it_and_said() {
    let logs = Logs::new();
    let row = |at: usize| {
        let mut row = beacon(&format!("ad{at:03}"), "impression", "retry");
        row["due_at"] = format!("2026-11-{:02}T{:02}:00:00.000Z", 1 + at / 24, at % 24).into();
        row["url"] = format!("https://host{at:03}.example.com/").into();
        row
    };
    let mut rows: Vec<_> = (0..120).map(row).collect();
    rows.push(row(119));
    rows.last_mut().unwrap()["attempt"] = 2.into();
    logs.put("a.jsonl", &rows);
    let report = logs.report();
    let table = report.to_table(&[Dimension::Hour]);
    let hours = table.lines().filter(|line| line.starts_with("2026-11"));
    let hours: Vec<_> = hours.map(|line| &line[..17]).collect();
    assert_eq!((hours.len(), hours[0]), (100, "2026-11-01T20:00Z"));
    let hosts = table.lines().filter(|line| line.starts_with("host"));
    let hosts: Vec<_> = hosts.map(|line| &line[..7]).collect();
    assert_eq!((hosts.len(), hosts[0], hosts[1]), (100, "host119", "host000"));
    let page = report.to_html(&[Dimension::Hour]);
    let notes = |text: &str| -> Vec<_> {
        text.lines().filter(|line| line.contains("… and")).map(str::to_owned).collect()
    };
    let before = "… and 20 more before these; `--json` and `--csv` have all";
    let fewer = "… and 20 more with fewer attempts not accepted; `--json` and `--csv` have all";
    assert_eq!(notes(&table), [before, fewer]);
    assert_eq!(notes(&page), [format!("<p class=\"note\">{before}</p>")]);
}

#[test]
fn csv_has_a_line_for_each_group() {
    let csv = written().to_csv(&[Dimension::Ad, Dimension::Hour]);
    insta::assert_snapshot!(csv);
    // As a spreadsheet reads it: all lines have the cells that the head names.
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.records().filter(Result::is_ok).count(), 7);
}
