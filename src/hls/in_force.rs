//! Keys, initialisation section and byte ranges: what a segment has from lines before its own.

use std::sync::Arc;

use super::{Attributes, ByteRange, Line, Map, OddityKind, Text, oddity::Oddities};

/// What is in force at a point of a playlist.
#[derive(Debug)]
pub(super) struct InForce {
    keys: Arc<[Text]>,
    map: Option<Map>,
    /// The last segment, where it was a part of a resource: its address and the range's end.
    range: Option<(Text, u64)>,
}

impl InForce {
    pub(super) fn new() -> Self {
        Self { keys: Arc::new([]), map: None, range: None }
    }

    pub(super) fn keys(&self) -> Arc<[Text]> {
        Arc::clone(&self.keys)
    }

    pub(super) fn map(&self) -> Option<Map> {
        self.map.clone()
    }

    pub(super) fn set_map(&mut self, line: &Line) {
        self.map = Some(Map { line: line.text.clone(), keys: self.keys() });
    }

    /// A key replaces the one of its format, none at all replaces every one
    /// (rfc8216bis §4.4.4.4).
    pub(super) fn set_key(&mut self, line: &Line, oddities: &mut Oddities) {
        let attributes = Attributes::of(line.value());
        if attributes.get("METHOD").is_some_and(|method| method.eq_ignore_ascii_case("NONE")) {
            self.keys = Arc::new([]);
            return;
        }
        let format = key_format(attributes);
        let kept = self.keys.iter().filter(|key| format != key_format(list_of(key)));
        let keys: Arc<[Text]> = kept.cloned().chain([line.text.clone()]).collect();
        if keys.len() > MOST_KEYS {
            oddities.note(OddityKind::TooManyKeys, line.number);
        } else {
            self.keys = keys;
        }
    }

    /// The range of the segment at that address, with the offset it continues from if it names
    /// none.
    pub(super) fn range(
        &mut self,
        address: &Line,
        range: Option<(u64, Option<u64>)>,
        oddities: &mut Oddities,
    ) -> Option<ByteRange> {
        let before = self.range.take();
        let (length, named) = range?;
        let continued = before.filter(|(of, _)| *of == address.text).map(|(_, end)| end);
        if named.is_none() && continued.is_none() {
            oddities.note(OddityKind::RangeContinuesNothing, address.number);
        }
        let offset = named.or(continued).unwrap_or(0);
        self.range = Some((address.text.clone(), offset.saturating_add(length)));
        Some(ByteRange { length, offset })
    }
}

fn list_of(line: &str) -> Attributes<'_> {
    Attributes::of(line.split_once(':').map_or("", |(_, list)| list))
}

fn key_format(attributes: Attributes<'_>) -> &str {
    attributes.get("KEYFORMAT").unwrap_or("identity")
}

const MOST_KEYS: usize = 16;
