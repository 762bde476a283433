//! Reading icons, companions and non-linear ads, which are built alike.

use super::{
    Error, Graphic, MAX_GRAPHICS, MAX_URLS, Resource,
    creative::tracking_events,
    read::{url, words},
    xml::{Cursor, Element},
};

/// The elements called `name` among the children of the element just entered; `TrackingEvents`
/// beside them go to `tracking`.
pub(super) fn graphics(
    cursor: &mut Cursor<'_>,
    name: &str,
    into: &mut Vec<Graphic>,
    tracking: &mut Vec<super::Tracking>,
) -> Result<(), Error> {
    cursor.children(|cursor, child| {
        if child.name() == name {
            let one = graphic(cursor, child)?;
            cursor.keep(into, one, MAX_GRAPHICS);
        } else if child.name() == "TrackingEvents" {
            tracking_events(cursor, tracking)?;
        }
        Ok(())
    })
}

pub(super) fn graphic(cursor: &mut Cursor<'_>, element: &Element<'_>) -> Result<Graphic, Error> {
    let attributes = element.attributes();
    let id = element.attribute("id").or_else(|| element.attribute("program"));
    let mut graphic = Graphic { id, attributes, ..Graphic::default() };
    cursor.children(|cursor, child| part(cursor, child, &mut graphic))?;
    Ok(graphic)
}

fn part(cursor: &mut Cursor<'_>, element: &Element<'_>, into: &mut Graphic) -> Result<(), Error> {
    match element.name() {
        "StaticResource" | "IFrameResource" | "HTMLResource" => {
            let one = resource(cursor, element)?;
            cursor.keep(&mut into.resources, one, MAX_URLS);
        }
        "IconClicks" => cursor.children(|cursor, child| part(cursor, child, into))?,
        "IconClickThrough" | "CompanionClickThrough" | "NonLinearClickThrough" => {
            into.click_through = words(cursor)?;
        }
        "IconClickTracking" | "CompanionClickTracking" | "NonLinearClickTracking" => {
            url(cursor, &mut into.click_tracking)?;
        }
        "IconViewTracking" => url(cursor, &mut into.view_tracking)?,
        "TrackingEvents" => tracking_events(cursor, &mut into.tracking)?,
        "AltText" => into.alt_text = words(cursor)?,
        "AdParameters" => into.parameters = words(cursor)?,
        _ => {}
    }
    Ok(())
}

/// A file or text that somebody else may load.
pub(super) fn resource(cursor: &mut Cursor<'_>, element: &Element<'_>) -> Result<Resource, Error> {
    Ok(Resource {
        element: element.name().to_owned(),
        mime: element.attribute("creativeType").or_else(|| element.attribute("type")),
        api_framework: element.attribute("apiFramework"),
        content: cursor.text()?,
    })
}
