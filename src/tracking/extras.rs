//! What goes with an ad beside its picture, in MediaTailor's shapes.

use serde_json::{Map, Value, json};

use crate::{
    pod::AdInfo,
    vast::{Graphic, Resource, Tracking, Verification},
};

/// At most six per ad, as MediaTailor gives (§1.12).
pub(super) fn companions(info: &AdInfo) -> Value {
    info.companions.iter().take(MOST_COMPANIONS).map(companion).collect()
}

fn companion(one: &Graphic) -> Value {
    json!({
        "adParameters": one.parameters,
        "altText": one.alt_text,
        "attributes": attributes(one, &[
            "adSlotId", "apiFramework", "assetHeight", "assetWidth", "expandedHeight",
            "expandedWidth", "height", "id", "pxratio", "renderingMode", "width",
        ]),
        "companionClickThrough": one.click_through,
        "companionClickTracking": one.click_tracking.first(),
        "htmlResource": resource(one, "HTMLResource"),
        "iFrameResource": resource(one, "IFrameResource"),
        "sequence": attribute(one, "sequence"),
        "staticResource": resource(one, "StaticResource"),
        "trackingEvents": one.tracking.iter().map(event).collect::<Value>(),
    })
}

pub(super) fn icons(info: &AdInfo) -> Value {
    info.icons.iter().map(icon).collect()
}

fn icon(one: &Graphic) -> Value {
    let picture = one.resources.iter().find(|resource| resource.element == "StaticResource");
    let picture = picture.map(|known| json!({ "creativeType": known.mime, "uri": known.content }));
    json!({
        "attributes": attributes(one, &[
            "apiFramework", "duration", "height", "offset", "program", "pxratio", "width",
            "xPosition", "yPosition",
        ]),
        "htmlResource": resource(one, "HTMLResource"),
        "iFrameResource": resource(one, "IFrameResource"),
        "iconClicks": {
            "iconClickFallbackImages": [],
            "iconClickThrough": one.click_through,
            "iconClickTracking": one.click_tracking.first(),
        },
        "iconViewTracking": one.view_tracking.first(),
        "staticResource": picture,
    })
}

pub(super) fn verifications(info: &AdInfo) -> Value {
    info.verifications.iter().map(verification).collect()
}

fn verification(one: &Verification) -> Value {
    let tracking = one.tracking.iter();
    let tracking = tracking.map(|known| json!({ "event": known.event, "uri": known.url }));
    json!({
        "executableResource": one.executables.iter().map(script).collect::<Value>(),
        "javaScriptResource": one.scripts.iter().map(script).collect::<Value>(),
        "trackingEvents": tracking.collect::<Value>(),
        "vendor": one.vendor,
        "verificationParameters": one.parameters,
    })
}

fn script(one: &Resource) -> Value {
    json!({ "apiFramework": one.api_framework, "uri": one.content })
}

pub(super) fn extensions(info: &AdInfo) -> Value {
    let all = info.extensions.iter();
    all.map(|one| json!({ "content": one.xml, "type": one.kind })).collect()
}

fn event(one: &Tracking) -> Value {
    json!({ "beaconUrls": [one.url], "eventType": one.event })
}

fn resource<'a>(one: &'a Graphic, element: &str) -> Option<&'a str> {
    let known = one.resources.iter().find(|resource| resource.element == element);
    known.map(|resource| resource.content.as_str())
}

fn attributes(one: &Graphic, names: &[&str]) -> Value {
    let pairs = names.iter().map(|&name| (name.to_owned(), json!(attribute(one, name))));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn attribute<'a>(one: &'a Graphic, name: &str) -> Option<&'a str> {
    let known = one.attributes.iter().find(|(known, _)| known == name);
    known.map(|(_, value)| value.as_str())
}

const MOST_COMPANIONS: usize = 6;
