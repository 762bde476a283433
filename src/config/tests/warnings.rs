//! What can be and is most likely not meant.

use std::collections::BTreeMap;

use super::*;
use crate::{ids::SessionId, units::ProgramTime, vast};

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

/// What is sent as it stands, or not at all, would be noticed by nobody but the ad server.
#[test]
fn slips_in_headers_and_bodies_are_told() {
    let report = |http: &str| {
        check(&format!(
            "[[playback_configuration]]\nname = \"news\"\n\
             video_content_source_url = \"https://origin.example.com/live\"\n\
             [playback_configuration.ad_decision_server_configuration.http_request]\n{http}\n"
        ))
        .to_string()
    };
    let texts = [
        r#"method = "POST"
body = '{"a":"{{sesion.id}}","b":"[session.id]","c":[1.5],"d":{"e":{}},"f":"{{player_params.x}}"}'
headers = { x-key = "{{session.uid}}", x-other = "k [CACHEBUSTING]" }"#,
        r#"compress_request = "GZIP""#,
        r#"headers = { "x key" = "a" }"#,
        r#"headers = { "Content-Length" = "1" }"#,
        r#"headers = { x-key = "a\nb" }"#,
    ];
    insta::assert_snapshot!(texts.map(report).join("\n"));
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

/// Without ffmpeg such a clip would never be shown.
#[test]
fn a_slate_or_bumper_that_is_a_file_cannot_do_without_ffmpeg() {
    let needs = |line: &str| {
        let head = "[[playback_configuration]]\nname = \"news\"\n\
                    video_content_source_url = \"https://origin.example.com/live\"\n";
        let report = check(&format!("{head}{line}\n"));
        report.config.unwrap().needs_transcoding() == Some("news")
    };
    for (field, end) in [
        ("slate_ad_url = ", ""),
        ("bumper = { start_url = ", " }"),
        ("bumper = { end_url = ", " }"),
    ] {
        let with = |url: &str| needs(&format!("{field}\"https://cdn.example.com/{url}\"{end}"));
        assert_eq!((with("clip.mp4"), with("clip.m3u8")), (true, false), "{field}");
    }
}
