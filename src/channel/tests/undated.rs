//! Renditions whose playlists have no dates: equal numbers say what belongs together.

use super::super::*;

const fn at(millis: i64) -> ProgramTime {
    ProgramTime::from_millis(millis)
}

/// Three segments of 6 s from a number on.
fn playlist(number: u64) -> MediaPlaylist {
    let mut text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{number}\n");
    for number in number..number + 3 {
        text += &format!("#EXTINF:6,\n{number}.ts\n");
    }
    MediaPlaylist::parse(text).unwrap().0
}

fn pair() -> Channel {
    Channel::new(&[RenditionKind::Video, RenditionKind::Audio])
}

/// Number and start of what is known of a rendition.
fn known(channel: &Channel, rendition: usize) -> Vec<(u64, i64)> {
    let track = channel.view().unwrap().tracks[rendition].clone().unwrap();
    track.segments.iter().map(|known| (known.msn.0.0, known.start.as_millis())).collect()
}

#[test]
fn who_is_read_first_places_the_others_the_reference_too() {
    let mut channel = pair();
    channel.loaded(1, &playlist(10), at(100_000));
    channel.loaded(0, &playlist(10), at(100_300));
    assert_eq!(known(&channel, 0), [(10, 82_000), (11, 88_000), (12, 94_000)]);
    assert_eq!(known(&channel, 0), known(&channel, 1));
}

#[test]
fn a_longer_window_is_placed_by_any_number_that_is_known() {
    let mut channel = pair();
    channel.loaded(0, &playlist(10), at(100_000));
    channel.loaded(1, &playlist(8), at(100_300));
    assert_eq!(known(&channel, 1), [(8, 70_000), (9, 76_000), (10, 82_000)]);
}

#[test]
fn who_missed_a_stretch_goes_on_where_the_others_are() {
    let mut channel = pair();
    for (number, now) in [(10, 100_000), (12, 112_000), (14, 124_000), (16, 136_000)] {
        channel.loaded(1, &playlist(number), at(now));
        if number == 10 || number == 16 {
            channel.loaded(0, &playlist(number), at(now + 200));
        }
    }
    assert_eq!(known(&channel, 0), [(16, 118_000), (17, 124_000), (18, 130_000)]);
}

#[test]
fn who_is_alone_goes_on_by_the_clock_where_a_stretch_was_missed() {
    let mut channel = Channel::new(&[RenditionKind::Video]);
    channel.loaded(0, &playlist(10), at(100_000));
    channel.loaded(0, &playlist(16), at(136_100));
    assert_eq!(known(&channel, 0), [(16, 118_100), (17, 124_100), (18, 130_100)]);
}

/// The tail that an encoder made as it began again was never read in one of them, whoever is first.
#[test]
fn who_missed_the_last_before_a_restart_goes_on_where_the_others_do() {
    for read_first in [0, 1] {
        let mut channel = pair();
        channel.loaded(0, &playlist(10), at(100_000));
        channel.loaded(1, &playlist(10), at(100_000));
        channel.loaded(1, &playlist(11), at(106_000));
        for rendition in [read_first, 1 - read_first] {
            channel.loaded(rendition, &playlist(0), at(124_000));
        }
        let begins = |rendition| known(&channel, rendition).last().unwrap().1;
        assert_eq!([begins(0), begins(1)], [118_000, 118_000], "{read_first}");
    }
}

/// What a cache serves again of the time before is not what comes next.
#[test]
fn what_is_left_of_an_encoders_run_before_is_stale_without_dates_too() {
    let mut channel = pair();
    channel.loaded(0, &playlist(10), at(100_000));
    channel.loaded(0, &playlist(0), at(118_000));
    let reading = channel.loaded(0, &playlist(10), at(120_000));
    assert_eq!((reading, known(&channel, 0).last().unwrap().1), (Reading::Stale, 112_000));
}
