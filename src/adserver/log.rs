//! Rows of the decision log: MediaTailor's ad server events and fields, as JSON.
//!
//! Pure: whoever writes the log decides when. Fields are MediaTailor's, in its spelling, so that
//! queries written for its log work; its account numbers have no meaning here and are left out.
//! What it has no event for (`AVAIL_ENDED`, `ADS_SKIPPED`) is spelled like the rest. Seconds are exact
//! decimals.

use serde_json::{Map, Value, json};

use crate::{
    ids::{ConfigurationName, SessionId},
    units::{MediaDuration, ProgramTime},
};

use super::{Asked, Trouble};

mod avail;
mod redirect;
#[cfg(test)]
mod tests;
mod title;
mod vast_response;

pub use avail::{Ended, Filling, ads_skipped, avail_ended, filled_avail};
pub use redirect::redirected;
pub use title::{Place, title_plan};

/// What every row tells.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// When it happened (`eventTimestamp`).
    pub time: ProgramTime,
    /// `originId`.
    pub configuration: &'a ConfigurationName,
    /// `sessionId`.
    pub session: SessionId,
    /// `requestId`: one for all rows of one ad request, such as its transaction id.
    pub request_id: &'a str,
    /// `avail.availId`.
    pub avail_id: &'a str,
}

/// `MAKING_ADS_REQUEST`: what is about to be asked.
///
/// `headers` are those that name the viewer's device; `scene.time` should be [`Asked::at`].
pub fn making_ads_request(
    scene: &Scene<'_>,
    asked: &Asked,
    headers: &crate::fetch::HeaderMap,
) -> Value {
    let headers: Vec<Value> = headers
        .iter()
        .map(|(name, value)| {
            json!({ "name": name.as_str(), "value": String::from_utf8_lossy(value.as_bytes()) })
        })
        .collect();
    let mut row = row(scene, "MAKING_ADS_REQUEST", "an ad server is asked");
    row.insert(String::from("adsRequestUrl"), json!(asked.url));
    row.insert(String::from("requestHeaders"), Value::Array(headers));
    Value::Object(row)
}

/// What came of a question: `VAST_RESPONSE`, `EMPTY_VAST_RESPONSE` or `EMPTY_VMAP_RESPONSE`, or the
/// error's event.
pub fn answered(scene: &Scene<'_>, asked: &Asked) -> Value {
    let mut row = match &asked.outcome {
        Ok(response) => {
            let (event, description) = vast_response::event(response);
            let mut row = row(scene, event, description);
            row.insert(String::from("vastResponse"), vast_response::told(response));
            row
        }
        Err(trouble) => {
            let mut row = row(scene, trouble.event(), "the ad server gave no answer");
            row.insert(String::from("error"), json!(chain(trouble)));
            row.insert(String::from("unfilledReason"), json!(trouble.unfilled().as_str()));
            row
        }
    };
    row.insert(String::from("adsRequestUrl"), json!(asked.url));
    row.insert(String::from("adsHost"), json!(asked.host));
    row.insert(String::from("executionTimeMs"), json!(asked.took.as_millis()));
    Value::Object(row)
}

/// A row about ads that a prefetch schedule asked for.
pub fn prefetched(mut row: Value, schedule: &str) -> Value {
    if let Value::Object(fields) = &mut row {
        fields.insert(String::from("prefetchScheduleName"), json!(schedule));
    }
    row
}

/// The fields all rows begin with.
fn row(scene: &Scene<'_>, event: &str, description: &str) -> Map<String, Value> {
    let row = json!({
        "eventType": event,
        "eventTimestamp": scene.time.to_string(),
        "eventDescription": description,
        "requestId": scene.request_id,
        "sessionType": "HLS",
        "originId": scene.configuration,
        "sessionId": scene.session,
        "avail": { "availId": scene.avail_id },
    });
    match row {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// An error and its causes in one clause. Some errors tell their cause already.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |told, cause| {
        let cause = cause.to_string();
        if told.ends_with(&cause) { told } else { format!("{told}: {cause}") }
    })
}

/// Seconds as an exact decimal.
pub fn secs(length: MediaDuration) -> Value {
    length.to_string().parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
}
