//! HE-AAC, which Debian's ffmpeg decodes and cannot encode.
//!
//! The files beside this one are three seconds of a tone at 44.1 kHz in stereo, made with libfdk-aac
//! (by way of the crate `fdk-aac-sys`): SBR in 32 kbit/s, and with parametric stereo in 24 kbit/s.

use super::*;
use crate::{
    creative::{Slot, matching},
    hls::Multivariant,
};

const SBR: &[u8] = include_bytes!("he-aac.aac");
const PARAMETRIC: &[u8] = include_bytes!("he-aac-v2.aac");

impl Workshop {
    /// An ad with that sound, and the sound alone in a transport stream.
    async fn he_aac(&self, name: &str, sound: &[u8]) {
        self.write("sound.aac", sound);
        let sound = self.folder.path("sources").join("sound.aac");
        let sound = sound.display();
        let ad = format!(
            "-f lavfi -i testsrc2=s=256x144:r=25:d=3 -i {sound} -c:v libx264 -preset ultrafast -c:a copy"
        );
        self.source(&format!("{name}.mp4"), &ad).await;
        self.source(&format!("{name}.ts"), &format!("-i {sound} -c copy")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ads_with_he_aac_are_made() {
    let workshop = Workshop::open().await;
    for (name, sound) in [("sbr", SBR), ("parametric", PARAMETRIC)] {
        workshop.he_aac(name, sound).await;
        for packing in [Packing::MpegTs, Packing::Fmp4] {
            let made = workshop.condition(&format!("{name}.mp4"), &profile(packing)).await;
            assert_eq!(told(&made), "3.0 s in 2 segments, 3 renditions", "{name} {packing:?}");
        }
    }
}

/// They get AAC-LC at the rate that is heard, which each of their decoders decodes.
#[tokio::test(flavor = "multi_thread")]
async fn channels_of_he_aac_are_made_for() {
    let workshop = Workshop::open().await;
    for (name, sound, codec) in
        [("sbr", SBR, "mp4a.40.5"), ("parametric", PARAMETRIC, "mp4a.40.29")]
    {
        workshop.he_aac(name, sound).await;
        let segment = Segment {
            uri: workshop.server.url(&format!("/{name}.ts")),
            duration: MediaDuration::from_secs(3),
            map: None,
            byte_range: None,
        };
        let seen = workshop.conditioning.look(&segment).await.unwrap();
        let text = format!(
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"en\",URI=\"a.m3u8\"\n\
             #EXT-X-STREAM-INF:BANDWIDTH=600000,CODECS=\"avc1.64000d,{codec}\",\
             RESOLUTION=320x180,FRAME-RATE=25,AUDIO=\"a\"\nv.m3u8\n"
        );
        let (multivariant, _) = Multivariant::parse(text).unwrap();
        let packing = creative::Packing { container: Container::MpegTs, mapped: false };
        let target_duration = MediaDuration::from_secs(6);
        let slots: Vec<_> = multivariant
            .renditions
            .iter()
            .map(|info| Slot { info, packing: Some(packing), target_duration })
            .collect();
        let profile = Profile::of(&slots, &[Some(seen), None]).unwrap();
        let sound = &profile.sounds[0];
        let expected = (AudioCodec::Aac, 44_100, 2);
        assert_eq!((sound.codec, sound.rate, sound.channels), expected, "{name}");
        let made = workshop.condition(&format!("{name}.mp4"), &profile).await;
        assert_eq!(told(&made), "3.0 s in 2 segments, 2 renditions", "{name}");
        assert!(matching(&made.unwrap(), &slots).is_ok(), "{name}");
    }
}
