//! `Creatives`: what plays, and what it counts.

use super::{
    CaptionFile, Creative, Error, Linear, MAX_CREATIVES, MAX_MEDIA_FILES, MAX_TRACKING, MAX_URL,
    MAX_URLS, MediaFile, Mezzanine, Offset, Tracking, UniversalAdId,
    addendum::{self, Carried},
    graphics::{graphics, resource},
    offset::clock,
    read::{url, words},
    xml::{Cursor, Element},
};

pub(super) fn creatives(cursor: &mut Cursor<'_>, into: &mut Vec<Creative>) -> Result<(), Error> {
    cursor.children(|cursor, child| {
        if child.name() == "Creative" {
            let creative = creative(cursor, child)?;
            cursor.keep(into, creative, MAX_CREATIVES);
        }
        Ok(())
    })
}

fn creative(cursor: &mut Cursor<'_>, element: &Element<'_>) -> Result<Creative, Error> {
    let ad_id = ["adId", "AdID", "adID"].into_iter().find_map(|name| element.attribute(name));
    let mut creative = Creative {
        id: element.attribute("id"),
        ad_id,
        sequence: element.attribute("sequence").and_then(|n| n.parse().ok()),
        ..Creative::default()
    };
    let mut carried = Carried::default();
    cursor.children(|cursor, child| {
        match child.name() {
            "UniversalAdId" => {
                let id = universal_ad_id(cursor, child)?;
                cursor.keep(&mut creative.universal_ad_ids, id, MAX_URLS);
            }
            "Linear" => creative.linear = Some(linear(cursor, child)?),
            "NonLinearAds" => {
                let Creative { non_linears, non_linear_tracking, .. } = &mut creative;
                graphics(cursor, "NonLinear", non_linears, non_linear_tracking)?;
            }
            "CreativeExtensions" => extensions(cursor, &mut carried)?,
            "CompanionAds" => {
                creative.companions_required = child.attribute("required");
                graphics(cursor, "Companion", &mut creative.companions, &mut Vec::new())?;
            }
            _ => {}
        }
        Ok(())
    })?;
    carried.belongs_to(&mut creative);
    Ok(creative)
}

fn extensions(cursor: &mut Cursor<'_>, carried: &mut Carried) -> Result<(), Error> {
    cursor.children(|cursor, child| {
        let known = addendum::is_extension(child.attribute("type").as_deref());
        if child.name() == "CreativeExtension" && known {
            carried.read(cursor)?;
        }
        Ok(())
    })
}

pub(super) fn universal_ad_id(
    cursor: &mut Cursor<'_>,
    element: &Element<'_>,
) -> Result<UniversalAdId, Error> {
    let registry = element.attribute("idRegistry").unwrap_or_default();
    // 4.0 had `idValue`; later versions put the value into the element (rule D-28).
    let value = words(cursor)?.or_else(|| element.attribute("idValue")).unwrap_or_default();
    Ok(UniversalAdId { registry, value })
}

fn linear(cursor: &mut Cursor<'_>, element: &Element<'_>) -> Result<Linear, Error> {
    let skip_offset = element.attribute("skipoffset");
    let mut linear = Linear { skip_offset, ..Linear::default() };
    cursor.children(|cursor, child| {
        match child.name() {
            "Duration" => linear.duration = clock(&cursor.text()?),
            "TrackingEvents" => tracking_events(cursor, &mut linear.tracking)?,
            "VideoClicks" => clicks(cursor, &mut linear)?,
            "AdParameters" => linear.ad_parameters = words(cursor)?,
            "Icons" => graphics(cursor, "Icon", &mut linear.icons, &mut Vec::new())?,
            "MediaFiles" => media_files(cursor, &mut linear)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(linear)
}

pub(super) fn tracking_events(
    cursor: &mut Cursor<'_>,
    into: &mut Vec<Tracking>,
) -> Result<(), Error> {
    cursor.children(|cursor, child| {
        if child.name() == "Tracking" {
            let event = child.attribute("event").unwrap_or_default();
            let offset = child.attribute("offset").as_deref().and_then(Offset::parse);
            let url = cursor.text()?;
            if url.len() > MAX_URL {
                cursor.left_out += 1;
            } else if !event.is_empty() && !url.is_empty() {
                cursor.keep(into, Tracking { event, offset, url }, MAX_TRACKING);
            }
        }
        Ok(())
    })
}

fn clicks(cursor: &mut Cursor<'_>, linear: &mut Linear) -> Result<(), Error> {
    cursor.children(|cursor, child| {
        match child.name() {
            "ClickThrough" => linear.click_through = words(cursor)?,
            "ClickTracking" => url(cursor, &mut linear.click_tracking)?,
            "CustomClick" => url(cursor, &mut linear.custom_clicks)?,
            _ => {}
        }
        Ok(())
    })
}

fn media_files(cursor: &mut Cursor<'_>, linear: &mut Linear) -> Result<(), Error> {
    cursor.children(|cursor, child| {
        match child.name() {
            "MediaFile" => {
                let file = media_file(cursor, child)?;
                cursor.keep(&mut linear.media_files, file, MAX_MEDIA_FILES);
            }
            "Mezzanine" => {
                let master = mezzanine(cursor, child)?;
                cursor.keep(&mut linear.mezzanines, master, MAX_MEDIA_FILES);
            }
            "InteractiveCreativeFile" => {
                let program = resource(cursor, child)?;
                cursor.keep(&mut linear.interactive, program, MAX_MEDIA_FILES);
            }
            "ClosedCaptionFiles" => captions(cursor, &mut linear.captions)?,
            _ => {}
        }
        Ok(())
    })
}

fn captions(cursor: &mut Cursor<'_>, into: &mut Vec<CaptionFile>) -> Result<(), Error> {
    cursor.children(|cursor, child| {
        if child.name() == "ClosedCaptionFile" {
            let (mime, language) = (child.attribute("type"), child.attribute("language"));
            let file = CaptionFile { uri: cursor.text()?, mime, language };
            cursor.keep(into, file, MAX_MEDIA_FILES);
        }
        Ok(())
    })
}

fn media_file(cursor: &mut Cursor<'_>, element: &Element<'_>) -> Result<MediaFile, Error> {
    let number = |name| element.attribute(name).as_deref().and_then(whole);
    Ok(MediaFile {
        uri: cursor.text()?,
        id: element.attribute("id"),
        mime: element.attribute("type").unwrap_or_default(),
        delivery: element.attribute("delivery").unwrap_or_default(),
        bitrate: number("bitrate").or_else(|| number("maxBitrate")),
        width: number("width"),
        height: number("height"),
        codec: element.attribute("codec"),
        api_framework: element.attribute("apiFramework"),
    })
}

pub(super) fn mezzanine(
    cursor: &mut Cursor<'_>,
    element: &Element<'_>,
) -> Result<Mezzanine, Error> {
    let number = |name| element.attribute(name).as_deref().and_then(whole);
    Ok(Mezzanine {
        uri: cursor.text()?,
        mime: element.attribute("type").unwrap_or_default(),
        width: number("width"),
        height: number("height"),
    })
}

/// A whole number; a fraction, which some servers write, is dropped.
fn whole(text: &str) -> Option<u32> {
    text.split('.').next().and_then(|digits| digits.trim().parse().ok())
}
