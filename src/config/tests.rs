use proptest::prelude::*;

use super::*;
use crate::ids::ConfigurationName;

mod documents;
mod examples;
mod mistakes;
mod secrets;
mod warnings;
mod watching;

/// A file that says something in nearly every section.
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
fn a_name_and_a_source_are_enough() {
    let report = check(
        "[[playback_configuration]]\nname = \"news\"\n\
         video_content_source_url = \"https://origin.example.com/live\"\n",
    );
    assert_eq!(report.to_string(), "");
    let source = Url::parse("https://origin.example.com/live").unwrap();
    let plain = PlaybackConfiguration::new(ConfigurationName::new("news"), source);
    assert_eq!(*report.config.unwrap().playback_configurations[0], plain);
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
