//! What was planned for a break, and what became of it.

use serde_json::{Map, Value, json};

use crate::{
    creative::Creative,
    pod::{Ad, AdInfo, Skipped},
    session::Shortfall,
    units::MediaDuration,
};

use super::{Scene, row, secs, vast_response::by_event};

/// A break's plan.
#[derive(Clone, Copy, Debug)]
pub struct Filling<'a> {
    /// The break's length as the cue says.
    pub length: Option<MediaDuration>,
    /// What will be shown.
    pub ads: &'a [Ad],
    /// What pads the rest, and for how long.
    pub slate: Option<(&'a Creative, MediaDuration)>,
    /// What will not be shown.
    pub skipped: &'a [Skipped],
    /// Why there are no ads, where there are none.
    pub unfilled: Option<crate::pod::Unfilled>,
}

/// `FILLED_AVAIL`: the plan, as MediaTailor logs it.
pub fn filled_avail(scene: &Scene<'_>, filling: &Filling<'_>) -> Value {
    let filled: MediaDuration = filling.ads.iter().map(|ad| ad.creative.duration).sum();
    let slate = filling.slate.map(|(slate, length)| {
        json!({ "uri": slate.url.as_str(), "creativeUniqueId": slate.url.as_str(), "duration": secs(length) })
    });
    let avail = json!({
        "availId": scene.avail_id,
        "originAvailDuration": filling.length.map(secs),
        "filledDuration": secs(filled),
        "fillRate": filling.length.and_then(|length| ratio(filled, length)),
        "numAds": filling.ads.len(),
        "creativeAds": filling.ads.iter().map(creative_ad).collect::<Vec<_>>(),
        "slateAd": slate,
        "skippedAds": filling.skipped.iter().map(skipped_ad).collect::<Vec<_>>(),
    });
    let mut row = row(scene, "FILLED_AVAIL", "the break's ads are chosen");
    row.insert(String::from("avail"), avail);
    if let Some(reason) = filling.unfilled {
        row.insert(String::from("unfilledReason"), json!(reason.as_str()));
    }
    Value::Object(row)
}

/// What became of a break.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// How long the break was in the source.
    pub length: MediaDuration,
    /// Ads that were chosen.
    pub planned: MediaDuration,
    /// Ads that stood in playlists.
    pub published: MediaDuration,
    /// Ads whose segments were requested.
    pub requested: MediaDuration,
    /// Slate that stood in playlists.
    pub slate: MediaDuration,
    /// Black that did.
    pub pad: MediaDuration,
    /// Clips around the ads that did.
    pub bumpers: MediaDuration,
    /// Every second that no ad filled.
    pub unfilled: &'a [Shortfall],
}

/// `AVAIL_ENDED`: what became of the plan.
pub fn avail_ended(scene: &Scene<'_>, ended: &Ended<'_>) -> Value {
    let unfilled: Vec<Value> = ended
        .unfilled
        .iter()
        .map(|part| json!({ "seconds": secs(part.length), "reason": part.reason.as_str() }))
        .collect();
    let avail = json!({
        "availId": scene.avail_id,
        "originAvailDuration": secs(ended.length),
        "plannedSeconds": secs(ended.planned),
        "publishedSeconds": secs(ended.published),
        "requestedSeconds": secs(ended.requested),
        "slateSeconds": secs(ended.slate),
        "padSeconds": secs(ended.pad),
        "bumperSeconds": secs(ended.bumpers),
        "unfilled": unfilled,
    });
    let mut row = row(scene, "AVAIL_ENDED", "the break is over");
    row.insert(String::from("avail"), avail);
    Value::Object(row)
}

/// `ADS_SKIPPED`: ads of an answer that came when the break's plan was past changing, and ads of a plan
/// that their break ended before. MediaTailor has no such event.
pub fn ads_skipped(scene: &Scene<'_>, skipped: &[Skipped]) -> Value {
    let avail = json!({
        "availId": scene.avail_id,
        "skippedAds": skipped.iter().map(skipped_ad).collect::<Vec<_>>(),
    });
    let mut row = row(scene, "ADS_SKIPPED", "ads that are not shown in the break");
    row.insert(String::from("avail"), avail);
    Value::Object(row)
}

fn creative_ad(ad: &Ad) -> Value {
    let info = &ad.info;
    let mut events = Map::new();
    events.insert(String::from("impression"), json!(info.impressions));
    events.extend(by_event(&info.tracking));
    let mut told = object(json!({
        "uri": ad.creative.url.as_str(),
        "creativeUniqueId": unique_id(info),
    }));
    told.extend(names(info, Some(ad.creative.duration)));
    told.insert(String::from("trackingEvents"), Value::Object(events));
    Value::Object(told)
}

fn skipped_ad(skipped: &Skipped) -> Value {
    let info = &skipped.info;
    let mut told = object(json!({
        "creativeUniqueId": unique_id(info),
        "adMezzanineUrl": info.media,
        "skippedReason": skipped.reason.as_str(),
        "skippedDetail": skipped.why.as_ref().map(ToString::to_string),
    }));
    told.extend(names(info, skipped.measured));
    Value::Object(told)
}

/// What every ad is called by, and how long it is as claimed and as measured.
fn names(info: &AdInfo, measured: Option<MediaDuration>) -> Map<String, Value> {
    object(json!({
        "vastDuration": info.claimed.map(secs),
        "transcodedAdDuration": measured.map(secs),
        "vastAdId": info.ad_id,
        "creativeId": info.creative_id,
        "adSystem": info.ad_system,
        "adTitle": info.title,
        "adsHost": info.ads_host,
        "advertiser": info.advertiser,
        "campaign": info.campaign,
    }))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// `Creative@id`, else the media's address, as MediaTailor names creatives.
fn unique_id(info: &AdInfo) -> Option<&str> {
    info.creative_id.as_deref().or(info.media.as_deref())
}

/// `part / whole` to four places; nothing of nothing is nothing.
fn ratio(part: MediaDuration, whole: MediaDuration) -> Option<Value> {
    if whole <= MediaDuration::ZERO {
        return None;
    }
    let ten_thousandths = i128::from(part.as_nanos()) * 10_000 / i128::from(whole.as_nanos());
    let nanos = i64::try_from(ten_thousandths).ok()?.checked_mul(100_000)?;
    Some(secs(MediaDuration::from_nanos(nanos)))
}
