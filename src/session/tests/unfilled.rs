//! Every second of a break that no ad fills has one reason, and all of them together are all there are.

use super::*;
use crate::{
    pod::{Ad, AdInfo, Filled, fit, tests::creative},
    session::{Shortfall, replacements, unfilled},
};

fn ad(secs: i64) -> Ad {
    Ad { creative: creative(secs * 1_000), matched: [0].into(), info: Arc::new(AdInfo::default()) }
}

const SECOND: MediaDuration = MediaDuration::from_secs(1);

/// A channel of segments of 6 s whose third and next ones are a break of 30 s, unless it is called off
/// after `returns` segments; read up to the `read`th segment.
fn channel(read: usize, returns: usize) -> Channel {
    let mut text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n\
                    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n"
        .to_owned();
    for n in 0..read {
        match n {
            2 => text += "#EXT-X-CUE-OUT:30\n",
            n if n == 2 + returns => text += "#EXT-X-CUE-IN\n",
            _ => {}
        }
        text += &format!("#EXTINF:6,\n{n}.ts\n");
    }
    let now = at(6 * i64::try_from(read).unwrap());
    let mut channel = Channel::new(&[RenditionKind::Video]);
    channel.loaded(0, &MediaPlaylist::parse(text).unwrap().0, now);
    channel
}

fn at(secs: i64) -> ProgramTime {
    ProgramTime::parse("2026-01-01T00:00:00Z").unwrap() + MediaDuration::from_secs(secs)
}

/// What is decided for a viewer whose answer is late.
struct Viewer {
    timeline: Timeline,
    fillers: Fillers,
}

impl Viewer {
    fn falls_back(slate: bool) -> Self {
        let (channel, slate) = (channel(4, 5), slate.then(|| ad(4)));
        let view = channel.view().unwrap();
        let timeline = Timeline::new(at(0), at(0));
        let fillers = Fillers { slate, ..Fillers::default() };
        let first = timeline.fall_back(&view.breaks[0], view, fillers.clone(), None);
        Self { timeline: timeline.with(Arc::new(first)), fillers }
    }

    /// Ads of these seconds come when so many segments have been read.
    fn gets(mut self, read: usize, ads: &[i64]) -> Self {
        let channel = channel(read, 5);
        let view = channel.view().unwrap();
        let fills = |room| {
            let (ads, skipped) = fit(ads.iter().copied().map(ad).collect(), room);
            Filled { ads, skipped }
        };
        let ad_break = &view.breaks[0];
        let placed = self.timeline.place_late(ad_break, view, &fills, self.fillers.clone());
        let Late::Now(later, _, _) = placed else { panic!("{placed:?}") };
        self.stands(later);
        self
    }

    fn goes_without(mut self, read: usize, why: Unfilled) -> Self {
        let channel = channel(read, 5);
        let view = channel.view().unwrap();
        let (later, _) = self.timeline.without(&view.breaks[0], view.edge, why).unwrap();
        self.stands(later);
        self
    }

    fn stands(&mut self, later: Decision) {
        let whole = self.timeline.decisions[0].followed_by(later);
        self.timeline = self.timeline.with(Arc::new(whole));
    }

    /// The reasons once the break has been read to its end, after so many segments of it.
    fn told(&self, read: usize, returns: usize) -> String {
        let channel = channel(read, returns);
        let view = channel.view().unwrap();
        let (ad_break, decision) = (&view.breaks[0], &self.timeline.decisions[0]);
        let replaced = replacements(decision, ad_break, view, MediaDuration::ZERO);
        let told = unfilled(decision, ad_break, &replaced, view.edge);
        let told = told.iter().map(|Shortfall { length, reason }| {
            format!("{} {}", length.as_millis() / 1_000, reason.as_str())
        });
        told.collect::<Vec<_>>().join(", ")
    }
}

#[test]
fn what_was_shown_before_late_ads_and_behind_them_have_reasons_of_their_own() {
    // Programme for two segments, two ads of 8 s, and what they leave.
    let late = Viewer::falls_back(false).gets(4, &[8, 8]);
    assert_eq!(late.told(9, 5), "12 NO_DECISION_IN_TIME, 2 LEFTOVER");
    // The same behind slate of 4 s, which is shown three times.
    let late = Viewer::falls_back(true).gets(4, &[8, 8]);
    assert_eq!(late.told(9, 5), "12 NO_DECISION_IN_TIME, 2 LEFTOVER");
}

#[test]
fn an_answer_without_ads_that_comes_late_is_the_reason_from_then_on() {
    let late = Viewer::falls_back(false).goes_without(5, Unfilled::AdsTimeout);
    assert_eq!(late.told(9, 5), "18 NO_DECISION_IN_TIME, 12 ADS_TIMEOUT");
    let late = Viewer::falls_back(true).goes_without(5, Unfilled::AdsTimeout);
    assert_eq!(late.told(9, 5), "18 NO_DECISION_IN_TIME, 12 ADS_TIMEOUT");
}

#[test]
fn ads_that_an_early_return_cut_are_missing_for_that_and_no_longer_than_the_break_is() {
    let late = Viewer::falls_back(true).gets(4, &[10, 8]);
    assert_eq!(late.told(7, 3), "12 NO_DECISION_IN_TIME");
    let late = Viewer::falls_back(true).gets(4, &[15]);
    assert_eq!(late.told(8, 4), "12 NO_DECISION_IN_TIME");
}

#[test]
fn a_session_that_ends_in_a_break_misses_the_rest_for_that() {
    let late = Viewer::falls_back(false).gets(4, &[8, 8]);
    assert_eq!(late.told(5, 5), "12 NO_DECISION_IN_TIME, 12 SESSION_ENDED");
    assert_eq!(Viewer::falls_back(false).told(4, 5), "12 NO_DECISION_IN_TIME, 18 SESSION_ENDED");
}

proptest::proptest! {
    /// Whatever was decided when: what was published and what was not come to the break's length.
    #[test]
    fn nothing_is_told_twice_and_nothing_is_left_out(
        slate: bool,
        ads in proptest::collection::vec(1..9_i64, 0..4),
        (returns, beyond) in (1..6_usize, 0..3_usize),
    ) {
        let viewer = Viewer::falls_back(slate);
        let viewer = match ads.is_empty() {
            true => viewer.goes_without(5, Unfilled::NoAds),
            false => viewer.gets(4, &ads),
        };
        let channel = channel(2 + returns + beyond, returns);
        let view = channel.view().unwrap();
        let (ad_break, decision) = (&view.breaks[0], &viewer.timeline.decisions[0]);
        let replaced = replacements(decision, ad_break, view, MediaDuration::ZERO);
        let told = unfilled(decision, ad_break, &replaced, view.edge);
        let published = replaced.iter().flat_map(|replacement| {
            let ads = |group| replacement.groups.get(group).is_none_or(Group::is_ad);
            pieces(&replacement.groups).filter(move |piece| ads(piece.group)).map(|p| p.duration)
        });
        let published: MediaDuration = published.sum();
        let unfilled: MediaDuration = told.iter().map(|part| part.length).sum();
        let length = ad_break.length().unwrap();
        proptest::prop_assert_eq!(unfilled, (length - published).max(MediaDuration::ZERO));
        proptest::prop_assert!(published < length + SECOND);
    }
}
