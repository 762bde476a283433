//! What becomes of an ad server's answer.

use super::*;
use crate::{adserver::Trouble, units::ProgramTime};

fn answer(urls: &[Url]) -> Asked {
    let ads: String = urls
        .iter()
        .enumerate()
        .map(|(n, url)| {
            format!(
                "<Ad id=\"{n}\"><InLine><Creatives><Creative><Linear><MediaFiles>\
                 <MediaFile type=\"application/x-mpegURL\">{url}</MediaFile>\
                 </MediaFiles></Linear></Creative></Creatives></InLine></Ad>"
            )
        })
        .collect();
    let text = format!("<VAST version=\"4.2\">{ads}<Ad id=\"none\"/></VAST>");
    let response = vast::parse(&text).unwrap();
    Asked {
        url: String::from("https://ads.example.com/vast"),
        host: String::from("ads.example.com"),
        at: ProgramTime::from_millis(0),
        took: MediaDuration::ZERO,
        transaction_id: String::from("t-1"),
        ads: response.ads.clone(),
        outcome: Ok(response),
        hops: Vec::new(),
        sequencing: vast::Sequencing::Standard,
    }
}

fn told(offers: &[Offer]) -> String {
    let rows = offers.iter().map(|offer| {
        let media = match &offer.media {
            Ok(creative) => format!("{} s", creative.duration),
            Err(refused) => refused.reason.as_str().to_owned(),
        };
        format!("{} {media}", offer.info.ad_id.as_deref().unwrap_or_default())
    });
    rows.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn an_answers_media_is_fetched_in_its_order() {
    let host = Host::start(good).await;
    let library = host.library(quick());
    let at = |path| host.server.url(path);
    let asked = answer(&[at("/a/main.m3u8"), at("/gone"), at("/a/main.m3u8"), at("/b/main.m3u8")]);
    let patience = MediaDuration::from_secs(3);
    let offers = library.offers(&asked, patience, &Channel::any()).await.offers;
    assert_eq!(
        told(&offers.pod),
        "0 10.0 s, 1 MEDIA_FILE_UNAVAILABLE, 2 10.0 s, 3 10.0 s, none VAST_PARSING_ERROR"
    );
    let info = &offers.pod[0].info;
    assert_eq!((info.ads_host.as_str(), info.transaction_id.as_str()), ("ads.example.com", "t-1"));
    assert_eq!(offers.stand_ins, []);
}

#[tokio::test]
async fn what_is_not_there_in_time_is_there_the_next_time() {
    let host = Host::start(good).await;
    let library = host.library(quick());
    let asked = answer(&[host.server.url("/a/main.m3u8")]);
    let ask = async |millis| {
        let patience = MediaDuration::from_millis(millis);
        told(&library.offers(&asked, patience, &Channel::any()).await.offers.pod)
    };
    assert_eq!(ask(10).await, "0 IMPORT_IN_PROGRESS, none VAST_PARSING_ERROR");
    assert_eq!(ask(2_000).await, "0 10.0 s, none VAST_PARSING_ERROR");
    assert_eq!(host.requests(), 4);
}

#[tokio::test]
async fn no_answer_offers_nothing() {
    let host = Host::start(good).await;
    let asked = Asked { outcome: Err(Trouble::Status(500)), ads: Vec::new(), ..answer(&[]) };
    let library = host.library(quick());
    let answer = library.offers(&asked, MediaDuration::from_secs(1), &Channel::any()).await;
    assert_eq!(answer.offers, Offers::default());
}
