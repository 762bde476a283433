//! Encrypted channels: ads are in clear, and each segment keeps what decrypts it.

use super::*;

#[test]
fn keys_whose_iv_is_the_segments_number() {
    let head = "#EXT-X-VERSION:3\n#EXT-X-KEY:METHOD=AES-128,URI=\"k1\"\n";
    let block = |n| match n {
        4 => format!("#EXT-X-KEY:URI=\"https://k.example/2\",METHOD=AES-128\n{}", plain(n)),
        _ => plain(n),
    };
    insta::assert_snapshot!(stitched(&source(head, block), &[spot()]), @r#"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:6
    #EXT-X-KEY:METHOD=AES-128,URI="http://origin/k1",IV=0x00000000000000000000000000000007
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/seg7.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-KEY:METHOD=NONE
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_v0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-KEY:METHOD=AES-128,URI="http://origin/k1",IV=0x0000000000000000000000000000000a
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.ts
    #EXT-X-KEY:URI="https://k.example/2",METHOD=AES-128,IV=0x0000000000000000000000000000000b
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.ts
    "#);
}

#[test]
fn keys_with_a_vector_and_of_several_systems() {
    let head = "#EXT-X-VERSION:6\n\
        #EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://K1\",KEYFORMAT=\"com.apple.streamingkeydelivery\"\n\
        #EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"data:text/plain;base64,AAAA\",IV=0x1F,\
        KEYFORMAT=\"urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed\"\n\
        #EXT-X-MAP:URI=\"init.mp4\"\n";
    let block = |n| match n {
        // From here one system alone.
        4 => format!(
            "#EXT-X-KEY:METHOD=NONE\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://K2\",\
             KEYFORMAT=\"com.apple.streamingkeydelivery\"\n{}",
            plain(n)
        ),
        _ => plain(n),
    };
    insta::assert_snapshot!(stitched(&source(head, block), &[mp4_spot()]), @r#"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:6
    #EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://K1",KEYFORMAT="com.apple.streamingkeydelivery"
    #EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:text/plain;base64,AAAA",IV=0x1F,KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"
    #EXT-X-MAP:URI="http://origin/init.mp4"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/seg7.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-KEY:METHOD=NONE
    #EXT-X-MAP:URI="http://ads/x/init.mp4"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_v0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://K1",KEYFORMAT="com.apple.streamingkeydelivery"
    #EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:text/plain;base64,AAAA",IV=0x1F,KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"
    #EXT-X-MAP:URI="http://origin/init.mp4"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.ts
    #EXT-X-KEY:METHOD=NONE
    #EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://K2",KEYFORMAT="com.apple.streamingkeydelivery"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.ts
    "#);
}

#[test]
fn an_initialisation_section_in_clear_before_encrypted_segments() {
    let head = "#EXT-X-VERSION:6\n#EXT-X-MAP:URI=\"init.mp4\"\n\
        #EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x01\n";
    insta::assert_snapshot!(stitched(&source(head, plain), &[mp4_spot()]), @r#"
    #EXTM3U
    #EXT-X-MEDIA-SEQUENCE:7
    #EXT-X-DISCONTINUITY-SEQUENCE:0
    #EXT-X-TARGETDURATION:6
    #EXT-X-VERSION:6
    #EXT-X-MAP:URI="http://origin/init.mp4"
    #EXT-X-KEY:METHOD=AES-128,URI="http://origin/k",IV=0x01
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z
    #EXTINF:6.000,
    http://origin/seg7.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-KEY:METHOD=NONE
    #EXT-X-MAP:URI="http://ads/x/init.mp4"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_v0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_v1.ts
    #EXT-X-DISCONTINUITY
    #EXT-X-MAP:URI="http://origin/init.mp4"
    #EXT-X-KEY:METHOD=AES-128,URI="http://origin/k",IV=0x01
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.ts
    "#);
}

/// A key may change between a segment's initialisation section and its media.
#[test]
fn an_initialisation_section_under_the_key_before_its_segments() {
    let head = "#EXT-X-VERSION:6\n#EXT-X-KEY:METHOD=AES-128,URI=\"k1\",IV=0x01\n";
    let block = |n| match n {
        0 => format!("#EXT-X-MAP:URI=\"init.mp4\"\n{}", plain(n)),
        3 => {
            let key = "#EXT-X-KEY:METHOD=AES-128,URI=\"k2\",IV=0x02";
            format!("#EXT-X-MAP:URI=\"init.mp4\"\n{key}\n{}", plain(n))
        }
        _ => plain(n),
    };
    let shown = stitched(&source(head, block), &[mp4_spot()]);
    let returns = shown.split("#EXT-X-DISCONTINUITY\n").last().unwrap();
    insta::assert_snapshot!(returns, @r#"
    #EXT-X-KEY:METHOD=AES-128,URI="http://origin/k1",IV=0x01
    #EXT-X-MAP:URI="http://origin/init.mp4"
    #EXT-X-KEY:METHOD=AES-128,URI="http://origin/k2",IV=0x02
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:18.000Z
    #EXTINF:6.000,
    http://origin/seg10.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:24.000Z
    #EXTINF:6.000,
    http://origin/seg11.ts
    "#);
}
