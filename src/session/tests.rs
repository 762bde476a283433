//! Ads that come when there is no place for them any more.

use super::*;
use crate::{
    channel::Channel,
    hls::{MediaPlaylist, RenditionKind},
    pod::Filled,
};

mod bumpers;
mod behind;
mod matrix;
mod pad;
mod unfilled;
mod unheard;

/// A channel with one break, read 12 s after its beginning.
fn with_a_break() -> (Channel, ProgramTime) {
    let text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n\
                #EXTINF:6,\na.ts\n#EXT-X-CUE-OUT:30\n#EXTINF:6,\nb.ts\n";
    let now = ProgramTime::parse("2026-01-01T00:00:12Z").unwrap();
    let mut channel = Channel::new(&[RenditionKind::Video]);
    channel.loaded(0, &MediaPlaylist::parse(text).unwrap().0, now);
    (channel, now)
}

#[test]
fn a_break_that_was_let_go_takes_no_late_ads() {
    let (channel, now) = with_a_break();
    let view = channel.view().unwrap();
    let nothing = |_| Filled::default();
    let late =
        Timeline::new(now, now).place_late(&view.breaks[0], view, &nothing, Fillers::default());
    assert!(matches!(late, Late::Never), "{late:?}");
}

#[test]
fn a_break_that_was_settled_is_known_to_be() {
    let (channel, now) = with_a_break();
    let ad_break = &channel.view().unwrap().breaks[0];
    let settled = |until| Timeline {
        settled: Some(Arc::new(Settled {
            until,
            ahead: Vec::new(),
            carried: MediaDuration::ZERO,
            returned_at: None,
        })),
        ..Timeline::new(now, now)
    };
    let before = ad_break.begins();
    let after = before + MediaDuration::from_nanos(1);
    assert!(!Timeline::new(now, now).has_settled(ad_break));
    assert!(!settled(before).has_settled(ad_break));
    assert!(settled(after).has_settled(ad_break));
}
