//! A row of the beacon log.

use serde::Serialize;

use super::{Beacon, policy::Answer};
use crate::{
    beacon::{BeaconId, Event},
    fetch::HeaderMap,
    journal::{self, Person},
    units::{MediaDuration, ProgramTime},
};

/// What happened to a beacon, beside what the beacon is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Step<'a> {
    pub(super) outcome: &'static str,
    /// From 1; 0 where nothing was sent.
    pub(super) attempt: u32,
    pub(super) answer: Option<&'a Answer>,
    pub(super) latency: Option<MediaDuration>,
    /// Who says so, where it is not the service itself.
    pub(super) source: Option<&'static str>,
    /// Why nothing was sent.
    pub(super) reason: Option<&'static str>,
}

/// One line. What is not known is null, so that every line has the same columns.
#[derive(Debug, Serialize)]
struct Row<'a> {
    time: String,
    beacon_id: BeaconId,
    configuration: &'a str,
    asset: &'a str,
    session_id: String,
    avail_id: &'a str,
    avail_start: Option<String>,
    tracking_id: Option<&'a str>,
    ad_id: Option<&'a str>,
    ad_system: Option<&'a str>,
    ads_host: &'a str,
    advertiser: Option<&'a str>,
    campaign: Option<&'a str>,
    creative_id: Option<&'a str>,
    universal_ad_id: Option<String>,
    wrapper_depth: u32,
    rendition: Option<&'a str>,
    event: Event,
    source: &'static str,
    url: &'a str,
    outcome: &'static str,
    status: Option<u16>,
    attempt: u32,
    latency_ms: Option<i64>,
    due_at: String,
    reason: Option<&'static str>,
}

/// Writes down what happened to a beacon at `now`.
pub(super) fn row(beacon: &Beacon, step: Step<'_>, now: ProgramTime) -> journal::Row {
    let (showing, ad) = (&*beacon.showing, &*beacon.showing.ad);
    let (status, no_answer) = match step.answer {
        Some(Answer::Status(status) | Answer::Later(status, _)) => (Some(status.as_u16()), None),
        Some(Answer::None(error)) => (None, Some(error.label())),
        Some(Answer::Unusable) => (None, Some("invalid_url")),
        None => (None, None),
    };
    let row = Row {
        time: now.to_string(),
        beacon_id: beacon.id,
        configuration: showing.configuration.as_str(),
        asset: &showing.asset,
        session_id: showing.session.to_string(),
        avail_id: showing.avail.as_str(),
        avail_start: showing.avail_start.map(|start| start.to_string()),
        tracking_id: beacon.tracking_id.as_deref(),
        ad_id: ad.ad_id.as_deref(),
        ad_system: ad.ad_system.as_deref(),
        ads_host: &ad.ads_host,
        advertiser: ad.advertiser.as_deref(),
        campaign: ad.campaign.as_deref(),
        creative_id: ad.creative_id.as_deref(),
        universal_ad_id: universal_ad_id(beacon),
        wrapper_depth: ad.wrapper_depth,
        rendition: beacon.rendition.as_deref(),
        event: beacon.event,
        source: step.source.unwrap_or("server"),
        url: &beacon.url,
        outcome: step.outcome,
        status,
        attempt: step.attempt,
        latency_ms: step.latency.map(MediaDuration::as_millis),
        due_at: beacon.due_at.to_string(),
        reason: step.reason.or(no_answer),
    };
    journal::Row::new(Some(showing.session), &row).about(person(&showing.headers))
}

/// Whom sinks are told they are asked for; macros in URLs say the same.
fn person(headers: &HeaderMap) -> Person {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    Person {
        address: text("x-device-ip").and_then(|address| address.parse().ok()),
        user_agent: text("user-agent").map(str::to_owned),
    }
}

/// The creative's names across ad servers, `registry:name`, most have one.
fn universal_ad_id(beacon: &Beacon) -> Option<String> {
    let ids = &beacon.showing.ad.universal_ad_ids;
    let ids: Vec<_> = ids.iter().map(|id| format!("{}:{}", id.registry, id.value)).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}
