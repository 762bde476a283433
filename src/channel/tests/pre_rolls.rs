//! Where ads stand that somebody begins with.

use super::super::*;
use crate::pod::Unfilled;

/// A channel whose renditions have segments of their own lengths, again and again, read up to so many
/// seconds past midnight.
struct Scene {
    channel: Channel,
    segments: Vec<Vec<i64>>,
    window: i64,
    head: &'static str,
}

impl Scene {
    fn new(segments: &[i64], window: i64, edge: i64) -> Self {
        Self::with_head(segments, window, edge, "")
    }

    fn with_head(segments: &[i64], window: i64, edge: i64, head: &'static str) -> Self {
        let segments = segments.iter().map(|length| vec![*length]).collect();
        Self::of(segments, window, edge, head)
    }

    fn of(segments: Vec<Vec<i64>>, window: i64, edge: i64, head: &'static str) -> Self {
        let kinds = [RenditionKind::Video, RenditionKind::Audio, RenditionKind::Subtitles];
        let channel = Channel::new(&kinds[..segments.len()]);
        let mut scene = Self { channel, segments, window, head };
        scene.read(edge);
        scene
    }

    fn read(&mut self, edge: i64) {
        let target = self.segments.iter().flatten().max().unwrap();
        for (rendition, lengths) in self.segments.iter().enumerate() {
            let (mut listed, mut first, mut start) = (String::new(), None, 0);
            for (msn, length) in lengths.iter().cycle().enumerate() {
                let end = start + length;
                if end > edge {
                    break;
                }
                if end > edge - self.window {
                    first.get_or_insert((msn, start));
                    listed += &format!("#EXTINF:{length},\n{rendition}-{msn}.ts\n");
                }
                start = end;
            }
            let (msn, start) = first.unwrap();
            let text = format!(
                "#EXTM3U\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:{msn}\n{}\
                 #EXT-X-PROGRAM-DATE-TIME:{}\n{listed}",
                self.head,
                at(start)
            );
            let playlist = MediaPlaylist::parse(text).unwrap().0;
            self.channel.loaded(rendition, &playlist, at(edge));
        }
    }

    /// When ads of so many seconds begin for somebody who joins now, if they do.
    fn begins(&mut self, secs: i64) -> Result<(Arc<Break>, Seat), Unfilled> {
        self.begins_with(secs, 30)
    }

    /// The same where ads that share their place may be so long.
    fn begins_with(&mut self, secs: i64, longest: i64) -> Result<(Arc<Break>, Seat), Unfilled> {
        let enough = MediaDuration::from_secs(18);
        let wanted = Wanted {
            longest: MediaDuration::from_secs(longest),
            length: MediaDuration::from_secs(secs),
            first: MediaDuration::from_secs(5),
            overrun: MediaDuration::from_millis(900),
            suits: Box::new(move |lag| lag >= enough),
        };
        let now = self.channel.view().unwrap().edge_at;
        self.channel.lead_in(&wanted, now)
    }
}

fn at(secs: i64) -> ProgramTime {
    ProgramTime::parse("2026-01-01T00:00:00Z").unwrap() + MediaDuration::from_secs(secs)
}

fn secs(time: ProgramTime) -> i64 {
    (time - at(0)).rounded_secs()
}

#[test]
fn where_all_are_cut_alike_ads_begin_as_near_to_the_edge_as_players_do() {
    let mut scene = Scene::new(&[5, 5], 60, 100);
    let (place, _seat) = scene.begins(15).unwrap();
    assert_eq!((secs(place.begins()), place.returns_anywhere), (80, false));
}

#[test]
fn where_they_are_not_ads_begin_so_that_sound_and_picture_return_together() {
    // They are both cut every 30 s; what is read of the sound ends at 96.
    let cases = [(15, 75), (30, 60), (10, 80), (12, 75), (28, 60)];
    for (length, begins) in cases {
        let mut scene = Scene::new(&[5, 6], 60, 100);
        let (place, _seat) = scene.begins(length).unwrap();
        assert_eq!((secs(place.begins()), place.returns_anywhere), (begins, true), "{length} s");
    }
}

#[test]
fn the_programme_may_return_wherever_the_picture_is_cut() {
    let mut scene = Scene::new(&[5, 6], 60, 100);
    let (place, _seat) = scene.begins(15).unwrap();
    for edge in [105, 110, 115] {
        scene.read(edge);
    }
    let view = scene.channel.view().unwrap();
    let place = view.ad_break(place.serial).unwrap();
    let cuts: Vec<_> = place.boundaries.iter().map(|cut| secs(cut.time)).collect();
    assert_eq!(cuts, [80, 85, 90, 95, 100, 105, 110]);
    let (start, back) = (place.start.as_ref().unwrap(), place.boundary(at(90)).unwrap());
    let replaced = [0, 1].map(|rendition| place.segments_between(rendition, start, back));
    // The sound is cut at 72 and 78.
    assert_eq!(replaced, [3, 3]);
}

#[test]
fn nobody_begins_with_ads_from_which_sound_would_return_a_second_later() {
    // Back at 50, where the sound is cut at 48 and 56.
    let mut scene = Scene::new(&[10, 8], 20, 50);
    assert_eq!(scene.begins(20).unwrap_err(), Unfilled::NoCommonBoundary);
    // Subtitles are not heard.
    let mut scene = Scene::new(&[10, 10, 8], 20, 50);
    assert!(scene.begins(20).is_ok());
}

#[test]
fn where_cuts_cannot_be_foretold_ads_begin_where_their_return_has_been_read() {
    let uneven = || vec![vec![5], vec![7, 4, 5, 3]];
    // The sound is cut at 83, 87, 92 and 95, and has been read to there.
    let mut scene = Scene::of(uneven(), 60, 100, "");
    let begins = [15, 30].map(|length| secs(scene.begins(length).unwrap().0.begins()));
    assert_eq!(begins, [80, 65]);
    // Whatever begins in so short a window is over past that.
    let mut scene = Scene::of(uneven(), 30, 100, "");
    assert_eq!(scene.begins(30).unwrap_err(), Unfilled::NoCommonBoundary);
}

#[test]
fn in_an_event_ads_begin_where_all_are_cut() {
    let head = "#EXT-X-PLAYLIST-TYPE:EVENT\n";
    let mut scene = Scene::with_head(&[5, 6], 100, 100, head);
    // From 60 on the return is at 75, three seconds after the sound's.
    assert_eq!(scene.begins(15).unwrap_err(), Unfilled::NoCommonBoundary);
    let (place, _seat) = scene.begins(30).unwrap();
    assert_eq!(secs(place.begins()), 60);
}

#[test]
fn a_channel_that_has_just_begun_says_so() {
    let mut scene = Scene::new(&[5, 5], 60, 5);
    assert_eq!(scene.begins(15).unwrap_err(), Unfilled::TooLittleListed);
}

/// Each that is remembered is somebody's, else it makes room for one that is.
#[test]
fn a_channel_has_as_many_places_as_it_can_remember_and_says_so() {
    let mut scene = Scene::new(&[5, 5], 60, 100);
    let mut begun: Vec<_> =
        (0..8_000).map(|more| scene.begins_with(15, 100 + more).unwrap()).collect();
    assert_eq!(scene.begins(15).unwrap_err(), Unfilled::PreRollLimit);
    let (shared, _seat) = scene.begins_with(15, 100).unwrap();
    assert_eq!(shared.serial, begun[0].0.serial);
    begun.truncate(7_999);
    let (place, _seat) = scene.begins(15).unwrap();
    assert!(place.serial > begun[7_998].0.serial);
    assert_eq!(scene.channel.view().unwrap().pre_rolls.len(), 8_000);
}
