//! What is wrong with what was made is found, each fault by its name.

use super::*;
use crate::{
    creative::{Creative, Outline, Playlist},
    encoding::{
        Settings,
        tests::{picture, plan, profile, source, stereo},
    },
    profile::VideoCodec,
};

/// Frames of one track of a segment: how many, the first at a time, each of a length (90 kHz).
#[derive(Clone, Copy)]
struct Frames {
    count: i64,
    first: i64,
    length: i64,
}

/// What ffmpeg's `framecrc` says of tracks one after another, of one batch.
fn said(tracks: &[Frames]) -> Vec<u8> {
    let bases = (0..tracks.len()).map(|at| format!("#tb {at}: 1/90000\n"));
    let lines = tracks.iter().enumerate().flat_map(|(at, track)| {
        (0..track.count).map(move |frame| {
            let pts = track.first + frame * track.length;
            format!("{at}, {pts}, {pts}, {}, 100, 0x0\n", track.length)
        })
    });
    bases.chain(lines).collect::<String>().into_bytes()
}

/// Pictures of a segment at 25 a second.
const fn pictures(count: i64, first: i64) -> Frames {
    Frames { count, first: 126_000 + first * 3_600, length: 3_600 }
}

/// AAC at 48 kHz.
const fn sound(count: i64, first: i64) -> Frames {
    Frames { count, first: 126_000 + first * 1_920, length: 1_920 }
}

fn millis(millis: i64) -> MediaDuration {
    MediaDuration::from_millis(millis)
}

/// Four seconds in two segments, sound beside the picture.
fn beside() -> Plan {
    plan(&[(25, 1)], 6, millis(4_000))
}

/// The same with sound within.
fn within() -> Plan {
    let mut profile = profile(&[(25, 1)], 6);
    profile.pictures[0].sound = profile.sounds.pop();
    Plan::of(&profile, source(millis(4_000)), Settings::default()).unwrap()
}

/// What is found where an output's tracks are these.
fn judged(plan: &Plan, output: usize, tracks: &[Frames]) -> String {
    match plan.judge(&plan.outputs[output], &[said(tracks)]) {
        Ok(Made { segments }) => format!("{segments:?}"),
        Err(fault) => fault.to_string(),
    }
}

#[test]
fn frames_that_are_missing_misplaced_or_out_of_step_are_found() {
    let (apart, mixed) = (beside(), within());
    let good = [pictures(50, 0), pictures(50, 50)];
    let rows = [
        judged(&apart, 0, &good),
        judged(&apart, 1, &[sound(94, 0), sound(94, 94)]),
        // A segment that needs the one before it gives fewer frames when it is decoded alone.
        judged(&apart, 0, &[good[0], pictures(49, 51)]),
        judged(&apart, 0, &[good[0], pictures(51, 50)]),
        judged(&apart, 0, &[good[0], pictures(50, 51)]),
        judged(&apart, 0, &[good[0], Frames { length: 3_750, ..good[1] }]),
        judged(&apart, 1, &[sound(94, 0), sound(93, 94)]),
        judged(&apart, 1, &[sound(94, 0), sound(94, 95)]),
        judged(&apart, 0, &good[..1]),
        judged(&mixed, 0, &[good[0], sound(94, 0), good[1], sound(94, 94)]),
        // Sound and picture each keep their own step, and have parted.
        judged(&mixed, 0, &[good[0], sound(94, 3), good[1], sound(94, 97)]),
        match apart.judge(&apart.outputs[0], &[b"0, nothing".to_vec()]) {
            Ok(made) => format!("{made:?}"),
            Err(fault) => fault.to_string(),
        },
    ];
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn a_segment_that_begins_with_no_idr_picture_is_found() {
    let plan = beside();
    let start = |bytes: &[u8]| {
        let judged = plan.judge_start(&plan.outputs[0], 1, bytes);
        judged.err().map(|fault| fault.to_string())
    };
    let told = Some(String::from("segment 1 of v0 does not begin with an IDR picture"));
    assert_eq!(start(b""), told);
    assert_eq!(start(&[0x47; 188]), told);
    // Sound alone has none.
    assert_eq!(plan.judge_start(&plan.outputs[1], 1, b""), Ok(()));
}

#[test]
fn other_media_than_ordered_are_found() {
    let plan = beside();
    let seen = || {
        let mut media = source(millis(4_000));
        let picture = media.picture.as_mut().unwrap();
        (picture.profile, picture.level) = (Some(String::from("High")), Some(30));
        picture.size = (640, 360);
        media.sounds[0].rate = 48_000;
        media
    };
    let judged = |output: usize, change: &dyn Fn(&mut Media)| {
        let mut media = seen();
        change(&mut media);
        let judged = plan.judge_kind(&plan.outputs[output], &media);
        judged.map_or_else(|fault| fault.to_string(), |()| String::from("as ordered"))
    };
    let picture = |change: &dyn Fn(&mut crate::media::Picture)| {
        judged(0, &|media| change(media.picture.as_mut().unwrap()))
    };
    let rows = [
        picture(&|_| {}),
        picture(&|picture| picture.profile = Some(String::from("High 10"))),
        picture(&|picture| picture.level = Some(31)),
        picture(&|picture| picture.codec = String::from("hevc")),
        picture(&|picture| picture.size = (640, 352)),
        picture(&|picture| picture.interlaced = true),
        judged(0, &|media| media.picture = None),
        judged(1, &|_| {}),
        judged(1, &|media| media.sounds[0].channels = 6),
        judged(1, &|media| media.sounds[0].rate = 44_100),
        judged(1, &|media| media.sounds[0].codec = String::from("mp3")),
        judged(1, &|media| media.sounds.clear()),
    ];
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn what_is_too_loud_is_refused_and_what_is_too_quiet_is_told() {
    let plan = beside();
    let judged = |tenths: i32| match plan.judge_loudness(&plan.outputs[1], Level::tenths(tenths)) {
        Ok(None) => String::from("right"),
        Ok(Some(off)) => format!("{off} too quiet"),
        Err(fault) => fault.to_string(),
    };
    assert_eq!(
        [-240, -230, -250, -251, -229].map(judged),
        ["right", "right", "right", "1.1 too quiet", "a0 has -22.9 LKFS, -24.0 are wanted",]
    );
}

/// What is found where these playlists lie over segments of two seconds.
fn presented(plan: &Plan, main: &str, media: &dyn Fn(String) -> String) -> String {
    let made = Made { segments: vec![millis(2_000); 2] };
    let base = |name: &str| url::Url::parse(&format!("midroll:/k/{name}")).unwrap();
    let main = Playlist { url: base("main.m3u8"), text: main.to_owned() };
    let outline = Outline::read(base("ad.mp4"), main).unwrap();
    let playlists: Vec<_> = outline
        .playlists()
        .map(|url| {
            let named = |output: &&Output| url.path().ends_with(&format!("/{}.m3u8", output.name));
            let output = plan.outputs.iter().find(named).unwrap();
            Ok(Playlist { url: url.clone(), text: media(plan.media_playlist(output, &made)) })
        })
        .collect();
    let creative = Creative::read(outline, &playlists).unwrap();
    let all = vec![made; plan.outputs.len()];
    let judged = plan.judge_presentation(&creative, &all);
    judged.map_or_else(|fault| fault.to_string(), |()| String::from("as it is"))
}

#[test]
fn playlists_that_say_something_else_are_found() {
    let plan = beside();
    let main = plan.multivariant();
    let as_it_is = |text: String| text;
    let without_sound: String = main
        .lines()
        .filter(|line| !line.starts_with("#EXT-X-MEDIA"))
        .map(|line| line.replace(",AUDIO=\"mp4a.40.2\"", "") + "\n")
        .collect();
    let rows = [
        presented(&plan, &main, &as_it_is),
        presented(&plan, &main, &|text| text.replacen("#EXTINF:2.0", "#EXTINF:2.04", 1)),
        presented(&plan, &main, &|text| {
            text.replace("#EXTINF:2.0,\nv0/001.ts\n", "").replace("#EXTINF:2.0,\na0/001.ts\n", "")
        }),
        presented(&plan, &main.replace("avc1.64001e", "avc1.640028"), &as_it_is),
        presented(&plan, &main.replace("mp4a.40.2", "mp4a.40.34"), &as_it_is),
        presented(&plan, &without_sound, &as_it_is),
    ];
    insta::assert_snapshot!(rows.join("\n"));
}

/// Nobody's decoder takes more than its channel says.
#[test]
fn a_channel_of_main_profile_gets_no_high() {
    let mut profile = profile(&[(25, 1)], 6);
    profile.pictures[0] = crate::profile::Picture {
        codec: VideoCodec::parse("avc1.4d401e").unwrap(),
        ..picture((25, 1))
    };
    profile.sounds = vec![stereo()];
    let plan = Plan::of(&profile, source(millis(4_000)), Settings::default()).unwrap();
    let mut media = source(millis(4_000));
    let seen = media.picture.as_mut().unwrap();
    (seen.profile, seen.level, seen.size) = (Some(String::from("High")), Some(30), (640, 360));
    let fault = plan.judge_kind(&plan.outputs[0], &media).unwrap_err();
    assert_eq!(fault.to_string(), "v0 is not as ordered: h264 High of level 30 for avc1.4d401e");
}
