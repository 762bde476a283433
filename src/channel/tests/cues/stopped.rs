//! Renditions that stop: how long what is past waits for them.

use super::*;

#[test]
fn a_rendition_that_stopped_does_not_hold_the_past() {
    let mut scene = Scene::new(Vec::new());
    let mut listed = Vec::new();
    while scene.edge < 130 {
        scene.edge += 1;
        let reading = [0, 1].into_iter().filter(|at| *at == 0 || scene.edge <= 110);
        for rendition in reading.collect::<Vec<_>>() {
            let playlist = scene.playlist(rendition);
            scene.channel.loaded(rendition, &playlist, date(scene.edge));
        }
        listed.push(scene.channel.view().unwrap().listed_since().unwrap());
    }
    // The other's last segment leaves the reference's window where that begins at 110.
    let since = |edge: u64| if edge < 120 { 100 } else { edge - 10 };
    assert_eq!(listed, (107..=130).map(|edge| date(since(edge))).collect::<Vec<_>>());
}

#[test]
fn a_rendition_that_stopped_is_lost_after_ten_minutes() {
    let mut scene = Scene::new(Vec::new());
    let mut remembered = Vec::new();
    for edge in [110, 115, 200, 224, 225, 230] {
        while scene.edge < edge {
            scene.edge += 1;
            for rendition in [0, 1] {
                if rendition == 0 || scene.edge <= 110 {
                    let playlist = scene.playlist(rendition);
                    scene.channel.loaded(rendition, &playlist, date(scene.edge));
                }
            }
        }
        remembered.push(scene.channel.view().unwrap().remembered_since().unwrap());
    }
    // Ten minutes are a hundred segments, and memory reaches two target durations behind the window.
    assert_eq!(remembered, [100, 100, 100, 212, 213, 218].map(date));
}
