use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{ids::SessionId, units::ProgramTime, vast};

mod documents;
mod watching;

/// The file of the README, with every key.
const WHOLE: &str = r#"
listen = "0.0.0.0:8080"
admin_listen = "127.0.0.1:8081"
data_dir = "/var/lib/midroll"
public_url = "https://ads.example.com"
trusted_proxies = ["10.0.0.0/8", "fd00::1"]
allow_private_networks = ["192.168.0.0/16"]
shutdown_deadline_seconds = 20

[limits]
sessions = 5000
sessions_per_address = 50
segments = 10_000
playlist_bytes = 4_194_304
ads_response_bytes = 0x10_0000
beacons = 1000
beacons_per_host = 8

[control_api]
access_key_id = "AKIAEXAMPLE"
secret_access_key = "at-least-sixteen-characters"

[logs]
rotate_bytes = 1_000_000
rotate_minutes = 15
compression = "zstd"
most_bytes = 10_000_000_000
personal_data = "hashed"
parquet = { url = "s3://logs/midroll/", endpoint = "https://s3.example.com", region = "eu-central-1", access_key_id = "id", secret_access_key = "secret" }

[beacons]
retry_unknown = false
timeout_milliseconds = 2000
give_up_after_seconds = 900

[[playback_configuration]]
name = "news"
video_content_source_url = "https://origin.example.com/live"
ad_decision_server_url = "https://ads.example.com:8443/vast?dur=[session.avail_duration_secs]"
slate_ad_url = "https://slate.example.com/slate.m3u8"
personalization_threshold_seconds = 8
viewer_query = ["token"]
cue_dialects = ["cue-out", "daterange"]
ad_triggers = ["SPLICE_INSERT", "BREAK"]
cue_profile = "DVB_TA"
ads_enabled = false
beacon_pacing = "request"
bumper = { start_url = "https://cdn.example.com/in.mp4", end_url = "https://cdn.example.com/out/main.m3u8" }
cdn_configuration.ad_segment_url_prefix = "https://cdn.example.com/ads"
cdn_configuration.content_segment_url_prefix = "https://cdn.example.com/live"
ads_personalization_timeouts = { ads_request_timeout_milliseconds = 1500, prefetch_ads_request_timeout_milliseconds = 5000, prefetch_maximum_ads_personalization_time_milliseconds = 20_000 }
live_pre_roll_configuration = { ad_decision_server_url = "https://ads.example.com/first", max_duration_seconds = 30, ad_decision_server_configuration.vast_response.ad_sequencing_mode = "FOLLOW_AD_SEQUENCE" }

[[playback_configuration]]
name = "sport"
video_content_source_url = "http://127.0.0.1:9000"
"#;

#[test]
fn a_whole_file_is_read() {
    let report = check(WHOLE);
    assert_eq!(report.to_string(), "");
    let config = report.config.unwrap();
    insta::assert_debug_snapshot!(config);
}

#[test]
fn an_empty_file_is_all_defaults() {
    let report = check("");
    assert_eq!(
        report.to_string(),
        "warning: line 1, column 1: `playback_configuration` is missing; no player can be served\n"
    );
    let config = report.config.unwrap();
    assert_eq!(config.listen.to_string(), "0.0.0.0:8080");
    assert_eq!(config.admin_listen.to_string(), "127.0.0.1:8081");
    assert_eq!(config.data_dir, PathBuf::from("./midroll-data"));
    assert_eq!(config.limits, Limits::default());
    assert_eq!(config.allow_private_networks, PrivateNetworks::Denied);
}

#[test]
fn everything_wrong_is_said_at_once() {
    let report = check(
        r#"
lisen = "0.0.0.0:8080"
admin_listen = "localhost:8081"
data_dir = ""
public_url = "ads.example.com"
trusted_proxies = ["10.0.0.1/8"]
allow_private_networks = "yes"
shutdown_deadline_seconds = 0
playback_configurations = []

[limits]
session = 12
segments = "many"
playlist_bytes = -1
beacons = 9223372036854775808

[store]
url = ["redis://127.0.0.1:6379", "http://127.0.0.1"]
password = "secret"

[control_api]
access_key_id = "a/b"
secret_access_key = "too short"

[logs]
rotate_minutes = 7
compression = "lz4"
most_bytes = 1000
personal_data = true
parquet.url = "https://logs.example.com"

[[playback_configuration]]
name = "news/main"
VideoContentSourceUrl = "https://origin.example.com/live"
ad_decision_server_url = "https://[player_params.host].example.com/vast"
slate_ad_url = "ftp://cdn.example.com/slate.m3u8"
personalization_threshold_seconds = 1.5
ads_request_timeout_milliseconds = 3000
viewer_query = "token"
cue_dialects = ["Daterange", "cue-in", "oatcls"]
ads_enabled = "no"
ads_personalization_timeouts = { ads_request_timeout_milliseconds = 100 }
cdn_configuration = "https://cdn.example.com"

[[playback_configuration]]
name = "sport"
video_content_source_url = "https://origin.example.com/sport?token=1"

[[playback_configuration]]
name = "films"
cue_dialects = []
ad_triggers = ["splice_insert", "PROGRAM"]
cue_profile = "DVB"
video_content_source_url = "https://[player_params.a].example.com/"

[[playback_configuration]]
name = "kids"
video_content_source_url = "https://origin.example.com/kids"

[[playback_configuration]]
name = "kids"
video_content_source_url = "https://origin.example.com/kids2"
"#,
    );
    assert_eq!(report.config, None);
    insta::assert_snapshot!(report);
}

/// Reports go to terminals, into CI's logs and the service's own.
#[test]
fn no_secret_is_shown_however_wrong_it_is() {
    let long = format!("\"MARKER{}\"", "x".repeat(5_000));
    let configuration = "[[playback_configuration]]\nname = \"news\"\n\
                         video_content_source_url = \"https://origin.example.com/live\"\n";
    for value in [long.as_str(), "{ a = \"MARKER\" }", "[\"MARKER\"]", "{ MARKER = 7 }"] {
        for file in [
            format!("[control_api]\naccess_key_id = \"id\"\nsecret_access_key = {value}"),
            format!("[logs.parquet]\nurl = \"s3://logs\"\nsecret_access_key = {value}"),
            format!("[creatives.s3]\nbucket = \"ads\"\nsecret_access_key = {value}"),
            format!("[store]\nurl = {value}"),
            format!(
                "{configuration}[playback_configuration.ad_decision_server_configuration]\n\
                 http_request.headers = {{ ok = \"MARKER\", authorization = {value} }}"
            ),
        ] {
            let report = check(&file);
            let hidden = !report.to_string().replace("`MARKER`", "").contains("MARKER");
            assert!(!report.errors.is_empty() && hidden, "{file}\n{report}");
        }
    }
}

#[test]
fn urls_with_credentials_are_refused_and_those_not_shown() {
    let url = |host: &str| format!("\"https://user:MARKER@{host}.example.com/live\"");
    let file = format!(
        "public_url = {}\n[[playback_configuration]]\nname = \"news\"\n\
         video_content_source_url = {}\nad_decision_server_url = {}\nslate_ad_url = {}\n",
        url("public"),
        url("origin"),
        url("ads"),
        url("slate")
    );
    insta::assert_snapshot!(check(&file), @r#"
    error: line 1, column 14: `public_url` is `"https://…@public.example.com/live"`; expected no name and password before the host; they are not used
    error: line 4, column 28: `playback_configuration[0].video_content_source_url` is `"https://…@origin.example.com/live"`; expected no name and password before the host; they are not used
    error: line 5, column 26: `playback_configuration[0].ad_decision_server_url` is `"https://…@ads.example.com/live"`; expected no name and password before the host; they are not used
    error: line 6, column 16: `playback_configuration[0].slate_ad_url` is `"https://…@slate.example.com/live"`; expected no name and password before the host; they are not used
    "#);
}

#[test]
fn fields_of_mediatailor_without_effect_are_warned_of() {
    let report = check(
        r#"
[store]
url = "redis://127.0.0.1:6379"

[[playback_configuration]]
name = "news"
video_content_source_url = "https://origin.example.com/live"
slate_ad_url = "https://cdn.example.com/slate.mp4"
avail_suppression = { mode = "BEHIND_LIVE_EDGE", value = "00:00:21" }
bumper = { start_url = "https://cdn.example.com/b.mp4" }
configuration_aliases = {}
dash_configuration = { mpd_location = "DISABLED" }
insertion_mode = "STITCHED_ONLY"
live_pre_roll_configuration = { max_duration_seconds = 30 }
manifest_processing_rules = { ad_marker_passthrough = { enabled = true } }
transcode_profile_name = "hd"
ad_conditioning_configuration = { streaming_media_file_conditioning = "NONE" }
ad_decision_server_configuration = { http_request = { method = "POST" } }
ads_personalization_concurrency = { max_concurrent_ads_requests = 4 }
beaconing_configuration = {}
yield_optimization_configuration = {}
function_mapping = {}
log_configuration = { percent_enabled = 100 }
tags = { team = "ads" }
playback_configuration_arn = "arn:aws:mediatailor:…"

[playback_configuration.ads_personalization_timeouts]
live_maximum_ads_personalization_time_milliseconds = 8000
"#,
    );
    assert!(report.config.is_some());
    insta::assert_snapshot!(report);
}

#[test]
fn what_cannot_be_of_pre_rolls_and_timeouts_is_told() {
    let report = check(
        r#"
[[playback_configuration]]
name = "news"
video_content_source_url = "https://origin.example.com/live"
[playback_configuration.live_pre_roll_configuration]
ad_decision_server_url = "https://ads.example.com/first?dur=[session.avail_duration]"
max_duration_seconds = 301
ad_decision_server_configuration.vast_response.ad_sequencing_mode = "FOLLOW_AD_SEQUENCE_ONLY_LIVE"
[playback_configuration.ads_personalization_timeouts]
prefetch_ads_request_timeout_milliseconds = 10_001
prefetch_maximum_ads_personalization_time_milliseconds = 250
"#,
    );
    insta::assert_snapshot!(report);
}

#[test]
fn a_slip_in_a_variable_is_warned_of() {
    let report = check(
        r#"
[[playback_configuration]]
name = "news"
video_content_source_url = "https://origin.example.com/live"
ad_decision_server_url = "https://ads.example.com/?a=[session.avail_duration]&b=[player_param.x]&c=[player_params.x]&d=[CACHEBUSTING]&e=[scte.segmentation_upid.assetId]&f=[session.avail_duration]"
"#,
    );
    assert_eq!(
        report.to_string(),
        "warning: line 5, column 26: `playback_configuration[0].ad_decision_server_url` has no \
         variable `[player_param.x]`; the nearest is `[player_params.…]`\n\
         warning: line 5, column 26: `playback_configuration[0].ad_decision_server_url` has no \
         variable `[session.avail_duration]`; the nearest is `[session.avail_duration_ms]`\n"
    );
}

#[test]
fn the_known_variables_are_those_that_are_filled_in() {
    let session = vast::variables::Session {
        id: SessionId::from_bits(u128::MAX),
        client_ip: Some([192, 0, 2, 7].into()),
        user_agent: "a".to_owned(),
        referer: "b".to_owned(),
        accept_language: "c".to_owned(),
    };
    let source_time = Some(ProgramTime::from_millis(0));
    let avail =
        vast::variables::Avail { index: 1, source_time, ..vast::variables::Avail::default() };
    let all = vast::variables::Variables {
        session: &session,
        avail: &avail,
        scte: &vast::variables::Scte::default(),
        asset: &BTreeMap::new(),
        player_params: &BTreeMap::new(),
        aliases: &BTreeMap::new(),
        given: &BTreeMap::new(),
        random: 1,
    };
    for name in variables::KNOWN {
        let value = all.encoded(name).unwrap();
        // What SCTE-35 says is absent without a message.
        assert_eq!(value.is_empty(), name.starts_with("scte."), "{name}");
    }
}

#[test]
fn a_syntax_error_names_its_place() {
    assert_eq!(
        check("listen = \"0.0.0.0:8080\"\ndata_dir = ./data\n").to_string(),
        "error: line 2, column 12: not TOML: invalid mantissa, expected digits\n"
    );
    assert_eq!(
        check("[limits]\n[limits]\n").to_string(),
        "error: line 2, column 2: not TOML: duplicate key\n"
    );
}

#[test]
fn the_guard_lets_through_what_the_file_names() {
    let policy = check(WHOLE).config.unwrap().guard_policy();
    let admitted = |url: &str| policy.admit(&Url::parse(url).unwrap()).map(|url| url.grounds());
    use crate::guard::Grounds::{Configured, Public};
    for (url, grounds) in [
        ("https://origin.example.com/other", Configured),
        ("https://ads.example.com:8443/", Configured),
        ("https://ads.example.com/", Configured),
        ("https://slate.example.com/", Configured),
        ("https://cdn.example.com/", Configured),
        ("http://127.0.0.1:9000/x", Configured),
        ("http://192.168.1.1/", Public),
        ("https://ads.example.com:9443/", Public),
    ] {
        assert_eq!(admitted(url), Ok(grounds), "{url}");
    }
    // The service's own doors are not among what it may be sent to.
    for url in ["http://127.0.0.1:8081/metrics", "http://0.0.0.0:8080/", "http://10.0.0.1/"] {
        admitted(url).unwrap_err();
    }
}

#[test]
fn the_same_address_twice_is_no_use() {
    let report = check("listen = '127.0.0.1:80'\nadmin_listen = '127.0.0.1:80'");
    assert_eq!(
        report.errors[0].to_string(),
        "line 2, column 16: `admin_listen` is the same as `listen`"
    );
    let any_port = check("listen = '127.0.0.1:0'\nadmin_listen = '127.0.0.1:0'");
    assert_eq!(any_port.errors, []);
}

#[test]
fn what_changes_only_at_a_start_is_known() {
    let config = check(WHOLE).config.unwrap();
    let other = check("").config.unwrap();
    assert_eq!(config.fixed_changes(&config), [""; 0]);
    assert_eq!(config.fixed_changes(&other), ["data_dir", "limits", "beacons", "logs"]);
    let mut at_once = config.clone();
    let limits = &mut at_once.limits;
    (limits.sessions, limits.sessions_per_address, limits.segments) = (1, 1, 1);
    assert_eq!(config.fixed_changes(&at_once), [""; 0]);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = check(&text);
    }

    #[test]
    fn no_mixed_up_file_makes_it_panic(
        lines in prop::collection::vec(0..WHOLE.lines().count(), 0..30),
        cut in 0..80_usize,
    ) {
        let all: Vec<_> = WHOLE.lines().collect();
        let mixed: Vec<_> = lines.iter().map(|&at| {
            all[at].get(..cut).unwrap_or(all[at])
        }).collect();
        let report = check(&mixed.join("\n"));
        prop_assert_eq!(report.config.is_some(), report.errors.is_empty());
    }
}
