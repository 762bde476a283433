//! An ad server's answer as a log row tells it.

use serde_json::{Map, Value, json};

use crate::vast::{Ad, Kind, Linear, MediaFile, Response, Root, Tracking};

use super::secs;

/// The event for an answer, and its description.
pub(super) fn event(response: &Response) -> (&'static str, &'static str) {
    match (response.ads.is_empty(), response.root) {
        (false, _) => ("VAST_RESPONSE", "the ad server offered ads"),
        (true, Root::Vast) => ("EMPTY_VAST_RESPONSE", "the ad server offered no ad"),
        (true, Root::Vmap) => ("EMPTY_VMAP_RESPONSE", "the ad server offered no ad"),
    }
}

/// `vastResponse`, with the first [`MOST_ADS`] ads; `leftOut` is how much of the answer passed a limit
/// of what is kept, and will be neither shown nor called.
pub(super) fn told(response: &Response) -> Value {
    let ads: Vec<Value> = response.ads.iter().take(MOST_ADS).map(ad).collect();
    let mut told = json!({
        "version": response.version,
        "vastAds": ads,
        "errors": response.errors,
        "numAds": response.ads.len(),
    });
    if response.left_out > 0 {
        told["leftOut"] = json!(response.left_out);
    }
    told
}

fn ad(ad: &Ad) -> Value {
    let linear = ad.linear();
    let named = linear.map(|(creative, _)| creative).or(ad.creatives.first());
    let linear = linear.map(|(_, linear)| linear);
    let tag = match &ad.kind {
        Kind::Wrapper { tag, .. } => Some(tag),
        Kind::InLine | Kind::Lost(_) => None,
    };
    let files = linear.map(|linear| linear.media_files.as_slice()).unwrap_or_default();
    json!({
        "vastAdId": ad.id,
        "adSystem": ad.system,
        "adTitle": ad.title,
        "creativeId": named.and_then(|creative| creative.id.as_deref()),
        "creativeAdId": named.and_then(|creative| creative.ad_id.as_deref()),
        "sequence": ad.sequence,
        "duration": linear.and_then(|linear| linear.duration).map(secs),
        "vastAdTagUri": tag,
        "trackingEvents": linear.map(events),
        "vastMediaFiles": files.iter().map(media_file).collect::<Vec<_>>(),
    })
}

fn events(linear: &Linear) -> Value {
    Value::Object(by_event(&linear.tracking))
}

/// URLs by event, each event once, in order of appearance.
pub(super) fn by_event(tracking: &[Tracking]) -> Map<String, Value> {
    let mut events = Map::new();
    for Tracking { event, url, .. } in tracking {
        let urls = events.entry(event.clone()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(urls) = urls {
            urls.push(json!(url));
        }
    }
    events
}

fn media_file(file: &MediaFile) -> Value {
    json!({
        "uri": file.uri,
        "id": file.id,
        "delivery": file.delivery,
        "type": file.mime,
        "apiFramework": file.api_framework,
        "width": file.width,
        "height": file.height,
        "bitrate": file.bitrate,
    })
}

/// An answer of a thousand ads would be a row of megabytes.
const MOST_ADS: usize = 50;
