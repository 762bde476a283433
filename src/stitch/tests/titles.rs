//! Recorded programmes.

use super::*;
use crate::{
    channel::{Break, BreakSerial},
    cue::Trust,
    ids::BreakId,
    title::{Programme, Roll, Spot, Title},
};

/// A dated film of ten segments with all that speaks of moments, its sound cut at other places but
/// every 10 s.
fn film(more: &str) -> Arc<Title> {
    let rendition = |name: &str, lengths: &[i64], more: &str| {
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n{more}"
        );
        let mut start = 0;
        for length in lengths {
            writeln!(text, "#EXT-X-PROGRAM-DATE-TIME:{}", at(start)).unwrap();
            writeln!(text, "#EXTINF:{length}.000,\n{name}{start}.ts").unwrap();
            start += length;
        }
        Some(Arc::new(MediaPlaylist::parse(text + "#EXT-X-ENDLIST\n").unwrap().0))
    };
    let kinds = [RenditionKind::Video, RenditionKind::Audio];
    let (picture, sound) = ([5; 8], [4, 6, 4, 6, 4, 6, 4, 6]);
    let playlists = [rendition("v", &picture, more), rendition("a", &sound, more)];
    Arc::new(Title::of(&kinds, &playlists, Trust::ALL).unwrap())
}

fn roll(title: &Title, serial: u32, from: i64, planned: Option<i64>, ads: &[Ad]) -> Roll {
    let secs = MediaDuration::from_secs;
    let until = secs(from + planned.unwrap_or(0));
    let spot = Spot { asked: secs(from), at: secs(from), planned: planned.map(secs), until };
    let marked = film("#EXT-X-CUE-OUT:0\n").marks[0].cue.clone();
    let identity = (BreakId::new(format!("b{serial}")), BreakSerial(serial));
    let begins = title.date(spot.at);
    let ad_break = Break::recorded(identity, marked, begins, spot.planned, title.zero);
    let decision = Decision::new(&ad_break, vec![Span::from_start(pod(ads))], None);
    Roll::new(title, Arc::new(ad_break), spot, Arc::new(decision))
}

fn shown(programme: &Programme, rendition: usize) -> String {
    let recording = Recording::new(Arc::clone(&programme.title));
    let (header, body) = recording.playlist(programme, rendition, &Plain).unwrap();
    let again = Recording::new(Arc::clone(&programme.title));
    let (_, other) = again.playlist(programme, rendition, &Plain).unwrap();
    assert_eq!(body.whole("").concat(), other.whole("").concat());
    String::from_utf8(body.whole(&header).concat()).unwrap()
}

const MOMENTS: &str = "#EXT-X-START:TIME-OFFSET=12,PRECISE=YES\n\
    #EXT-X-DATERANGE:ID=\"before\",START-DATE=\"2026-01-01T00:00:05.000Z\",DURATION=5\n\
    #EXT-X-DATERANGE:ID=\"over\",START-DATE=\"2026-01-01T00:00:05.000Z\",DURATION=10\n\
    #EXT-X-DATERANGE:ID=\"behind\",START-DATE=\"2026-01-01T00:00:10.000Z\",END-DATE=\"2026-01-01T00:00:20.000Z\"\n";

#[test]
fn ads_are_put_in_and_everything_behind_them_is_later() {
    let title = film(MOMENTS);
    let (x, y) = (ad("x", &[5, 5]), ad("y", &[5]));
    let rolls = vec![
        roll(&title, 0, 0, None, std::slice::from_ref(&y)),
        roll(&title, 1, 10, None, &[x.clone(), y.clone()]),
        roll(&title, 2, 20, Some(10), &[x]),
        roll(&title, 3, 40, None, &[y]),
    ];
    let programme = Programme::new(title, rolls);
    insta::assert_snapshot!(format!("{}\n{}", shown(&programme, 0), shown(&programme, 1)));
    let placed = title_placed(&programme);
    let placed: Vec<_> =
        placed.iter().map(|one| format!("{} {} {}", one.msn.0, one.start, one.carried)).collect();
    insta::assert_snapshot!(placed.join("\n"), @r"
    0 2026-01-01T00:00:00.000Z 0.0
    3 2026-01-01T00:00:15.000Z 0.0
    8 2026-01-01T00:00:40.000Z 0.0
    12 2026-01-01T00:01:00.000Z 0.0
    ");
}

#[test]
fn two_breaks_at_one_place_follow_each_other() {
    let title = film("");
    let (x, y) = (ad("x", &[5]), ad("y", &[5]));
    let rolls = vec![roll(&title, 0, 10, None, &[x]), roll(&title, 1, 10, None, &[y])];
    let programme = Programme::new(title, rolls);
    let text = shown(&programme, 0);
    let short: Vec<_> = text.lines().filter(|line| !line.starts_with("#EXT-X-PROGRAM")).collect();
    insta::assert_snapshot!(short[9..23].join("\n"), @r"
    http://origin/v5.ts
    #EXT-X-DISCONTINUITY
    #EXTINF:5.0,
    ad/b0/0/0/_x_v0.ts
    #EXT-X-DISCONTINUITY
    #EXTINF:5.0,
    ad/b1/0/0/_y_v0.ts
    #EXT-X-DISCONTINUITY
    #EXTINF:5.000,
    http://origin/v10.ts
    #EXTINF:5.000,
    http://origin/v15.ts
    #EXTINF:5.000,
    http://origin/v20.ts
    ");
}

#[test]
fn a_title_without_ads_is_the_title() {
    let programme = Programme::new(film(""), Vec::new());
    insta::assert_snapshot!(shown(&programme, 0));
}

/// Four hours in 2,400 segments, 20 breaks.
#[test]
fn a_long_title_is_written_whole() {
    let mut text = String::from("#EXTM3U\n#EXT-X-TARGETDURATION:6\n");
    (0..2_400).for_each(|n| writeln!(text, "#EXTINF:6,\nsegment-number-{n}.ts").unwrap());
    let (playlist, _) = MediaPlaylist::parse(text + "#EXT-X-ENDLIST\n").unwrap();
    let kinds = [RenditionKind::Video];
    let title = Title::of(&kinds, &[Some(Arc::new(playlist))], Trust::ALL).unwrap();
    let title = Arc::new(title);
    let x = ad("x", &[5, 5, 5]);
    let rolls =
        (0..20).map(|n| roll(&title, n, i64::from(n) * 600, None, std::slice::from_ref(&x)));
    let programme = Programme::new(Arc::clone(&title), rolls.collect());
    let text = shown(&programme, 0);
    assert_eq!(text.matches(".ts").count(), 2_400 + 20 * 3);
    assert_eq!(text.matches("#EXT-X-DISCONTINUITY\n").count(), 40);
}
