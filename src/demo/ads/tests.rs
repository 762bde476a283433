use std::collections::BTreeSet;

use super::*;

const HALF_MINUTE: MediaDuration = MediaDuration::from_secs(30);

fn now() -> ProgramTime {
    ProgramTime::parse("2026-03-01T12:00:37Z").unwrap()
}

/// Which ad a pod shows at a second of its break.
fn on_air(pod: &Pod, second: i64) -> Option<&'static str> {
    let mut end = 0;
    pod.ads.iter().find_map(|(name, length)| {
        end += length;
        (second < end).then_some(*name)
    })
}

#[test]
fn neighbours_never_see_the_same_ad_at_the_same_time() {
    for (at, one) in PODS.iter().enumerate() {
        let next = &PODS[(at + 1) % PODS.len()];
        for second in 0..30 {
            let both = (on_air(one, second), on_air(next, second));
            assert!(both.0 != both.1, "{} and {} at {second} s", one.file, next.file);
        }
    }
}

#[test]
fn a_viewer_moves_through_every_pod() {
    let files: BTreeSet<_> = (0..6)
        .filter_map(|minute| {
            pod(3, now() + MediaDuration::from_secs(60).times(minute), HALF_MINUTE)
        })
        .map(|pod| pod.file)
        .collect();
    assert_eq!(files, PODS.iter().map(|pod| pod.file).collect());
}

#[test]
fn a_short_break_gets_a_pod_that_fits_or_none() {
    let room = MediaDuration::from_secs(25);
    assert!((0..9).all(|viewer| pod(viewer, now(), room).unwrap().length() <= room));
    assert!(pod(0, now(), MediaDuration::from_secs(24)).is_none());
}

#[test]
fn the_same_question_has_the_same_answer_and_another_viewer_another() {
    let ads = AdServer::new("http://127.0.0.1:8080/");
    let one = ads.vast("one", HALF_MINUTE, now());
    assert_eq!(ads.vast("one", HALF_MINUTE, now()), one);
    assert_ne!(ads.vast("other", HALF_MINUTE, now()), one);
}

#[test]
fn an_answer_names_only_the_demo_and_the_viewer() {
    let ads = AdServer::new("http://127.0.0.1:8080/");
    for pod in &PODS {
        let text = ads.fixture(&format!("pods/{}.xml", pod.file), "a-1\"><&").unwrap();
        let urls: Vec<_> = text.match_indices("://").collect();
        let ours: Vec<_> = text.match_indices("http://127.0.0.1:8080/demo/").collect();
        // One more is the namespace; a media file, an error and six beacons for each ad.
        assert_eq!((urls.len(), ours.len()), (8 * pod.ads.len() + 1, 8 * pod.ads.len()));
        assert_eq!(text.match_indices("sid=a-1&").count(), 7 * pod.ads.len());
        assert!(!text.contains("{{"));
        for (name, secs) in pod.ads {
            assert!(text.contains(&format!("<Ad id=\"{name}-{secs}\"")), "{name}");
            assert!(text.contains(&format!("/demo/media/ads/{name}/main.m3u8")), "{name}");
        }
    }
}
