//! A row as far as it is counted. Fields of both logs in one: their names differ.

use std::{borrow::Cow, str::FromStr};

use serde::{Deserialize, Deserializer};

use crate::units::MediaDuration;

/// Text that is copied only where it is escaped.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Debug, Deserialize)]
pub(super) struct Row<'a> {
    // The beacon log.
    #[serde(borrow)]
    pub(super) beacon_id: Option<Text<'a>>,
    pub(super) time: Option<Text<'a>>,
    pub(super) due_at: Option<Text<'a>>,
    pub(super) configuration: Option<Text<'a>>,
    pub(super) session_id: Option<Text<'a>>,
    pub(super) avail_id: Option<Text<'a>>,
    pub(super) ad_id: Option<Text<'a>>,
    pub(super) ads_host: Option<Text<'a>>,
    pub(super) advertiser: Option<Text<'a>>,
    pub(super) campaign: Option<Text<'a>>,
    pub(super) creative_id: Option<Text<'a>>,
    pub(super) event: Option<Text<'a>>,
    pub(super) source: Option<Text<'a>>,
    pub(super) url: Option<Text<'a>>,
    pub(super) outcome: Option<Text<'a>>,
    pub(super) attempt: Option<u32>,
    pub(super) latency_ms: Option<u64>,
    // The decision log.
    #[serde(rename = "eventType")]
    pub(super) event_type: Option<Text<'a>>,
    #[serde(rename = "eventTimestamp")]
    pub(super) event_timestamp: Option<Text<'a>>,
    #[serde(rename = "originId")]
    pub(super) origin_id: Option<Text<'a>>,
    #[serde(rename = "sessionId")]
    pub(super) decision_session: Option<Text<'a>>,
    #[serde(rename = "adsRequestUrl")]
    pub(super) ads_request_url: Option<Text<'a>>,
    #[serde(rename = "adsHost")]
    pub(super) asked_host: Option<Text<'a>>,
    #[serde(rename = "executionTimeMs")]
    pub(super) took_ms: Option<u64>,
    /// Of whom a wrapper names, and not the configuration.
    #[serde(rename = "wrapperDepth")]
    pub(super) wrapper: Option<u64>,
    pub(super) avail: Option<Avail<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Avail<'a> {
    #[serde(borrow)]
    pub(super) avail_id: Option<Text<'a>>,
    pub(super) origin_avail_duration: Option<Secs>,
    pub(super) filled_duration: Option<Secs>,
    #[serde(default)]
    pub(super) creative_ads: Vec<Ad<'a>>,
    #[serde(default)]
    pub(super) skipped_ads: Vec<Ad<'a>>,
    pub(super) planned_seconds: Option<Secs>,
    pub(super) published_seconds: Option<Secs>,
    pub(super) requested_seconds: Option<Secs>,
    #[serde(default)]
    pub(super) unfilled: Vec<Shortfall<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ad<'a> {
    #[serde(borrow)]
    pub(super) vast_ad_id: Option<Text<'a>>,
    pub(super) ads_host: Option<Text<'a>>,
    pub(super) advertiser: Option<Text<'a>>,
    pub(super) campaign: Option<Text<'a>>,
    pub(super) creative_id: Option<Text<'a>>,
    pub(super) transcoded_ad_duration: Option<Secs>,
    pub(super) skipped_reason: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Shortfall<'a> {
    pub(super) seconds: Secs,
    #[serde(borrow)]
    pub(super) reason: Text<'a>,
}

/// Seconds, exact.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Secs(pub(super) MediaDuration);

impl Text<'_> {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text of a field, or none.
pub(super) fn text<'a>(field: &'a Option<Text<'_>>) -> &'a str {
    field.as_ref().map_or("", Text::as_str)
}

impl<'de> Deserialize<'de> for Secs {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(from)?;
        MediaDuration::from_str(&number.to_string()).map(Self).map_err(serde::de::Error::custom)
    }
}
