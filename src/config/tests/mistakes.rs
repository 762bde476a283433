//! What cannot be: everything wrong with a file is said at once, with its place.

use super::*;

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
slate_ad_url = "https://cdn.example.com/[player_params.lang]/slate.m3u8"
cdn_configuration = { content_segment_url_prefix = "https://[player_params.pop].example.com/" }
bumper = { start_url = "https://cdn.example.com/b.m3u8?s=[session.id]" }
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

/// Whoever writes an address into the file means it, and which viewer leads to it is not known.
#[test]
fn every_host_that_an_ad_server_may_have_is_looked_at_and_trusted() {
    let with = |second: &str| {
        check(&format!(
            "[[playback_configuration]]\nname = \"news\"\n\
             video_content_source_url = \"https://origin.example.com/live\"\n\
             ad_decision_server_url = \"https://[player_params.region]/v?a=[session.id]\"\n\
             [playback_configuration.configuration_aliases.\"player_params.region\"]\n\
             eu = \"10.0.0.1\"\nus = \"{second}\"\n"
        ))
    };
    let hosts = |config: &Config| {
        let always = config.guard_policy().always.into_iter();
        let mut always: Vec<_> = always.map(|pair| format!("{pair:?}")).collect();
        always.sort();
        always.iter().filter(|pair| pair.contains("10.0.0.")).count()
    };
    assert_eq!(hosts(with("10.0.0.2").config.as_ref().unwrap()), 2);
    insta::assert_snapshot!(
        with("https://ads.example.com").to_string() + &with("10.0.0.2:81").to_string()
    );
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
fn the_same_address_twice_is_no_use() {
    let report = check("listen = '127.0.0.1:80'\nadmin_listen = '127.0.0.1:80'");
    assert_eq!(
        report.errors[0].to_string(),
        "line 2, column 16: `admin_listen` is the same as `listen`"
    );
    let any_port = check("listen = '127.0.0.1:0'\nadmin_listen = '127.0.0.1:0'");
    assert_eq!(any_port.errors, []);
}
