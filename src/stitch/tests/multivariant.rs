//! Multivariant playlists as a viewer gets them.

use url::Url;

use crate::{
    hls::{Given, Multivariant},
    stitch::multivariant,
};

/// What a viewer gets of `text`, who knows all renditions but those named `unknown`.
fn written(text: &str) -> Option<String> {
    let given = Given { variables: None, query: "token=t1" };
    let (playlist, _) = Multivariant::parse_given(text, given).unwrap();
    let base = Url::parse("https://o.example/live/main.m3u8?token=t1").unwrap();
    multivariant(&playlist, &base, |rendition| {
        let at = playlist.renditions.iter().position(|known| known.uri == rendition.uri)?;
        (!rendition.uri.contains("unknown")).then(|| format!("../../manifest/news/s/{at}.m3u8"))
    })
}

#[test]
fn everything_stays_but_what_is_not_stitched() {
    let text = r#"
#EXTM3U 
#EXT-X-VERSION:11
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-DEFINE:NAME="cdn",VALUE="https://c.example"
#EXT-X-DEFINE:QUERYPARAM="token"
#EXT-X-START:TIME-OFFSET=-30.5
#EXT-X-SESSION-DATA:DATA-ID="com.example.title",VALUE="Live, {$token}",LANGUAGE="en"
#EXT-X-SESSION-DATA:DATA-ID="com.example.more",URI="more.json?t={$token}"
#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://Key-1",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"
#EXT-X-SESSION-KEY:METHOD=AES-128,URI="keys/1",IV=0x1
#EXT-X-CONTENT-STEERING:SERVER-URI="/steering?s=1",PATHWAY-ID="CDN-A"
#EXT-X-CONTENT-STEERING:SERVER-URI="/again",PATHWAY-ID="CDN-A"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES,CHANNELS="2",STABLE-RENDITION-ID="a1",URI="{$cdn}/en.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch",LANGUAGE="de",CHANNELS="2",CHARACTERISTICS="public.accessibility.describes-video",URI="de.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en",FORCED=NO,URI="subs.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=2500000,AVERAGE-BANDWIDTH=2000000,SCORE=1.5,CODECS="avc1.64001f,mp4a.40.2",SUPPLEMENTAL-CODECS="dvh1.08.07/db4h",RESOLUTION=1280x720,FRAME-RATE=29.970,HDCP-LEVEL=NONE,ALLOWED-CPC="com.example:SMART",VIDEO-RANGE=SDR,REQ-VIDEO-LAYOUT="CH-STEREO",STABLE-VARIANT-ID="v1",AUDIO="a",SUBTITLES="s",CLOSED-CAPTIONS="cc",PATHWAY-ID="CDN-A"
video/720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2500000,CODECS="hvc1.1.6.L93.B0,mp4a.40.2",RESOLUTION=1280x720,AUDIO="a",SUBTITLES="s",CLOSED-CAPTIONS="cc",PATHWAY-ID="CDN-B"
{$cdn}/video/720.m3u8
# a comment
#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2",AUDIO="a"
{$cdn}/en.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=200000,CODECS="avc1.64001f",URI="iframe.m3u8"
#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,RESOLUTION=320x180,CODECS="jpeg",URI="thumbs.m3u8"
#EXT-X-VENDOR:URI="vendor.bin",X=1
"#;
    insta::assert_snapshot!(written(text).unwrap(), @r#"
    #EXTM3U
    #EXT-X-VERSION:11
    #EXT-X-SESSION-DATA:DATA-ID="com.example.title",VALUE="Live, t1",LANGUAGE="en"
    #EXT-X-SESSION-DATA:DATA-ID="com.example.more",URI="https://o.example/live/more.json?t=t1"
    #EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://Key-1",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"
    #EXT-X-SESSION-KEY:METHOD=AES-128,URI="https://o.example/live/keys/1",IV=0x1
    #EXT-X-CONTENT-STEERING:SERVER-URI="https://o.example/steering?s=1",PATHWAY-ID="CDN-A"
    #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES,CHANNELS="2",STABLE-RENDITION-ID="a1",URI="../../manifest/news/s/0.m3u8"
    #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch",LANGUAGE="de",CHANNELS="2",CHARACTERISTICS="public.accessibility.describes-video",URI="../../manifest/news/s/1.m3u8"
    #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en",FORCED=NO,URI="../../manifest/news/s/2.m3u8"
    #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC",INSTREAM-ID="CC1"
    #EXT-X-STREAM-INF:BANDWIDTH=2500000,AVERAGE-BANDWIDTH=2000000,SCORE=1.5,CODECS="avc1.64001f,mp4a.40.2",SUPPLEMENTAL-CODECS="dvh1.08.07/db4h",RESOLUTION=1280x720,FRAME-RATE=29.970,HDCP-LEVEL=NONE,ALLOWED-CPC="com.example:SMART",VIDEO-RANGE=SDR,REQ-VIDEO-LAYOUT="CH-STEREO",STABLE-VARIANT-ID="v1",AUDIO="a",SUBTITLES="s",CLOSED-CAPTIONS="cc",PATHWAY-ID="CDN-A"
    ../../manifest/news/s/3.m3u8
    #EXT-X-STREAM-INF:BANDWIDTH=2500000,CODECS="hvc1.1.6.L93.B0,mp4a.40.2",RESOLUTION=1280x720,AUDIO="a",SUBTITLES="s",CLOSED-CAPTIONS="cc",PATHWAY-ID="CDN-B"
    ../../manifest/news/s/4.m3u8
    # a comment
    #EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2",AUDIO="a"
    ../../manifest/news/s/0.m3u8
    #EXT-X-VENDOR:URI="https://o.example/live/vendor.bin",X=1
    "#);
}

#[test]
fn a_rendition_nobody_knows_makes_it_another_channels() {
    let known = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n";
    let more = format!("{known}#EXT-X-STREAM-INF:BANDWIDTH=2\nunknown.m3u8\n");
    assert!(written(known).is_some());
    assert_eq!(written(&more), None);
}
