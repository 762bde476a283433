//! Answers that mean harm.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::HeaderMap;

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
