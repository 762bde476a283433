use std::sync::Arc;

use crate::{
    adserver::Trouble,
    fetch::{HeaderMap, HeaderValue},
    pod::{self, AdInfo, Cause, SkipReason, Skipped},
    session::Shortfall,
    vast,
};

use super::*;
use crate::pod::Ad;

const FIXTURE: &str = include_str!("../../../vast-fixtures/parse/vast-4-complete.xml");

fn told(build: impl FnOnce(&Scene<'_>) -> Value) -> String {
    let scene = Scene {
        time: ProgramTime::from_millis(1_767_225_600_123),
        configuration: &ConfigurationName::new("news"),
        session: SessionId::from_bits(1),
        request_id: "r-1",
        avail_id: "7-1767225600",
    };
    serde_json::to_string_pretty(&build(&scene)).unwrap()
}

fn asked(outcome: Result<vast::Response, Trouble>) -> Asked {
    Asked {
        url: String::from("https://ads.example.com/vast?dur=30"),
        host: String::from("ads.example.com"),
        at: ProgramTime::from_millis(0),
        took: MediaDuration::from_millis(42),
        transaction_id: String::new(),
        outcome,
        ads: Vec::new(),
        hops: Vec::new(),
        sequencing: vast::Sequencing::Standard,
    }
}

fn offered() -> (vast::Response, Arc<AdInfo>) {
    let response = vast::parse(FIXTURE).unwrap();
    let info = AdInfo::of(&response.ads[0], "ads.example.com");
    (response, Arc::new(info))
}

#[test]
fn a_question_is_told() {
    let mut headers = HeaderMap::new();
    headers.insert("x-device-ip", HeaderValue::from_static("203.0.113.7"));
    let asked = asked(Err(Trouble::NoAdServer));
    insta::assert_snapshot!(told(|scene| making_ads_request(scene, &asked, &headers)), @r#"
    {
      "eventType": "MAKING_ADS_REQUEST",
      "eventTimestamp": "2026-01-01T00:00:00.123Z",
      "eventDescription": "an ad server is asked",
      "requestId": "r-1",
      "sessionType": "HLS",
      "originId": "news",
      "sessionId": "00000000-0000-0000-0000-000000000001",
      "avail": {
        "availId": "7-1767225600"
      },
      "adsRequestUrl": "https://ads.example.com/vast?dur=30",
      "requestHeaders": [
        {
          "name": "x-device-ip",
          "value": "203.0.113.7"
        }
      ]
    }
    "#);
}

#[test]
fn an_answer_is_told() {
    let asked = asked(Ok(offered().0));
    insta::assert_snapshot!(told(|scene| answered(scene, &asked)));
}

#[test]
fn an_answer_without_ads_is_told() {
    let empty = vast::parse("<VAST version=\"4.2\"><Error>https://e.example/</Error></VAST>");
    let asked = asked(Ok(empty.unwrap()));
    insta::assert_snapshot!(told(|scene| answered(scene, &asked)), @r#"
    {
      "eventType": "EMPTY_VAST_RESPONSE",
      "eventTimestamp": "2026-01-01T00:00:00.123Z",
      "eventDescription": "the ad server offered no ad",
      "requestId": "r-1",
      "sessionType": "HLS",
      "originId": "news",
      "sessionId": "00000000-0000-0000-0000-000000000001",
      "avail": {
        "availId": "7-1767225600"
      },
      "vastResponse": {
        "version": "4.2",
        "vastAds": [],
        "errors": [
          "https://e.example/"
        ],
        "numAds": 0
      },
      "adsRequestUrl": "https://ads.example.com/vast?dur=30",
      "adsHost": "ads.example.com",
      "executionTimeMs": 42
    }
    "#);
}

/// What is neither shown nor called has to be told, if only in number.
#[test]
fn what_passed_a_limit_of_an_answer_is_told() {
    let impressions = "<Impression>https://a.example/</Impression>".repeat(vast::MAX_URLS + 3);
    let answer = format!("<VAST><Ad><InLine>{impressions}</InLine></Ad></VAST>");
    let told = told(|scene| answered(scene, &asked(Ok(vast::parse(&answer).unwrap()))));
    let row: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(row["vastResponse"]["leftOut"], 3);
}

#[test]
fn trouble_is_told_with_its_causes() {
    let malformed = vast::parse("<VAST><Ad></VAST>").unwrap_err();
    let asked = asked(Err(Trouble::from(malformed)));
    insta::assert_snapshot!(told(|scene| answered(scene, &asked)), @r#"
    {
      "eventType": "ERROR_ADS_RESPONSE_PARSE",
      "eventTimestamp": "2026-01-01T00:00:00.123Z",
      "eventDescription": "the ad server gave no answer",
      "requestId": "r-1",
      "sessionType": "HLS",
      "originId": "news",
      "sessionId": "00000000-0000-0000-0000-000000000001",
      "avail": {
        "availId": "7-1767225600"
      },
      "error": "the answer is no well-formed XML at byte 10: ill-formed document: expected `</Ad>`, but `</VAST>` was found",
      "unfilledReason": "ADS_UNREADABLE",
      "adsRequestUrl": "https://ads.example.com/vast?dur=30",
      "adsHost": "ads.example.com",
      "executionTimeMs": 42
    }
    "#);
}

#[test]
fn a_plan_is_told() {
    let (_, info) = offered();
    let creative = pod::tests::creative(15_040);
    let ad = Ad { creative: Arc::clone(&creative), matched: [0].into(), info: Arc::clone(&info) };
    let why = crate::creative::Unusable::NoCors { host: String::from("cdn.example.com") };
    let skipped =
        Skipped { info, reason: SkipReason::NoCors, why: Some(Cause::Media(why)), measured: None };
    let filling = Filling {
        length: Some(MediaDuration::from_secs(30)),
        ads: &[ad],
        slate: Some((&creative, MediaDuration::from_millis(14_960))),
        skipped: &[skipped],
        unfilled: None,
    };
    insta::assert_snapshot!(told(|scene| filled_avail(scene, &filling)));
}

#[test]
fn a_plan_without_ads_is_told() {
    let filling = Filling {
        length: None,
        ads: &[],
        slate: None,
        skipped: &[],
        unfilled: Some(pod::Unfilled::AdsStatus(500)),
    };
    insta::assert_snapshot!(told(|scene| filled_avail(scene, &filling)), @r#"
    {
      "eventType": "FILLED_AVAIL",
      "eventTimestamp": "2026-01-01T00:00:00.123Z",
      "eventDescription": "the break's ads are chosen",
      "requestId": "r-1",
      "sessionType": "HLS",
      "originId": "news",
      "sessionId": "00000000-0000-0000-0000-000000000001",
      "avail": {
        "availId": "7-1767225600",
        "originAvailDuration": null,
        "filledDuration": 0.0,
        "fillRate": null,
        "numAds": 0,
        "creativeAds": [],
        "slateAd": null,
        "skippedAds": []
      },
      "unfilledReason": "ADS_STATUS"
    }
    "#);
}

#[test]
fn what_became_of_a_break_is_told() {
    let unfilled = [
        Shortfall { length: MediaDuration::from_millis(4_960), reason: pod::Unfilled::Leftover },
        Shortfall { length: MediaDuration::from_secs(10), reason: pod::Unfilled::EarlyCueIn },
    ];
    let ended = Ended {
        length: MediaDuration::from_secs(30),
        planned: MediaDuration::from_millis(25_040),
        published: MediaDuration::from_millis(15_040),
        requested: MediaDuration::from_millis(12_000),
        slate: MediaDuration::ZERO,
        pad: MediaDuration::from_secs(2),
        bumpers: MediaDuration::from_secs(4),
        unfilled: &unfilled,
    };
    insta::assert_snapshot!(told(|scene| avail_ended(scene, &ended)), @r#"
    {
      "eventType": "AVAIL_ENDED",
      "eventTimestamp": "2026-01-01T00:00:00.123Z",
      "eventDescription": "the break is over",
      "requestId": "r-1",
      "sessionType": "HLS",
      "originId": "news",
      "sessionId": "00000000-0000-0000-0000-000000000001",
      "avail": {
        "availId": "7-1767225600",
        "originAvailDuration": 30.0,
        "plannedSeconds": 25.04,
        "publishedSeconds": 15.04,
        "requestedSeconds": 12.0,
        "slateSeconds": 0.0,
        "padSeconds": 2.0,
        "bumperSeconds": 4.0,
        "unfilled": [
          {
            "seconds": 4.96,
            "reason": "LEFTOVER"
          },
          {
            "seconds": 10.0,
            "reason": "EARLY_CUE_IN"
          }
        ]
      }
    }
    "#);
}
