//! Sound and subtitles in playlists of their own, with or without a picture.

use super::*;

#[test]
fn a_channel_of_sound_alone() {
    let source = source("", |n| plain(n).replace(".ts", ".aac"));
    let mut channel = Channel::new(&[RenditionKind::Audio]);
    channel.loaded(0, &source, at(30));
    let view = Arc::clone(channel.view().unwrap());
    let mut ad = ad("x", &[6, 6]);
    Arc::make_mut(&mut ad.creative).renditions.remove(0);
    ad.matched = Arc::from([0]);
    let decision = Decision::new(&view.breaks[0], vec![Span::from_start(pod(&[ad]))], None);
    let timeline = Timeline::new(at(0), at(0)).with(Arc::new(decision));
    let text = whole(&view, &timeline);
    let names: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let ads = ["ad/1767225606000/0/0/_x_a0.ts", "ad/1767225606000/0/1/_x_a1.ts"];
    let content = ["http://origin/seg7.aac", "http://origin/seg10.aac", "http://origin/seg11.aac"];
    assert_eq!(names, [&content[..1], &ads, &content[1..]].concat());
}

/// Two languages, WebVTT and IMSC beside one picture; the ad has one language and no captions.
#[test]
fn audio_and_subtitles_in_playlists_of_their_own() {
    use RenditionKind::{Audio, Subtitles, Video};
    let named = |name: &'static str| move |n| plain(n).replace("seg%.ts", name);
    let imsc = source("#EXT-X-MAP:URI=\"i.mp4\"\n", named("s%.m4s"));
    let (en, de, vtt) = (named("en%.ts"), named("de%.ts"), named("s%.vtt"));
    let sources = [source("", plain), source("", en), source("", de), source("", vtt), imsc];
    let mut channel = Channel::new(&[Video, Audio, Audio, Subtitles, Subtitles]);
    for (rendition, source) in sources.iter().enumerate() {
        channel.loaded(rendition, source, at(30));
    }
    let view = channel.view().unwrap();
    let outline = "#EXTM3U\n\
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English\",LANGUAGE=\"en\",URI=\"en.m3u8\"\n\
        #EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\nv.m3u8\n";
    let media =
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n0.ts\n#EXTINF:6,\n1.ts\n#EXT-X-ENDLIST\n";
    let url = Url::parse("http://ads/x/main.m3u8").unwrap();
    let playlist = |text: &str| creative::Playlist { url: url.clone(), text: text.to_owned() };
    let outline = creative::Outline::read(url.clone(), playlist(outline)).unwrap();
    let playlists = [Ok(playlist(media)), Ok(playlist(media))];
    let creative = Creative::read(outline, &playlists).unwrap().beginning_at(126_000);
    let matched = Arc::from([1, 0, 0, 2, 3]);
    let ad = Ad { creative: Arc::new(creative), matched, info: Arc::default() };
    let decision = Decision::new(&view.breaks[0], vec![Span::from_start(pod(&[ad]))], None);
    let timeline = Timeline::new(at(0), at(0)).with(Arc::new(decision));
    let breaks = (0..sources.len()).map(|rendition| {
        let playlist = playlist_of(view, rendition, &timeline);
        let ads = playlist.split("#EXT-X-DISCONTINUITY\n").nth(1).unwrap();
        format!("{rendition}\n{ads}")
    });
    insta::assert_snapshot!(breaks.collect::<String>(), @r#"
    0
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/0/0/_x_0.ts
    #EXTINF:6.0,
    ad/1767225606000/0/1/_x_1.ts
    1
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/1/0/_x_0.ts
    #EXTINF:6.0,
    ad/1767225606000/1/1/_x_1.ts
    2
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/2/0/_x_0.ts
    #EXTINF:6.0,
    ad/1767225606000/2/1/_x_1.ts
    3
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/3/0/text_vtt,126000
    #EXTINF:6.0,
    ad/1767225606000/3/1/text_vtt,126000
    4
    #EXT-X-MAP:URI="ad/1767225606000/4/0/stpp"
    #EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:06.000Z
    #EXTINF:6.0,
    ad/1767225606000/4/0/stpp,126000,540000
    #EXTINF:6.0,
    ad/1767225606000/4/1/stpp,666000,540000
    "#);
}

fn playlist_of(view: &View, rendition: usize, timeline: &Timeline) -> String {
    let track = view.tracks[rendition].as_ref().unwrap();
    let outline = playlist(view, rendition, timeline).unwrap().outline;
    render(track, rendition, &outline, &Plain)
}
