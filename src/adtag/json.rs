//! What an ad tag would play, for programs.

use serde_json::{Value, json};

use super::Told;
use crate::{
    adserver::Hop,
    beacon,
    pod::{Ad, INTERACTIVE_NOT_EXECUTED, Skipped, Unfilled},
    units::MediaDuration,
    vast::AdBreak,
};

impl Told {
    /// As one JSON object; lengths in seconds.
    pub fn json(&self) -> String {
        let plays: MediaDuration = self.filled.ads.iter().map(|ad| ad.creative.duration).sum();
        let response = self.asked.outcome.as_ref().ok();
        let told = json!({
            "url": self.asked.url,
            "version": response.map(|response| &response.version),
            "error": self.asked.outcome.as_ref().err().map(ToString::to_string),
            "unfilledReason": self.asked.unfilled().map(Unfilled::as_str),
            "errorUrls": response.map(|response| &response.errors),
            "wrappers": self.asked.hops.iter().map(hop).collect::<Vec<_>>(),
            "length": secs(self.length),
            "filled": secs(plays),
            "leftOut": response.map_or(0, |response| response.left_out),
            "breaks": response.into_iter().flat_map(|response| &response.breaks).map(planned).collect::<Vec<_>>(),
            "ads": self.filled.ads.iter().map(|one| ad(one, self.is_of_file(&one.info))).collect::<Vec<_>>(),
            "skipped": self.filled.skipped.iter().map(skipped).collect::<Vec<_>>(),
        });
        format!("{told:#}\n")
    }
}

fn hop(hop: &Hop) -> Value {
    json!({
        "depth": hop.depth,
        "url": hop.url,
        "milliseconds": hop.took.as_millis(),
        "ads": hop.outcome.as_ref().ok().map(|response| response.ads.len()),
        "error": hop.outcome.as_ref().err().map(ToString::to_string),
    })
}

/// A break of a VMAP.
fn planned(known: &AdBreak) -> Value {
    json!({ "offset": known.written, "linear": known.linear, "ads": known.ads.len() })
}

fn ad(ad: &Ad, is_of_file: bool) -> Value {
    let owed = beacon::owed(&ad.info, ad.creative.duration);
    let urls = owed.iter().map(|owed| {
        let moment = owed.moment;
        json!({ "event": moment.event, "at": secs(moment.offset), "url": owed.url })
    });
    let unverified = beacon::unverified(&ad.info)
        .map(|url| json!({ "event": "verificationNotExecuted", "at": secs(MediaDuration::ZERO), "url": url }));
    let unplayed = (!ad.info.interactive.is_empty()).then_some(INTERACTIVE_NOT_EXECUTED);
    json!({
        "id": ad.info.ad_id,
        "title": ad.info.title,
        "system": ad.info.ad_system,
        "wrapperDepth": ad.info.wrapper_depth,
        "media": ad.creative.url.as_str(),
        "duration": secs(ad.creative.duration),
        "toBeMade": is_of_file,
        "urls": urls.chain(unverified).collect::<Vec<_>>(),
        "errorCode": unplayed,
        "errorUrls": unplayed.map(|_| &ad.info.errors),
    })
}

fn skipped(skipped: &Skipped) -> Value {
    json!({
        "id": skipped.info.ad_id,
        "title": skipped.info.title,
        "reason": skipped.reason.as_str(),
        "detail": skipped.why.as_ref().map(ToString::to_string),
        "errorCode": skipped.code(),
        "errorUrls": skipped.info.errors,
    })
}

fn secs(length: MediaDuration) -> Value {
    length.to_string().parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
}
