//! The end of what an earlier process has left.

use std::io::BufRead as _;

use super::*;
use crate::journal::earlier::Earlier;

fn end(folder: &Path, most: u64) -> Vec<String> {
    let lines = Earlier::of(folder).unwrap().end(most).lines();
    lines.map(|line| line.unwrap()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_last_lines_come_oldest_first_and_no_more_than_asked_for() {
    let folder = Folder::new();
    assert_eq!(end(&folder.0.join("none"), 100), [""; 0]);
    assert_eq!(end(&folder.0, 100), [""; 0]);
    let put = |name: &str, text: &str| fs::write(folder.0.join(name), text).unwrap();
    put("2026-11-23T10-00-00Z-0001.jsonl.gz", "not looked into\n");
    put("2026-11-23T11-00-00Z-0001.jsonl", "one\ntwo\nhal");
    put("2026-11-23T12-00-00Z-0001.jsonl", "three\nfour\n");
    assert_eq!(end(&folder.0, 100), ["one", "two", "hal", "three", "four"]);
    assert_eq!(end(&folder.0, 16), ["o", "hal", "three", "four"]);
    assert_eq!(end(&folder.0, 5), ["four"]);
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
