//! Creatives as advertisers send them. Every check of what comes of them is the workflow's own
//! verification, without which nothing is published.

use super::*;

mod full;
mod he_aac;

/// Name, what ffmpeg is told, and what comes of it.
const ANIMALS: [(&str, &str, &str); 6] = [
    (
        "interlaced.mp4",
        "-f lavfi -i testsrc2=s=180x144:r=50:d=3 -f lavfi -i sine=r=48000:d=3 -vf interlace,setsar=16/15 \
         -flags +ilme+ildct -c:v libx264 -preset ultrafast -x264-params tff=1 -c:a aac -ac 1",
        "3.0 s in 2 segments, 3 renditions",
    ),
    (
        "portrait-29.97-silent.mp4",
        "-f lavfi -i testsrc2=s=90x160:r=30000/1001:d=4.004 -c:v libx264 -preset ultrafast",
        "4.0 s in 2 segments, 3 renditions",
    ),
    (
        "vfr-5.1.mkv",
        "-f lavfi -i testsrc2=s=160x90:r=60:d=5 -f lavfi -i anoisesrc=r=48000:a=0.05:d=5 \
         -vf select=lt(mod(n\\,7)\\,3) -fps_mode vfr -c:v libx264 -preset ultrafast -c:a ac3 -ac 6",
        "4.96 s in 3 segments, 3 renditions",
    ),
    (
        "master.mov",
        "-f lavfi -i testsrc2=s=256x144:r=24:d=2 -f lavfi -i sine=r=48000:d=2 -c:v prores_ks -c:a pcm_s24le",
        "2.0 s in 1 segments, 3 renditions",
    ),
    (
        "hevc-60.mp4",
        "-f lavfi -i testsrc2=s=256x144:r=60:d=6 -f lavfi -i sine=r=44100:d=6 \
         -c:v libx265 -preset ultrafast -x265-params log-level=error -c:a aac -ac 2",
        "6.0 s in 3 segments, 3 renditions",
    ),
    (
        "odd-length.mp4",
        "-f lavfi -i testsrc2=s=160x90:r=25:d=6.04 -f lavfi -i sine=r=48000:d=6.5 \
         -c:v libx264 -preset ultrafast -c:a aac",
        "6.04 s in 4 segments, 3 renditions",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_file_becomes_transport_streams() {
    all(Packing::MpegTs).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_file_becomes_fragmented_mp4() {
    all(Packing::Fmp4).await;
}

async fn all(packing: Packing) {
    let workshop = Workshop::open().await;
    let profile = profile(packing);
    let mut rows = Vec::new();
    for (name, made, _) in ANIMALS {
        workshop.source(name, made).await;
        rows.push((name, told(&workshop.condition(name, &profile).await)));
    }
    let expected: Vec<_> = ANIMALS.map(|(name, _, told)| (name, told.to_owned())).into();
    assert_eq!(rows, expected);
}
