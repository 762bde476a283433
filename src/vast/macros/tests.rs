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

#[test]
fn macros_get_their_values() {
    let id = |registry: &str, value: &str| UniversalAdId {
        registry: registry.to_owned(),
        value: value.to_owned(),
    };
    let ids = [id("ad-id.org", "A/1"), id("clearcast.co.uk", "B")];
    for (name, expected) in [
        ("TIMESTAMP", "2026-01-01T00%3A00%3A00.123Z"),
        ("CACHEBUSTING", "00000042"),
        ("TRANSACTIONID", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("ERRORCODE", "403"),
        ("SERVERSIDE", "1"),
        ("DEVICEIP", "2001%3Adb8%3A%3A1"),
        ("DEVICEUA", "Player%2F1.0%20(TV)"),
        ("ADPLAYHEAD", "01%3A02%3A05.250"),
        ("ASSETURI", "https%3A%2F%2Fcdn.example.com%2Fa.m3u8%3Fx%3D1"),
        ("BREAKMAXDURATION", "30"),
        ("PODSEQUENCE", "2"),
        ("UNIVERSALADID", "ad-id.org%20A%2F1,clearcast.co.uk%20B"),
        ("ADSERVINGID", "Example-1"),
        ("GDPRCONSENT", "-1"),
    ] {
        assert_eq!(macro_value(name, &context(&ids)).as_deref(), Some(expected), "{name}");
    }
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
}
