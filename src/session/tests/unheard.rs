//! Late ads where the rendition that tells of breaks is silent.

use super::{behind::fills, *};

/// Segments of 6 s from the first on, the second beginning a break of a minute.
fn listed(segments: usize) -> MediaPlaylist {
    let mut text = String::from(
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n",
    );
    for n in 0..segments {
        text += if n == 1 { "#EXT-X-CUE-OUT:60\n" } else { "" };
        text += &format!("#EXTINF:6,\n{n}.ts\n");
    }
    MediaPlaylist::parse(text).unwrap().0
}

fn sound(segments: usize) -> MediaPlaylist {
    let text = listed(segments).to_string().replace("#EXT-X-CUE-OUT:60\n", "");
    MediaPlaylist::parse(text).unwrap().0
}

fn at(segments: usize) -> ProgramTime {
    let begins = ProgramTime::parse("2026-01-01T00:00:00Z").unwrap();
    begins + MediaDuration::from_secs(6 * i64::try_from(segments).unwrap())
}

/// The picture has been read for 18 s, the sound goes on. For all anybody knows the break is over.
#[test]
fn late_ads_wait_until_somebody_tells_that_the_break_goes_on() {
    let mut channel = Channel::new(&[RenditionKind::Video, RenditionKind::Audio]);
    channel.loaded(0, &listed(3), at(3));
    channel.loaded(1, &sound(3), at(3));
    let view = Arc::clone(channel.view().unwrap());
    let timeline = Timeline::new(at(0), at(0));
    let content = timeline.fall_back(&view.breaks[0], &view, Fillers::default(), None);
    let timeline = timeline.with(Arc::new(content));
    let placed = |channel: &Channel| {
        let (view, fills) = (channel.view().unwrap(), fills(&[6]));
        let known = &view.breaks[0];
        let last = known.boundaries.last().map(|last| last.time);
        let placed = timeline.place_late(known, view, &fills, Fillers::default());
        (last, matches!(placed, Late::Now(..)), matches!(placed, Late::NotYet))
    };
    (4..=7).for_each(|read| {
        channel.loaded(1, &sound(read), at(read));
    });
    assert_eq!(placed(&channel), (Some(at(7)), false, true));
    channel.loaded(0, &listed(7), at(7));
    assert_eq!(placed(&channel), (Some(at(7)), true, false));
}
