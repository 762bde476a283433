use std::fmt::Write as _;

use super::*;
use crate::{
    channel::{Break, BreakSerial},
    ids::BreakId,
    pod::{Ad, AdInfo, Pod, tests::creative},
    scte35::tests::written,
    session::{Decision, Fill, Span},
    vast::{self, AdBreak},
};

/// A rendition of segments as long as these, in seconds, with lines before some of them.
fn playlist(lengths: &[&str], lines: &[(usize, &str)], dated: bool) -> Arc<MediaPlaylist> {
    let mut text = String::from("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n");
    let said = |at| lines.iter().filter(move |(of, _)| *of == at).map(|(_, line)| *line);
    for (at, length) in lengths.iter().enumerate() {
        said(at).for_each(|line| writeln!(text, "{line}").unwrap());
        if dated && at == 0 {
            text.push_str("#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n");
        }
        writeln!(text, "#EXTINF:{length},\n{at}.ts").unwrap();
    }
    said(lengths.len()).for_each(|line| writeln!(text, "{line}").unwrap());
    text.push_str("#EXT-X-ENDLIST\n");
    Arc::new(MediaPlaylist::parse(text).unwrap().0)
}

fn title(renditions: &[(RenditionKind, Arc<MediaPlaylist>)]) -> Title {
    let (kinds, playlists): (Vec<_>, Vec<_>) =
        renditions.iter().map(|(kind, playlist)| (*kind, Some(Arc::clone(playlist)))).unzip();
    Title::of(&kinds, &playlists, Trust::ALL).unwrap()
}

fn video(lines: &[(usize, &str)]) -> Title {
    title(&[(RenditionKind::Video, playlist(&["6"; 20], lines, false))])
}

fn secs(text: &[MediaDuration]) -> String {
    text.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn boundaries_are_where_picture_and_sound_are_cut() {
    let sound = playlist(&["9.984", "9.984", "10.005", "10.027"], &[], false);
    let words = playlist(&["40"], &[], false);
    let title = title(&[
        (RenditionKind::Audio, sound),
        (RenditionKind::Video, playlist(&["5"; 8], &[], false)),
        (RenditionKind::Subtitles, words),
    ]);
    assert_eq!((title.reference, title.length), (1, MediaDuration::from_secs(40)));
    assert_eq!(secs(&title.boundaries), "0.0 10.0 20.0 30.0 40.0");
}

/// Durations are written to the millisecond: four hours of them add up to more than a tolerance.
#[test]
fn rounding_over_hours_does_not_part_the_renditions() {
    let sound = playlist(&["5.9998"; 2_400], &[], false);
    let pictures = playlist(&["6"; 2_400], &[], false);
    let title = title(&[(RenditionKind::Video, pictures), (RenditionKind::Audio, sound)]);
    assert_eq!(title.boundaries.len(), 2_401);
}

/// `at[-until] (asked)` of each mark.
fn marks(lines: &[(usize, &str)]) -> Vec<String> {
    let told = |mark: &Mark| match mark.spot {
        Ok(Spot { at, until, .. }) if at == until => at.to_string(),
        Ok(Spot { at, until, .. }) => format!("{at}-{until}"),
        Err(why) => why.as_str().to_owned(),
    };
    video(lines).marks.iter().map(told).collect()
}

#[test]
fn what_a_cue_gives_away_is_replaced_and_nothing_else() {
    for (lines, expected) in [
        (&[(5, "#EXT-X-CUE-OUT:0"), (5, "#EXT-X-CUE-IN")][..], &["30.0"][..]),
        (&[(5, "#EXT-X-CUE-OUT:12"), (7, "#EXT-X-CUE-IN")], &["30.0-42.0"]),
        (&[(5, "#EXT-X-CUE-OUT:12")], &["30.0-42.0"]),
        (&[(5, "#EXT-X-CUE-OUT:13")], &["30.0-42.0"]),
        (&[(5, "#EXT-X-CUE-OUT:30"), (7, "#EXT-X-CUE-IN")], &["30.0-42.0"]),
        (&[(5, "#EXT-X-CUE-OUT"), (7, "#EXT-X-CUE-IN")], &["30.0-42.0"]),
        // A length of nothing in particular: nothing may be lost for it.
        (&[(5, "#EXT-X-CUE-OUT")], &["30.0"]),
        (&[(0, "#EXT-X-CUE-OUT:0"), (10, "#EXT-X-CUE-OUT:0")], &["0.0", "60.0"]),
        (&[(20, "#EXT-X-CUE-OUT:0")], &["120.0"]),
    ] {
        assert_eq!(marks(lines), expected, "{lines:?}");
    }
}

/// Sound every 9 s, pictures every 6 s: what is given away is left out only where both are cut inside it.
#[test]
fn nothing_is_left_out_that_is_not_given_away() {
    let lines = [(2, "#EXT-X-CUE-OUT:24"), (10, "#EXT-X-CUE-OUT:0")];
    let title = title(&[
        (RenditionKind::Video, playlist(&["6"; 20], &lines, false)),
        (RenditionKind::Audio, playlist(&["9"; 13], &[], false)),
    ]);
    let spots: Vec<_> = title.marks.iter().map(|mark| mark.spot.unwrap()).collect();
    let told = spots.iter().map(|one| format!("{} {}-{}", one.asked, one.at, one.until));
    assert_eq!(told.collect::<Vec<_>>(), ["12.0 18.0-36.0", "60.0 54.0-54.0"]);
}

#[test]
fn what_ends_a_breaks_range_is_no_range_of_the_title() {
    let told = |range| format!("#EXT-X-DATERANGE:START-DATE=\"2026-01-01T00:00:06Z\",{range}");
    let ranges =
        ["ID=\"7\",SCTE35-OUT=0xFC00", "ID=\"7\",DURATION=12", "ID=\"8\",DURATION=12"].map(told);
    let lines = [(1, &*ranges[0]), (3, &*ranges[1]), (4, &*ranges[2])];
    let title = title(&[(RenditionKind::Video, playlist(&["6"; 6], &lines, true))]);
    let kept = title.track(0).unwrap().frame.date_ranges.iter().map(|line| line.text.to_string());
    assert_eq!(kept.collect::<Vec<_>>(), [&*ranges[2]]);
}

/// Live it ends a break of unknown length.
#[test]
fn that_the_next_programme_begins_gives_nothing_away() {
    let begins = written::segmentation(0x10, 9, None, (0, 0));
    let begins = format!("#EXT-OATCLS-SCTE35:{}", written::base64(written::signal(), &begins));
    assert_eq!(marks(&[(5, "#EXT-X-CUE-OUT"), (7, &begins)]), ["30.0"]);
}

#[test]
fn of_two_breaks_without_an_end_neither_gives_anything_away() {
    let bare = [(3, "#EXT-X-CUE-OUT"), (6, "#EXT-X-CUE-OUT"), (9, "#EXT-X-CUE-OUT:12")];
    assert_eq!(marks(&bare), ["18.0", "36.0", "54.0-66.0"]);
    // Where a length was announced, what begins inside it ends it.
    let inside = [(3, "#EXT-X-CUE-OUT:30"), (9, "#EXT-X-CUE-OUT:12")];
    assert_eq!(marks(&inside), ["18.0-48.0", "54.0-66.0"]);
}

/// A break that gives something away begins late, one that gives nothing where it is nearest.
#[test]
fn marks_stay_in_the_order_of_the_title() {
    let range = |name: &str, at: &str, more: &str| {
        let begins = format!("START-DATE=\"2026-01-01T00:00:{at}Z\"");
        format!("#EXT-X-DATERANGE:ID=\"{name}\",{begins},{more}SCTE35-OUT=0xFC")
    };
    let lines = [range("a", "15.5", "PLANNED-DURATION=1,"), range("b", "22", "")].join("\n");
    let title = title(&[
        (RenditionKind::Video, playlist(&["5"; 12], &[(3, &lines)], true)),
        (RenditionKind::Audio, playlist(&["15"; 4], &[], true)),
    ]);
    let told = title.marks.iter().map(|mark| (mark.asked.to_string(), mark.spot.unwrap().at));
    let told: Vec<_> = told.map(|(asked, at)| format!("{asked} {at}")).collect();
    assert_eq!(told, ["15.5 30.0", "22.0 30.0"]);
}

fn break_at(offset: &str, repeat_after: Option<i64>) -> AdBreak {
    AdBreak {
        written: offset.to_owned(),
        offset: vast::BreakOffset::parse(offset),
        linear: true,
        repeat_after: repeat_after.map(MediaDuration::from_secs),
        ..AdBreak::default()
    }
}

#[test]
fn a_plan_s_breaks_are_at_the_boundary_before_in_the_order_of_the_title() {
    let title = video(&[]);
    let breaks = [
        break_at("end", None),
        break_at("00:00:31", None),
        break_at("50%", None),
        break_at("start", None),
        break_at("00:00:30", None),
        break_at("00:01:30", Some(12)),
        break_at("00:10:00", None),
        break_at("#1", None),
        break_at("whenever", None),
        AdBreak { linear: false, ..break_at("start", None) },
    ];
    let (placed, dropped) = plan(&title, &breaks);
    let placed: Vec<_> = placed
        .iter()
        .map(|(n, spot)| format!("{n}@{} {}", spot.at, spot.at - spot.asked))
        .collect();
    let expected =
        ["3@0.0 0.0", "1@30.0 -1.0", "4@30.0 0.0", "2@60.0 0.0", "5@90.0 0.0", "5@102.0 0.0"];
    assert_eq!(placed[..6], expected);
    assert_eq!(placed[6..], ["5@114.0 0.0", "0@120.0 0.0"]);
    let dropped: Vec<_> =
        dropped.iter().map(|one| format!("{} {}", one.offset, one.why.as_str())).collect();
    assert_eq!(
        dropped,
        [
            "00:10:00 PAST_THE_END",
            "#1 NOT_MARKED",
            "whenever UNREADABLE_OFFSET",
            "start NOT_LINEAR"
        ]
    );
}

#[test]
fn places_beyond_the_limit_are_told_of() {
    let video = playlist(&["6"; 700], &[], false);
    let title = title(&[(RenditionKind::Video, video)]);
    let breaks = [break_at("start", Some(10)), break_at("00:00:06", Some(10))];
    let (placed, dropped) = plan(&title, &breaks);
    let told: Vec<_> = dropped.iter().map(|one| (one.offset.as_str(), one.why.as_str())).collect();
    let cut = [("start", "TOO_MANY"), ("00:00:06", "TOO_MANY")];
    assert_eq!((placed.len(), told), (vast::MAX_BREAKS, cut.to_vec()));
}

fn roll(title: &Title, serial: u32, spot: Spot, millis: i64) -> Roll {
    let cue = video(&[(0, "#EXT-X-CUE-OUT:0")]).marks[0].cue.clone();
    let begins = title.date(spot.at);
    let identity = (BreakId::new(format!("b{serial}")), BreakSerial(serial));
    let ad_break = Break::recorded(identity, cue, begins, spot.planned, title.zero);
    let info = Arc::new(AdInfo::default());
    let ads = vec![Ad { creative: creative(millis), matched: Arc::from([0]), info }];
    let fill = Fill::Pod(Arc::new(Pod { ads }));
    let decision = Decision::new(&ad_break, vec![Span::from_start(fill)], None);
    Roll::new(title, Arc::new(ad_break), spot, Arc::new(decision))
}

#[test]
fn no_more_is_left_out_than_ads_fill() {
    let title = video(&[(5, "#EXT-X-CUE-OUT:24")]);
    let spot = title.marks[0].spot.unwrap();
    for (millis, until, moves) in [
        (6_000, "36.0", "0.0"),
        (6_500, "36.0", "0.5"),
        (8_000, "42.0", "-4.0"),
        (24_000, "54.0", "0.0"),
        (24_800, "54.0", "0.8"),
    ] {
        let roll = roll(&title, 0, spot, millis);
        assert_eq!(
            (roll.until.to_string(), roll.moves().to_string()),
            (until.into(), moves.into())
        );
    }
}

#[test]
fn what_comes_later_is_later_by_the_ads_before_it() {
    let title = Arc::new(video(&[]));
    let at = MediaDuration::from_secs;
    let between = |secs| Spot::between(at(secs), at(secs));
    let spots = [between(0), between(30), between(120)];
    let rolls = spots.iter().zip(0..).map(|(spot, n)| roll(&title, n, *spot, 10_000)).collect();
    let programme = Programme::new(Arc::clone(&title), rolls);
    assert_eq!(programme.length(), at(150));
    for (secs, reached) in [(0, 0), (1, 11), (30, 40), (31, 51), (120, 140)] {
        assert_eq!(programme.reached(at(secs)), at(reached), "{secs}");
    }
    let date = |secs| title.zero + at(secs);
    for (secs, behind, shift) in [(0, true, 10), (0, false, 0), (30, false, 10), (30, true, 20)] {
        assert_eq!(programme.shift(date(secs), behind), at(shift), "{secs} {behind}");
    }
}
