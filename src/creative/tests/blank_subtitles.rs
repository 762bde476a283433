//! Subtitles where an ad has none.

use super::*;

#[test]
fn subtitles_that_cannot_be_used_are_left_out() {
    let main = "#EXTM3U\n\
        #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"English\",LANGUAGE=\"en\",URI=\"en.m3u8\"\n\
        #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"Deutsch\",LANGUAGE=\"de\",URI=\"de.m3u8\"\n\
        #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"Suomi\",LANGUAGE=\"fi\",URI=\"fi.m3u8\"\n\
        #EXT-X-STREAM-INF:BANDWIDTH=1,SUBTITLES=\"s\"\nv.m3u8\n";
    let whole = media(&["10.0"]).replace(".ts", ".vtt");
    let texts = [media(&["6.0", "4.0"]).replace(".ts", ".vtt"), whole, String::new()];
    let texts = [&texts[..], &[media(&["6.0", "4.0"])]].concat();
    let creative = read(main, &texts).unwrap();
    let languages: Vec<_> = creative.renditions.iter().map(|r| r.info.language.clone()).collect();
    assert_eq!(languages, [None, Some("en".to_owned()), None, None, None, None]);
}

#[test]
fn blank_subtitles_say_when_the_picture_begins() {
    let creative = read(MUXED, &[media(&["6.0"])]).unwrap();
    let told = |creative: &Creative| {
        let blank = blank(&creative.renditions[1].segments[0].uri);
        (blank.media_type, String::from_utf8(blank.bytes).unwrap())
    };
    let vtt =
        |pts| ("text/vtt", format!("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{pts},LOCAL:00:00:00.000\n\n"));
    assert_eq!(told(&creative), vtt(0));
    assert_eq!(told(&creative.beginning_at(126_000)), vtt(126_000));
}

#[test]
fn blank_fragments_go_on_from_where_the_picture_begins() {
    let creative = read(MUXED, &[media(&["6.006", "4.0"])]).unwrap().beginning_at(126_000);
    let told = |rendition: usize| {
        let segments = creative.renditions[rendition].segments.iter();
        let begins = segments.map(|segment| {
            let init = blank(&segment.map.as_ref().unwrap().uri);
            let fragment = blank(&segment.uri);
            assert_eq!([init.media_type, fragment.media_type], ["application/mp4"; 2]);
            first_pts(Container::Fmp4, &init.bytes, &fragment.bytes)
        });
        (creative.renditions[rendition].info.codecs.join(","), begins.collect::<Vec<_>>())
    };
    let begins = vec![Some(126_000), Some(126_000 + 540_540)];
    assert_eq!(
        [told(2), told(3)],
        ["stpp", "wvtt"].map(|codec| (codec.to_owned(), begins.clone()))
    );
}
