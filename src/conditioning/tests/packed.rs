//! Channels whose sound is bare frames beside their pictures.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn sound_is_bare_frames_where_the_channels_is() {
    let workshop = Workshop::open().await;
    workshop.source("ad.mp4", AD).await;
    let mut profile = profile(Packing::MpegTs);
    profile.pictures.truncate(1);
    profile.sounds[0].packed = true;
    let made = workshop.condition("ad.mp4", &profile).await.unwrap();
    let sound = made.renditions.iter().find(|one| one.container == Container::PackedAudio).unwrap();
    let mut frames = 0;
    for (at, segment) in sound.segments.iter().enumerate() {
        assert!(segment.uri.path().ends_with(&format!("/a0/{at:03}.aac")), "{}", segment.uri);
        let bytes = std::fs::read(workshop.place(&segment.uri)).unwrap();
        let (tag, media) = bytes.split_at(73);
        let owner = b"com.apple.streaming.transportStreamTimestamp\0";
        assert_eq!((&tag[..10], &tag[20..65]), (&b"ID3\x04\0\0\0\0\0\x3f"[..], &owner[..]));
        // Frame after frame to the last byte (ADTS, ISO/IEC 14496-3 1.A.2.2).
        let mut rest = media;
        let own = frames;
        while let [0xff, second, _, high, middle, low, ..] = *rest {
            assert_eq!(second & 0xf6, 0xf0);
            let bytes = [high & 3, middle, low >> 5 << 5].map(usize::from);
            let length = bytes[0] << 11 | bytes[1] << 3 | bytes[2] >> 5;
            rest = &rest[length..];
            frames += 1;
        }
        assert_eq!(rest, b"", "segment {at}");
        // Its clock is the picture's, which begins at 1.4 s.
        let time = u64::from_be_bytes(tag[65..].try_into().unwrap());
        assert!(time.abs_diff(126_000 + own * 1_920) < 2, "segment {at} at {time}");
    }
    assert_eq!(frames, 235, "5 s at 48 kHz");
}
