//! The end of what an earlier process has left.

use std::io::{BufRead as _, Write as _};

use super::*;
use crate::journal::earlier::Earlier;

fn end(folder: &Path, most: u64) -> Vec<String> {
    let lines = Earlier::of(folder, most).unwrap().end(most).lines();
    lines.map(|line| line.unwrap()).filter(|line| !line.is_empty()).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    to.write_all(text.as_bytes()).unwrap();
    to.finish().unwrap()
}

#[test]
fn the_last_lines_come_oldest_first_and_no_more_than_asked_for() {
    let folder = Folder::new();
    assert_eq!(end(&folder.0.join("none"), 100), [""; 0]);
    assert_eq!(end(&folder.0, 100), [""; 0]);
    let put = |name: &str, text: &str| fs::write(folder.0.join(name), text).unwrap();
    put("2026-11-23T10-00-00Z-0001.jsonl.partial", "not looked into");
    put("2026-11-23T11-00-00Z-0001.jsonl", "one\ntwo\nhal");
    put("2026-11-23T12-00-00Z-0001.jsonl", "three\nfour\n");
    assert_eq!(end(&folder.0, 100), ["one", "two", "hal", "three", "four"]);
    assert_eq!(end(&folder.0, 16), ["o", "hal", "three", "four"]);
    assert_eq!(end(&folder.0, 5), ["four"]);
}

#[test]
fn they_are_read_in_whatever_form_a_stop_has_left_them() {
    let folder = Folder::new();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.0.join(name), bytes).unwrap();
    put("2026-11-23T10-00-00Z-0001.jsonl.zst", &zstd::encode_all(&b"one\ntwo\n"[..], 3).unwrap());
    put("2026-11-23T11-00-00Z-0001.jsonl.gz", &gzip("three\nfour\n"));
    // What a crash has left in both forms.
    put("2026-11-23T12-00-00Z-0001.jsonl", b"five\n");
    put("2026-11-23T12-00-00Z-0001.jsonl.gz", &gzip("five\n"));
    put("2026-11-23T12-00-00Z-0001.jsonl.gz.unfinished", b"");
    put("2026-11-23T13-00-00Z-0001.jsonl", b"six\n");
    assert_eq!(end(&folder.0, 1000), ["one", "two", "three", "four", "five", "six"]);
    assert_eq!(end(&folder.0, 14), ["four", "five", "six"]);
    assert_eq!(end(&folder.0, 12), ["ur", "five", "six"]);
}

#[test]
fn what_is_broken_hides_nothing_else() {
    let folder = Folder::new();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.0.join(name), bytes).unwrap();
    put("2026-11-23T10-00-00Z-0001.jsonl.gz", &gzip("one\n"));
    put("2026-11-23T11-00-00Z-0001.jsonl.gz", b"no gzip at all");
    put("2026-11-23T12-00-00Z-0001.jsonl.zst", b"nor this");
    let whole = gzip("two\n");
    put("2026-11-23T13-00-00Z-0001.jsonl.gz", &whole[..whole.len() - 4]);
    put("2026-11-23T14-00-00Z-0001.jsonl", b"three\n");
    assert_eq!(end(&folder.0, 1000), ["one", "two", "three"]);
}

#[tokio::test]
async fn they_are_told_once_however_soon_they_are_put_away() {
    let (folder, (clock, _)) = (Folder::new(), Clock::by_hand(noon()));
    let journal = open(&folder, Settings::default(), &clock).unwrap();
    journal.beacons().write(row(1)).await.unwrap();
    journal.close(Duration::ZERO).await;
    drop(journal);
    let journal = open(&folder, Settings::default(), &clock).unwrap();
    for _ in 0..2_000 {
        if folder.0.join("logs/beacons/2026-11-23T12-00-00Z-0001.jsonl.gz").is_file() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let lines = || journal.beacons().earlier().lines().map(|line| line.unwrap());
    let told: Vec<_> = lines().filter(|line| !line.is_empty()).collect();
    assert_eq!((told, lines().count()), (vec!["{\"row\":1}".to_owned()], 0));
    journal.close(Duration::ZERO).await;
}
