use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use serde_json::json;

use super::*;
use crate::units::{MediaDuration, ProgramTime};

mod before;
mod closing;
mod disk;
mod mending;

/// A folder that goes when the test ends.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("midroll-journal-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Every file below, by its path, with its text.
    pub(super) fn files(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&self.0).unwrap().display().to_string();
                    found.insert(name, fs::read_to_string(&path).unwrap());
                }
            }
        }
        found
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(super) fn noon() -> ProgramTime {
    ProgramTime::parse("2026-11-23T12:00:00Z").unwrap()
}

fn open(folder: &Folder, settings: Settings, clock: &Clock) -> Result<Journal, Error> {
    Journal::open(&folder.0, settings, clock, &Arc::new(Metrics::new()))
}

/// Files that a stop leaves as they are, however much time it has.
fn plain() -> Settings {
    Settings { compression: Compression::None, ..Settings::default() }
}

fn row(number: u32) -> Row {
    Row::new(None, &json!({ "row": number }))
}

fn expected<const N: usize>(files: [(&str, &str); N]) -> BTreeMap<String, String> {
    let lock = ("logs/lock".to_owned(), String::new());
    let files = files.map(|(name, text)| (format!("logs/{name}"), text.to_owned()));
    files.into_iter().chain([lock]).collect()
}

#[tokio::test]
async fn rows_stand_in_the_files_of_their_log_in_order() {
    let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
    let journal = open(&folder, plain(), &clock).unwrap();
    journal.beacons().write(row(1)).await.unwrap();
    journal.decisions().write(row(2)).await.unwrap();
    journal.beacons().write(row(3)).await.unwrap();
    journal.close(Duration::ZERO).await;
    assert_eq!(
        folder.files(),
        expected([
            ("beacons/2026-11-23T12-00-00Z-0001.jsonl", "{\"row\":1}\n{\"row\":3}\n"),
            ("decisions/2026-11-23T12-00-00Z-0001.jsonl", "{\"row\":2}\n"),
        ])
    );
}

#[tokio::test]
async fn a_log_without_rows_has_no_file() {
    let folder = Folder::new();
    open(&folder, plain(), &Clock::real()).unwrap().close(Duration::ZERO).await;
    assert_eq!(folder.files(), expected([]));
}

#[tokio::test]
async fn a_row_is_in_the_file_soon_without_closing() {
    let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
    let journal = open(&folder, plain(), &clock).unwrap();
    journal.beacons().write(row(1)).await.unwrap();
    let written = expected([("beacons/2026-11-23T12-00-00Z-0001.jsonl", "{\"row\":1}\n")]);
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        if folder.files() == written {
            return;
        }
    }
    panic!("not written within 200 ms: {:?}", folder.files());
}

#[tokio::test]
async fn a_restart_begins_a_new_file_behind_the_newest() {
    let folder = Folder::new();
    for number in [1, 2] {
        let (clock, _) = Clock::by_hand(noon());
        let settings = Settings { compression: Compression::None, ..plain() };
        let journal = open(&folder, settings, &clock).unwrap();
        journal.beacons().write(row(number)).await.unwrap();
        journal.close(Duration::ZERO).await;
    }
    assert_eq!(
        folder.files(),
        expected([
            ("beacons/2026-11-23T12-00-00Z-0001.jsonl", "{\"row\":1}\n"),
            ("beacons/2026-11-23T12-00-00Z-0002.jsonl", "{\"row\":2}\n"),
        ])
    );
}

#[tokio::test]
async fn a_second_process_is_kept_out() {
    let folder = Folder::new();
    let first = open(&folder, plain(), &Clock::real()).unwrap();
    let second = open(&folder, plain(), &Clock::real());
    let path = folder.0.join("logs/lock");
    assert_eq!(
        second.unwrap_err().to_string(),
        format!("`{}` is in use by another process", path.display())
    );
    drop(first);
    open(&folder, plain(), &Clock::real()).unwrap();
}

#[tokio::test]
async fn a_closed_log_refuses_rows_and_counts_them() {
    let (folder, metrics) = (Folder::new(), Arc::new(Metrics::new()));
    let journal = Journal::open(&folder.0, plain(), &Clock::real(), &metrics).unwrap();
    tokio::join!(journal.close(Duration::ZERO), journal.close(Duration::ZERO));
    assert_eq!(journal.beacons().write(row(1)).await, Err(Lost { log: "beacons" }));
    let counted = r#"midroll_log_rows_lost_total{log="beacons"} 1"#;
    assert!(metrics.render().lines().any(|line| line == counted));
}

#[tokio::test]
async fn everything_offered_before_the_end_is_written() {
    let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
    let journal = open(&folder, plain(), &clock).unwrap();
    let writers: Vec<_> = (0..20)
        .map(|writer| {
            let log = journal.beacons().clone();
            tokio::spawn(async move {
                for number in 0..500 {
                    log.write(row(writer * 500 + number)).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    journal.close(Duration::ZERO).await;
    let files = folder.files();
    let text = &files["logs/beacons/2026-11-23T12-00-00Z-0001.jsonl"];
    let mut numbers: Vec<u64> = text
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["row"].as_u64().unwrap()
        })
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..10_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_slow_disk_holds_writers_back_until_there_is_room() {
    let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
    let settings = Settings { waiting_bytes: 100, ..plain() };
    let journal = open(&folder, settings, &clock).unwrap();
    for number in 0..50 {
        journal.beacons().write(row(number)).await.unwrap();
    }
    journal.close(Duration::ZERO).await;
    let text = &folder.files()["logs/beacons/2026-11-23T12-00-00Z-0001.jsonl"];
    assert_eq!(text.lines().count(), 50);
}

#[tokio::test]
async fn a_disk_that_takes_nothing_costs_rows_only_past_the_bound() {
    let (folder, metrics) = (Folder::new(), Arc::new(Metrics::new()));
    let (clock, _) = Clock::by_hand(noon());
    let settings = Settings {
        waiting_bytes: 10 * (64 + r#"{"row":1}"#.len()),
        retry: Duration::from_millis(5),
        ..plain()
    };
    let journal = Journal::open(&folder.0, settings, &clock, &metrics).unwrap();
    let beacons = folder.0.join("logs/beacons");
    fs::remove_dir(&beacons).unwrap();

    let log = journal.beacons();
    log.write(row(0)).await.unwrap();
    while log.is_writable() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let mut taken = 1;
    // Returns at once: nobody waits for a disk that fails.
    while log.write(row(taken)).await.is_ok() {
        taken += 1;
    }
    assert_eq!(taken, 10);
    assert!(!journal.is_writable());

    fs::create_dir(&beacons).unwrap();
    while !log.is_writable() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    log.write(row(9)).await.unwrap();
    journal.close(Duration::ZERO).await;
    let text: String = (0..10).chain([9]).map(|number| format!("{{\"row\":{number}}}\n")).collect();
    assert_eq!(folder.files(), expected([("beacons/2026-11-23T12-00-00Z-0001.jsonl", &text)]));
}

#[tokio::test]
async fn recent_rows_can_be_looked_at_by_session() {
    let folder = Folder::new();
    let settings = Settings { recent_bytes: 45, ..plain() };
    let journal = open(&folder, settings, &Clock::real()).unwrap();
    let (ann, ben) = (SessionId::from_bits(1), SessionId::from_bits(2));
    for number in 1..=7 {
        let session = if number % 2 == 0 { ann } else { ben };
        let row = Row { session: Some(session), ..row(number) };
        journal.beacons().write(row).await.unwrap();
    }
    let recent = |after, most, session| -> Vec<_> {
        let rows = journal.beacons().recent(after, most, session);
        rows.iter().map(|recent| (recent.number, recent.row.json.to_string())).collect()
    };
    let shown = |number: u64| (number, format!("{{\"row\":{number}}}"));
    assert_eq!(recent(0, 9, None), [3, 4, 5, 6, 7].map(shown));
    assert_eq!(recent(4, 9, None), [5, 6, 7].map(shown));
    assert_eq!(recent(0, 1, Some(ann)), [6].map(shown));
    assert_eq!(recent(0, 9, Some(ben)), [3, 5, 7].map(shown));
}

#[test]
fn a_dropped_journal_leaves_no_thread_and_no_row_behind() {
    let (folder, (clock, hand)) = (Folder::new(), Clock::by_hand(noon()));
    hand.advance(MediaDuration::from_secs(1));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let journal = open(&folder, plain(), &clock).unwrap();
    runtime.block_on(journal.beacons().write(row(1))).unwrap();
    drop(journal);
    let written = expected([("beacons/2026-11-23T12-00-01Z-0001.jsonl", "{\"row\":1}\n")]);
    while folder.files() != written {
        std::thread::sleep(Duration::from_millis(1));
    }
}
