//! `trackingEvents`: what is to be reported of an ad, and when.

use serde_json::{Map, Value, json};

use super::{Listed, Reporting, timed};
use crate::{
    beacon::{Event, Moment, PlayerEvent, owed},
    pod::AdInfo,
    units::MediaDuration,
};

/// One event of an ad by its name, with every URL of it: players look for the first entry of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    /// VAST's name of it, or MediaTailor's of a click.
    pub name: &'a str,
    /// Where in the ad.
    pub offset: MediaDuration,
    /// Whether the service sends it where the service reports.
    pub servers: bool,
    /// As the ad server wrote them.
    pub urls: Vec<&'a str>,
}

/// All of an ad's events: those a server can know in their order, then what only a player can.
pub fn named(info: &AdInfo, duration: MediaDuration) -> Vec<Named<'_>> {
    let mut all = Vec::new();
    for owed in owed(info, duration) {
        let Moment { offset, event } = owed.moment;
        add(&mut all, (event.as_str(), offset, true), owed.url);
    }
    let others = info.tracking.iter().filter(|one| Event::of_tracking(&one.event).is_none());
    let others = others.map(|one| (one.event.as_str(), one.url.as_str()));
    let clicks = |event: PlayerEvent, urls| of(event.as_str(), urls);
    let others = others
        .chain(clicks(PlayerEvent::ClickThrough, info.click_through.as_slice()))
        .chain(clicks(PlayerEvent::ClickTracking, &info.click_tracking))
        .chain(of("customClick", &info.custom_clicks))
        .chain(clicks(PlayerEvent::Viewable, &info.viewable.viewable))
        .chain(clicks(PlayerEvent::NotViewable, &info.viewable.not_viewable))
        .chain(clicks(PlayerEvent::ViewUndetermined, &info.viewable.undetermined));
    for (name, url) in others {
        add(&mut all, (name, MediaDuration::ZERO, false), url);
    }
    all
}

fn of<'a>(name: &'a str, urls: &'a [String]) -> impl Iterator<Item = (&'a str, &'a str)> {
    urls.iter().map(move |url| (name, url.as_str()))
}

fn add<'a>(
    all: &mut Vec<Named<'a>>,
    (name, offset, servers): (&'a str, MediaDuration, bool),
    url: &'a str,
) {
    match all.iter_mut().find(|known| known.name == name && known.offset == offset) {
        Some(known) => known.urls.push(url),
        None => all.push(Named { name, offset, servers, urls: vec![url] }),
    }
}

/// What opens and closes the break; nothing where the service sends it.
pub(super) fn of_break(ads: &[Listed<'_>], reporting: Reporting) -> Vec<Value> {
    if reporting == Reporting::Server {
        return Vec::new();
    }
    let all = ads.iter().flat_map(|one| {
        let events = named(&one.ad.info, one.ad.creative.duration);
        let own = events.into_iter().filter(|event| match event.name {
            "breakStart" => one.stand.first,
            "breakEnd" => one.stand.last,
            _ => false,
        });
        own.map(|event| json!({ "beaconUrls": event.urls, "eventType": event.name }))
    });
    all.collect()
}

pub(super) fn of_ad(one: &Listed<'_>, reporting: Reporting) -> Vec<Value> {
    let duration = one.ad.creative.duration;
    let events = named(&one.ad.info, duration).into_iter();
    let own = events.filter(|event| !matches!(event.name, "breakStart" | "breakEnd"));
    own.map(|event| entry(one, &event, reporting)).collect()
}

fn entry(one: &Listed<'_>, event: &Named<'_>, reporting: Reporting) -> Value {
    let sent = event.servers && reporting == Reporting::Server;
    let urls = if sent { &[][..] } else { &event.urls };
    let length = match event.name {
        "impression" => one.ad.creative.duration,
        _ => MediaDuration::ZERO,
    };
    let mut entry = Map::new();
    entry.insert("beaconUrls".to_owned(), json!(urls));
    timed(&mut entry, length, one.starts + event.offset);
    entry.insert("eventId".to_owned(), json!(one.msn.plus(segment(one, event)).0.to_string()));
    entry.insert("eventProgramDateTime".to_owned(), Value::Null);
    entry.insert("eventType".to_owned(), json!(event.name));
    entry.sort_keys();
    Value::Object(entry)
}

/// The segment that holds the event: the first that ends at or after it.
fn segment(one: &Listed<'_>, event: &Named<'_>) -> u64 {
    let ends = one.ad.creative.steps().scan(MediaDuration::ZERO, |end, step| {
        *end += step;
        Some(*end)
    });
    u64::try_from(ends.take_while(|end| *end < event.offset).count()).unwrap_or(0)
}
