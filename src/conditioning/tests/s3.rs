//! Against a real S3-compatible server, which `scripts/proof s3` starts.

use super::*;
use crate::bucket::Bucket;

fn bucket() -> Bucket {
    #[expect(clippy::disallowed_methods, reason = "only the script knows the server")]
    let endpoint = std::env::var("MIDROLL_TEST_S3").expect("the server's address");
    Bucket {
        name: "ads".to_owned(),
        prefix: "conditioned".to_owned(),
        endpoint: Some(Url::parse(&endpoint).unwrap()),
        region: "us-east-1".to_owned(),
        access_key_id: "test".to_owned(),
        secret_access_key: "test-secret".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "scripts/proof s3"]
async fn what_one_node_has_made_the_others_have() {
    let workshop = Workshop::open().await;
    workshop.source("ad.mp4", AD).await;
    let node = |folder: &Folder| {
        let settings = Settings {
            // The server may be down for a minute before it comes up.
            attempts: 100,
            backoff: MediaDuration::from_secs(1),
            ..settings(folder)
        };
        let doors = doors(&workshop.server, Storage::s3(&bucket()).unwrap());
        Conditioning::start(doors, settings).unwrap()
    };
    let (here, there) = (Folder::new(), Folder::new());
    let (one, other) = (node(&here), node(&there));
    let wanted = wanted(workshop.server.url("/ad.mp4"), profile(Packing::MpegTs));
    let (first, second) = tokio::join!(one.creative(&wanted), other.creative(&wanted));
    assert_eq!(told(&first), "5.0 s in 3 segments, 3 renditions");
    assert_eq!(first, second);
    let encoded = |node: &Conditioning| {
        let report = node.report().remove(0);
        report.steps.iter().filter(|(step, _)| *step == Step::Encode).count()
    };
    assert_eq!(encoded(&one) + encoded(&other), 1, "made once");
    // A segment as it is served, whole and in part.
    let storage = Storage::s3(&bucket()).unwrap();
    let segment = first.unwrap().renditions[0].segments[0].uri.clone();
    let address = crate::storage::Address::of(&segment).unwrap();
    let part = Some(crate::storage::Part::Between(0, 187));
    let file = storage.open(&address.key, &address.name, part).await.unwrap();
    assert_eq!(file.range, 0..188);
    let beyond = Some(crate::storage::Part::From(file.size));
    let refused = storage.open(&address.key, &address.name, beyond).await.unwrap_err();
    assert_eq!(refused.to_string(), "the range is not in the file");
    let gone = storage.open(&address.key, "v9/000.ts", None).await.unwrap_err();
    assert_eq!(gone.to_string(), "it is not there");
    // Taken out of sight and back, then removed.
    let manifest = storage.hide(&address.key).await.unwrap().unwrap();
    assert_eq!(storage.manifest(&address.key).await.unwrap(), None);
    storage.unhide(&address.key, &manifest).await.unwrap();
    assert_eq!(storage.manifest(&address.key).await.unwrap(), Some(manifest));
    storage.remove(&address.key).await.unwrap();
    assert_eq!(storage.shelved().await.unwrap(), []);
    // Of two who find a claim expired at once one gets it.
    let at = ProgramTime::from_millis;
    let claim =
        |node, millis| storage.claim(&address.key, node, at(millis), MediaDuration::from_secs(60));
    assert!(claim("gone", 0).await.unwrap());
    assert!(!claim("late", 59_000).await.unwrap());
    let (one, other) = tokio::join!(claim("one", 61_000), claim("other", 61_000));
    assert!(one.unwrap() ^ other.unwrap());
    let wrong = Bucket { secret_access_key: "test".to_owned(), ..bucket() };
    let refused = Storage::s3(&wrong).unwrap().manifest(&address.key).await.unwrap_err();
    assert!(refused.to_string().contains("SignatureDoesNotMatch"), "{refused}");
}
