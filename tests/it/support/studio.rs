//! A channel's media and an advertiser's file, made by ffmpeg for a scene.

use std::{path::PathBuf, process::Stdio};

/// Small rungs of a channel, and an ad that is nothing like them.
#[derive(Debug)]
pub(crate) struct Studio {
    /// `v0.ts`, `v1.ts` and `a.ts`, a segment each, and `ad.mp4` and `slate.mp4`.
    pub(crate) folder: PathBuf,
}

/// What the channel says of itself; the segments are like that.
pub(crate) const CHANNEL: &str = "#EXTM3U\n\
     #EXT-X-DEFINE:NAME=\"place\",VALUE=\"media\"\n\
     #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"en\",LANGUAGE=\"en\",DEFAULT=YES,URI=\"a.m3u8\"\n\
     #EXT-X-STREAM-INF:BANDWIDTH=600000,CODECS=\"avc1.64000d,mp4a.40.2\",RESOLUTION=320x180,AUDIO=\"aac\"\n\
     v0.m3u8\n\
     #EXT-X-STREAM-INF:BANDWIDTH=300000,CODECS=\"avc1.64000c,mp4a.40.2\",RESOLUTION=160x90,AUDIO=\"aac\"\n\
     v1.m3u8\n";

impl Studio {
    pub(crate) async fn open() -> Self {
        let folder = super::app::fresh_dir();
        let studio = Self { folder };
        let picture = "-c:v libx264 -preset ultrafast -bf 0 -pix_fmt yuv420p";
        let channel = "-f lavfi -i testsrc=r=25:d=2:s=";
        let rung = |size| format!("{channel}{size} {picture} -profile:v high");
        let (high, low) = (rung("320x180"), rung("160x90"));
        tokio::join!(
            studio.make("v0.ts", &high),
            studio.make("v1.ts", &low),
            studio.make("a.ts", "-f lavfi -i sine=r=48000:d=2 -c:a aac -ac 2"),
            studio.make(
                "ad.mp4",
                "-f lavfi -i testsrc2=r=30:d=6:s=200x200 -f lavfi -i sine=r=44100:d=6 -c:v libx264 -pix_fmt yuv420p -c:a aac"
            ),
            studio.make("slate.mp4", "-f lavfi -i color=navy:r=24:d=4:s=64x36 -c:v libx264 -pix_fmt yuv420p"),
        );
        studio
    }

    async fn make(&self, name: &str, made: &str) {
        #[expect(clippy::disallowed_methods, reason = "scenes need media")]
        let mut ffmpeg = tokio::process::Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-v", "error"]).args(made.split_whitespace());
        let status = ffmpeg.arg(self.folder.join(name)).stdin(Stdio::null()).status().await;
        assert!(status.unwrap().success(), "{name}");
    }
}
