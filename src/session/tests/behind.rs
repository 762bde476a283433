//! Ads that come when others stand in their break already.

use super::*;
use crate::pod::{Ad, AdInfo, Room, fit, tests::creative};

fn ad(secs: i64) -> Ad {
    Ad { creative: creative(secs * 1_000), matched: [0].into(), info: Arc::new(AdInfo::default()) }
}

/// Segments of 6 s, the third and the next four a break, read up to the `read`th.
pub(super) fn channel(read: usize) -> Channel {
    let mut text = String::from(
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n",
    );
    for n in 0..read {
        match n {
            2 => text += "#EXT-X-CUE-OUT:30\n",
            7 => text += "#EXT-X-CUE-IN\n",
            _ => {}
        }
        text += &format!("#EXTINF:6,\n{n}.ts\n");
    }
    let now = ProgramTime::parse("2026-01-01T00:00:00Z").unwrap();
    let now = now + MediaDuration::from_secs(6 * i64::try_from(read).unwrap());
    let mut channel = Channel::new(&[RenditionKind::Video]);
    channel.loaded(0, &MediaPlaylist::parse(text).unwrap().0, now);
    channel
}

pub(super) fn fills(secs: &[i64]) -> impl Fn(Room) -> Filled + '_ {
    move |room| {
        let (ads, skipped) = fit(secs.iter().copied().map(ad).collect(), room);
        Filled { ads, skipped }
    }
}

/// A viewer whose break was decided with ads of these seconds when its first segment had been read.
fn decided(secs: &[i64], slate: bool) -> (Timeline, Fillers) {
    let channel = channel(3);
    let view = channel.view().unwrap();
    let join = view.breaks[0].begins() - MediaDuration::from_secs(6);
    let fillers = Fillers { slate: slate.then(|| ad(4)), ..Fillers::default() };
    let fills = fills(secs);
    let supply = Supply { ads: Ok(&fills), fillers: fillers.clone(), threshold: None };
    let timeline = Timeline::new(join, join);
    let (first, _) = timeline.plan(&view.breaks[0], view, supply);
    (timeline.with(Arc::new(first)), fillers)
}

/// What the break shows in all where more ads come when so many segments have been read.
fn shows(first: &[i64], slate: bool, read: usize, more: &[i64]) -> String {
    let (timeline, fillers) = decided(first, slate);
    let late = channel(read);
    let view = late.view().unwrap();
    let placed = timeline.place_late(&view.breaks[0], view, &fills(more), fillers);
    let Late::Now(later, _, _) = placed else {
        return if matches!(placed, Late::Never) { "never" } else { "not yet" }.to_owned();
    };
    let whole = timeline.decisions[0].followed_by(later);
    let end = channel(9);
    let view = end.view().unwrap();
    let all = replacements(&whole, &view.breaks[0], view, MediaDuration::ZERO);
    let name = |group: &Group| if group.is_ad() { "ad" } else { "slate" };
    let groups = all.iter().flat_map(|one| &one.groups);
    let told =
        groups.map(|group| format!("{} {}", name(group), length(std::slice::from_ref(group))));
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn they_follow_the_ads_that_stand_there_and_fill_what_those_leave() {
    // Two segments of the first ad have been shown, a third is decided for.
    assert_eq!(shows(&[12], false, 4, &[6, 15, 12]), "ad 12.0, ad 6.0, ad 12.0");
    assert_eq!(shows(&[12], true, 4, &[6]), "ad 12.0, ad 6.0, slate 4.0, slate 4.0, slate 4.0");
    // Behind slate that was shown already, in place of the rest.
    assert_eq!(shows(&[6], true, 5, &[12]), "ad 6.0, slate 4.0, slate 4.0, slate 4.0, ad 12.0");
}

#[test]
fn they_stay_out_where_the_programme_has_returned() {
    assert_eq!(shows(&[6], false, 4, &[6]), "never");
    assert_eq!(shows(&[12], false, 9, &[6]), "never");
}
