//! Names in brackets, replaced by values: what MediaTailor's variables and VAST's macros share.

use std::fmt::Write as _;

#[cfg(test)]
mod tests;

/// Replaces every `[NAME]` (or `%5BNAME%5D`) that `value` knows, in one pass.
///
/// Values are put in as they are, so `value` has to encode them, and are never looked at again
/// (rule D-74): a viewer who sends `[session.client_ip]` as a parameter learns nothing. What
/// `value` does not know stays as it stands.
pub fn expand(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, bracket)) = split_at_opening(rest) {
        expanded.push_str(before);
        let replaced = name_in(bracket).and_then(|(name, next)| Some((value(name)?, next)));
        match replaced {
            Some((value, next)) => {
                expanded.push_str(&value);
                rest = next;
            }
            None => {
                let (opening, next) = bracket.split_at(opening_len(bracket));
                expanded.push_str(opening);
                rest = next;
            }
        }
    }
    expanded.push_str(rest);
    expanded
}

/// Replaces every `{{NAME}}` that `value` knows, in one pass, as [`expand`] does for brackets.
pub fn expand_braces(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        // Of three the last two are the opening.
        let at = at + usize::from(rest[at + 2..].starts_with('{'));
        let (before, inside) = (&rest[..at], &rest[at + 2..]);
        expanded.push_str(before);
        // No further than a name may reach, or a text of nothing but openings would be read to its
        // end once for each.
        let within = inside.floor_char_boundary(MAX_NAME + 2);
        let name = inside[..within].find("}}").map(|ends| inside.split_at(ends));
        let found = name.map(|(name, next)| (name, &next[2..]));
        match found.and_then(|(name, next)| Some((value(name)?, next))) {
            Some((value, next)) => {
                expanded.push_str(&value);
                rest = next;
            }
            None => {
                expanded.push_str("{{");
                rest = inside;
            }
        }
    }
    expanded.push_str(rest);
    expanded
}

/// Percent-encodes all but `A–Z a–z 0–9 - _ . ! ~ * ' ( )`, as `encodeURIComponent` does
/// (VAST §6.1).
pub fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Encodes each value and joins them by bare commas (VAST §6.1).
pub fn encode_list<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    values.into_iter().map(encode).collect::<Vec<_>>().join(",")
}

/// The text before the first opening bracket, and the rest with it.
fn split_at_opening(text: &str) -> Option<(&str, &str)> {
    let at = memchr::memchr2_iter(b'[', b'%', text.as_bytes())
        .find(|&at| opening_len(&text[at..]) > 0)?;
    Some(text.split_at(at))
}

fn opening_len(text: &str) -> usize {
    bracket_len(text, "[", "%5b")
}

fn bracket_len(text: &str, plain: &str, encoded: &str) -> usize {
    let is_encoded =
        text.get(..encoded.len()).is_some_and(|found| found.eq_ignore_ascii_case(encoded));
    if text.starts_with(plain) {
        plain.len()
    } else if is_encoded {
        encoded.len()
    } else {
        0
    }
}

/// The name after an opening bracket, and what follows the closing one.
fn name_in(bracket: &str) -> Option<(&str, &str)> {
    let inside = &bracket[opening_len(bracket)..];
    for (at, c) in inside.char_indices().take(MAX_NAME + 1) {
        let closing = bracket_len(&inside[at..], "]", "%5d");
        if closing > 0 {
            return Some((&inside[..at], &inside[at + closing..]));
        }
        if c == '[' || c.is_whitespace() {
            return None;
        }
    }
    None
}

/// Characters of the longest name; a viewer parameter's may be long.
const MAX_NAME: usize = 256;
