use futures_util::TryStreamExt as _;

use url::Url;

use super::*;
use crate::units::{MediaDuration, ProgramTime};

/// A folder of its own, gone with it.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).unwrap();
        let path = std::env::temp_dir().join(format!("midroll-storage-{}", hex::encode(bytes)));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn read(storage: &Storage, key: &Key, part: Option<Part>) -> Result<(u64, Vec<u8>), String> {
    let file = storage.open(key, "v0/000.ts", part).await.map_err(|error| error.to_string())?;
    let chunks: Vec<Bytes> = file.content.try_collect().await.unwrap();
    Ok((file.size, chunks.concat()))
}

#[tokio::test]
async fn a_creative_is_there_once_its_manifest_is() {
    let folder = Folder::new();
    let storage = Storage::local(&folder.0.join("kept")).unwrap();
    let key = Key::of_digest(&[7; 32]);
    std::fs::create_dir_all(folder.0.join("made/v0")).unwrap();
    std::fs::write(folder.0.join("made/v0/000.ts"), "0123456789").unwrap();
    let mut manifest = Manifest {
        bytes: 10,
        files: vec!["v0/000.ts".to_owned(), "v0/001.ts".to_owned()],
        begins: Some(126_000),
    };
    let made = folder.0.join("made");
    storage.publish(&key, &made, &manifest).await.unwrap_err();
    assert_eq!(storage.manifest(&key).await.unwrap(), None);
    manifest.files.pop();
    storage.publish(&key, &made, &manifest).await.unwrap();
    assert_eq!(storage.manifest(&key).await.unwrap(), Some(manifest));
    assert_eq!(read(&storage, &key, None).await, Ok((10, b"0123456789".to_vec())));
}

#[tokio::test]
async fn parts_of_a_file_are_read() {
    let folder = Folder::new();
    let storage = Storage::local(&folder.0).unwrap();
    let key = Key::of_digest(&[7; 32]);
    storage.put(&below(&key, "v0/000.ts").unwrap(), b"0123456789".to_vec()).await.unwrap();
    let part = async |part| read(&storage, &key, Some(part)).await;
    assert_eq!(part(Part::Between(2, 4)).await, Ok((10, b"234".to_vec())));
    assert_eq!(part(Part::From(8)).await, Ok((10, b"89".to_vec())));
    assert_eq!(part(Part::Last(3)).await, Ok((10, b"789".to_vec())));
    assert_eq!(part(Part::From(10)).await, Err("the range is not in the file".to_owned()));
}

#[test]
fn addresses_lead_to_what_is_kept_and_to_nothing_else() {
    let key = Key::of_digest(&[0xab; 32]);
    let url = address(&key, "v0/000.ts").unwrap();
    let read = Address::of(&url).unwrap();
    assert_eq!(read, Address { key, name: "v0/000.ts".to_owned() });
    assert_eq!(read.path(), "abababababababababababababababab/v0/000.ts");
    for other in ["https://ads.example/abababababababababababababababab/v0", "data:text/vtt,0"] {
        assert_eq!(Address::of(&Url::parse(other).unwrap()), None);
    }
}

#[tokio::test]
async fn a_creative_is_made_by_one_node_at_a_time() {
    let folder = Folder::new();
    let storage = Storage::local(&folder.0).unwrap();
    let key = Key::of_digest(&[7; 32]);
    let (time, at) = (MediaDuration::from_secs(60), ProgramTime::from_millis);
    let claim = async |node, millis| storage.claim(&key, node, at(millis), time).await.unwrap();
    assert!(claim("one", 0).await);
    assert!(!claim("other", 59_000).await);
    // Who has died at it comes back to it, or is followed by another when his time is over.
    assert!(claim("one", 1_000).await);
    assert!(claim("other", 61_000).await);
    assert!(!claim("one", 62_000).await);
    // What is another's is not given back.
    storage.release(&key, "one").await;
    assert!(!claim("one", 62_000).await);
    storage.release(&key, "other").await;
    assert!(claim("one", 63_000).await);
}

#[tokio::test]
async fn what_is_removed_is_gone_as_a_whole() {
    let folder = Folder::new();
    let storage = Storage::local(&folder.0.join("kept")).unwrap();
    std::fs::write(folder.0.join("main.m3u8"), "#EXTM3U").unwrap();
    let manifest = |bytes| Manifest { bytes, files: vec!["main.m3u8".to_owned()], begins: None };
    let (one, other) = (Key::of_digest(&[1; 32]), Key::of_digest(&[2; 32]));
    for (key, bytes) in [(&one, 3), (&other, 4)] {
        storage.publish(key, &folder.0, &manifest(bytes)).await.unwrap();
    }
    // Shown, so the other one is shown less lately.
    let later = ProgramTime::from_millis(4_000_000_000_000);
    storage.touch(&one, later);
    let listed = storage.shelved().await.unwrap();
    let told: Vec<_> = listed.iter().map(|one| (&one.key, one.whole)).collect();
    assert_eq!(told, [(&other, true), (&one, true)]);
    assert_eq!(listed[1].used, later);
    let bytes = listed[0].bytes;
    assert!(bytes > 7, "its manifest too: {bytes}");
    storage.remove(&other).await.unwrap();
    assert_eq!(storage.manifest(&other).await.unwrap(), None);
    let left = storage.playlist(&other, "main.m3u8").await.unwrap_err();
    assert_eq!(left.to_string(), "it is not there");
    assert_eq!(storage.shelved().await.unwrap().len(), 1);
}

/// A second one on the same folder is as another node, or this one after a restart.
#[tokio::test]
async fn what_a_node_shows_the_others_know() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("main.m3u8"), "#EXTM3U").unwrap();
    let open = || Storage::local(&folder.0.join("kept")).unwrap();
    let storage = open();
    let (one, other) = (Key::of_digest(&[1; 32]), Key::of_digest(&[2; 32]));
    let manifest = Manifest { bytes: 3, files: vec!["main.m3u8".to_owned()], begins: None };
    for key in [&one, &other] {
        storage.publish(key, &folder.0, &manifest).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let order = async |storage: &Storage| {
        let listed = storage.shelved().await.unwrap();
        listed.into_iter().map(|one| one.key).collect::<Vec<_>>()
    };
    assert_eq!(order(&open()).await, [one.clone(), other.clone()]);
    storage.touch(&one, ProgramTime::from_millis(1_000_000));
    for _ in 0..100 {
        if order(&open()).await == [other.clone(), one.clone()] {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("that it was shown is not noted");
}

#[tokio::test]
async fn that_it_is_shown_is_said_again_where_the_store_did_not_take_it() {
    let folder = Folder::new();
    let storage = Storage::local(&folder.0).unwrap();
    let (key, at) = (Key::of_digest(&[1; 32]), |secs: i64| ProgramTime::from_millis(secs * 1_000));
    let note = folder.0.join("shown").join(key.to_string());
    // Something is in the way.
    std::fs::write(folder.0.join("shown"), "").unwrap();
    storage.touch(&key, at(10_000));
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    std::fs::remove_file(folder.0.join("shown")).unwrap();
    storage.touch(&key, at(10_030));
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!note.exists(), "each request would ask a store that is down");
    for _ in 0..100 {
        storage.touch(&key, at(10_060));
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        if note.exists() {
            return;
        }
    }
    panic!("it is not said again");
}

#[tokio::test]
async fn what_was_never_finished_is_seen_and_removed() {
    let folder = Folder::new();
    let storage = Storage::local(&folder.0).unwrap();
    let key = Key::of_digest(&[7; 32]);
    storage.put(&below(&key, "v0/000.ts").unwrap(), b"0123456789".to_vec()).await.unwrap();
    let listed = storage.shelved().await.unwrap();
    assert_eq!((listed[0].bytes, listed[0].whole), (10, false));
    storage.remove(&key).await.unwrap();
    assert_eq!(storage.shelved().await.unwrap(), []);
}

#[tokio::test]
async fn the_manifest_is_the_stores_alone() {
    let folder = Folder::new();
    let storage = Storage::local(&folder.0).unwrap();
    let key = Key::of_digest(&[7; 32]);
    let manifest = Manifest { bytes: 0, files: Vec::new(), begins: None };
    storage.publish(&key, &folder.0, &manifest).await.unwrap();
    for name in [MANIFEST, "manifest.json/", "manifest.json//"] {
        let Err(refused) = storage.open(&key, name, None).await else { panic!("{name}") };
        assert_eq!(refused.to_string(), "it is not there", "{name}");
    }
}

/// Paths stand in errors' texts.
#[tokio::test]
async fn a_folder_named_range_makes_no_error_one_of_range() {
    let folder = Folder::new();
    let storage = Storage::local(&folder.0.join("orange-range")).unwrap();
    let key = Key::of_digest(&[7; 32]);
    storage.put(&below(&key, "v0/000.ts").unwrap(), b"0123456789".to_vec()).await.unwrap();
    // A folder can be opened, and not read.
    let read = |part| storage.open(&key, "v0", part);
    for part in [None, Some(Part::From(0))] {
        let error = read(part).await.unwrap_err();
        assert!(!matches!(error, Error::Range), "{error}");
    }
}

#[tokio::test]
async fn what_a_kill_left_half_written_goes_and_what_is_being_written_stays() {
    let folder = Folder::new();
    let storage = Storage::local(&folder.0).unwrap();
    let place = |name: &str| folder.0.join("creatives/a/v0").join(name);
    std::fs::create_dir_all(place("")).unwrap();
    let names = ["000.ts", "000.ts#1", "001.ts#2", "002.ts#x"];
    for name in names {
        let file = std::fs::File::create(place(name)).unwrap();
        let seconds = if name == "001.ts#2" { 10 } else { 100 };
        let now = file.metadata().unwrap().modified().unwrap();
        file.set_modified(now - std::time::Duration::from_secs(seconds)).unwrap();
    }
    assert_eq!(storage.forget_torn(MediaDuration::from_secs(50)).await.unwrap(), 1);
    assert_eq!(names.map(|name| place(name).exists()), [true, false, true, true]);
}
