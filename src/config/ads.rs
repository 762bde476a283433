//! How ad servers are asked, within a `[[playback_configuration]]`.

use toml::de::DeValue;

use super::{
    section::{self, Section},
    value::{self, Read},
};
use crate::{units::MediaDuration, vast::Sequencing};

/// Of one request, and of all for a break, with MediaTailor's defaults and bounds.
pub(super) fn timeouts(section: &mut Section<'_, '_>) -> (MediaDuration, MediaDuration) {
    section.without_effect(&LATER_TIMEOUTS, section::LATER);
    let each = section.value("ads_request_timeout_milliseconds", value::whole(250..=6000));
    let each = each.unwrap_or(3000);
    let all = section.value(BREAK_TIMEOUT, value::whole(250..=10_000)).unwrap_or(10_000);
    if all < each {
        section.warning(BREAK_TIMEOUT, "is shorter than that of one request, which it cuts off");
    }
    (MediaDuration::from_millis(each), MediaDuration::from_millis(all))
}

/// What the sequence of ads means.
pub(super) fn sequencing(section: &mut Section<'_, '_>) -> Sequencing {
    section.without_effect(&["http_request"], section::LATER);
    let mode = section
        .section("vast_response", |answer| answer.value("ad_sequencing_mode", sequencing_mode));
    mode.unwrap_or_default()
}

fn sequencing_mode(value: &DeValue<'_>) -> Read<Sequencing> {
    match value::text(64)(value)?.as_str() {
        "FOLLOW_AD_SEQUENCE" | "FOLLOW_AD_SEQUENCE_ONLY_LIVE" => Ok(Sequencing::Follow),
        "IGNORE_AD_SEQUENCE" | "FOLLOW_AD_SEQUENCE_ONLY_VOD" => Ok(Sequencing::Ignore),
        _ => Err(String::from(
            "expected `FOLLOW_AD_SEQUENCE` or `IGNORE_AD_SEQUENCE`, the first also with \
             `_ONLY_LIVE` or `_ONLY_VOD`",
        )),
    }
}

const BREAK_TIMEOUT: &str = "live_maximum_ads_personalization_time_milliseconds";

const LATER_TIMEOUTS: [&str; 3] = [
    "prefetch_ads_request_timeout_milliseconds",
    "prefetch_maximum_ads_personalization_time_milliseconds",
    "vod_maximum_ads_personalization_time_milliseconds",
];
