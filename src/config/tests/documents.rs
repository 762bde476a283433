use serde_json::{Value, json};

use super::*;

/// Errors and warnings, a line each.
fn told(written: &Value) -> String {
    let checked = check_document(written);
    let errors = checked.errors.iter().map(|one| format!("error: {}\n", one.text));
    let warnings = checked.warnings.iter().map(|one| format!("warning: {}\n", one.text));
    errors.chain(warnings).collect()
}

#[test]
fn a_document_means_what_the_file_means() {
    let config = check(WHOLE).config.unwrap();
    for (document, expected) in config.documents.iter().zip(&config.playback_configurations) {
        let checked = check_document(&document.0.clone().into());
        assert_eq!(checked.errors, []);
        assert_eq!(checked.warnings, []);
        assert_eq!(checked.document, *document);
        assert_eq!(checked.configuration.as_ref(), Some(&**expected));
    }
}

#[test]
fn a_configuration_of_the_file_is_told_as_the_api_does() {
    let config = check(WHOLE).config.unwrap();
    assert_eq!(
        Value::Object(config.documents[0].0.clone()),
        json!({
            "Name": "news",
            "VideoContentSourceUrl": "https://origin.example.com/live",
            "AdDecisionServerUrl":
                "https://ads.example.com:8443/vast?dur=[session.avail_duration_secs]",
            "SlateAdUrl": "https://slate.example.com/slate.m3u8",
            "PersonalizationThresholdSeconds": 8,
            "AdsPersonalizationTimeouts": {
                "AdsRequestTimeoutMilliseconds": 1500,
                "PrefetchAdsRequestTimeoutMilliseconds": 5000,
                "PrefetchMaximumAdsPersonalizationTimeMilliseconds": 20_000,
            },
            "Bumper": {
                "StartUrl": "https://cdn.example.com/in.mp4",
                "EndUrl": "https://cdn.example.com/out/main.m3u8",
            },
            "CdnConfiguration": {
                "AdSegmentUrlPrefix": "https://cdn.example.com/ads",
                "ContentSegmentUrlPrefix": "https://cdn.example.com/live",
            },
            "LivePreRollConfiguration": {
                "AdDecisionServerUrl": "https://ads.example.com/first",
                "MaxDurationSeconds": 30,
                "AdDecisionServerConfiguration": {
                    "VastResponse": { "AdSequencingMode": "FOLLOW_AD_SEQUENCE" },
                },
            },
            "AdsEnabled": false,
            "AdTriggers": ["SPLICE_INSERT", "BREAK"],
            "CueDialects": ["cue-out", "daterange"],
            "CueProfile": "DVB_TA",
            "ViewerQuery": ["token"],
            "BeaconPacing": "request",
        })
    );
}

#[test]
fn headers_are_not_shown_however_wrong_they_are() {
    let long = "MARKER".repeat(1_000);
    for headers in [json!({ "Authorization": long }), json!({ "A": ["MARKER"] }), json!(["MARKER"])]
    {
        let told = told(&json!({
            "Name": "news",
            "VideoContentSourceUrl": "https://origin.example.com/live",
            "AdDecisionServerConfiguration": { "HttpRequest": { "Headers": headers } },
        }));
        assert!(told.starts_with("error: ") && !told.contains("MARKER"), "{told}");
    }
}

#[test]
fn what_newer_clients_add_is_left_out() {
    let written = json!({
        "Name": "news",
        "VideoContentSourceUrl": "https://origin.example.com/live",
        "Hologram": { "Depth": 3 },
        "DashConfiguration": { "MpdLocation": "DISABLED", "Beam": true },
        "SlateAdUrl": null,
    });
    let checked = check_document(&written);
    assert_eq!(checked.errors, []);
    assert_eq!(
        Value::Object(checked.document.0),
        json!({
            "Name": "news",
            "VideoContentSourceUrl": "https://origin.example.com/live",
            "DashConfiguration": { "MpdLocation": "DISABLED" },
        })
    );
}

#[test]
fn everything_wrong_with_a_document_is_said_once() {
    let written = json!({
        "VideoContentSourceUrl": 7,
        "PersonalizationThresholdSeconds": "8",
        "SlateAdUrl": "ftp://cdn.example.com/slate.m3u8",
        "AvailSuppression": { "Mode": "on" },
        "AdConditioningConfiguration": {},
        "Bumper": ["https://cdn.example.com/b.mp4"],
        "ConfigurationAliases": { "player_params.a": { "x": 1 } },
        "BeaconingConfiguration": {
            "ClientSide": { "ReportingMode": "DISABLED", "AdditionalEventTypes": ["MUTE", "X"] }
        },
        "AdsEnabled": "no",
        "tags": { "team": "news" },
    });
    insta::assert_snapshot!(told(&written));
}

#[test]
fn what_is_no_document_is_said_to_be_none() {
    for written in [json!([]), json!("news"), json!(null)] {
        assert_eq!(told(&written), "error: expected a JSON object\n");
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[A-Za-z.]{1,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_document_makes_it_panic(
        fields in prop::collection::hash_map(prop::sample::select(vec![
            "Name", "VideoContentSourceUrl", "AdsPersonalizationTimeouts", "Bumper", "tags",
            "ConfigurationAliases", "AvailSuppression", "CueDialects", "CdnConfiguration",
        ]), values(), 0..6),
    ) {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let checked = check_document(&Value::Object(fields));
        prop_assert_eq!(checked.configuration.is_some(), checked.errors.is_empty());
    }
}
