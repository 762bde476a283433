//! What wrappers led to.

use serde_json::{Value, json};

use crate::vast;

use super::{super::Hop, Scene, chain, row, vast_response::told};

/// A wrapper's request, `VAST_REDIRECT`, and what came of it: `REDIRECTED_VAST_RESPONSE` or the
/// error's event. `scene.time` is for the second; the first has the time it was asked at.
pub fn redirected(scene: &Scene<'_>, hop: &Hop) -> [Value; 2] {
    let mut asked =
        row(&Scene { time: hop.at, ..*scene }, "VAST_REDIRECT", "a wrapper is followed");
    asked.insert(String::from("wrapperDepth"), json!(hop.depth));
    asked.insert(String::from("adsRequestUrl"), json!(hop.url));
    let (event, description) = event(hop);
    let mut answered = row(scene, event, description);
    match &hop.outcome {
        Ok(response) => {
            answered.insert(String::from("vastResponse"), told(response));
        }
        Err(trouble) => {
            answered.insert(String::from("error"), json!(chain(trouble)));
        }
    }
    answered.insert(String::from("wrapperDepth"), json!(hop.depth));
    answered.insert(String::from("adsRequestUrl"), json!(hop.url));
    answered.insert(String::from("adsHost"), json!(hop.host));
    answered.insert(String::from("executionTimeMs"), json!(hop.took.as_millis()));
    [Value::Object(asked), Value::Object(answered)]
}

fn event(hop: &Hop) -> (&'static str, &'static str) {
    match &hop.outcome {
        Ok(vast::Response { ads, .. }) if ads.is_empty() => {
            ("ERROR_VAST_REDIRECT_EMPTY_RESPONSE", "a wrapper led to no ad")
        }
        Ok(_) => ("REDIRECTED_VAST_RESPONSE", "a wrapper led to ads"),
        Err(super::Trouble::Url) => {
            ("ERROR_VAST_INVALID_VAST_AD_TAG_URI", "a wrapper's address is no URL")
        }
        Err(_) => ("ERROR_VAST_REDIRECT_FAILED", "a wrapper's address gave no answer"),
    }
}
