use std::{fs, path::PathBuf, sync::Arc};

use serde_json::json;

use super::*;

/// A folder of one test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("midroll-{}-{name}", std::process::id()));
        Self(folder)
    }

    fn open(&self) -> Arc<Documents> {
        Arc::new(Documents::open(&self.0).unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn what_was_kept_is_there_again() {
    let folder = Folder::new("documents");
    let long = "x".repeat(512);
    let documents = folder.open();
    for (key, document) in [("news", json!(1)), ("news", json!({"a": [1]})), (&long, json!("l"))] {
        documents.put(Kind::PlaybackConfiguration, key, document).await.unwrap();
    }
    documents.put(Kind::PrefetchSchedule, "news/../a b\n", json!(2)).await.unwrap();
    documents.put(Kind::PrefetchSchedule, "sport/a", json!(3)).await.unwrap();
    documents.put(Kind::PrefetchSchedule, "news/b", json!(4)).await.unwrap();
    assert!(documents.delete(Kind::PrefetchSchedule, "news/b").await.unwrap());
    assert!(!documents.delete(Kind::PrefetchSchedule, "news/b").await.unwrap());
    for documents in [documents, folder.open()] {
        let all = |kind, begin| {
            let all = documents.all(kind, begin).into_iter();
            all.map(|(key, document)| (key, document.to_string())).collect::<Vec<_>>()
        };
        let configurations =
            [("news".to_owned(), r#"{"a":[1]}"#.to_owned()), (long.clone(), r#""l""#.to_owned())];
        assert_eq!(all(Kind::PlaybackConfiguration, ""), configurations);
        assert_eq!(
            all(Kind::PrefetchSchedule, "news/"),
            [("news/../a b\n".to_owned(), "2".to_owned())]
        );
        assert_eq!(all(Kind::LogConfiguration, ""), []);
        assert_eq!(documents.get(Kind::PrefetchSchedule, "sport/a").as_deref(), Some(&json!(3)));
        assert_eq!(documents.get(Kind::PrefetchSchedule, "sport"), None);
    }
}

#[tokio::test]
async fn a_crash_leaves_the_document_that_was() {
    let folder = Folder::new("documents-crash");
    folder.open().put(Kind::LogConfiguration, "news", json!("old")).await.unwrap();
    let kept = folder.0.join("control/log-configurations");
    let path = fs::read_dir(&kept).unwrap().next().unwrap().unwrap().path();
    // Written and not renamed yet; and a file that is none of ours.
    fs::write(path.with_extension("new"), "{\"key\":\"news\",\"docu").unwrap();
    fs::write(kept.join("broken.json"), "{").unwrap();
    let documents = folder.open();
    let known = documents.all(Kind::LogConfiguration, "");
    assert_eq!(known, [("news".to_owned(), Arc::new(json!("old")))]);
    documents.put(Kind::LogConfiguration, "news", json!("new")).await.unwrap();
    assert_eq!(folder.open().get(Kind::LogConfiguration, "news").as_deref(), Some(&json!("new")));
}

#[tokio::test]
async fn what_cannot_be_written_is_not_there() {
    let folder = Folder::new("documents-disk");
    let documents = folder.open();
    documents.put(Kind::LogConfiguration, "news", json!("old")).await.unwrap();
    fs::remove_dir_all(folder.0.join("control/log-configurations")).unwrap();
    documents.put(Kind::LogConfiguration, "news", json!("new")).await.unwrap_err();
    assert_eq!(documents.get(Kind::LogConfiguration, "news").as_deref(), Some(&json!("old")));
}

#[tokio::test]
async fn whoever_reads_does_not_wait_for_whoever_writes() {
    let folder = Folder::new("documents-wait");
    let documents = folder.open();
    documents.put(Kind::LogConfiguration, "news", json!("old")).await.unwrap();
    // As if the disk took its time.
    let _changing = documents.changing();
    assert_eq!(documents.get(Kind::LogConfiguration, "news").as_deref(), Some(&json!("old")));
    assert_eq!(documents.all(Kind::LogConfiguration, "").len(), 1);
}
