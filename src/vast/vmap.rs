//! VMAP 1.0: which ads belong where in a programme (rules D7).
//!
//! Breaks are kept as they came, in document order; what their offsets mean in a programme of some
//! length is [`BreakOffset::places`]. What a break asks to be told of (`TrackingEvents`) is put on its
//! ads (`told`), so that it is counted with them whoever shows them.

use super::{
    Ad, Error, Kind, MAX_ADS, MAX_TOLD, MAX_URLS, Response, Root, clock,
    creative::tracking_events,
    read,
    xml::{Cursor, Element},
};
use crate::units::MediaDuration;

#[cfg(test)]
mod tests;
mod told;

/// One `AdBreak`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdBreak {
    /// `timeOffset` as written.
    pub written: String,
    /// What it says; none where it is unreadable.
    pub offset: Option<BreakOffset>,
    /// Whether `breakType` names `linear`, the only kind that can be stitched.
    pub linear: bool,
    /// `breakId`.
    pub id: Option<String>,
    /// `repeatAfter`: it comes again each time so much has been played.
    pub repeat_after: Option<MediaDuration>,
    /// Its ads, an ad tag being a wrapper.
    pub ads: Vec<Ad>,
    /// What is to be called when it leads to no ad. At most [`crate::vast::MAX_URLS`].
    pub errors: Vec<String>,
}

/// Where a break is (`AdBreak@timeOffset`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakOffset {
    /// `start`
    Start,
    /// `end`
    End,
    /// `HH:MM:SS(.mmm)`
    At(MediaDuration),
    /// `n%`, in thousandths of a percent.
    MilliPercent(u32),
    /// `#m`: the how-manieth opportunity the programme itself marks, from 1.
    Position(u32),
}

impl BreakOffset {
    /// Reads an offset.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "start" => Some(Self::Start),
            "end" => Some(Self::End),
            text => {
                if let Some(number) = text.strip_prefix('#') {
                    return number.parse().ok().filter(|n| *n > 0).map(Self::Position);
                }
                match super::Offset::parse(text)? {
                    super::Offset::Millis(millis) => {
                        Some(Self::At(MediaDuration::from_millis(millis)))
                    }
                    super::Offset::MilliPercent(n) => Some(Self::MilliPercent(n)),
                }
            }
        }
    }

    /// The moments it means in a programme of that length without ads (rule D-83), with `repeat_after`
    /// each time so much later (rule D-86); none past the end, nor for a marked position.
    pub fn places(
        self,
        length: MediaDuration,
        repeat_after: Option<MediaDuration>,
    ) -> Vec<MediaDuration> {
        let first = match self {
            Self::Start => MediaDuration::ZERO,
            Self::End => return vec![length],
            Self::At(at) => at,
            Self::MilliPercent(n) => super::Offset::MilliPercent(n).at(length),
            Self::Position(_) => return Vec::new(),
        };
        let step = repeat_after.filter(|step| *step >= SHORTEST_REPEAT);
        let mut places: Vec<_> = (first <= length).then_some(first).into_iter().collect();
        while let (Some(step), Some(last)) = (step, places.last().copied()) {
            if last + step >= length || places.len() == MAX_BREAKS {
                break;
            }
            places.push(last + step);
        }
        places
    }
}

/// Reads a document's breaks; its ads are those of the first that has any, since a question about one
/// break is about that.
pub(super) fn vmap(cursor: &mut Cursor<'_>, into: &mut Response) -> Result<(), Error> {
    into.root = Root::Vmap;
    let mut left = MAX_TOLD;
    cursor.children(|cursor, child| {
        if child.name() == "AdBreak" {
            let ad_break = ad_break(cursor, child, into, &mut left)?;
            cursor.keep(&mut into.breaks, ad_break, MAX_BREAKS);
        }
        Ok(())
    })?;
    let first = into.breaks.iter().find(|known| known.linear && !known.ads.is_empty());
    match first {
        Some(first) => into.ads.clone_from(&first.ads),
        None => {
            let errors = into.breaks.iter().flat_map(|known| &known.errors);
            errors.for_each(|url| cursor.keep(&mut into.errors, url.clone(), MAX_URLS));
        }
    }
    Ok(())
}

fn ad_break(
    cursor: &mut Cursor<'_>,
    element: &Element<'_>,
    whole: &mut Response,
    left: &mut usize,
) -> Result<AdBreak, Error> {
    let written = element.attribute("timeOffset").unwrap_or_default();
    let kinds = element.attribute("breakType").unwrap_or_else(|| String::from("linear"));
    let mut found = AdBreak {
        offset: BreakOffset::parse(&written),
        linear: kinds.split(',').any(|kind| kind.trim() == "linear"),
        id: element.attribute("breakId"),
        repeat_after: element.attribute("repeatAfter").as_deref().and_then(clock),
        written,
        ..AdBreak::default()
    };
    let mut tracking = Vec::new();
    cursor.children(|cursor, child| match child.name() {
        "AdSource" => ad_source(cursor, child, &mut found, whole),
        "TrackingEvents" => tracking_events(cursor, &mut tracking),
        _ => Ok(()),
    })?;
    found.tell(cursor, tracking, left);
    Ok(found)
}

fn ad_source(
    cursor: &mut Cursor<'_>,
    source: &Element<'_>,
    into: &mut AdBreak,
    whole: &mut Response,
) -> Result<(), Error> {
    cursor.children(|cursor, child| match child.name() {
        "VASTAdData" | "VASTData" | "CustomAdData" => {
            let mut found = Vec::new();
            let text = cursor.children_and_text(|cursor, child| {
                if child.name() == "VAST" {
                    found.push(answer(cursor, child)?);
                }
                Ok(())
            })?;
            match quoted(&text) {
                Ok(answer) => found.push(answer),
                Err(Error::Empty) => {}
                // The other breaks are none the worse for it.
                Err(_) => cursor.left_out += 1,
            }
            found.into_iter().for_each(|answer| keep(cursor, answer, into, whole));
            Ok(())
        }
        "AdTagURI" => {
            let tag = cursor.text()?;
            let bytes = tag.len();
            let ad = Ad { kind: wrapper(tag, source), bytes, ..Ad::default() };
            cursor.keep(&mut into.ads, ad, MAX_ADS);
            Ok(())
        }
        _ => Ok(()),
    })
}

/// An answer that is a part of the document.
fn answer(cursor: &mut Cursor<'_>, root: &Element<'_>) -> Result<Response, Error> {
    let mut inside = Response::default();
    match read::vast(cursor, root, &mut inside) {
        // The other breaks are none the worse for it.
        Err(Error::Version { .. }) => cursor.left_out += 1,
        read => read?,
    }
    Ok(inside)
}

/// An answer that is text to the document, as custom data are and what some servers quote (rule D-82).
fn quoted(text: &str) -> Result<Response, Error> {
    let mut cursor = Cursor::new(text);
    let root = cursor.root()?;
    let mut inside = Response::default();
    if root.name() == "VAST" {
        read::vast(&mut cursor, &root, &mut inside)?;
        cursor.finish()?;
    } else {
        cursor.left_out += 1;
    }
    inside.left_out = cursor.left_out;
    Ok(inside)
}

fn keep(cursor: &mut Cursor<'_>, answer: Response, into: &mut AdBreak, whole: &mut Response) {
    cursor.left_out += answer.left_out;
    if whole.breaks.iter().all(|before| before.ads.is_empty()) {
        whole.version = answer.version;
    }
    for url in answer.errors {
        cursor.keep(&mut into.errors, url, MAX_URLS);
    }
    for ad in answer.ads {
        cursor.keep(&mut into.ads, ad, MAX_ADS);
    }
}

/// A pod is welcome unless the source says otherwise (rule D-82).
fn wrapper(tag: String, source: &Element<'_>) -> Kind {
    let flag = |name| source.attribute(name).map(|value| read::is_true(&value));
    Kind::Wrapper {
        tag,
        follow_additional_wrappers: flag("followRedirects").unwrap_or(true),
        allow_multiple_ads: flag("allowMultipleAds").unwrap_or(true),
        fallback_on_no_ad: None,
    }
}

/// Breaks kept of one document, and of one break that repeats.
pub const MAX_BREAKS: usize = 200;
/// Breaks nearer to one another are no breaks.
const SHORTEST_REPEAT: MediaDuration = MediaDuration::from_secs(10);
