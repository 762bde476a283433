//! Keys and initialisation sections: what the lines written so far leave in force, and the lines
//! that bring about what a segment needs.

use crate::hls::{Attributes, Segment, with_address};

/// What is in force at a point of the playlist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct InForce {
    /// `EXT-X-KEY` lines as written, one per key format.
    keys: Vec<String>,
    /// The `EXT-X-MAP` line as written.
    map: Option<String>,
}

impl InForce {
    /// The lines after which `wanted` are in force, but for the formats of `own`, lines that follow.
    /// Nothing but `METHOD=NONE` ends a key, and it ends all (rfc8216bis §4.4.4.4).
    pub(super) fn set_keys(&mut self, wanted: &[String], own: &[String]) -> Vec<String> {
        let mut lines = Vec::new();
        let replaced = |key: &String| {
            let format = key_format(key);
            wanted.iter().chain(own).any(|other| key_format(other) == format)
        };
        if !self.keys.iter().all(replaced) {
            lines.push(NONE.to_owned());
            self.keys.clear();
        }
        lines.extend(wanted.iter().filter(|key| !self.keys.contains(key)).cloned());
        self.keys = wanted.to_vec();
        lines
    }

    /// Takes note of keys written in the origin's own lines.
    pub(super) fn keys_are(&mut self, keys: Vec<String>) {
        self.keys = keys;
    }

    /// Whether `map` has to be written to be in force; then it is.
    pub(super) fn set_map(&mut self, map: &str) -> bool {
        let new = self.map.as_deref() != Some(map);
        self.map = Some(map.to_owned());
        new
    }

    /// What follows needs its own initialisation section even if it is the same again.
    pub(super) fn forget_map(&mut self) {
        self.map = None;
    }
}

/// A key line as we write it: its address absolute, and an implicit IV said. That is the *origin's*
/// media sequence number (rfc8216bis §5.2), which after renumbering no player can know.
pub(super) fn key(line: &str, segment: &Segment, locate: impl Fn(&str) -> String) -> String {
    let located = with_address(line, "URI", locate);
    match needs_iv(line) {
        true => format!("{},IV=0x{:032x}", located.trim_end(), segment.msn.0.0),
        false => located,
    }
}

/// Is the IV a segment's number?
pub(super) fn needs_iv(line: &str) -> bool {
    let attributes = list(line);
    let method = attributes.get("METHOD").unwrap_or("");
    let identity = attributes.get("KEYFORMAT").is_none_or(|format| format == "identity");
    matches!(method, "AES-128" | "SAMPLE-AES") && identity && attributes.get("IV").is_none()
}

/// Does the line end every key?
pub(super) fn is_none(line: &str) -> bool {
    list(line).get("METHOD").is_some_and(|method| method.eq_ignore_ascii_case("NONE"))
}

fn key_format(line: &str) -> &str {
    list(line).get("KEYFORMAT").unwrap_or("identity")
}

fn list(line: &str) -> Attributes<'_> {
    Attributes::of(line.split_once(':').map_or("", |(_, list)| list))
}

const NONE: &str = "#EXT-X-KEY:METHOD=NONE";
