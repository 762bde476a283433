use super::*;
use crate::{
    creative::matching as matched_by,
    hls::{Multivariant, RenditionInfo},
};

const TS: Packing = Packing { container: Container::MpegTs, mapped: false };
const FMP4: Packing = Packing { container: Container::Fmp4, mapped: true };

/// What stands in for each rendition of the channel `text`, packed as `packing` says of each, or why
/// nothing does. The target duration is 6 s.
fn matched_as(
    creative: &Creative,
    text: &str,
    packing: impl Fn(&RenditionInfo) -> Option<Packing>,
) -> String {
    let (channel, _) = Multivariant::parse(text).unwrap();
    let target_duration = MediaDuration::from_secs(6);
    let slot = |info| Slot { info, packing: packing(info), target_duration };
    let slots: Vec<_> = channel.renditions.iter().map(slot).collect();
    match matched_by(creative, &slots) {
        Ok(indices) => format!("{indices:?}"),
        Err(error) => error.to_string(),
    }
}

fn matched(creative: &Creative, text: &str, packing: Option<Packing>) -> String {
    matched_as(creative, text, |_| packing)
}

#[test]
fn a_creative_matches_a_channel_by_kind_rung_and_language() {
    let creative = read(DEMUXED, &[media(&["6.0"])]).unwrap();
    let kinds: Vec<_> = creative.renditions.iter().map(|r| r.info.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["audio", "audio", "video", "video"]
            .into_iter()
            .chain(["subtitles"; 4])
            .collect::<Vec<_>>()
    );
    let channel = "\
#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"Deutsch\",LANGUAGE=\"de-AT\",URI=\"de.m3u8\"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"Français\",LANGUAGE=\"fr\",URI=\"fr.m3u8\"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"Deutsch\",LANGUAGE=\"de\",URI=\"sub.m3u8\"
#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=1920x1080,CODECS=\"avc1.640028,mp4a.40.2\",AUDIO=\"a\",SUBTITLES=\"s\"
1080.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=960x540,CODECS=\"avc1.64001e,mp4a.40.5\",AUDIO=\"a\",SUBTITLES=\"s\"
540.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=320x180,CODECS=\"avc1.64001e,mp4a.40.2\",AUDIO=\"a\",SUBTITLES=\"s\"
180.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100000,CODECS=\"avc1.64001e\",URI=\"i.m3u8\"
";
    assert_eq!(matched(&creative, channel, None), "[1, 0, 4, 2, 3, 3, 3]");
}

#[test]
fn what_matches_nothing_is_said() {
    let demuxed = read(DEMUXED, &[media(&["6.0"])]).unwrap();
    let muxed = read(MUXED, &[media(&["6.0"])]).unwrap();
    let alone = read(&media(&["6.0"]), &[]).unwrap();
    let fast = read(MUXED, &[fragmented(&["6.0"])]).unwrap();
    let long = read(MUXED, &[media(&["6.4", "6.5"])]).unwrap();
    let hevc = MUXED.replace("avc1.64001f", "hvc1.1.6.L93.B0");
    let both = format!("{MUXED}{}", hevc.replace("#EXTM3U\n", "").replace("720", "hevc"));
    let mp3 = MUXED.replace("mp4a.40.2", "mp4a.6B");
    let silent = MUXED.replace(",mp4a.40.2", "");
    let untold = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n";
    let audio_only = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"mp4a.40.2\"\na.m3u8\n";
    let with_audio = format!("{MUXED}{}", audio_only.replace("#EXTM3U\n", ""));
    let mapped = Packing { mapped: true, ..TS };
    let table = [
        ("same", matched(&muxed, MUXED, Some(TS))),
        ("codecs untold", matched(&muxed, untold, None)),
        ("codecs untold by the ad", matched(&alone, MUXED, None)),
        ("muxed ad, demuxed channel", matched(&muxed, DEMUXED, None)),
        ("demuxed ad, muxed channel", matched(&demuxed, MUXED, None)),
        ("other video", matched(&muxed, &hevc, None)),
        ("one of two videos", matched(&muxed, &both, None)),
        ("both videos", matched(&read(&both, &[media(&["6.0"])]).unwrap(), &both, None)),
        ("other audio", matched(&muxed, &mp3, None)),
        ("sound in a silent channel", matched(&muxed, &silent, None)),
        ("a silent ad", matched(&read(&silent, &[media(&["6.0"])]).unwrap(), MUXED, None)),
        ("other packing", matched(&muxed, MUXED, Some(FMP4))),
        ("the same packing", matched(&fast, MUXED, Some(FMP4))),
        ("a map nothing ends", matched(&muxed, MUXED, Some(mapped))),
        ("longer segments", matched(&long, MUXED, Some(TS))),
        ("audio alone", matched(&muxed, audio_only, None)),
        ("audio alone beside pictures", matched(&muxed, &with_audio, None)),
        (
            "the same in the ad",
            matched(&read(&with_audio, &[media(&["6.0"])]).unwrap(), &with_audio, None),
        ),
    ];
    let rows: Vec<_> = table.iter().map(|(name, found)| format!("{name}: {found}")).collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    same: [0]
    codecs untold: [0]
    codecs untold by the ad: [0]
    muxed ad, demuxed channel: audio is with the picture in the ad, beside the picture in the channel
    demuxed ad, muxed channel: audio is beside the picture in the ad, with the picture in the channel
    other video: no rendition has the codecs of the channel's rendition 0, `hvc1.1.6.L93.B0,mp4a.40.2`
    one of two videos: no rendition has the codecs of the channel's rendition 1, `hvc1.1.6.L93.B0,mp4a.40.2`
    both videos: [0, 1]
    other audio: no rendition has the codecs of the channel's rendition 0, `avc1.64001f,mp4a.6B`
    sound in a silent channel: no rendition has the codecs of the channel's rendition 0, `avc1.64001f`
    a silent ad: no rendition has the codecs of the channel's rendition 0, `avc1.64001f,mp4a.40.2`
    other packing: no rendition is packed as the channel's rendition 0 is, in fragmented MP4
    the same packing: [0]
    a map nothing ends: no rendition is packed as the channel's rendition 0 is, in MPEG-TS with an initialisation section
    longer segments: segment 1 of rendition 0 lasts 6.5 s, the channel's target duration is 6.0 s
    audio alone: nothing matches the channel's rendition 0, which is audio
    audio alone beside pictures: nothing matches the channel's rendition 1, which is audio
    the same in the ad: [0, 1]
    ");
}

/// A multivariant playlist of variants with these attributes.
fn variants(list: &[&str]) -> String {
    let variants = list.iter().enumerate();
    let lines =
        variants.map(|(n, attributes)| format!("#EXT-X-STREAM-INF:{attributes}\n{n}.m3u8\n"));
    lines.fold("#EXTM3U\n".to_owned(), |text, line| text + &line)
}

/// Which of the ad's variants stands in for each of the channel's.
fn pictures(ad: &[&str], channel: &[&str]) -> String {
    let creative = read(&variants(ad), &[media(&["6.0"])]).unwrap();
    matched(&creative, &variants(channel), None)
}

#[test]
fn the_picture_that_suits_best_is_taken() {
    let bits = ["BANDWIDTH=3", "BANDWIDTH=1", "BANDWIDTH=2"];
    let levels = ["BANDWIDTH=2,CODECS=\"avc1.640028\"", "BANDWIDTH=1,CODECS=\"avc1.4d401e\""];
    let hevc = ["BANDWIDTH=2,CODECS=\"hvc1.2.4.L93.B0\"", "BANDWIDTH=1,CODECS=\"hvc1.1.6.L93.B0\""];
    let rates = ["BANDWIDTH=3,FRAME-RATE=59.940", "BANDWIDTH=2,FRAME-RATE=50"];
    let ranges = ["BANDWIDTH=3,VIDEO-RANGE=PQ", "BANDWIDTH=2", "BANDWIDTH=1,VIDEO-RANGE=HLG"];
    let table = [
        ("highest below", pictures(&bits, &["BANDWIDTH=2", "BANDWIDTH=9"])),
        ("all above", pictures(&bits, &["BANDWIDTH=0"])),
        ("level", pictures(&levels, &["BANDWIDTH=2,CODECS=\"avc1.64001f\""])),
        ("levels all above", pictures(&levels[..1], &["BANDWIDTH=2,CODECS=\"avc1.64001f\""])),
        ("ten bits in eight", pictures(&hevc[..1], &["BANDWIDTH=2,CODECS=\"hvc1.1.6.L93.B0\""])),
        ("eight of both", pictures(&hevc, &["BANDWIDTH=2,CODECS=\"hvc1.1.6.L93.B0\""])),
        ("eight in ten", pictures(&hevc[1..], &["BANDWIDTH=2,CODECS=\"hvc1.2.4.L93.B0\""])),
        ("25 of 50", pictures(&rates, &["BANDWIDTH=3,FRAME-RATE=25"])),
        ("30 of 59.94", pictures(&rates, &["BANDWIDTH=3,FRAME-RATE=30"])),
        ("none of 24", pictures(&rates, &["BANDWIDTH=3,FRAME-RATE=23.976"])),
        ("SDR", pictures(&ranges, &["BANDWIDTH=3,VIDEO-RANGE=SDR"])),
        ("HLG", pictures(&ranges, &["BANDWIDTH=3,VIDEO-RANGE=HLG"])),
        ("PQ", pictures(&ranges, &["BANDWIDTH=3,VIDEO-RANGE=PQ"])),
        ("SDR in PQ", pictures(&ranges[1..2], &["BANDWIDTH=3,VIDEO-RANGE=PQ"])),
        ("PQ in SDR", pictures(&ranges[..1], &["BANDWIDTH=3"])),
    ];
    let rows: Vec<_> = table.iter().map(|(name, found)| format!("{name}: {found}")).collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    highest below: [2, 0]
    all above: [1]
    level: [1]
    levels all above: [0]
    ten bits in eight: no rendition has the codecs of the channel's rendition 0, `hvc1.1.6.L93.B0`
    eight of both: [1]
    eight in ten: [0]
    25 of 50: [1]
    30 of 59.94: [0]
    none of 24: [0]
    SDR: [1]
    HLG: [2]
    PQ: [0]
    SDR in PQ: [0]
    PQ in SDR: no rendition's picture may stand in the channel's rendition 0, in SDR
    ");
}

/// Audio of these attributes beside one picture.
fn demuxed(list: &[&str]) -> String {
    let audio = list.iter().enumerate();
    let lines = audio.map(|(n, attributes)| {
        format!(
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"{n}\",{attributes},URI=\"a{n}.m3u8\"\n"
        )
    });
    let lines: String = lines.collect();
    format!("#EXTM3U\n{lines}#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\nv.m3u8\n")
}

#[test]
fn audio_is_matched_by_language_then_channels_then_the_default() {
    let ad = demuxed(&[
        "LANGUAGE=\"en\",CHANNELS=\"6\"",
        "LANGUAGE=\"en\",CHANNELS=\"2\"",
        "LANGUAGE=\"de\",DEFAULT=YES,CHANNELS=\"2\"",
    ]);
    let creative = read(&ad, &[media(&["6.0"])]).unwrap();
    let channel = demuxed(&[
        "LANGUAGE=\"en\",CHANNELS=\"2\"",
        "LANGUAGE=\"en-GB\",CHANNELS=\"6\"",
        "LANGUAGE=\"fr\"",
        "DEFAULT=YES",
    ]);
    assert_eq!(matched(&creative, &channel, None), "[1, 0, 2, 2, 3]");
}

#[test]
fn subtitles_are_the_ads_own_or_blank_or_missing() {
    let with = |media: &str| {
        format!(
            "#EXTM3U\n{media}#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"avc1.64001f\",SUBTITLES=\"s\"\nv.m3u8\n"
        )
    };
    let line = |language: &str| {
        format!(
            "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"n\",{language}URI=\"{}.m3u8\"\n",
            language.len()
        )
    };
    let texts = [
        fragmented(&["6.0"]).replace(".m4s", ".vtt"),
        media(&["6.0"]).replace(".ts", ".vtt"),
        media(&["6.0"]),
    ];
    let two = with(&(line("LANGUAGE=\"en\",") + &line("LANGUAGE=\"de-DE\",")));
    let own = read(&two, &texts[1..2]).unwrap();
    let channel = |language: &str| with(&line(language));
    let packed = |container| {
        move |info: &RenditionInfo| {
            let text = info.kind == RenditionKind::Subtitles;
            text.then_some(Packing { container, mapped: container == Container::Fmp4 })
        }
    };
    let found = |creative: &Creative, language, container| {
        matched_as(creative, &channel(language), packed(container))
    };
    let none =
        read(&variants(&["BANDWIDTH=1,CODECS=\"avc1.64001f\""]), &[media(&["6.0"])]).unwrap();
    let unnamed = read(&with(&line("")), &texts[1..2]).unwrap();
    let imsc = channel("LANGUAGE=\"en\",").replace("avc1.64001f", "avc1.64001f,stpp.ttml.im1t");
    let imsc_ad = read(&imsc, &[fragmented(&["6.0"]), media(&["6.0"])]).unwrap();
    let table = [
        ("the same language", found(&own, "LANGUAGE=\"en\",", Container::WebVtt)),
        ("a near language", found(&own, "LANGUAGE=\"de\",", Container::WebVtt)),
        ("another language", found(&own, "LANGUAGE=\"fr\",", Container::WebVtt)),
        ("a language untold", found(&unnamed, "LANGUAGE=\"fr\",", Container::WebVtt)),
        ("none of its own", found(&none, "LANGUAGE=\"en\",", Container::WebVtt)),
        ("none of its own in MP4", found(&none, "LANGUAGE=\"en\",", Container::Fmp4)),
        ("none of its own for IMSC", matched_as(&none, &imsc, packed(Container::Fmp4))),
        ("WebVTT for MP4", found(&own, "LANGUAGE=\"en\",", Container::Fmp4)),
        ("IMSC of its own", matched_as(&imsc_ad, &imsc, packed(Container::Fmp4))),
        ("IMSC not read yet", matched(&none, &imsc, None)),
    ];
    let rows: Vec<_> = table.iter().map(|(name, found)| format!("{name}: {found}")).collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    the same language: [1, 0]
    a near language: [2, 0]
    another language: [3, 0]
    a language untold: [1, 0]
    none of its own: [1, 0]
    none of its own in MP4: [4, 0]
    none of its own for IMSC: [2, 0]
    WebVTT for MP4: [6, 0]
    IMSC of its own: [1, 0]
    IMSC not read yet: [2, 0]
    ");
}
