//! One target duration for all renditions.

use super::super::*;

/// A playlist of three segments with this target duration.
fn playlist(target: u8) -> MediaPlaylist {
    let head = format!("#EXTM3U\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:7\n");
    let date = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n";
    let segments = format!("#EXTINF:{target},\ns.ts\n").repeat(3);
    MediaPlaylist::parse(format!("{head}{date}{segments}")).unwrap().0
}

fn at(millis: i64) -> ProgramTime {
    ProgramTime::parse("2026-01-01T00:00:18Z").unwrap() + MediaDuration::from_millis(millis)
}

/// The channel's and each rendition's target duration; none while nothing is shown.
fn targets(channel: &Channel) -> Option<(i64, Vec<Option<i64>>)> {
    let view = channel.view()?;
    let own = |track: &Arc<TrackView>| track.frame.target_duration.rounded_secs();
    let tracks = view.tracks.iter().map(|track| track.as_ref().map(own)).collect();
    Some((view.target_duration.rounded_secs(), tracks))
}

#[test]
fn all_renditions_have_the_longest_target_duration() {
    let mut channel = Channel::new(&[RenditionKind::Video, RenditionKind::Audio]);
    channel.loaded(0, &playlist(4), at(0));
    assert_eq!(targets(&channel), None, "the other may have a longer one");
    channel.loaded(1, &playlist(6), at(100));
    assert_eq!(targets(&channel), Some((6, vec![Some(6), Some(6)])));
    channel.loaded(0, &playlist(8), at(200));
    assert_eq!(targets(&channel), Some((6, vec![Some(6), Some(6)])), "it never changes");
}

#[test]
fn a_rendition_that_cannot_be_read_is_not_waited_for() {
    let mut channel = Channel::new(&[RenditionKind::Video, RenditionKind::Audio]);
    channel.loaded(0, &playlist(4), at(0));
    channel.failed(1, at(100));
    assert_eq!(targets(&channel), Some((4, vec![Some(4), None])));
    channel.loaded(1, &playlist(6), at(200));
    assert_eq!(targets(&channel), Some((4, vec![Some(4), Some(6)])), "its segments are longer");
}

#[test]
fn a_rendition_that_does_not_answer_is_not_waited_for_long() {
    let mut channel = Channel::new(&[RenditionKind::Video, RenditionKind::Audio]);
    channel.loaded(0, &playlist(4), at(0));
    channel.loaded(0, &playlist(4), at(1900));
    assert_eq!(targets(&channel), None);
    channel.loaded(0, &playlist(4), at(2000));
    assert_eq!(targets(&channel), Some((4, vec![Some(4), None])));
}
