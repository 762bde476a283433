//! `AdVerifications`, and who may not see an ad.

use super::{
    Category, Error, MAX_URLS, MAX_VERIFICATIONS, Verification, Viewable,
    creative::tracking_events,
    graphics::resource,
    read::{url, words},
    xml::{Cursor, Element},
};

/// `AdVerifications`, or an extension of that name, as it was before VAST 4.1 (rule D-29).
pub(super) fn verifications(
    cursor: &mut Cursor<'_>,
    into: &mut Vec<Verification>,
) -> Result<(), Error> {
    cursor.children(|cursor, child| match child.name() {
        "Verification" => {
            let one = verification(cursor, child)?;
            cursor.keep(into, one, MAX_VERIFICATIONS);
            Ok(())
        }
        "AdVerifications" => verifications(cursor, into),
        _ => Ok(()),
    })
}

fn verification(cursor: &mut Cursor<'_>, element: &Element<'_>) -> Result<Verification, Error> {
    let mut one = Verification { vendor: element.attribute("vendor"), ..Verification::default() };
    cursor.children(|cursor, child| {
        match child.name() {
            "JavaScriptResource" => {
                let script = resource(cursor, child)?;
                cursor.keep(&mut one.scripts, script, MAX_URLS);
            }
            "ExecutableResource" => {
                let program = resource(cursor, child)?;
                cursor.keep(&mut one.executables, program, MAX_URLS);
            }
            "TrackingEvents" => tracking_events(cursor, &mut one.tracking)?,
            "VerificationParameters" => one.parameters = words(cursor)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(one)
}

pub(super) fn viewable(cursor: &mut Cursor<'_>, into: &mut Viewable) -> Result<(), Error> {
    cursor.children(|cursor, child| match child.name() {
        "Viewable" => url(cursor, &mut into.viewable),
        "NotViewable" => url(cursor, &mut into.not_viewable),
        "ViewUndetermined" => url(cursor, &mut into.undetermined),
        _ => Ok(()),
    })
}

pub(super) fn category(
    cursor: &mut Cursor<'_>,
    element: &Element<'_>,
    into: &mut Vec<Category>,
) -> Result<(), Error> {
    let authority = element.attribute("authority").unwrap_or_default();
    if let Some(words) = words(cursor)? {
        // Blocked ones may stand in one element, with commas between.
        for code in words.split(',').map(str::trim).filter(|code| !code.is_empty()) {
            let one = Category { authority: authority.clone(), code: code.to_owned() };
            cursor.keep(into, one, MAX_URLS);
        }
    }
    Ok(())
}
