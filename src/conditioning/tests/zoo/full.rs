//! The zoo at full, and how fast it is made: `scripts/proof zoo`.

#![expect(clippy::print_stdout, reason = "what is found out is told")]

use std::fmt::Write as _;

use super::*;

/// Name, what ffmpeg is told, and what comes of it in two small rungs.
const MORE: [(&str, &str, &str); 11] = [
    (
        "film-24.mp4",
        "-f lavfi -i testsrc2=s=256x144:r=24:d=6 -f lavfi -i sine=r=44100:d=6 -c:v libx264 -preset ultrafast -c:a aac",
        "6.0 s in 3",
    ),
    (
        "pal-25.mp4",
        "-f lavfi -i testsrc2=s=256x144:r=25:d=6 -f lavfi -i sine=r=48000:d=6 -c:v libx264 -preset ultrafast -c:a aac",
        "6.0 s in 3",
    ),
    (
        "ntsc-29.97.mp4",
        "-f lavfi -i testsrc2=s=256x144:r=30000/1001:d=6.006 -f lavfi -i sine=r=48000:d=6.006 -c:v libx264 -preset ultrafast -c:a aac",
        "6.0 s in 3",
    ),
    (
        "fast-50.mp4",
        "-f lavfi -i testsrc2=s=256x144:r=50:d=6 -f lavfi -i sine=r=48000:d=6 -c:v libx264 -preset ultrafast -c:a aac",
        "6.0 s in 3",
    ),
    (
        "fast-60.mp4",
        "-f lavfi -i testsrc2=s=256x144:r=60:d=6 -f lavfi -i sine=r=48000:d=6 -c:v libx264 -preset ultrafast -c:a aac",
        "6.0 s in 3",
    ),
    (
        "four-to-three.mp4",
        "-f lavfi -i testsrc2=s=640x480:r=25:d=4 -f lavfi -i sine=r=48000:d=4 -c:v libx264 -preset ultrafast -c:a aac",
        "4.0 s in 2",
    ),
    (
        "4k.mp4",
        "-f lavfi -i testsrc2=s=3840x2160:r=25:d=3 -f lavfi -i sine=r=48000:d=3 -c:v libx264 -preset ultrafast -c:a aac",
        "3.0 s in 2",
    ),
    (
        "mono.mp4",
        "-f lavfi -i testsrc2=s=256x144:r=25:d=4 -f lavfi -i sine=r=48000:d=4 -c:v libx264 -preset ultrafast -c:a aac -ac 1",
        "4.0 s in 2",
    ),
    (
        "six-channels.mp4",
        "-f lavfi -i testsrc2=s=256x144:r=25:d=4 -f lavfi -i sine=r=48000:d=4 -c:v libx264 -preset ultrafast -c:a aac -ac 6",
        "4.0 s in 2",
    ),
    (
        "two-minutes.mp4",
        "-f lavfi -i testsrc2=s=256x144:r=25:d=120 -f lavfi -i sine=r=48000:d=120 -c:v libx264 -preset ultrafast -c:a aac",
        "120.0 s in 60",
    ),
    (
        "named.txt",
        "-f lavfi -i testsrc2=s=256x144:r=25:d=4 -c:v libx264 -preset ultrafast -f mp4",
        "4.0 s in 2",
    ),
];

/// Room for large files.
async fn spacious() -> Workshop {
    let mut workshop = Workshop::open().await;
    workshop.reopen_with(Settings { source_bytes: 64 << 20, ..settings(&workshop.folder) });
    workshop
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "scripts/proof zoo"]
async fn every_animal_is_made_for_both_containers() {
    let workshop = spacious().await;
    for (name, made, _) in MORE {
        workshop.source(name, made).await;
    }
    for packing in [Packing::MpegTs, Packing::Fmp4] {
        for (name, _, expected) in MORE {
            let made = told(&workshop.condition(name, &profile(packing)).await);
            println!("{packing:?} {name}: {made}");
            assert_eq!(made, format!("{expected} segments, 3 renditions"), "{name}");
        }
    }
}

/// Codec, size and bandwidth.
type Rung = (&'static str, (u32, u32), u64);

const LADDERS: [(&str, &[Rung]); 4] = [
    ("sound alone", &[]),
    ("360p", &[("avc1.64001e", (640, 360), 900_000)]),
    (
        "720p, 360p",
        &[("avc1.64001f", (1_280, 720), 3_000_000), ("avc1.64001e", (640, 360), 900_000)],
    ),
    (
        "1080p, 720p, 540p, 360p",
        &[
            ("avc1.640028", (1_920, 1_080), 6_000_000),
            ("avc1.64001f", (1_280, 720), 3_000_000),
            ("avc1.64001f", (960, 540), 1_800_000),
            ("avc1.64001e", (640, 360), 900_000),
        ],
    ),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "scripts/proof zoo"]
async fn how_fast_an_ad_of_fifteen_seconds_is_made() {
    let workshop = spacious().await;
    workshop.source(
        "ad.mp4",
        "-f lavfi -i testsrc2=s=1920x1080:r=25:d=15 -f lavfi -i sine=r=44100:d=15 -c:v libx264 -preset veryfast -b:v 1500k -c:a aac",
    ).await;
    let mut rows = String::from(
        "| renditions | packed | encode | all steps | processor | of a first break of 15 s | 30 s | 60 s | 120 s |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for (name, rungs) in LADDERS {
        for packing in [Packing::MpegTs, Packing::Fmp4] {
            let profile = ladder(rungs, packing);
            let before = programs_took();
            workshop.condition("ad.mp4", &profile).await.unwrap();
            let took = programs_took() - before;
            let reports = workshop.conditioning.report();
            let own =
                reports.iter().find(|report| report.profile == profile.id().to_string()).unwrap();
            let all: i64 = own.steps.iter().map(|(_, millis)| millis).sum();
            let encode: i64 =
                own.steps.iter().filter(|(step, _)| *step == Step::Encode).map(|(_, ms)| ms).sum();
            let _ = writeln!(
                rows,
                "| {name} | {packing:?} | {} | {} | {}.{} s | {} |",
                times(encode),
                times(all),
                took / 1_000,
                took % 1_000 / 100,
                [15, 30, 60, 120].map(|length| saved(all, length)).join(" | ")
            );
        }
    }
    println!("{rows}");
}

fn ladder(rungs: &[Rung], packing: Packing) -> Profile {
    let picture = |(codec, size, bandwidth): &Rung| Picture {
        codec: VideoCodec::parse(codec).unwrap(),
        size: *size,
        rate: Rate::new(25, 1).unwrap(),
        bandwidth: *bandwidth,
        sound: None,
    };
    let mut profile = profile(packing);
    profile.target_seconds = 6;
    profile.sounds[0].variant = rungs.is_empty().then_some(128_000);
    profile.pictures = rungs.iter().map(picture).collect();
    profile
}

/// Milliseconds of processor time that ffmpeg and ffprobe have taken so far: on a machine that has other
/// things to do it says more than the clock.
fn programs_took() -> i64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    // Of children that have ended, in user and in system (proc(5), 16 and 17), in hundredths.
    let ticks =
        fields.split_whitespace().skip(13).take(2).map(|ticks| ticks.parse::<i64>().unwrap());
    ticks.sum::<i64>() * 10
}

/// A multiple of real time, and the seconds.
fn times(millis: i64) -> String {
    let tenths = 150_000 / millis.max(1);
    format!("{}.{}× ({}.{} s)", tenths / 10, tenths % 10, millis / 1_000, millis % 1_000 / 100)
}

/// How much of a break that asks for it first the ad fills, whole ones only, again and again: what is
/// there within the three seconds that playlists wait for it (half a target duration of 6 s) stands at
/// the break's start, else it follows slate at the next segment of two seconds.
fn saved(millis: i64, length: i64) -> String {
    let begins = if millis <= 3_000 { 0 } else { (millis + 1_999) / 2_000 * 2 };
    let filled = (length - begins).max(0) / 15 * 15;
    format!("{} %", filled * 100 / length)
}
