//! Cues that do not stand in the picture's playlist.

use super::*;

/// Two breaks told in sound alone, as the channel knows them where playlists are read in that order.
fn told_in_sound(order: [usize; 2]) -> String {
    let lines = vec![
        tag(110, "#EXT-X-CUE-OUT:30"),
        tag(115, "#EXT-X-CUE-IN"),
        tag(121, "#EXT-X-CUE-OUT:18"),
        tag(124, "#EXT-X-CUE-IN"),
    ];
    let channel = Channel::new(&[RenditionKind::Audio, RenditionKind::Video]);
    let mut scene = Scene { channel, lines, edge: 105 };
    while scene.edge < 130 {
        scene.edge += 1;
        for rendition in order {
            let playlist = scene.playlist(rendition);
            scene.channel.loaded(rendition, &playlist, date(scene.edge));
        }
    }
    scene.told()
}

#[test]
fn a_break_told_in_sound_alone_is_everyones() {
    insta::assert_snapshot!(told_in_sound([0, 1]), @"
    110 to 115, 30.0 s
    121 to 124, 18.0 s
    ");
    // Until then nobody knew that sound tells what pictures do not, and the picture had been shown.
    insta::assert_snapshot!(told_in_sound([1, 0]), @"
    111 to 115, 24.0 s
    121 to 124, 18.0 s
    ");
}

#[test]
fn pictures_lead_that_tell_of_the_same_breaks() {
    let line = [tag(110, "#EXT-X-CUE-OUT:30")];
    let channel = Channel::new(&[RenditionKind::Audio, RenditionKind::Video]);
    let mut scene = Scene { channel, lines: line.to_vec(), edge: 105 };
    let mut led = Vec::new();
    while scene.edge < 125 {
        scene.edge += 1;
        for rendition in [0, 1] {
            let playlist = scene.playlist(0);
            scene.channel.loaded(rendition, &playlist, date(scene.edge));
            led.extend(scene.channel.view().map(|view| view.reference));
        }
    }
    led.dedup();
    assert_eq!(led, [1]);
}
