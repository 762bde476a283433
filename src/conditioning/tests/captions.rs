//! Captions that come as files.

use super::*;
use crate::{conditioning::captions::Texts, hls::RenditionKind};

const SUBRIP: &str =
    "1\n00:00:00,500 --> 00:00:02,500\nFresh & hot\n\n2\n00:00:04,000 --> 00:00:04,900\nGo!\n";

#[tokio::test(flavor = "multi_thread")]
async fn captions_stand_beside_the_picture_on_its_grid_and_its_clock() {
    let workshop = Workshop::open().await;
    workshop.source("ad.mp4", AD).await;
    workshop.write("en.srt", SUBRIP.as_bytes());
    let huge = format!("1\n00:00:00,000 --> 00:10:00,000\n{}\n", "x".repeat(100_000));
    workshop.write("huge.srt", huge.as_bytes());
    workshop.write("de.ttml", b"<html>not found</html>");
    let file = |name, language: &str| TextFile {
        url: workshop.server.url(name),
        language: Some(language.to_owned()),
    };
    let with_texts = |packing| Wanted {
        captions: vec![
            file("/en.srt", "en"),
            file("/de.ttml", "de"),
            file("/gone.vtt", "fr"),
            file("/huge.srt", "it"),
        ],
        ..wanted(workshop.server.url("/ad.mp4"), profile(packing))
    };
    let mut rows = Vec::new();
    for packing in [Packing::MpegTs, Packing::Fmp4] {
        let made = workshop.conditioning.creative(&with_texts(packing)).await.unwrap();
        let held =
            workshop.conditioning.0.jobs().values().map(|job| job.texts()).collect::<Vec<_>>();
        let named = |texts: &Arc<Texts>| texts.all.is_empty() && !texts.digest.is_empty();
        assert!(held.iter().all(named), "of what is made no more than a name stays in memory");
        let texts: Vec<_> = made
            .renditions
            .iter()
            .filter(|rendition| rendition.info.kind == RenditionKind::Subtitles)
            .filter(|rendition| rendition.segments[0].uri.scheme() != "data")
            .collect();
        assert_eq!(texts.len(), 1, "what cannot be read is left out");
        rows.push(format!("{packing:?}, {:?}", texts[0].info.language));
        for segment in &texts[0].segments {
            rows.push(format!("{} s:\n{}", segment.duration, workshop.kept(&segment.uri)));
        }
    }
    insta::assert_snapshot!(rows.join("\n"));
    // The same file with other captions is another creative, though its bytes are the same.
    let before = workshop.conditioning.creative(&with_texts(Packing::MpegTs)).await.unwrap();
    workshop.write("en.srt", SUBRIP.replace("Go!", "Stay!").as_bytes());
    let mut workshop = workshop;
    workshop.reopen();
    let after = {
        let file =
            TextFile { url: workshop.server.url("/en.srt"), language: Some("en".to_owned()) };
        let ad = wanted(workshop.server.url("/ad.mp4"), profile(Packing::MpegTs));
        workshop.conditioning.creative(&Wanted { captions: vec![file], ..ad }).await.unwrap()
    };
    assert_ne!(after.renditions[0].segments[0].uri, before.renditions[0].segments[0].uri);
}

/// An ad that was made with its captions is shown with them, also by a node that starts anew, and not
/// made again without them.
#[tokio::test(flavor = "multi_thread")]
async fn an_ad_is_found_though_the_host_of_its_captions_says_nothing() {
    let silent = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let says_nothing = Arc::clone(&silent);
    let router = Router::new().fallback(move || {
        let silent = says_nothing.load(Ordering::SeqCst);
        async move {
            if silent {
                std::future::pending::<()>().await;
            }
            SUBRIP
        }
    });
    let (texts, mut workshop) = (Server::start(router).await, Workshop::open().await);
    let start = |workshop: &Workshop| {
        let guard = guard(&[workshop.server.url("/"), texts.url("/")]);
        let client = client(guard, Names::loopback());
        let doors = Doors { client, ..doors(&workshop.server, workshop.storage()) };
        Conditioning::start(doors, settings(&workshop.folder)).unwrap()
    };
    workshop.conditioning = start(&workshop);
    workshop.source("ad.mp4", &AD.replace("d=5", "d=1")).await;
    let wanted = |token: u32| {
        let file = |language: &str| TextFile {
            url: texts.url(&format!("/{language}.srt?token={token}")),
            language: Some(language.to_owned()),
        };
        let captions = ["en", "de", "fr"].map(file).into();
        Wanted { captions, ..workshop.wanted("ad.mp4", &profile(Packing::MpegTs)) }
    };
    let (first, second) = (wanted(1), wanted(2));
    let made = workshop.conditioning.creative(&first).await.unwrap();
    silent.store(true, Ordering::SeqCst);
    workshop.conditioning = start(&workshop);
    let began = Clock::real().now();
    // Of all three at once the host is waited for.
    assert_eq!(workshop.conditioning.creative(&second).await.unwrap(), made);
    let took = Clock::real().now() - began;
    assert!(took < MediaDuration::from_secs(8), "{took} s");
    assert_eq!(workshop.asked(), 1);
}
