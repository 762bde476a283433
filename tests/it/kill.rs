//! Logs of a process that is killed again and again.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use midroll::{
    clock::Clock,
    journal::{Compression, Journal, Row, Settings},
    metrics::Metrics,
};
use serde_json::json;

use crate::support::app::{fresh_dir, rows};

/// Which run of the killed program this is, and where it writes: `7:/tmp/…`.
const RUN: &str = "MIDROLL_TEST_RUN";

#[test]
#[expect(clippy::disallowed_methods, reason = "a program is tested by starting it")]
fn rows_are_neither_lost_nor_doubled_by_kills() {
    let folder = fresh_dir();
    let mut written = BTreeMap::new();
    for run in 0..12_u64 {
        let mut program = Command::new(std::env::current_exe().unwrap())
            .args(["kill::rows_are_written_until_the_end", "--exact", "--nocapture"])
            .env(RUN, format!("{run}:{}", folder.display()))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(program.stdout.take().unwrap()).lines();
        // Another moment each time: how many rows, and how long after that.
        let wanted = 200 + run * 137;
        let counts = said.by_ref().filter_map(|line| line.unwrap().parse::<u64>().ok());
        let mut last = counts.take_while(|count| *count < wanted).last().unwrap_or(0);
        std::thread::sleep(Duration::from_micros(run * 731 % 5_000));
        program.kill().unwrap();
        program.wait().unwrap();
        last = said.filter_map(|line| line.ok()?.parse().ok()).last().unwrap_or(last);
        written.insert(run, last);
    }
    // One more start mends and settles what the last kill left, and puts it away.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { open(&folder).0.close(Duration::from_secs(60)).await });
    let beacons = folder.join("logs/beacons");
    let mut found = BTreeMap::<u64, Vec<u64>>::new();
    for row in rows(&beacons) {
        let number = |key: &str| row[key].as_u64().unwrap();
        found.entry(number("run")).or_default().push(number("row"));
    }
    for (run, written) in written {
        let rows = found.remove(&run).unwrap_or_default();
        let expected: Vec<_> = (0..u64::try_from(rows.len()).unwrap()).collect();
        assert_eq!(rows, expected, "run {run}: a row is missing, doubled or out of order");
        assert!(expected.len() >= usize::try_from(written).unwrap(), "run {run}: {written}");
    }
    let open: Vec<_> =
        files(&beacons).into_iter().filter(|path| path.ends_with(".jsonl")).collect();
    assert!(open.is_empty(), "{open:?} are left as they were");
    std::fs::remove_dir_all(folder).unwrap();
}

/// Also what is killed: then it writes for ever, and says how much is written.
#[tokio::test]
async fn rows_are_written_until_the_end() {
    #[expect(clippy::disallowed_methods, reason = "set by the test above")]
    let run = std::env::var(RUN);
    let Ok(run) = run else {
        let folder = fresh_dir();
        let (journal, _) = open(&folder);
        for row in 0..100 {
            journal.beacons().write(Row::new(None, &json!({ "row": row }))).await.unwrap();
        }
        journal.close(Duration::ZERO).await;
        let found: Vec<_> =
            rows(&folder.join("logs/beacons")).iter().map(|row| row["row"].as_u64()).collect();
        assert_eq!(found, (0..100).map(Some).collect::<Vec<_>>());
        return std::fs::remove_dir_all(folder).unwrap();
    };
    let (run, folder) = run.split_once(':').unwrap();
    let run: u64 = run.parse().unwrap();
    let (journal, metrics) = open(Path::new(folder));
    for row in 0_u64.. {
        let row = Row::new(None, &json!({ "run": run, "row": row }));
        journal.beacons().write(row).await.unwrap();
        tokio::task::yield_now().await;
        // A pipe whose reader has gone is about to be followed by the kill.
        let _ = writeln!(std::io::stdout(), "{}", written(&metrics));
    }
}

fn open(folder: &Path) -> (Journal, Arc<Metrics>) {
    let metrics = Arc::new(Metrics::new());
    let settings =
        Settings { file_bytes: 2_000, compression: Compression::Gzip, ..Settings::default() };
    (Journal::open(folder, settings, &Clock::real(), &metrics).unwrap(), metrics)
}

/// Rows that the operating system has.
fn written(metrics: &Metrics) -> u64 {
    let text = metrics.render();
    let count =
        text.lines().find_map(|line| line.strip_prefix("midroll_log_rows_total{log=\"beacons\"} "));
    count.map_or(0, |count| count.parse().unwrap())
}

fn files(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
