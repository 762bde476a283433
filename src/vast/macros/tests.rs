use super::*;

fn context<'a>(ids: &'a [UniversalAdId]) -> Context<'a> {
    Context {
        now: Some(ProgramTime::from_millis(1_767_225_600_123)),
        random: 12_300_000_042,
        transaction_id: Some("0f8fad5b-d9cb-469f-a165-70867728950e"),
        error_code: Some(403),
        server_side: Some(ServerSide::OnBehalf),
        device_ip: Some("2001:db8::1".parse().unwrap()),
        device_ua: Some("Player/1.0 (TV)"),
        ad_playhead: Some(MediaDuration::from_millis(3_725_250)),
        asset_uri: Some("https://cdn.example.com/a.m3u8?x=1"),
        break_max_duration: Some(MediaDuration::from_millis(29_600)),
        pod_sequence: Some(2),
        universal_ad_ids: ids,
        ad_serving_id: Some("Example-1"),
        ..Context::default()
    }
}

/// Every macro of the standard, its value where all is known, and where nothing is.
const TABLE: [(&str, &str, &str); 59] = [
    ("ADCATEGORIES", "IAB1-2,IAB3", "-1"),
    ("ADCOUNT", "2", "-1"),
    ("ADPLAYHEAD", "01%3A02%3A05.250", "-1"),
    ("ADSERVINGID", "Example-1", "-1"),
    ("ADTYPE", "video", "-1"),
    ("APIFRAMEWORKS", "7", "-1"),
    ("APPBUNDLE", "com.example.tv", "-1"),
    ("ASSETURI", "https%3A%2F%2Fcdn.example.com%2Fa.m3u8%3Fx%3D1", "-1"),
    ("BLOCKEDADCATEGORIES", "IAB1,IAB2-1", "-1"),
    ("BREAKMAXADLENGTH", "30", "-1"),
    ("BREAKMAXADS", "4", "-1"),
    ("BREAKMAXDURATION", "30", "-1"),
    ("BREAKMINADLENGTH", "6", "-1"),
    ("BREAKPOSITION", "2", "-1"),
    ("CACHEBUSTING", "00000042", "00000000"),
    // Only who clicks knows where.
    ("CLICKPOS", "-1", "-1"),
    ("CLICKTYPE", "1", "-1"),
    ("CLIENTUA", "ExamplePlayer%2F2.1", "-1"),
    ("CONTENTCAT", "IAB5", "-1"),
    ("CONTENTID", "eidr%2010.5240%2FX", "-1"),
    ("CONTENTPLAYHEAD", "00%3A10%3A00.000", "-1"),
    ("CONTENTURI", "https%3A%2F%2Ftv.example.com%2Fnews", "-1"),
    ("DEVICEIP", "2001%3Adb8%3A%3A1", "-1"),
    ("DEVICEUA", "Player%2F1.0%20(TV)", "-1"),
    ("DOMAIN", "example.com", "-1"),
    ("DSAPARAMS", "1,2", "-1"),
    ("DSAPUBRENDER", "0", "-1"),
    ("DSAREQUIRED", "1", "-1"),
    ("ERRORCODE", "403", "-1"),
    ("EXTENSIONS", "AdVerifications", "-1"),
    ("GDPRCONSENT", "CPc%2Ba%3D%3D", "-1"),
    ("GPPSECTIONID", "2,6", "-1"),
    ("GPPSTRING", "DBABM~C", "-1"),
    ("IFA", "38400000-8cf0-11bd-b23e-10b96e40000d", "-1"),
    ("IFATYPE", "rida", "-1"),
    ("INVENTORYSTATE", "autoplayed", "-1"),
    ("LATLONG", "51.004703,3.754806", "-1"),
    ("LIMITADTRACKING", "1", "-1"),
    (
        "MEDIAMIME",
        "application%2Fx-mpegURL,video%2Fmp4,video%2Fquicktime",
        "application%2Fx-mpegURL",
    ),
    ("MEDIAPLAYHEAD", "00%3A10%3A00.000", "-1"),
    ("OMIDPARTNER", "Example%2F1.0", "-1"),
    ("PAGEURL", "https%3A%2F%2Ftv.example.com%2F", "-1"),
    ("PLACEMENTTYPE", "1", "1"),
    ("PLAYBACKMETHODS", "1,7", "-1"),
    ("PLAYERCAPABILITIES", "mute,fullscreen", "-1"),
    ("PLAYERSIZE", "1920,1080", "-1"),
    ("PLAYERSTATE", "fullscreen", "-1"),
    ("PODSEQUENCE", "2", "-1"),
    ("REASON", "2", "-1"),
    ("REGULATIONS", "coppa,gdpr", "-1"),
    ("SERVERSIDE", "1", "-1"),
    ("SERVERUA", "midroll%2F1", "-1"),
    ("STOREID", "id123", "-1"),
    ("STOREURL", "https%3A%2F%2Fstore.example.com%2Fid123", "-1"),
    ("TIMESTAMP", "2026-01-01T00%3A00%3A00.123Z", "-1"),
    ("TRANSACTIONID", "0f8fad5b-d9cb-469f-a165-70867728950e", "-1"),
    ("UNIVERSALADID", "ad-id.org%20A%2F1,clearcast.co.uk%20B", "-1"),
    ("VASTVERSIONS", "2,3,5,6,7,8,11,12,13,14,15,16", "2,3,5,6,7,8,11,12,13,14,15,16"),
    ("VERIFICATIONVENDORS", "moat.com-x,ias.com-y", "-1"),
];

/// What a player tells with its session.
const TOLD: [(&str, &str); 33] = [
    ("adcategories", "IAB1-2, IAB3"),
    ("apiframeworks", "7"),
    ("appbundle", "com.example.tv"),
    ("breakmaxads", "4"),
    ("breakminadlength", "6"),
    ("clicktype", "1"),
    ("clientua", "ExamplePlayer/2.1"),
    ("contentcat", "IAB5"),
    ("contentid", "eidr 10.5240/X"),
    ("contenturi", "https://tv.example.com/news"),
    ("domain", "example.com"),
    ("dsaparams", "1,2"),
    ("dsapubrender", "0"),
    ("dsarequired", "1"),
    ("extensions", "AdVerifications"),
    ("GDPRCONSENT", "CPc+a=="),
    ("gppsectionid", "2,6"),
    ("gppstring", "DBABM~C"),
    ("ifa", "38400000-8cf0-11bd-b23e-10b96e40000d"),
    ("ifatype", "rida"),
    ("inventorystate", "autoplayed"),
    ("latlong", "51.004703,3.754806"),
    ("limitadtracking", "1"),
    ("omidpartner", "Example/1.0"),
    ("playbackmethods", "1,7"),
    ("playercapabilities", "mute,fullscreen"),
    ("playersize", "1920,1080"),
    ("playerstate", "fullscreen"),
    ("regulations", "coppa,gdpr"),
    ("storeid", "id123"),
    ("storeurl", "https://store.example.com/id123"),
    ("verificationvendors", "moat.com-x,ias.com-y"),
    // Not a player's to tell.
    ("errorcode", "900"),
];

#[test]
fn every_macro_gets_its_value() {
    let id = |registry: &str, value: &str| UniversalAdId {
        registry: registry.to_owned(),
        value: value.to_owned(),
    };
    let ids = [id("ad-id.org", "A/1"), id("clearcast.co.uk", "B")];
    let blocked = ["IAB1", "IAB2-1"]
        .map(|code| Category { authority: String::from("iabtechlab.com"), code: code.to_owned() });
    let params = TOLD.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let all = Context {
        blocked_categories: &blocked,
        server_ua: Some("midroll/1"),
        media_playhead: Some(MediaDuration::from_secs(600)),
        break_position: Some(2),
        ad_count: Some(2),
        ad_type: Some("video"),
        page_url: Some("https://tv.example.com/"),
        reason: Some(2),
        takes_files: true,
        player_params: Some(&params),
        ..context(&ids)
    };
    let value = |name: &str, context: &Context<'_>| macro_value(name, context).unwrap();
    let found = VALUES.map(|(name, _)| (name, value(name, &all), value(name, &Context::default())));
    let found = found.each_ref().map(|(name, all, none)| (*name, all.as_str(), none.as_str()));
    assert_eq!(found, TABLE);
    let only_told = Context { player_params: Some(&params), ..Context::default() };
    assert_eq!(value("ERRORCODE", &only_told), "-1");
}

#[test]
fn what_is_not_known_is_minus_one_and_what_is_no_macro_stays() {
    let url = "https://a.example/?cb=[CACHEBUSTING]&e=%5BERRORCODE%5D&x=[cachebusting]&y=[FOO]";
    assert_eq!(
        expand_macros(url, &Context::default()),
        "https://a.example/?cb=00000000&e=-1&x=[cachebusting]&y=[FOO]"
    );
}

#[test]
fn the_table_can_be_searched() {
    assert!(VALUES.is_sorted_by_key(|(name, _)| name));
    assert!(client::CLIENT.is_sorted_by_key(|(name, _)| name));
}
