//! Values as markers spell them.
//!
//! ```text
//! value = [ number [ "/" number ] ] [ [ "," ] attribute-list ]
//! ```

use std::sync::Arc;

use crate::{
    hls::Attributes,
    scte35::{self, SpliceInfo},
    units::MediaDuration,
};

/// The numbers a value begins with, and its attributes.
pub(super) struct Value<'a> {
    /// `30`, or the `8.308` of `8.308/30`.
    pub(super) first: Option<MediaDuration>,
    /// The `30` of `8.308/30`.
    pub(super) second: Option<MediaDuration>,
    attributes: Attributes<'a>,
}

impl<'a> Value<'a> {
    pub(super) fn of(value: &'a str) -> Self {
        let start = value.split(',').next().unwrap_or("");
        let (first, second) = match start.split_once('/') {
            Some((first, second)) => {
                let first = seconds(first);
                (first, first.and_then(|_| seconds(second)))
            }
            None => (seconds(start), None),
        };
        Self { first, second, attributes: Attributes::of(value) }
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes.get(name)
    }

    /// The first of these attributes that is a length of time.
    pub(super) fn time(&self, names: &[&str]) -> Option<MediaDuration> {
        names.iter().find_map(|name| self.get(name).and_then(seconds))
    }

    /// The first of these attributes that is a number that names an event.
    pub(super) fn event_id(&self, names: &[&str]) -> Option<u32> {
        names.iter().find_map(|name| self.get(name).and_then(event_id))
    }

    /// The first of these attributes that is a message.
    pub(super) fn message(&self, names: &[&str]) -> Option<Arc<SpliceInfo>> {
        names.iter().find_map(|name| self.get(name).and_then(message))
    }
}

/// How the time since a break began is named.
pub(super) const ELAPSED: &[&str] =
    &["ElapsedTime", "ELAPSED", "AVAIL-DUR-ELAPSED", "TIMEFROMSIGNAL"];

/// A message that can be decoded; one that cannot leaves the marker to speak for itself.
pub(super) fn message(text: &str) -> Option<Arc<SpliceInfo>> {
    scte35::decode(text).ok().map(Arc::new)
}

/// `30`, `30.000`, `"30"` or `PT30S`, not negative.
pub(super) fn seconds(text: &str) -> Option<MediaDuration> {
    let text = text.trim().trim_matches('"').trim();
    let duration = text.parse().ok().or_else(|| iso_seconds(text))?;
    (duration >= MediaDuration::ZERO).then_some(duration)
}

/// Hours, minutes and seconds of ISO 8601: `PT1H2M10.5S`.
fn iso_seconds(text: &str) -> Option<MediaDuration> {
    let mut rest = text.strip_prefix("PT").filter(|rest| !rest.is_empty())?;
    let mut sum = MediaDuration::ZERO;
    for (unit, seconds) in [('H', 3_600), ('M', 60), ('S', 1)] {
        if let Some((number, after)) = rest.split_once(unit) {
            sum += number.parse::<MediaDuration>().ok()?.times(seconds);
            rest = after;
        }
    }
    rest.is_empty().then_some(sum)
}

/// A decimal or hexadecimal number of 32 bits; 0 stands for none.
pub(super) fn event_id(text: &str) -> Option<u32> {
    let text = text.trim();
    let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => text.parse(),
    };
    number.ok().filter(|id| *id != 0)
}

/// A break's duration that can be meant: not negative, and a day at most.
pub(super) fn plausible(duration: MediaDuration) -> Option<MediaDuration> {
    (MediaDuration::ZERO..=LONGEST_BREAK).contains(&duration).then_some(duration)
}

const LONGEST_BREAK: MediaDuration = MediaDuration::from_secs(86_400);
