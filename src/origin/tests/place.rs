use proptest::prelude::*;

use super::*;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn said(result: Result<Url, BadAsset>) -> String {
    result.map_or_else(|error| error.to_string(), |url| url.to_string())
}

#[test]
fn an_asset_lies_under_the_prefix() {
    let assets = [
        "main.m3u8",
        "channel/main.m3u8",
        "a%20b/caf%C3%A9.m3u8",
        "a//b.m3u8",
        "100%25.m3u8",
        "a%2Fb.m3u8",
        "..a/b..m3u8",
        "http://evil.example/a.m3u8",
        "//evil.example/a.m3u8",
        "@evil.example/a.m3u8",
        "a.m3u8?x=y#z",
    ];
    for prefix in ["https://origin.example/live", "https://origin.example/live/"] {
        let said: String = assets
            .iter()
            .map(|asset| format!("{asset} -> {}\n", said(asset_url(&url(prefix), asset, "", &[]))))
            .collect();
        insta::allow_duplicates! { insta::assert_snapshot!(said, @r"
        main.m3u8 -> https://origin.example/live/main.m3u8
        channel/main.m3u8 -> https://origin.example/live/channel/main.m3u8
        a%20b/caf%C3%A9.m3u8 -> https://origin.example/live/a%20b/caf%C3%A9.m3u8
        a//b.m3u8 -> https://origin.example/live/a//b.m3u8
        100%25.m3u8 -> https://origin.example/live/100%25.m3u8
        a%2Fb.m3u8 -> https://origin.example/live/a%2Fb.m3u8
        ..a/b..m3u8 -> https://origin.example/live/..a/b..m3u8
        http://evil.example/a.m3u8 -> https://origin.example/live/http://evil.example/a.m3u8
        //evil.example/a.m3u8 -> https://origin.example/live///evil.example/a.m3u8
        @evil.example/a.m3u8 -> https://origin.example/live/@evil.example/a.m3u8
        a.m3u8?x=y#z -> https://origin.example/live/a.m3u8%3Fx=y%23z
        ") };
    }
}

#[test]
fn no_spelling_of_a_path_leaves_the_prefix() {
    let assets = [
        "",
        "/",
        "..",
        "../admin",
        "a/../../admin",
        "a/./b",
        "%2e%2e/admin",
        ".%2E/admin",
        "a/%2e%2e%2f%2e%2e%2fadmin",
        "%252e%252e/admin",
        "%25252e%25252e/admin",
        "%2525252525252e/admin",
        "..;/admin",
        "%2e%2e;x=y/admin",
        "..\\admin",
        "..%5cadmin",
        "..%255cadmin",
        "a%00.m3u8",
        "a%0d%0aHost:%20b",
        ".\t./admin",
        "a\n/../b",
    ];
    let prefix = url("https://origin.example/live");
    let said: String = assets
        .iter()
        .map(|asset| format!("{asset:?} -> {}\n", said(asset_url(&prefix, asset, "", &[]))))
        .collect();
    insta::assert_snapshot!(said, @r#"
    "" -> the asset path is empty
    "/" -> the asset path is empty
    ".." -> the asset path has a dot segment
    "../admin" -> the asset path has a dot segment
    "a/../../admin" -> the asset path has a dot segment
    "a/./b" -> the asset path has a dot segment
    "%2e%2e/admin" -> the asset path has a dot segment
    ".%2E/admin" -> the asset path has a dot segment
    "a/%2e%2e%2f%2e%2e%2fadmin" -> the asset path has a dot segment
    "%252e%252e/admin" -> the asset path has a dot segment
    "%25252e%25252e/admin" -> the asset path has a dot segment
    "%2525252525252e/admin" -> the asset path is percent-encoded more than 3 times over
    "..;/admin" -> the asset path has a dot segment
    "%2e%2e;x=y/admin" -> the asset path has a dot segment
    "..\\admin" -> the asset path has a backslash or a control character
    "..%5cadmin" -> the asset path has a backslash or a control character
    "..%255cadmin" -> the asset path has a backslash or a control character
    "a%00.m3u8" -> the asset path has a backslash or a control character
    "a%0d%0aHost:%20b" -> the asset path has a backslash or a control character
    ".\t./admin" -> the asset path has a backslash or a control character
    "a\n/../b" -> the asset path has a backslash or a control character
    "#);
}

#[test]
fn a_players_query_goes_to_the_origin_without_what_is_midrolls_or_the_viewers() {
    let query = "ads.device=tv&start=2026-01-01T00%3A00%3A00Z&aws.sessionId=1&manifest.a=b&_HLS_msn=7&_HLS_part=0&\
        token=abc&&flag&adsx=1&ads%2Edevice=tv&to%6ben=x&sig=a+b%2Fc==&ads=1";
    let viewer_query = ["token".to_owned()];
    let kept = "start=2026-01-01T00%3A00%3A00Z&flag&adsx=1&sig=a+b%2Fc==&ads=1";
    assert_eq!(forwarded(query, &viewer_query), kept);
    let asset = asset_url(&url("https://o.example/live"), "a.m3u8", query, &viewer_query);
    assert_eq!(asset.unwrap().as_str(), format!("https://o.example/live/a.m3u8?{kept}"));
}

#[test]
fn the_prefixes_own_query_wins_over_the_players() {
    let prefix = url("https://o.example/live?key=ours#x");
    let asset = asset_url(&prefix, "a.m3u8", "key=theirs&start=1&%6bey=2", &[]);
    assert_eq!(asset.unwrap().as_str(), "https://o.example/live/a.m3u8?key=ours&start=1");
    let bare = asset_url(&prefix, "a.m3u8", "", &[]);
    assert_eq!(bare.unwrap().as_str(), "https://o.example/live/a.m3u8?key=ours");
}

#[test]
fn a_renditions_url_carries_the_query_no_further_than_it_went() {
    let asked = url("https://o.example/live/a.m3u8?start=1&key=ours");
    let answered = url("https://edge7.example/live/a.m3u8?session=9");
    let uris = [
        "video/1.m3u8",
        "video/1.m3u8?key=own&b=2#f",
        "https://o.example/v.m3u8",
        "//edge7.example:8443/v.m3u8",
        "https://other.example/v.m3u8?b=2",
        "?b=2",
        "https://[",
    ];
    let said: String = uris
        .iter()
        .map(|uri| match rendition_url(&asked, &answered, uri) {
            Some(url) => format!("{uri} -> {url}\n"),
            None => format!("{uri} -> none\n"),
        })
        .collect();
    insta::assert_snapshot!(said, @r"
    video/1.m3u8 -> https://edge7.example/live/video/1.m3u8?start=1&key=ours
    video/1.m3u8?key=own&b=2#f -> https://edge7.example/live/video/1.m3u8?key=own&b=2&start=1
    https://o.example/v.m3u8 -> https://o.example/v.m3u8?start=1&key=ours
    //edge7.example:8443/v.m3u8 -> https://edge7.example:8443/v.m3u8
    https://other.example/v.m3u8?b=2 -> https://other.example/v.m3u8?b=2
    ?b=2 -> https://edge7.example/live/a.m3u8?b=2&start=1&key=ours
    https://[ -> none
    ");
}

proptest! {
    /// Whatever is asked for, and however it is read again, stays under the prefix.
    #[test]
    fn every_asset_url_stays_under_the_prefix(
        asset in r"([a-z./;%\\@:?# ]|\.\.|%2e|%2f|%5c|%25|%252e|[^\x00]){0,12}",
        query in "[a-z.=&%25]{0,20}",
    ) {
        let prefix = url("https://origin.example/live");
        if let Ok(asset) = asset_url(&prefix, &asset, &query, &[]) {
            let mut reading = asset.clone();
            for _ in 0..4 {
                prop_assert_eq!(reading.origin(), prefix.origin());
                prop_assert!(reading.path().starts_with("/live/"), "{}", reading);
                let again = reading.as_str().replace("%25", "%").replace("%2F", "/").replace("%2f", "/");
                match Url::parse(&again) {
                    Ok(again) => reading = again,
                    Err(_) => break,
                }
            }
        }
    }

    #[test]
    fn no_query_makes_forwarding_panic(query in ".{0,60}", viewer in "[a-z]{1,3}") {
        let kept = forwarded(&query, std::slice::from_ref(&viewer));
        prop_assert_eq!(forwarded(&kept, &[viewer]), kept.clone());
    }
}
