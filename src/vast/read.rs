//! From a document to its values: the root, and what an ad holds besides its creatives.

use super::{
    Ad, Error, Extension, Kind, Lost, MAX_ADS, MAX_EXTENSION, MAX_EXTENSIONS, MAX_URL, MAX_URLS,
    Pricing, Response, addendum, creative,
    verification::{category, verifications, viewable},
    vmap,
    xml::{Cursor, Element},
};

/// Reads a document.
///
/// # Errors
/// What is no VAST or VMAP document, or nested too deep. A document without ads is none of these.
pub fn parse(text: &str) -> Result<Response, Error> {
    let mut cursor = Cursor::new(text);
    let mut response = Response::default();
    if starts_like_html(text) {
        return Err(Error::Html);
    }
    let root = cursor.root()?;
    match root.name() {
        "VAST" => vast(&mut cursor, &root, &mut response)?,
        "VMAP" => vmap::vmap(&mut cursor, &mut response)?,
        "VideoAdServingTemplate" => return Err(Error::Version { version: String::from("1.0") }),
        other => return Err(Error::UnknownRoot { name: shortened(other) }),
    }
    cursor.finish()?;
    response.left_out = cursor.left_out;
    Ok(response)
}

pub(super) fn vast(
    cursor: &mut Cursor<'_>,
    root: &Element<'_>,
    into: &mut Response,
) -> Result<(), Error> {
    into.version = root.attribute("version").unwrap_or_default();
    if !is_known(&into.version) {
        return Err(Error::Version { version: shortened(&into.version) });
    }
    cursor.children(|cursor, child| {
        match child.name() {
            "Ad" => {
                let ad = ad(cursor, child)?;
                cursor.keep(&mut into.ads, ad, MAX_ADS);
            }
            "Error" => url(cursor, &mut into.errors)?,
            _ => {}
        }
        Ok(())
    })
}

fn ad(cursor: &mut Cursor<'_>, element: &Element<'_>) -> Result<Ad, Error> {
    let mut ad = Ad {
        id: element.attribute("id"),
        sequence: element.attribute("sequence").and_then(|n| n.parse().ok()),
        ad_type: element.attribute("adType"),
        conditional: element.attribute("conditionalAd").is_some_and(|v| is_true(&v)),
        ..Ad::default()
    };
    let (mut bodies, from) = (0, cursor.position());
    cursor.children(|cursor, child| match child.name() {
        "InLine" => {
            bodies += 1;
            body(cursor, &mut ad)
        }
        "Wrapper" => {
            bodies += 1;
            ad.kind = Kind::wrapper(String::new(), child);
            body(cursor, &mut ad)
        }
        _ => Ok(()),
    })?;
    ad.bytes = cursor.position() - from;
    if bodies != 1 {
        ad.kind = Kind::Lost(Lost::Bodies { count: bodies });
    }
    addendum::take_from_extensions(&mut ad);
    Ok(ad)
}

/// What stands in `InLine` and `Wrapper` alike.
fn body(cursor: &mut Cursor<'_>, ad: &mut Ad) -> Result<(), Error> {
    cursor.children(|cursor, child| {
        match child.name() {
            "AdSystem" => {
                ad.system_version = child.attribute("version");
                ad.system = words(cursor)?;
            }
            "AdTitle" => ad.title = words(cursor)?,
            "Advertiser" => ad.advertiser = words(cursor)?,
            "AdServingId" => ad.serving_id = words(cursor)?,
            "Expires" => ad.expires = cursor.text()?.parse().ok(),
            "Impression" => url(cursor, &mut ad.impressions)?,
            "Error" => url(cursor, &mut ad.errors)?,
            "VASTAdTagURI" => ad.kind.point_to(cursor.text()?),
            "Creatives" => creative::creatives(cursor, &mut ad.creatives)?,
            "Extensions" => extensions(cursor, ad)?,
            "Category" => category(cursor, child, &mut ad.categories)?,
            "BlockedAdCategories" => category(cursor, child, &mut ad.blocked_categories)?,
            "AdVerifications" => verifications(cursor, &mut ad.verifications)?,
            "ViewableImpression" => viewable(cursor, &mut ad.viewable)?,
            "Pricing" => {
                let (model, currency) = (child.attribute("model"), child.attribute("currency"));
                let value = words(cursor)?;
                ad.pricing = value.map(|value| Pricing { model, currency, value });
            }
            _ => {}
        }
        Ok(())
    })
}

fn extensions(cursor: &mut Cursor<'_>, ad: &mut Ad) -> Result<(), Error> {
    cursor.children(|cursor, child| {
        if child.name() == "Extension" {
            let xml = Some(cursor.inner()?).filter(|xml| xml.len() <= MAX_EXTENSION);
            let xml = xml.unwrap_or_default().to_owned();
            let extension = Extension { kind: child.attribute("type"), xml };
            extension.take_verifications(ad);
            cursor.keep(&mut ad.extensions, extension, MAX_EXTENSIONS);
        }
        Ok(())
    })
}

impl Extension {
    /// Before VAST 4.1 verifications stood in an extension (rule D-29).
    fn take_verifications(&self, ad: &mut Ad) {
        if self.kind.as_deref() == Some("AdVerifications") {
            let whole = format!("<x>{}</x>", self.xml);
            let mut cursor = Cursor::new(&whole);
            // What is no XML inside is an extension like any other.
            let _ = cursor.root().and_then(|_| verifications(&mut cursor, &mut ad.verifications));
        }
    }

    /// Its text without any elements; empty where it is no well-formed XML.
    pub fn text(&self) -> String {
        let whole = format!("<x>{}</x>", self.xml);
        let mut cursor = Cursor::new(&whole);
        cursor.root().and_then(|_| cursor.text()).unwrap_or_default()
    }
}

impl Kind {
    fn wrapper(tag: String, element: &Element<'_>) -> Self {
        let flag = |name| element.attribute(name).map(|value| is_true(&value));
        Self::Wrapper {
            tag,
            follow_additional_wrappers: flag("followAdditionalWrappers").unwrap_or(true),
            allow_multiple_ads: flag("allowMultipleAds").unwrap_or(false),
            fallback_on_no_ad: flag("fallbackOnNoAd"),
        }
    }

    fn point_to(&mut self, uri: String) {
        if let Self::Wrapper { tag, .. } = self {
            *tag = uri;
        }
    }
}

/// Keeps a URL, empty ones aside, which some servers send as placeholders, and ones that nobody
/// would answer.
pub(super) fn url(cursor: &mut Cursor<'_>, into: &mut Vec<String>) -> Result<(), Error> {
    let url = cursor.text()?;
    if url.len() > MAX_URL {
        cursor.left_out += 1;
    } else if !url.is_empty() {
        cursor.keep(into, url, MAX_URLS);
    }
    Ok(())
}

/// An element's text; `None` where it is empty.
pub(super) fn words(cursor: &mut Cursor<'_>) -> Result<Option<String>, Error> {
    Ok(Some(cursor.text()?).filter(|text| !text.is_empty()))
}

/// Versions 2 to 4; none at all is taken as a known one.
fn is_known(version: &str) -> bool {
    version.is_empty() || matches!(version.split('.').next(), Some("2" | "3" | "4"))
}

pub(super) fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true") || value == "1"
}

/// HTML is seldom well-formed, so it is told by its beginning.
fn starts_like_html(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|tag| start.get(..tag.len()).is_some_and(|found| found.eq_ignore_ascii_case(tag)))
}

fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}
