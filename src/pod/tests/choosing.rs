use super::*;

fn vast_ad(id: &str, sequence: Option<u32>) -> vast::Ad {
    vast::Ad { id: Some(id.to_owned()), sequence, ..vast::Ad::default() }
}

fn linear(uri: &str, mime: &str) -> vast::Linear {
    let file = vast::MediaFile {
        uri: uri.to_owned(),
        mime: mime.to_owned(),
        ..vast::MediaFile::default()
    };
    vast::Linear { media_files: vec![file], ..vast::Linear::default() }
}

fn with(linear: vast::Linear) -> vast::Ad {
    let creative = vast::Creative { linear: Some(linear), ..vast::Creative::default() };
    vast::Ad { creatives: vec![creative], ..vast_ad("a", None) }
}

#[test]
fn sequenced_ads_are_the_pod_and_the_others_stand_in() {
    let names = |ads: &[(&str, Option<u32>)]| {
        let ads = ads.iter().map(|(id, sequence)| vast_ad(id, *sequence)).collect();
        let (pod, rest) = order(ads, vast::Sequencing::Standard);
        let ids = |ads: Vec<vast::Ad>| -> Vec<String> {
            ads.into_iter().filter_map(|ad| ad.id).collect()
        };
        (ids(pod).join(""), ids(rest).join(""))
    };
    let sequenced = [("c", Some(9)), ("x", None), ("a", Some(1)), ("b", Some(1)), ("y", None)];
    assert_eq!(names(&sequenced), (String::from("abc"), String::from("xy")));
    assert_eq!(names(&[("x", None), ("y", None)]), (String::from("xy"), String::new()));
    assert_eq!(names(&[]), (String::new(), String::new()));
}

#[test]
fn media_is_found_or_the_reason_said() {
    let wrapper = |tag: &str| {
        let kind = Kind::Wrapper {
            tag: tag.to_owned(),
            follow_additional_wrappers: true,
            allow_multiple_ads: false,
            fallback_on_no_ad: None,
        };
        vast::Ad { kind, ..vast_ad("a", None) }
    };
    let hls = "application/x-mpegURL";
    let table = [
        Media::of(&wrapper("")),
        Media::of(&wrapper("https://next.example.com/")),
        Media::of(&vast::Ad { conditional: true, ..with(linear("https://a.example/m", hls)) }),
        Media::of(&vast_ad("a", None)),
        Media::of(&with(linear("https://a.example/m.mp4", "video/mp4"))),
        Media::of(&with(linear("https://a.example/m.mpd", "application/dash+xml"))),
        Media::of(&with(linear("m.m3u8", hls))),
        Media::of(&with(linear("file:///m.m3u8", hls))),
        Media::of(&with(linear("https://a.example/m", "application/VND.apple.mpegURL; x"))),
    ];
    let rows: Vec<_> = table.iter().map(row).collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    INVALID_VAST_WRAPPER_AD: the wrapper names no `VASTAdTagURI`
    INVALID_VAST_WRAPPER_AD: the wrapper before it forbids further ones
    CONDITIONAL_AD: the ad is conditional
    VAST_PARSING_ERROR: the ad has no creative
    playlist -, file https://a.example/m.mp4
    VAST_PARSING_ERROR: no media file is HLS, or one that could be conditioned
    MEDIA_FILE_UNAVAILABLE: `m.m3u8` is no HTTP address
    MEDIA_FILE_UNAVAILABLE: `file:///m.m3u8` is no HTTP address
    playlist https://a.example/m, file -
    ");
}

fn row(found: &Result<Media, Refused>) -> String {
    match found {
        Ok(media) => {
            let told = |url: &Option<Url>| url.as_ref().map_or("-", Url::as_str).to_owned();
            format!("playlist {}, file {}", told(&media.playlist), told(&media.file))
        }
        Err(Refused { reason, why }) => {
            let why = why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            format!("{}{why}", reason.as_str())
        }
    }
}

#[test]
fn streaming_playlists_are_preferred() {
    let fixture = include_str!("../../../vast-fixtures/parse/media-file-choice.xml");
    let response = vast::parse(fixture).unwrap();
    let media = Media::of(&response.ads[0]).unwrap();
    assert_eq!(media.playlist.unwrap().as_str(), "https://cdn.example.com/streaming.m3u8");
}

#[test]
fn what_is_conditioned_is_the_master_else_the_best_file() {
    let file = |name: &str, height, bitrate| vast::MediaFile {
        uri: format!("https://a.example/{name}"),
        mime: String::from("video/mp4"),
        height: Some(height),
        bitrate: Some(bitrate),
        ..vast::MediaFile::default()
    };
    let files =
        vec![file("small", 720, 9_000), file("best", 1_080, 6_000), file("big", 2_160, 5_000)];
    let played = vast::Linear { media_files: files, ..vast::Linear::default() };
    let master = vast::Mezzanine {
        uri: String::from("https://a.example/master.mov"),
        ..vast::Mezzanine::default()
    };
    let both = vast::Linear { mezzanines: vec![master], ..played.clone() };
    let rows = [played, both].map(|linear| row(&Media::of(&with(linear))));
    assert_eq!(
        rows,
        [
            "playlist -, file https://a.example/best",
            "playlist -, file https://a.example/master.mov"
        ]
    );
}

#[test]
fn what_has_no_address_to_be_fetched_from_is_passed_over_where_there_is_something_else() {
    let file = |uri: &str, mime: &str, bitrate| vast::MediaFile {
        uri: uri.to_owned(),
        mime: mime.to_owned(),
        delivery: String::from("streaming"),
        height: Some(720),
        bitrate: Some(bitrate),
        ..vast::MediaFile::default()
    };
    let files = vec![
        file("rtmp://a.example/best", "video/mp4", 9_000),
        file("https://a.example/good.mp4", "video/mp4", 900),
        file("/relative.m3u8", "application/x-mpegURL", 900),
        file("HTTPS://a.example/main.m3u8", "application/x-mpegURL", 900),
    ];
    let master = vast::Mezzanine {
        uri: String::from("ftp://a.example/master.mov"),
        ..vast::Mezzanine::default()
    };
    let mezzanines = vec![master];
    let all = vast::Linear { media_files: files.clone(), mezzanines, ..vast::Linear::default() };
    let playlist_elsewhere = vast::Linear { media_files: files[1..3].to_vec(), ..all.clone() };
    let none = vast::Linear { media_files: files[..1].to_vec(), ..all.clone() };
    let told = |linear: &vast::Linear| {
        let ad = with(linear.clone());
        let named = AdInfo::of(&ad, "").media.unwrap_or_default();
        format!("{}, named {named}", row(&Media::of(&ad)))
    };
    insta::assert_snapshot!([&all, &playlist_elsewhere, &none].map(told).join("\n"), @"
    playlist https://a.example/main.m3u8, file https://a.example/good.mp4, named HTTPS://a.example/main.m3u8
    playlist -, file https://a.example/good.mp4, named https://a.example/good.mp4
    MEDIA_FILE_UNAVAILABLE: `ftp://a.example/master.mov` is no HTTP address, named ftp://a.example/master.mov
    ");
}

#[test]
fn an_ad_keeps_what_is_told_and_counted() {
    let fixture = include_str!("../../../vast-fixtures/parse/vast-4-complete.xml");
    let response = vast::parse(fixture).unwrap();
    insta::assert_debug_snapshot!(AdInfo::of(&response.ads[0], "ads.example.com"));
}

#[test]
fn every_extra_is_kept() {
    let fixture = include_str!("../../../vast-fixtures/extras/inline.xml");
    let response = vast::parse(fixture).unwrap();
    let asked_at = ProgramTime::from_millis(1_000);
    let info = AdInfo::of(&response.ads[0], "ads.example.com").asked_at(asked_at, &response.ads[0]);
    insta::assert_debug_snapshot!(info);
}

#[test]
fn what_has_expired_is_not_taken() {
    let asked_at = ProgramTime::from_millis(0);
    let ad = vast::Ad { expires: Some(30), ..vast::Ad::default() };
    let info = Arc::new(AdInfo::default().asked_at(asked_at, &ad));
    let offers = Offers {
        pod: vec![Offer { info, media: Ok(at("a", 10)), late_by_making: false }],
        stand_ins: vec![],
    };
    let taken = |millis| {
        let now = ProgramTime::from_millis(millis);
        let filled = fill(&offers, &[], room(30_000, 0, 6_000), now);
        (filled.ads.len(), filled.skipped.first().map(|skipped| (skipped.reason, skipped.code())))
    };
    assert_eq!(taken(30_000), (1, None));
    assert_eq!(taken(30_001), (0, Some((SkipReason::Expired, 304))));
}

#[test]
fn a_creative_plays_twice_only_where_nothing_else_is_left() {
    let good = |id: &str| offer(id, Ok(at(id, 10)));
    let again = |id: &str, of: &str| offer(id, Ok(at(of, 10)));
    let table = [
        // Others go first, and it fills what they leave.
        filled(vec![good("a"), again("a2", "a"), good("b")], vec![], room(30_000, 0, 6_000)),
        filled(vec![good("a"), again("a2", "a"), good("b")], vec![], room(20_000, 0, 6_000)),
        // So do stand-ins.
        filled(vec![good("a"), again("a2", "a")], vec![good("x")], room(30_000, 0, 6_000)),
        filled(vec![good("a"), again("a2", "a")], vec![again("x", "a")], room(30_000, 0, 6_000)),
    ];
    insta::assert_snapshot!(table.join("\n"), @"
    [a b a2] []
    [a b] [a2 DUPLICATE_CREATIVE]
    [a x a2] []
    [a a2] []
    ");
}

#[test]
fn placeholders_are_not_kept() {
    let mut ad = with(vast::Linear::default());
    ad.impressions = vec![String::from("about:blank"), String::from("https://a.example/")];
    let unknown = vast::UniversalAdId { registry: String::new(), value: String::from("Unknown") };
    ad.creatives[0].universal_ad_ids = vec![unknown];
    let info = AdInfo::of(&ad, "a.example");
    assert_eq!(info.impressions, ["https://a.example/"]);
    assert_eq!(info.universal_ad_ids, []);
}

fn offer(id: &str, media: Result<Arc<Creative>, Refused>) -> Offer {
    let info = AdInfo { ad_id: Some(id.to_owned()), ..AdInfo::default() };
    Offer { info: Arc::new(info), media, late_by_making: false }
}

/// A creative of its own address.
fn at(name: &str, secs: i64) -> Arc<Creative> {
    let url = Url::parse(&format!("https://cdn.example.com/{name}.m3u8")).unwrap();
    Arc::new(Creative { url, ..Creative::clone(&creative(secs * 1_000)) })
}

fn broken(id: &str) -> Offer {
    offer(id, Err(Unusable::NoCors { host: String::from("cdn.example.com") }.into()))
}

/// Which ads are taken, and which skipped with what reason.
fn filled(pod: Vec<Offer>, stand_ins: Vec<Offer>, room: Room) -> String {
    let text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n";
    let (channel, _) = Multivariant::parse(text).unwrap();
    let target_duration = MediaDuration::from_secs(6);
    let slots: Vec<_> = channel
        .renditions
        .iter()
        .map(|info| Slot { info, packing: None, target_duration })
        .collect();
    let offers = Offers { pod, stand_ins };
    let filled = fill(&offers, &slots, room, ProgramTime::from_millis(0));
    let name = |info: &AdInfo| info.ad_id.clone().unwrap_or_default();
    let taken: Vec<_> = filled.ads.iter().map(|ad| name(&ad.info)).collect();
    let skipped = filled.skipped.iter();
    let skipped: Vec<_> =
        skipped.map(|ad| format!("{} {}", name(&ad.info), ad.reason.as_str())).collect();
    format!("[{}] [{}]", taken.join(" "), skipped.join(", "))
}

#[test]
fn stand_ins_replace_what_cannot_be_shown() {
    let good = |id: &str, secs: i64| offer(id, Ok(at(id, secs)));
    let half_minute = room(30_000, 0, 6_000);
    let table = [
        filled(vec![good("a", 10), good("b", 10)], vec![good("x", 10)], half_minute),
        filled(
            vec![broken("a"), good("b", 10), broken("c")],
            vec![broken("x"), good("y", 20), good("z", 10)],
            half_minute,
        ),
        filled(vec![good("a", 20), good("b", 15)], vec![good("x", 10)], half_minute),
        filled(vec![broken("a")], vec![], half_minute),
    ];
    insta::assert_snapshot!(table.join("\n"), @"
    [a b] []
    [y b] [a NO_CORS, x NO_CORS, c NO_CORS, z AVAIL_DURATION_EXCEEDED]
    [a x] [b AVAIL_DURATION_EXCEEDED]
    [] [a NO_CORS]
    ");
}

#[test]
fn ads_that_do_not_suit_the_channel_are_skipped() {
    let text = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\na.ts\n#EXT-X-ENDLIST\n";
    let url = Url::parse("https://cdn.example.com/a.m3u8").unwrap();
    let main = Playlist { url: url.clone(), text: text.to_owned() };
    let long = Creative::read(Outline::read(url, main).unwrap(), &[]).unwrap();
    let found = filled(vec![offer("a", Ok(Arc::new(long)))], vec![], room(30_000, 0, 6_000));
    assert_eq!(found, "[] [a NO_VARIANT_MATCH]");
}
