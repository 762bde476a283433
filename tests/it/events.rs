//! Events: playlists that nothing leaves, and that end while they are watched.

use std::time::Duration;

use crate::support::{app::TestApp, viewer::Viewer, world::World};

/// Lines but those about the whole.
fn body(text: &str) -> Vec<&str> {
    text.lines().skip_while(|line| !line.starts_with("#EXTINF")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_ends_while_it_is_watched_stays_as_it_was_with_its_end() {
    let world = World::start().await;
    let over = world.edge() + 13;
    *world.event.lock().unwrap() = Some(over);
    let app = TestApp::start(&world, false).await;
    let mut viewer = Viewer::join(app.address).await;
    let first = viewer.reload().await;
    world.schedule(2, 7);
    viewer.watch(Duration::from_secs(29)).await;
    let last = viewer.reload().await;
    assert!(first.contains("#EXT-X-PLAYLIST-TYPE:EVENT\n"), "{first}");
    assert!(!first.contains("#EXT-X-ENDLIST"), "{first}");
    assert!(last.ends_with("#EXT-X-ENDLIST\n"), "{last}");
    // Nothing has left: what was shown first stands in front.
    let (shown, whole) = (body(&first), body(&last));
    assert_eq!(whole[..shown.len()], shown);
    let listed = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
    let ads = |text: &str| text.lines().filter(|line| line.starts_with("ad/")).count();
    // Six ad segments stand for as much programme.
    let all = usize::try_from(over).unwrap();
    assert_eq!((listed(&last), ads(&last)), (all, 6), "{last}");
    // The sound ends with the picture.
    let sound = viewer.other(0).await;
    assert!(sound.ends_with("#EXT-X-ENDLIST\n"), "{sound}");
    assert_eq!((listed(&sound), ads(&sound)), (all, 6), "{sound}");
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(viewer.reload().await, last, "over is over");
    // Who comes now watches a title, whose break is decided for him.
    let mut late = Viewer::join(app.address).await;
    let title = late.reload().await;
    assert!(title.ends_with("#EXT-X-ENDLIST\n"), "{title}");
    assert_eq!(ads(&title), 6, "{title}");
    let rows = app.stop("decisions").await;
    let ended = rows.iter().filter(|row| row["eventType"] == "AVAIL_ENDED").count();
    assert_eq!(ended, 2, "one for each session: {rows:#?}");
}
