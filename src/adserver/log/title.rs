//! Where the breaks of a recorded programme are.

use serde_json::{Map, Value, json};

use super::{Scene, row, secs};
use crate::{pod::Ad, units::MediaDuration};

/// A break's place.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// Its name.
    pub avail_id: &'a str,
    /// Where it was wanted, from the programme's beginning.
    pub asked: MediaDuration,
    /// The segment boundary where it is.
    pub at: MediaDuration,
    /// What is shown there.
    pub ads: Vec<&'a Ad>,
}

/// `VOD_TIME_BASED_AVAIL_PLAN_SUCCESS`, or its warning where there are no ads: which creatives are
/// where, how far each break is from where it was wanted (rule A-151), and what had no place.
pub fn title_plan(
    scene: &Scene<'_>,
    places: &[Place<'_>],
    dropped: &[(&str, &'static str)],
) -> Value {
    let (event, description) = match places.iter().all(|place| place.ads.is_empty()) {
        true => ("VOD_TIME_BASED_AVAIL_PLAN_WARNING_NO_ADVERTISEMENTS", "no break has any ads"),
        false => ("VOD_TIME_BASED_AVAIL_PLAN_SUCCESS", "the programme's breaks are decided"),
    };
    let mut row = row(scene, event, description);
    let mut offsets: Map<String, Value> = Map::new();
    for place in places {
        let creatives = place.ads.iter().map(|ad| json!(ad.creative.url.as_str()));
        let known = offsets.entry(place.at.to_string()).or_insert_with(|| json!([]));
        if let Value::Array(known) = known {
            known.extend(creatives);
        }
    }
    let avails = places.iter().map(|place| {
        json!({
            "availId": place.avail_id,
            "wantedAt": secs(place.asked),
            "at": secs(place.at),
            "snapSeconds": secs(place.at - place.asked),
            "numAds": place.ads.len(),
        })
    });
    let dropped = dropped.iter().map(|(offset, why)| json!({ "offset": offset, "reason": why }));
    row.insert(String::from("vodCreativeOffsets"), Value::Object(offsets));
    row.insert(String::from("avails"), avails.collect());
    row.insert(String::from("droppedBreaks"), dropped.collect());
    Value::Object(row)
}
