use super::*;
use crate::vast;

fn info() -> AdInfo {
    let tracking = |event: &str, offset: Option<&str>, url: &str| vast::Tracking {
        event: event.to_owned(),
        offset: offset.and_then(vast::Offset::parse),
        url: url.to_owned(),
    };
    AdInfo {
        impressions: vec!["http://a/i".to_owned(), "http://b/i?[CACHEBUSTING]".to_owned()],
        tracking: vec![
            tracking("mute", None, "http://a/m"),
            tracking("complete", None, "http://a/c"),
            tracking("progress", Some("00:00:02"), "http://a/p2"),
            tracking("progress", Some("75%"), "http://a/p75"),
            tracking("start", None, "http://a/s"),
            tracking("mute", None, "http://b/m"),
            tracking("breakStart", None, "http://a/bs"),
        ],
        click_through: Some("http://a/click".to_owned()),
        ..AdInfo::default()
    }
}

#[test]
fn an_event_has_one_entry_with_all_its_urls() {
    let info = info();
    let told: Vec<_> = named(&info, MediaDuration::from_secs(8))
        .into_iter()
        .map(|one| format!("{}@{} {} {}", one.name, one.offset, one.servers, one.urls.join(" ")))
        .collect();
    assert_eq!(
        told,
        [
            "breakStart@0.0 true http://a/bs",
            "impression@0.0 true http://a/i http://b/i?[CACHEBUSTING]",
            "start@0.0 true http://a/s",
            "progress@2.0 true http://a/p2",
            "progress@6.0 true http://a/p75",
            "complete@8.0 true http://a/c",
            "mute@0.0 false http://a/m http://b/m",
            "clickThrough@0.0 false http://a/click",
        ]
    );
}

#[test]
fn a_token_is_read_back_for_a_day() {
    let given = ProgramTime::parse("2026-11-23T12:00:00Z").unwrap();
    let ends = MediaDuration::from_millis(502_289);
    let token = Token { last: Last { msn: Viewer(MediaSequence(8_104_385)), ends }, given };
    let text = token.to_string();
    let inside = BASE64.decode(text.replace("%3D", "=")).unwrap();
    assert_eq!(inside, b"PT502.289S_2026-11-23T12:00:00.000Z_1_8104385");
    let day = MediaDuration::from_secs(86_400);
    for text in [text.clone(), text.replace("%3D", "=")] {
        assert_eq!(Token::read(&text, given + day), Ok(token));
    }
    let later = given + day + MediaDuration::from_millis(1);
    assert_eq!(Token::read(&text, later), Err(BadToken::Old));
    let versioned = BASE64.encode("PT1.0S_2026-11-23T12:00:00.000Z_2_5");
    for text in ["", "nonsense", "UFQ=", "%", versioned.as_str()] {
        assert_eq!(Token::read(text, given), Err(BadToken::Unreadable), "{text}");
    }
}

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
