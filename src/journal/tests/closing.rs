//! What becomes of files that are full or whose time is over.

use std::io::Read;

use proptest::prelude::*;

use super::*;
use crate::bucket::Bucket;

/// Lines of a file in whatever form.
fn lines(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    let mut text = String::new();
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("gz") => _ = flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap(),
        Some("zst") => text = String::from_utf8(zstd::decode_all(&*bytes).unwrap()).unwrap(),
        _ => text = String::from_utf8(bytes).unwrap(),
    }
    text
}

/// The beacon log's files with their lines, oldest first.
fn shelf(folder: &Folder) -> Vec<(String, String)> {
    let folder = folder.0.join("logs/beacons");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), lines(&folder.join(name)))).collect()
}

fn wait_for(folder: &Folder, expected: &[(&str, &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
    for _ in 0..2_000 {
        let names = fs::read_dir(folder.0.join("logs/beacons")).unwrap();
        // A file under an unfinished name may be gone when it is looked into.
        if names.count() == expected.len() && shelf(folder) == expected {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(shelf(folder), expected);
}

/// Waits for a row to be written, so that it is no part of the next one's batch.
fn wait_for_row(folder: &Folder, number: u32) {
    let row = format!("{{\"row\":{number}}}\n");
    let open = |name: &std::ffi::OsStr| name.to_string_lossy().ends_with(".jsonl");
    for _ in 0..2_000 {
        let files = fs::read_dir(folder.0.join("logs/beacons")).unwrap().map(Result::unwrap);
        let mut open = files.filter(|file| open(&file.file_name()));
        // A file may be put away while it is looked for.
        if open.any(|file| fs::read_to_string(file.path()).is_ok_and(|text| text.ends_with(&row))) {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{row} is not written");
}

fn settings(compression: Compression) -> Settings {
    Settings { file_bytes: 20, compression, ..Settings::default() }
}

#[tokio::test]
async fn closed_files_are_compressed_and_the_open_one_is_not() {
    for (compression, ending) in
        [(Compression::None, ""), (Compression::Gzip, ".gz"), (Compression::Zstd, ".zst")]
    {
        let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
        let journal = open(&folder, settings(compression), &clock).unwrap();
        for number in 1..=5 {
            journal.beacons().write(row(number)).await.unwrap();
            wait_for_row(&folder, number);
        }
        let name = |count, ending| format!("2026-11-23T12-00-00Z-000{count}.jsonl{ending}");
        let expected = [
            (&*name(1, ending), "{\"row\":1}\n{\"row\":2}\n"),
            (&name(2, ending), "{\"row\":3}\n{\"row\":4}\n"),
            (&name(3, ""), "{\"row\":5}\n"),
        ];
        wait_for(&folder, &expected);
        // A stop that may take its time leaves none open.
        journal.close(Duration::from_secs(60)).await;
        let last = name(3, ending);
        let expected = [expected[0], expected[1], (&*last, "{\"row\":5}\n")];
        assert_eq!(shelf(&folder), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
}

#[tokio::test]
async fn what_a_stop_has_no_time_for_is_put_away_at_the_next_start() {
    let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
    let settings = Settings { compression: Compression::Gzip, ..Settings::default() };
    fs::create_dir_all(folder.0.join("logs/beacons")).unwrap();
    fs::write(folder.0.join("logs/beacons/2026-11-23T11-00-00Z-0001.jsonl"), "{\"row\":1}\n")
        .unwrap();
    let journal = open(&folder, settings, &clock).unwrap();
    wait_for(&folder, &[("2026-11-23T11-00-00Z-0001.jsonl.gz", "{\"row\":1}\n")]);
    journal.close(Duration::ZERO).await;
}

#[tokio::test]
async fn a_quiet_log_is_closed_when_its_time_is_over() {
    let (folder, (clock, hand)) = (Folder::new(), Clock::by_hand(noon()));
    let journal = open(&folder, Settings::default(), &clock).unwrap();
    journal.beacons().write(row(1)).await.unwrap();
    wait_for(&folder, &[("2026-11-23T12-00-00Z-0001.jsonl", "{\"row\":1}\n")]);
    hand.advance(MediaDuration::from_secs(3600));
    wait_for(&folder, &[("2026-11-23T12-00-00Z-0001.jsonl.gz", "{\"row\":1}\n")]);
    journal.beacons().write(row(2)).await.unwrap();
    journal.close(Duration::from_secs(60)).await;
    let expected = [
        ("2026-11-23T12-00-00Z-0001.jsonl.gz", "{\"row\":1}\n"),
        ("2026-11-23T13-00-00Z-0001.jsonl.gz", "{\"row\":2}\n"),
    ];
    wait_for(&folder, &expected);
}

#[tokio::test]
async fn what_a_crash_left_is_put_away_at_the_next_start() {
    let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
    let beacons = folder.0.join("logs/beacons");
    fs::create_dir_all(&beacons).unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(beacons.join(name), bytes).unwrap();
    // Compressed, and not removed yet.
    put("2026-11-23T09-00-00Z-0001.jsonl", b"{\"row\":1}\n");
    put(
        "2026-11-23T09-00-00Z-0001.jsonl.zst",
        &zstd::encode_all(&b"{\"row\":1}\n"[..], 0).unwrap(),
    );
    // Half compressed.
    put("2026-11-23T10-00-00Z-0001.jsonl", b"{\"row\":2}\n");
    put("2026-11-23T10-00-00Z-0001.jsonl.unfinished", b"half");
    // Half written.
    put("2026-11-23T11-00-00Z-0001.jsonl", b"{\"row\":3}\n{\"ro");
    let journal = open(&folder, Settings::default(), &clock).unwrap();
    wait_for(
        &folder,
        &[
            ("2026-11-23T09-00-00Z-0001.jsonl.zst", "{\"row\":1}\n"),
            ("2026-11-23T10-00-00Z-0001.jsonl.gz", "{\"row\":2}\n"),
            ("2026-11-23T11-00-00Z-0001.jsonl.gz", "{\"row\":3}\n"),
            ("2026-11-23T11-00-00Z-0001.jsonl.partial", "{\"ro"),
        ],
    );
    journal.close(Duration::ZERO).await;
}

#[tokio::test]
async fn the_oldest_files_go_when_there_are_too_many_bytes() {
    let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
    let most_bytes = Some(45);
    let settings = Settings { most_bytes, ..settings(Compression::None) };
    let journal = open(&folder, settings, &clock).unwrap();
    for number in 1..=9 {
        journal.beacons().write(row(number)).await.unwrap();
        wait_for_row(&folder, number);
    }
    let name = |count| format!("2026-11-23T12-00-00Z-000{count}.jsonl");
    // Bound when the fourth file was closed, so that the open one comes on top.
    let expected = [
        (&*name(3), "{\"row\":5}\n{\"row\":6}\n"),
        (&name(4), "{\"row\":7}\n{\"row\":8}\n"),
        (&name(5), "{\"row\":9}\n"),
    ];
    wait_for(&folder, &expected);
    journal.close(Duration::ZERO).await;
}

#[tokio::test]
async fn one_that_cannot_be_put_away_holds_no_other_up() {
    let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
    let journal = open(&folder, settings(Compression::Gzip), &clock).unwrap();
    let beacons = folder.0.join("logs/beacons");
    // Nothing that could be read.
    fs::create_dir(beacons.join("2026-11-23T09-00-00Z-0001.jsonl")).unwrap();
    for number in 1..=3 {
        journal.beacons().write(row(number)).await.unwrap();
        wait_for_row(&folder, number);
    }
    let packed = beacons.join("2026-11-23T12-00-00Z-0001.jsonl.gz");
    for _ in 0..2_000 {
        if packed.is_file() {
            return journal.close(Duration::ZERO).await;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{} is not there", packed.display());
}

#[tokio::test]
async fn what_is_removed_before_it_was_stored_is_counted_apart() {
    let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
    let nowhere = Bucket {
        name: "logs".to_owned(),
        prefix: String::new(),
        endpoint: Some("http://127.0.0.1:1".parse().unwrap()),
        region: "any".to_owned(),
        access_key_id: "id".to_owned(),
        secret_access_key: "secret".to_owned(),
    };
    let (most_bytes, export) = (Some(30), Some(Export::S3(Box::new(nowhere))));
    let settings = Settings { most_bytes, export, ..settings(Compression::Gzip) };
    let metrics = Arc::new(Metrics::new());
    let journal = Journal::open(&folder.0, settings, &clock, &metrics).unwrap();
    for number in 1..=9 {
        journal.beacons().write(row(number)).await.unwrap();
        wait_for_row(&folder, number);
    }
    let lost = "midroll_log_removed_unstored_bytes_total{log=\"beacons\"}";
    for _ in 0..6_000 {
        if metrics.render().contains(lost) {
            return journal.close(Duration::ZERO).await;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{}", metrics.render());
}

#[tokio::test]
async fn rows_tell_of_viewers_what_is_configured() {
    let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
    let settings = Settings { personal: Personal::None, ..settings(Compression::None) };
    let journal = open(&folder, settings, &clock).unwrap();
    let viewer = Person { address: "203.0.113.7".parse().ok(), user_agent: None };
    let url = |address: &str| json!({ "url": format!("https://sink.example.com/?ip={address}") });
    let row = Row::new(None, &url("203.0.113.7")).about(viewer);
    journal.beacons().write(row).await.unwrap();
    let recent = journal.beacons().recent(0, 1, None);
    assert_eq!(*recent[0].row.json, *url("-").to_string());
    journal.close(Duration::ZERO).await;
    let text = format!("{}\n", url("-"));
    wait_for(&folder, &[("2026-11-23T12-00-00Z-0001.jsonl", &text)]);
}

/// Where compressing may be interrupted.
#[derive(Clone, Copy, Debug)]
enum Cut {
    WhileWriting,
    BeforeTheOriginalGoes,
    Never,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Restarts that kill compressing anywhere neither lose nor double a line.
    #[test]
    fn interruptions_neither_lose_nor_double(
        cuts in prop::collection::vec(
            prop_oneof![Just(Cut::WhileWriting), Just(Cut::BeforeTheOriginalGoes), Just(Cut::Never)],
            1..6,
        ),
        zstd in any::<bool>(),
    ) {
        let folder = Folder::new();
        let with = if zstd { Compression::Zstd } else { Compression::Gzip };
        let text: String = (0..500).map(|number| format!("{{\"row\":{number}}}\n")).collect();
        let path = folder.0.join("2026-11-23T12-00-00Z-0001.jsonl");
        fs::write(&path, &text).unwrap();
        for cut in cuts {
            compress::settle(&folder.0).unwrap();
            if !path.is_file() {
                continue;
            }
            match cut {
                Cut::Never => compress::compress(&path, with, &|| false).unwrap(),
                Cut::WhileWriting => {
                    fs::write(compress::beside(&path, "unfinished"), b"some of it").unwrap();
                }
                Cut::BeforeTheOriginalGoes => {
                    compress::compress(&path, with, &|| false).unwrap();
                    fs::write(&path, &text).unwrap();
                }
            }
        }
        compress::settle(&folder.0).unwrap();
        let files: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|e| e.unwrap().path()).collect();
        prop_assert_eq!(files.len(), 1);
        prop_assert_eq!(lines(&files[0]), text);
    }
}

#[test]
fn stopping_leaves_a_file_as_it_was() {
    let folder = Folder::new();
    let path = folder.0.join("2026-11-23T12-00-00Z-0001.jsonl");
    fs::write(&path, "{\"row\":1}\n").unwrap();
    compress::compress(&path, Compression::Gzip, &|| true).unwrap();
    let text = "{\"row\":1}\n".to_owned();
    let name = "2026-11-23T12-00-00Z-0001.jsonl".to_owned();
    assert_eq!(folder.files(), BTreeMap::from([(name, text)]));
}
