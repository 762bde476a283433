use std::path::Path;

use super::*;
use crate::{
    creative::{Creative, Outline, Playlist},
    hls::RenditionKind,
    media::{self, Rate, Span},
    profile::{AudioCodec, Packing, VideoCodec},
};

fn millis(millis: i64) -> MediaDuration {
    MediaDuration::from_millis(millis)
}

pub(super) fn source(length: MediaDuration) -> Media {
    let span = Span { begins: MediaDuration::ZERO, ends: length, packets: 1 };
    Media {
        claimed: Some(length),
        picture: Some(media::Picture {
            index: 0,
            codec: "h264".to_owned(),
            profile: None,
            level: None,
            size: (1_920, 1_080),
            rate: Rate::new(30, 1),
            average_rate: Rate::new(30, 1),
            interlaced: false,
            bright: false,
            anamorphic: false,
            span,
        }),
        sounds: vec![media::Sound {
            index: 1,
            codec: "aac".to_owned(),
            profile: None,
            rate: 44_100,
            channels: 2,
            language: Some("eng".to_owned()),
            span,
        }],
    }
}

pub(super) fn picture(rate: (u32, u32)) -> Picture {
    Picture {
        codec: VideoCodec::parse("avc1.64001e").unwrap(),
        size: (640, 360),
        rate: Rate::new(rate.0, rate.1).unwrap(),
        bandwidth: 1_000_000,
        sound: None,
    }
}

pub(super) fn stereo() -> Sound {
    Sound { codec: AudioCodec::Aac, rate: 48_000, channels: 2, variant: None, packed: false }
}

pub(super) fn profile(rates: &[(u32, u32)], target_seconds: i64) -> Profile {
    Profile {
        packing: Packing::MpegTs,
        target_seconds,
        pictures: rates.iter().map(|rate| picture(*rate)).collect(),
        sounds: vec![stereo()],
    }
}

pub(super) fn plan(rates: &[(u32, u32)], target_seconds: i64, length: MediaDuration) -> Plan {
    Plan::of(&profile(rates, target_seconds), source(length), Settings::default()).unwrap()
}

/// Segments, frames of the grid, frames per segment.
fn cut(rate: (u32, u32), target: i64, length: i64) -> (i64, i64, i64) {
    let grid = plan(&[rate], target, millis(length)).grid;
    (grid.segments(), grid.frames, grid.per_segment)
}

#[test]
fn segments_are_of_two_seconds_and_never_over_the_target_duration() {
    assert_eq!(cut((25, 1), 6, 30_000), (15, 750, 50));
    assert_eq!(cut((25, 1), 1, 3_000), (3, 75, 25));
    assert_eq!(cut((30_000, 1_001), 6, 30_030), (15, 900, 60));
    assert_eq!(cut((25, 1), 6, 15_000), (8, 375, 50));
    assert_eq!(cut((25, 1), 6, 600), (1, 15, 50));
}

#[test]
fn no_runt_is_left_at_the_end() {
    // 15 segments of 2 s and one of 0.04 s would be.
    assert_eq!(cut((25, 1), 6, 30_040), (16, 751, 47));
    // The last one is cut like the others, one frame shorter at most each.
    assert_eq!(751 - 15 * 47, 46);
}

#[test]
fn rates_of_one_family_share_the_slower_ones_grid() {
    let plan = plan(&[(50, 1), (25, 1), (30, 1)], 6, millis(10_000));
    let pictures = plan.outputs.iter().filter_map(|output| output.picture.as_ref());
    let told: Vec<_> =
        pictures.map(|p| (p.wanted.rate.to_string(), p.frames, p.per_segment)).collect();
    let expected = [("50/1", 500, 100), ("25/1", 250, 50), ("25/1", 250, 50)];
    assert_eq!(told, expected.map(|(rate, frames, per)| (rate.to_owned(), frames, per)));
}

#[test]
fn sound_is_as_long_as_the_picture_and_less_than_a_frame_more() {
    for length in [10_000, 15_000, 15_040, 6_006, 1_024, 30_030] {
        let plan = plan(&[(25, 1)], 6, millis(length));
        let sound = plan.outputs[1].sound.as_ref().unwrap();
        let ends = MediaDuration::from_nanos(sound.frames * 1_024 * 1_000_000_000 / 48_000);
        let over = ends - plan.grid.length();
        let frame = MediaDuration::from_nanos(21_333_334);
        assert!(over > -MediaDuration::from_nanos(2) && over < frame, "{length}: {over}");
    }
}

#[test]
fn what_cannot_be_made_is_refused_with_its_reason() {
    let profile = profile(&[(25, 1)], 6);
    let of = |source| Plan::of(&profile, source, Settings::default()).unwrap_err();
    let mut cut_short = source(millis(7_000));
    cut_short.claimed = Some(millis(15_000));
    let mut deaf = source(millis(7_000));
    deaf.picture = None;
    let mut huge = source(millis(7_000));
    huge.picture.as_mut().unwrap().size = (16_000, 9_000);
    assert_eq!(
        [of(cut_short), of(deaf), of(huge), of(source(millis(40))), of(source(millis(700_000)))],
        [
            Unfit::Truncated { length: millis(7_000), claimed: millis(15_000) },
            Unfit::NoPicture,
            Unfit::TooLarge { width: 16_000, height: 9_000, limit: 8_192 },
            Unfit::TooShort { length: millis(40), limit: millis(250) },
            Unfit::TooLong { length: millis(700_000), limit: millis(600_000) },
        ]
    );
}

#[test]
fn ffmpeg_is_told_everything_at_once() {
    let plan = plan(&[(25, 1)], 6, millis(15_000));
    let gain = Level::lkfs(-2);
    let told = plan.encoding(&[gain], Path::new("/work/source"), Path::new("/work/made"));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_silent_interlaced_bright_and_anamorphic_file_is_seen_to() {
    let mut odd = source(millis(4_000));
    odd.sounds.clear();
    let picture = odd.picture.as_mut().unwrap();
    (picture.interlaced, picture.bright, picture.anamorphic) = (true, true, true);
    let plan = Plan::of(&profile(&[(25, 1)], 6), odd, Settings::default()).unwrap();
    insta::assert_snapshot!(plan.graph(&[]).replace(';', ";\n"));
}

#[test]
fn the_playlists_are_read_back_as_a_creative() {
    let plan = plan(&[(25, 1), (50, 1)], 6, millis(5_000));
    let base = |name: &str| url::Url::parse(&format!("midroll:/k/{name}")).unwrap();
    let main = Playlist { url: base("main.m3u8"), text: plan.multivariant() };
    let known_as = url::Url::parse("https://ads.example/a.mp4").unwrap();
    let outline = Outline::read(known_as, main).unwrap();
    let made = Made { segments: vec![millis(2_000), millis(2_000), millis(1_000)] };
    let named = |address: &url::Url| {
        let name = address.path().trim_start_matches("/k/").trim_end_matches(".m3u8");
        plan.outputs.iter().find(|output| output.name == name).unwrap()
    };
    let playlists: Vec<_> = outline
        .playlists()
        .map(|address| {
            let text = plan.media_playlist(named(address), &made);
            Ok(Playlist { url: address.clone(), text })
        })
        .collect();
    let creative = Creative::read(outline, &playlists).unwrap();
    let shown: Vec<_> = creative
        .renditions
        .iter()
        .map(|r| (r.info.kind, r.info.codecs.join(","), r.segments[2].uri.to_string()))
        .take(3)
        .collect();
    let expected = [
        (RenditionKind::Audio, "mp4a.40.2", "midroll:/k/a0/002.ts"),
        (RenditionKind::Video, "avc1.64001e", "midroll:/k/v0/002.ts"),
        (RenditionKind::Video, "avc1.64001e", "midroll:/k/v1/002.ts"),
    ];
    assert_eq!(shown, expected.map(|(kind, codec, uri)| (kind, codec.to_owned(), uri.to_owned())));
    assert_eq!((creative.duration, creative.segments()), (millis(5_000), 3));
}

#[test]
fn loudness_is_read_from_the_filters_summary() {
    let said = "[Parsed_ebur128_0 @ 0x5] Summary:\n\n  Integrated loudness:\n    I:         -20.3 LUFS\n    \
                Threshold: -30.3 LUFS\n\n  Loudness range:\n    LRA:         0.0 LU\n\n  True peak:\n    \
                Peak:      -17.3 dBFS\n";
    let read = Loudness::read(said).unwrap();
    let gain = read.integrated.unwrap().up_to(Level::lkfs(-24));
    assert_eq!((gain.to_string(), read.peak.unwrap().to_string()), ("-3.7".into(), "-17.3".into()));
    let silence = said.replace("-20.3", "-70.0").replace("-17.3", "-inf");
    assert_eq!(Loudness::read(&silence), Some(Loudness { integrated: None, peak: None }));
    assert_eq!(Loudness::read("nothing"), None);
}
