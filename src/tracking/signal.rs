//! Ad creative signalling (SVTA 2053-2): the tracking of each ad in the playlist itself.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Map, Value, json};

use super::{Listed, Reporting, all_listed, events::named, seconds};
use crate::{
    session::Timeline,
    stitch::Placed,
    units::{MediaDuration, ProgramTime},
};

/// One `EXT-X-DATERANGE` for each ad of a playlist that begins at `head`, slate left out. Ads are to
/// be numbered as in the reference, so that all renditions say the same, and no later playlist
/// says anything else. Where segments have no dates, ranges must have none.
pub fn signals(
    placed: &[Placed],
    timeline: &Timeline,
    reporting: Reporting,
    head: Option<ProgramTime>,
) -> String {
    let mut text = String::new();
    for placed in placed {
        let avail = placed.msn.0;
        for one in all_listed(std::slice::from_ref(placed), timeline) {
            let duration = one.ad.creative.duration;
            if head.is_some_and(|head| one.begins + duration <= head) {
                continue;
            }
            let signal = BASE64.encode(envelope(&one, reporting).to_string());
            let _ = writeln!(
                text,
                "#EXT-X-DATERANGE:ID=\"{avail}-{}\",CLASS=\"{CLASS}\",START-DATE=\"{}\",\
                 DURATION={duration},X-AD-CREATIVE-SIGNALING=\"{signal}\"",
                one.index, one.begins,
            );
        }
    }
    text
}

fn envelope(one: &Listed<'_>, reporting: Reporting) -> Value {
    let info = &one.ad.info;
    let ids = info.universal_ad_ids.iter();
    let ids = ids.map(|id| json!({ "scheme": scheme(&id.registry), "value": id.value }));
    let mut slot = Map::new();
    slot.insert("type".to_owned(), json!("linear"));
    slot.insert("start".to_owned(), seconds(MediaDuration::ZERO));
    slot.insert("duration".to_owned(), seconds(one.ad.creative.duration));
    slot.insert("identifiers".to_owned(), ids.collect());
    slot.insert("tracking".to_owned(), tracking(one, reporting));
    if let Some(skip) = &info.skip_offset {
        slot.insert("skipOffset".to_owned(), json!(skip));
    }
    if let Some(click) = &info.click_through {
        slot.insert("clickThrough".to_owned(), json!(click));
    }
    json!({ "version": 1, "type": "slot", "payload": [slot] })
}

/// What the service sends itself is left out here: nobody draws by it.
fn tracking(one: &Listed<'_>, reporting: Reporting) -> Value {
    let events = named(&one.ad.info, one.ad.creative.duration).into_iter();
    let own = events.filter(|event| !(event.servers && reporting == Reporting::Server));
    let own = own.filter(|event| event.name != "clickThrough");
    let entries = own.map(|event| {
        let mut entry = Map::new();
        entry.insert("type".to_owned(), json!(event.name));
        if event.name == "progress" {
            entry.insert("offset".to_owned(), seconds(event.offset));
        }
        entry.insert("urls".to_owned(), json!(event.urls));
        Value::Object(entry)
    });
    entries.collect()
}

/// Ad-ID has a name of its own in the standard.
fn scheme(registry: &str) -> &str {
    if registry.eq_ignore_ascii_case("ad-id.org") { AD_ID } else { registry }
}

const CLASS: &str = "urn:svta:advertising-wg:ad-creative-signaling";
const AD_ID: &str = "urn:smpte:ul:060E2B34.01040101.01200900.00000000";
