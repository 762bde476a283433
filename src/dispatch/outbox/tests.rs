use memory::Memory;

use super::*;
use crate::{
    beacon::Event,
    dispatch::tests::{beacon, noon, showing},
    units::MediaDuration,
};

pub(in crate::dispatch) mod memory;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("midroll-outbox-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn open(&self) -> (Outbox, Found) {
        let settings = Settings { retry: Duration::from_millis(20), ..Settings::default() };
        Outbox::open(&self.0, settings, &Clock::real(), &Arc::new(Metrics::new())).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn one(number: u64) -> (Key, Arc<Beacon>) {
    let due_at = noon() + MediaDuration::from_secs(i64::try_from(number % 7).unwrap());
    let showing = Arc::new(showing(number.into(), 3));
    let beacon = Beacon {
        tracking_id: Some("17".to_owned()),
        ..beacon(&showing, Event::Progress, "http://sink/[X]?ü", due_at)
    };
    (Key { host: "sink:80".into(), due_at, number }, Arc::new(beacon))
}

fn all(host: &str) -> Wanted {
    let from = (ProgramTime::from_nanos(i64::MIN), 0);
    Wanted { host: host.into(), from, most: 1000, known: HashSet::new() }
}

fn numbers(kept: &[Kept]) -> Vec<u64> {
    kept.iter().map(|kept| kept.key.number).collect()
}

#[tokio::test]
async fn what_is_kept_is_found_again_in_the_order_of_sending() {
    let folder = Folder::new("order");
    let (outbox, found) = folder.open();
    assert_eq!((found.hosts.len(), found.open.len(), found.next), (0, 0, 0));
    let beacons: Vec<_> = (0..10).map(one).collect();
    assert!(outbox.keep(beacons.clone()).await);
    let begun = [1, 2, 3]
        .map(|at: usize| (beacons[at].0.clone(), Stage::Tried { attempts: 1, open: true }));
    assert!(outbox.reached(begun.into()).await);
    outbox.ended(beacons[2].0.clone(), 1);
    outbox.done(vec![beacons[3].0.clone()]);
    outbox.close().await;

    let (outbox, found) = folder.open();
    assert_eq!(found.hosts, [("sink:80".into(), 9)]);
    assert_eq!(numbers(&found.open), [1]);
    assert_eq!(found.next, 10);
    let kept = outbox.load(all("sink:80")).await.unwrap();
    assert_eq!(numbers(&kept), [0, 7, 1, 8, 2, 9, 4, 5, 6]);
    let stages: Vec<_> = kept.iter().map(|kept| kept.stage).collect();
    let tried = |open| Stage::Tried { attempts: 1, open };
    let (begun, ended) = (tried(true), tried(false));
    assert_eq!(
        stages,
        [&[Stage::Kept; 2][..], &[begun, Stage::Kept, ended], &[Stage::Kept; 4]].concat()
    );
    let (before, after) = (&beacons[0].1, kept[0].beacon.as_ref().unwrap());
    assert_eq!(format!("{before:?}"), format!("{after:?}"));
    let some = Wanted {
        from: (beacons[1].0.due_at, 8),
        most: 3,
        known: HashSet::from([9]),
        ..all("sink:80")
    };
    assert_eq!(numbers(&outbox.load(some).await.unwrap()), [8, 2, 4]);
    assert_eq!(outbox.load(all("another:80")).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_record_nobody_can_read_is_kept_for_whoever_can() {
    let folder = Folder::new("unreadable");
    let path = folder.0.join("beacons.redb");
    let tables = tables::Tables::open(&tables::file(path)).unwrap();
    tables.put(&one(1).0, b"{}");
    drop(tables);
    let (outbox, found) = folder.open();
    assert_eq!(found.next, 2);
    let kept = outbox.load(all("sink:80")).await.unwrap();
    assert!(kept[0].beacon.is_none());
    // Set aside beside one that only an earlier version could not read.
    let readable = one(2);
    outbox.keep(vec![readable.clone()]).await;
    outbox.set_aside(vec![kept[0].key.clone(), readable.0.clone()]);
    assert_eq!(numbers(&outbox.load(all("sink:80")).await.unwrap()), [0; 0]);
    outbox.close().await;
    let (outbox, found) = folder.open();
    assert_eq!(found.hosts, [("sink:80".into(), 1)]);
    assert_eq!(numbers(&outbox.load(all("sink:80")).await.unwrap()), [2]);
}

#[tokio::test]
async fn one_file_is_one_processs() {
    let folder = Folder::new("twice");
    let (_outbox, _) = folder.open();
    let (settings, metrics) = (Settings::default(), Arc::new(Metrics::new()));
    let second = Outbox::open(&folder.0, settings, &Clock::real(), &metrics).unwrap_err();
    let path = folder.0.join("beacons.redb");
    assert_eq!(second.to_string(), format!("cannot keep beacons in `{}`", path.display()));
}

async fn until(outbox: &Outbox, writable: bool) {
    for _ in 0..1000 {
        if outbox.is_writable() == writable {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("writable: {}", outbox.is_writable());
}

#[tokio::test]
async fn a_full_disk_is_told_of_and_what_it_missed_is_written_later() {
    let memory = Memory::default();
    let settings = Settings { retry: Duration::from_millis(20), ..Settings::default() };
    let metrics = Arc::new(Metrics::new());
    let (outbox, _) = memory.open(settings, &metrics);
    assert!(outbox.keep(vec![one(0), one(1)]).await);

    memory.fill(true);
    assert!(!outbox.keep(vec![one(2)]).await);
    until(&outbox, false).await;
    let failing = |value: u8| {
        let line = format!("midroll_beacon_outbox_failing {value}");
        metrics.render().lines().any(|known| known == line)
    };
    assert!(failing(1));
    // One that was there, one that may be, and one that came and went meanwhile.
    outbox.done(vec![one(1).0]);
    assert!(!outbox.keep(vec![one(3), one(4)]).await);
    outbox.done(vec![one(3).0]);
    assert!(outbox.load(all("sink:80")).await.is_none());

    memory.fill(false);
    until(&outbox, true).await;
    assert!(failing(0));
    assert_eq!(numbers(&outbox.load(all("sink:80")).await.unwrap()), [0, 2, 4]);
}

#[tokio::test]
async fn a_mistake_at_the_disk_is_told_and_what_it_missed_is_written_later() {
    let (disk, metrics) = (Memory::default(), Arc::new(Metrics::new()));
    let settings = Settings { retry: Duration::from_millis(20), ..Settings::default() };
    let (outbox, _) = disk.open(settings, &metrics);
    assert!(outbox.keep(vec![one(1)]).await);
    disk.mistake();
    assert!(!outbox.keep(vec![one(2)]).await);
    until(&outbox, true).await;
    assert_eq!(numbers(&outbox.load(all("sink:80")).await.unwrap()), [1, 2]);
    assert!(metrics.render().contains("midroll_beacon_outbox_failing 0\n"));
}

#[tokio::test]
async fn a_disk_that_hangs_is_told_of_and_nobody_waits_for_it_twice() {
    let (disk, metrics) = (Memory::default(), Arc::new(Metrics::new()));
    let patience = Duration::from_millis(100);
    let (outbox, _) = disk.open(Settings { patience, ..Settings::default() }, &metrics);
    assert!(outbox.keep(vec![one(1)]).await);
    disk.hang(true);
    assert!(!outbox.keep(vec![one(2)]).await);
    assert!(!outbox.is_writable());
    assert!(metrics.render().contains("midroll_beacon_outbox_failing 1\n"));
    let at_once = async { outbox.keep(vec![one(3), one(4)]).await };
    assert_eq!(timeout(patience / 4, at_once).await, Ok(false));
    // What has come and gone by the time the disk answers costs nothing there and here.
    outbox.done(vec![one(3).0]);
    assert_eq!(outbox.pending.waiting(), 1);
    disk.hang(false);
    until(&outbox, true).await;
    assert_eq!(numbers(&outbox.load(all("sink:80")).await.unwrap()), [1, 2, 4]);
    assert!(metrics.render().contains("midroll_beacon_outbox_failing 0\n"));
}

#[tokio::test]
async fn a_slow_disk_is_not_one_that_hangs() {
    let (disk, metrics) = (Memory::default(), Arc::new(Metrics::new()));
    let (outbox, _) = disk.open(Settings::default(), &metrics);
    disk.slow_down(100);
    let kept = (0..4).map(|number| outbox.keep(vec![one(number)]));
    assert!(futures_util::future::join_all(kept).await.into_iter().all(|kept| kept));
    assert!(outbox.is_writable());
}
