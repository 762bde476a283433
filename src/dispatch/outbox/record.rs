//! A beacon as it is kept on disk: JSON, so that a later version can read what an earlier one owed.

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    beacon::{BeaconId, Event},
    dispatch::{Beacon, Showing},
    fetch::{HeaderMap, HeaderValue, header::HeaderName},
    ids::{BreakId, ConfigurationName, SessionId},
    pod::AdInfo,
    units::{MediaDuration, ProgramTime},
    vast::UniversalAdId,
};

/// Times in nanoseconds; of the ad what its log rows say.
#[derive(Debug, Serialize, Deserialize)]
struct Record<'a> {
    id: u128,
    event: Cow<'a, str>,
    url: Cow<'a, str>,
    due_at: i64,
    #[serde(default)]
    rendition: Option<Cow<'a, str>>,
    #[serde(default)]
    tracking_id: Option<Cow<'a, str>>,
    configuration: Cow<'a, str>,
    asset: Cow<'a, str>,
    session: u128,
    avail: Cow<'a, str>,
    #[serde(default)]
    avail_start: Option<i64>,
    position: usize,
    headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    last_seen: i64,
    target_duration: i64,
    #[serde(default)]
    ad_id: Option<Cow<'a, str>>,
    #[serde(default)]
    ad_system: Option<Cow<'a, str>>,
    ads_host: Cow<'a, str>,
    #[serde(default)]
    advertiser: Option<Cow<'a, str>>,
    #[serde(default)]
    campaign: Option<Cow<'a, str>>,
    #[serde(default)]
    creative_id: Option<Cow<'a, str>>,
    #[serde(default)]
    universal_ad_ids: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    #[serde(default)]
    wrapper_depth: u32,
}

/// Writes a beacon down.
pub(super) fn write(beacon: &Beacon) -> Vec<u8> {
    let (showing, ad) = (&*beacon.showing, &*beacon.showing.ad);
    let headers = showing.headers.iter();
    let headers = headers.filter_map(|(name, value)| {
        Some((Cow::from(name.as_str()), Cow::from(value.to_str().ok()?)))
    });
    let ids = ad.universal_ad_ids.iter();
    let ids = ids.map(|id| (Cow::from(id.registry.as_str()), Cow::from(id.value.as_str())));
    let record = Record {
        id: beacon.id.bits(),
        event: beacon.event.as_str().into(),
        url: beacon.url.as_str().into(),
        due_at: beacon.due_at.as_nanos(),
        rendition: beacon.rendition.as_deref().map(Cow::from),
        tracking_id: borrowed(beacon.tracking_id.as_ref()),
        configuration: showing.configuration.as_str().into(),
        asset: (&*showing.asset).into(),
        session: showing.session.bits(),
        avail: showing.avail.as_str().into(),
        avail_start: showing.avail_start.map(ProgramTime::as_nanos),
        position: showing.position,
        headers: headers.collect(),
        last_seen: showing.last_seen.as_nanos(),
        target_duration: showing.target_duration.as_nanos(),
        ad_id: borrowed(ad.ad_id.as_ref()),
        ad_system: borrowed(ad.ad_system.as_ref()),
        ads_host: ad.ads_host.as_str().into(),
        advertiser: borrowed(ad.advertiser.as_ref()),
        campaign: borrowed(ad.campaign.as_ref()),
        creative_id: borrowed(ad.creative_id.as_ref()),
        universal_ad_ids: ids.collect(),
        wrapper_depth: ad.wrapper_depth,
    };
    serde_json::to_vec(&record).expect("a record's keys are strings")
}

/// Reads one back; `None` where it is not one.
pub(super) fn read(bytes: &[u8]) -> Option<Beacon> {
    let record: Record<'_> = serde_json::from_slice(bytes).ok()?;
    let ids = record.universal_ad_ids.into_iter();
    let ids = ids.map(|(registry, value)| UniversalAdId {
        registry: registry.into_owned(),
        value: value.into_owned(),
    });
    let ad = AdInfo {
        ad_id: owned(record.ad_id),
        ad_system: owned(record.ad_system),
        ads_host: record.ads_host.into_owned(),
        advertiser: owned(record.advertiser),
        campaign: owned(record.campaign),
        creative_id: owned(record.creative_id),
        universal_ad_ids: ids.collect(),
        wrapper_depth: record.wrapper_depth,
        ..AdInfo::default()
    };
    let showing = Showing {
        configuration: ConfigurationName::new(&*record.configuration),
        asset: (&*record.asset).into(),
        session: SessionId::from_bits(record.session),
        avail: BreakId::new(&*record.avail),
        avail_start: record.avail_start.map(ProgramTime::from_nanos),
        position: record.position,
        ad: Arc::new(ad),
        headers: Arc::new(headers(record.headers)),
        last_seen: ProgramTime::from_nanos(record.last_seen),
        target_duration: MediaDuration::from_nanos(record.target_duration),
    };
    Some(Beacon {
        id: BeaconId::from_bits(record.id),
        event: Event::named(&record.event)?,
        url: record.url.into_owned(),
        due_at: ProgramTime::from_nanos(record.due_at),
        rendition: record.rendition.as_deref().map(Arc::from),
        tracking_id: owned(record.tracking_id),
        showing: Arc::new(showing),
    })
}

fn headers(pairs: Vec<(Cow<'_, str>, Cow<'_, str>)>) -> HeaderMap {
    let pairs = pairs.into_iter().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(&value).ok()?))
    });
    pairs.collect()
}

fn borrowed(text: Option<&String>) -> Option<Cow<'_, str>> {
    text.map(|text| Cow::from(text.as_str()))
}

fn owned(text: Option<Cow<'_, str>>) -> Option<String> {
    text.map(Cow::into_owned)
}
