//! Answers that mean harm.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::{HeaderMap, Uri};

use super::*;
use crate::{pod, vast::Kind};

async fn answered(text: String) -> Asked {
    let router = Router::new().fallback(get(move || {
        let text = text.clone();
        async move { text }
    }));
    asked(router, "").await
}

#[tokio::test]
async fn ten_thousand_ads_are_no_more_than_a_hundred() {
    let text = format!("<VAST version=\"4.2\">{}</VAST>", "<Ad><InLine/></Ad>".repeat(10_000));
    let asked = answered(text).await;
    let response = asked.outcome.unwrap();
    assert_eq!((response.ads.len(), response.left_out), (vast::MAX_ADS, 9_000));
    assert_eq!(asked.ads.len(), 100);
}

#[tokio::test]
async fn wrappers_to_hundreds_of_wrappers_are_a_hundred_requests() {
    let seen = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&seen);
    let wrapper = |n| {
        format!(
            "<Ad><Wrapper allowMultipleAds=\"true\"><VASTAdTagURI>{{}}{n}</VASTAdTagURI>\
             </Wrapper></Ad>"
        )
    };
    let body: String = (0..200).map(wrapper).collect();
    let router = Router::new().fallback(get(move |headers: HeaderMap| {
        let n = counted.fetch_add(1, Ordering::Relaxed);
        let host = headers[header::HOST].to_str().unwrap().to_owned();
        let body = body.replace("{}", &format!("http://{host}/{n}-"));
        async move { format!("<VAST version=\"4.2\">{body}</VAST>") }
    }));
    let asked = asked(router, "").await;
    assert_eq!(asked.hops.len(), 100);
    assert!(seen.load(Ordering::Relaxed) <= 101);
    assert!(asked.ads.iter().all(|ad| matches!(ad.kind, Kind::Lost(_))));
}

/// A wrapper with an impression as long as an answer may be, which leads to a hundred wrappers, each
/// of which leads to a hundred ads.
#[tokio::test]
async fn what_wrappers_lead_to_has_a_bound() {
    let wrapper = |host: &str, path: &str, inside: &str| {
        format!(
            "<Ad><Wrapper allowMultipleAds=\"true\"><VASTAdTagURI>http://{host}/{path}\
             </VASTAdTagURI>{inside}</Wrapper></Ad>"
        )
    };
    let impressions = format!("<Impression>https://a.example/{}</Impression>", "i".repeat(9_000));
    let impressions = impressions.repeat(100);
    let router = Router::new().fallback(get(move |url: Uri, headers: HeaderMap| {
        let host = headers[header::HOST].to_str().unwrap().to_owned();
        let ads = match url.path() {
            "/many" => (0..99).map(|n| wrapper(&host, &format!("few{n}"), "")).collect::<String>(),
            path if path.starts_with("/few") => "<Ad><InLine/></Ad>".repeat(100),
            _ => wrapper(&host, "many", &impressions),
        };
        async move { format!("<VAST version=\"4.2\">{ads}</VAST>") }
    }));
    let asked = asked(router, "").await;
    let bytes: usize = asked.ads.iter().map(|ad| ad.bytes).sum();
    assert!(bytes <= 6 << 20, "{bytes} bytes in {} ads", asked.ads.len());
    let why = asked.ads.iter().find_map(|ad| match &ad.kind {
        Kind::Lost(why @ vast::Lost::TooMuch { .. }) => Some(why.to_string()),
        _ => None,
    });
    let expected = "its answer leads to more than 200 ads, or 4194304 bytes of them";
    assert_eq!(why.as_deref(), Some(expected));
}

/// One break of a plan may come again every ten seconds, and be followed each time.
#[tokio::test]
async fn all_breaks_of_a_plan_cost_no_more_than_a_few() {
    let seen = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&seen);
    let router = Router::new().fallback(get(move |url: Uri, headers: HeaderMap| {
        let host = headers[header::HOST].to_str().unwrap().to_owned();
        let is_tag = url.path().starts_with("/tag");
        counted.fetch_add(usize::from(is_tag), Ordering::Relaxed);
        async move {
            if is_tag {
                return "<VAST/>".to_owned();
            }
            let tag = |n| format!("<AdTagURI>http://{host}/tag{n}</AdTagURI>");
            let tags: String = (0..10).map(tag).collect();
            format!(
                "<VMAP><AdBreak timeOffset=\"start\"><AdSource>{tags}</AdSource></AdBreak></VMAP>"
            )
        }
    }));
    let server = Server::start(router).await;
    let (door, question) = (door(&server), question());
    let configuration = configuration(server.url("/plan").as_str());
    let deadline = door.clock.now() + MediaDuration::from_secs(60);
    let first = door.first(&configuration, &question, Sequencing::Standard, deadline).await;
    let first = first.about_several();
    let ads = &first.asked.outcome.as_ref().unwrap().breaks[0].ads;
    let (mut led, mut left_out) = (0, 0);
    for _ in 0..200 {
        let asked = door.lead(&first, ads, &question).await;
        assert!(
            asked.outcome.unwrap().breaks.is_empty(),
            "the plan is not repeated for each break"
        );
        let is_too_much =
            |ad: &&vast::Ad| matches!(ad.kind, Kind::Lost(vast::Lost::TooMuch { .. }));
        let too_much = asked.ads.iter().filter(is_too_much).count();
        led += asked.ads.len() - too_much;
        left_out += too_much;
    }
    // 800 ads are those of eighty breaks; each other one says why it has none.
    assert_eq!((seen.load(Ordering::Relaxed), led, left_out), (400, 800, 120));
}

/// A break ends in a few milliseconds while the host takes its time: that is not its failure.
#[tokio::test]
async fn a_request_cut_short_by_the_break_speaks_against_no_host() {
    let router = Router::new().fallback(get(|| async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        "<VAST version=\"4.2\"/>"
    }));
    let server = Server::start(router).await;
    let door = door(&server);
    let mut configuration = configuration(server.url("/vast").as_str());
    configuration.ads_request_timeout = MediaDuration::from_secs(2);
    configuration.ads_break_timeout = MediaDuration::from_millis(20);
    for _ in 0..30 {
        let asked = door.ask(&configuration, &question()).await;
        assert!(matches!(asked.outcome, Err(Trouble::TimedOut { .. })), "{:?}", asked.outcome);
    }
}

#[tokio::test]
async fn thousands_of_impressions_are_a_hundred() {
    let urls = "<Impression>https://a.example/i</Impression>".repeat(5_000);
    let asked = answered(format!("<VAST><Ad><InLine>{urls}</InLine></Ad></VAST>")).await;
    assert_eq!(asked.ads[0].impressions.len(), vast::MAX_URLS);
}

#[tokio::test]
async fn addresses_that_mean_harm_are_not_called() {
    let urls: String = [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "//a.example/",
        "about:blank",
        "https://a.example/x\r\nHost: b.example",
    ]
    .iter()
    .map(|url| format!("<Impression>{url}</Impression><Error>{url}</Error>"))
    .collect();
    let asked = answered(format!("<VAST><Ad><InLine>{urls}</InLine></Ad></VAST>")).await;
    let info = pod::AdInfo::of(&asked.ads[0], "");
    assert_eq!((info.impressions.len(), info.errors.len()), (1, 1));
    // A line break never leaves as one: it is no part of an address.
    let url = Url::parse(&info.impressions[0]).unwrap();
    assert_eq!(url.as_str(), "https://a.example/xHost:%20b.example");
}

#[tokio::test]
async fn a_billion_laughs_are_none_and_nesting_ends() {
    let text = "<!DOCTYPE v [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>\
                <VAST version=\"4.2\"><Ad id=\"&b;\"><InLine><AdTitle>&b;&b;</AdTitle></InLine>\
                </Ad></VAST>";
    let asked = answered(text.to_owned()).await;
    assert_eq!(asked.ads[0].title.as_deref(), Some("&b;&b;"));
    let deep = format!("<VAST>{}{}</VAST>", "<x>".repeat(10_000), "</x>".repeat(10_000));
    let outcome = answered(deep).await.outcome;
    assert!(matches!(outcome, Err(Trouble::Unreadable(vast::Error::TooDeep { .. }))));
}
