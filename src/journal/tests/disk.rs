//! Rotation and failing disks, on a disk made of memory.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex},
};

use super::{Folder, noon, plain, row};
use crate::{
    clock::Clock,
    journal::{
        Lost, Settings,
        files::{Disk, File, Files, Rotation},
        log,
    },
    metrics::Metrics,
    units::MediaDuration,
};

/// Takes `free` bytes in all; a write past that leaves a part behind, as a real disk does.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    syncs: u32,
    files: BTreeMap<String, Vec<u8>>,
    free: usize,
    cut_fails: bool,
    hangs: bool,
}

impl Memory {
    fn of(free: usize) -> Self {
        Self(Arc::new(Mutex::new(State { free, ..State::default() })))
    }

    fn texts(&self) -> Vec<(String, String)> {
        let state = self.0.lock().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        state.files.iter().map(|(name, bytes)| (name.clone(), text(bytes))).collect()
    }
}

impl Disk for Memory {
    fn create(&self, name: &str) -> io::Result<Box<dyn File>> {
        let mut state = self.0.lock().unwrap();
        if state.files.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.files.insert(name.to_owned(), Vec::new());
        Ok(Box::new(Open { memory: self.clone(), name: name.to_owned() }))
    }
}

struct Open {
    memory: Memory,
    name: String,
}

impl File for Open {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        while self.memory.0.lock().unwrap().hangs {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let mut state = self.memory.0.lock().unwrap();
        let fits = bytes.len().min(state.free);
        state.free -= fits;
        state.files.get_mut(&self.name).unwrap().extend_from_slice(&bytes[..fits]);
        if fits < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        let mut state = self.memory.0.lock().unwrap();
        if state.cut_fails {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let len = usize::try_from(len).unwrap();
        let file = state.files.get_mut(&self.name).unwrap();
        let freed = file.len() - len;
        file.truncate(len);
        state.free += freed;
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.memory.0.lock().unwrap().syncs += 1;
        Ok(())
    }
}

fn rotation(bytes: u64) -> Rotation {
    let period = MediaDuration::from_secs(3600);
    Rotation { bytes, period, sync_every: MediaDuration::from_secs(1) }
}

fn named(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
}

#[test]
fn a_file_is_closed_before_it_passes_its_size_and_at_the_full_hour() {
    let memory = Memory::of(1000);
    let mut files = Files::on_disk(Box::new(memory.clone()), rotation(10));
    let mut at = noon() + MediaDuration::from_secs(3590);
    for line in ["1234\n", "5678\n", "9\n"] {
        files.append(line.as_bytes(), at).unwrap();
    }
    at = at + MediaDuration::from_secs(10);
    files.append(b"later\n", at).unwrap();
    files.append(b"longer than a file\n", at).unwrap();
    // A clock that goes back must not put a file before older ones.
    files.append(b"before\n", noon()).unwrap();
    assert_eq!(
        memory.texts(),
        named(&[
            ("2026-11-23T12-59-50Z-0001.jsonl", "1234\n5678\n"),
            ("2026-11-23T12-59-50Z-0002.jsonl", "9\n"),
            ("2026-11-23T13-00-00Z-0001.jsonl", "later\n"),
            ("2026-11-23T13-00-00Z-0002.jsonl", "longer than a file\n"),
            ("2026-11-23T13-00-00Z-0003.jsonl", "before\n"),
        ])
    );
}

#[test]
fn a_full_disk_leaves_whole_lines_only() {
    let memory = Memory::of(8);
    let mut files = Files::on_disk(Box::new(memory.clone()), rotation(100));
    files.append(b"1234\n", noon()).unwrap();
    let error = files.append(b"5678\n", noon()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    assert_eq!(memory.texts(), named(&[("2026-11-23T12-00-00Z-0001.jsonl", "1234\n")]));

    memory.0.lock().unwrap().free = 100;
    files.append(b"5678\n", noon()).unwrap();
    assert_eq!(memory.texts(), named(&[("2026-11-23T12-00-00Z-0001.jsonl", "1234\n5678\n")]));
}

#[test]
fn what_cannot_be_cut_is_left_to_the_next_start() {
    let memory = Memory::of(8);
    let mut files = Files::on_disk(Box::new(memory.clone()), rotation(100));
    files.append(b"1234\n", noon()).unwrap();
    memory.0.lock().unwrap().cut_fails = true;
    files.append(b"5678\n", noon()).unwrap_err();
    memory.0.lock().unwrap().free = 100;
    files.append(b"5678\n", noon()).unwrap();
    assert_eq!(
        memory.texts(),
        named(&[
            ("2026-11-23T12-00-00Z-0001.jsonl", "1234\n567"),
            ("2026-11-23T12-00-00Z-0002.jsonl", "5678\n"),
        ])
    );
}

#[test]
fn lines_are_safe_a_second_after_the_first_of_them() {
    let memory = Memory::of(1000);
    let mut files = Files::on_disk(Box::new(memory.clone()), rotation(100));
    let after = |millis| noon() + MediaDuration::from_millis(millis);
    let syncs = || memory.0.lock().unwrap().syncs;
    assert_eq!(files.next_turn(), None);
    files.append(b"1\n", after(0)).unwrap();
    files.append(b"2\n", after(600)).unwrap();
    assert_eq!(files.next_turn(), Some(after(1000)));
    files.turn(after(999)).unwrap();
    assert_eq!(syncs(), 0);
    files.turn(after(1000)).unwrap();
    assert_eq!(syncs(), 1);
    // Nothing new until the hour is over.
    assert_eq!(files.next_turn(), Some(after(3_600_000)));
    files.turn(after(2000)).unwrap();
    assert_eq!(syncs(), 1);
}

/// Makes no files, by a mistake.
struct Mistaken;

impl Disk for Mistaken {
    fn create(&self, _: &str) -> io::Result<Box<dyn File>> {
        panic!("a mistake that a test asked for")
    }
}

#[tokio::test]
async fn a_writer_that_ended_by_a_mistake_is_told_by_readiness_and_what_comes_then_is_counted() {
    let (folder, metrics) = (Folder::new(), Arc::new(Metrics::new()));
    let files = Files::on_disk(Box::new(Mistaken), rotation(100));
    let opened = (files, &*folder.0);
    let log = log::start("beacons", opened, plain(), None, &Clock::real(), &metrics).unwrap();
    log.write(row(1)).await.unwrap();
    while log.is_writable() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    assert!(!log.written().await);
    assert_eq!(log.write(row(2)).await, Err(Lost { log: "beacons" }));
    let counted = r#"midroll_log_rows_lost_total{log="beacons"} 1"#;
    assert!(metrics.render().lines().any(|line| line == counted));
}

#[tokio::test]
async fn a_disk_that_hangs_is_waited_for_once() {
    let (folder, memory) = (Folder::new(), Memory::of(1_000_000));
    memory.0.lock().unwrap().hangs = true;
    let files = Files::on_disk(Box::new(memory.clone()), rotation(1_000_000));
    let patience = std::time::Duration::from_millis(200);
    let settings = Settings { patience, ..plain() };
    let (opened, metrics) = ((files, &*folder.0), Arc::new(Metrics::new()));
    let log = log::start("beacons", opened, settings, None, &Clock::real(), &metrics).unwrap();
    log.write(row(1)).await.unwrap();
    assert!(log.is_writable());
    assert!(!log.written().await);
    assert!(!log.is_writable());
    // What has room waits in memory; nobody waits for the rest, nor to hear of it.
    let room = log.fill_what_is_left();
    let soon = async {
        assert_eq!(log.write(row(2)).await, Err(Lost { log: "beacons" }));
        assert!(!log.written().await);
    };
    tokio::time::timeout(patience / 2, soon).await.unwrap();
    drop(room);
    memory.0.lock().unwrap().hangs = false;
    while !log.is_writable() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    assert!(log.written().await);
    assert_eq!(memory.texts().len(), 1);
}
