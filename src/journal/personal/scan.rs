//! Finding values in a row's JSON without reading it as a tree.

use std::net::IpAddr;

/// A personal value, and what is told instead.
#[derive(Debug)]
pub(super) struct Change {
    value: String,
    new: String,
    edge: Edge,
}

/// What may not adjoin a value inside a URL, where it would be a part of something else.
#[derive(Clone, Copy, Debug)]
enum Edge {
    /// Of an IPv4 address: a digit, or a `.` and a digit.
    V4,
    /// Of an IPv6 address: a hex digit or a `:`.
    V6,
    /// Of a single word: a letter or a digit.
    Word,
    /// What is longer than a word is nothing else, whatever it adjoins.
    Any,
}

impl Change {
    pub(super) fn new(value: String, new: String) -> Self {
        let is_word = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let edge = match value.parse() {
            Ok(IpAddr::V4(_)) => Edge::V4,
            Ok(IpAddr::V6(_)) => Edge::V6,
            Err(_) if is_word => Edge::Word,
            Err(_) => Edge::Any,
        };
        Self { value, new, edge }
    }
}

/// The text with each value replaced where personal values stand; `None` where nothing was found.
///
/// It takes no longer than so many comparisons a byte: who calls his player `aaaab` and asks for an ad
/// with a parameter of as many `a`s as there may be has the rest of his addresses left out.
pub(super) fn replaced(json: &str, changes: &[Change]) -> Option<String> {
    let mut left = Comparisons(json.len().saturating_mul(PER_BYTE).saturating_add(AT_LEAST));
    let mut out = String::new();
    let (mut copied, mut key) = (0, "");
    for (start, end) in strings(json) {
        let text = &json[start..end];
        if json[end..].starts_with("\":") {
            key = text;
            continue;
        }
        if let Some(new) = replaced_in(key, text, changes, &mut left) {
            out.push_str(&json[copied..start]);
            out.push_str(&new);
            copied = end;
        }
    }
    (copied > 0).then(|| out + &json[copied..])
}

/// Where each string of the text begins and ends, without its quotes.
fn strings(json: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = json.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + memchr::memchr(b'"', bytes.get(at..)?)? + 1;
        let mut end = start;
        loop {
            end += memchr::memchr2(b'"', b'\\', &bytes[end..])?;
            if bytes[end] == b'"' {
                break;
            }
            end += 2;
        }
        at = end + 1;
        Some((start, end))
    })
}

fn replaced_in(
    key: &str,
    text: &str,
    changes: &[Change],
    left: &mut Comparisons,
) -> Option<String> {
    if key == HEADER_VALUE {
        let whole = |change: &&Change| length(text.as_bytes(), change, left) == Some(text.len());
        return changes.iter().find(whole).map(|change| change.new.clone());
    }
    let host = text.find("://")? + 3;
    let from = host + text[host..].find(['/', '?', '#'])?;
    let (mut out, mut copied, mut at) = (String::new(), 0, from);
    while at < text.len() {
        if left.0 == 0 {
            return Some(format!("{}/…", text[..from].trim_end_matches('\\')));
        }
        let found = changes.iter().find_map(|one| Some((ends(text, at, one, left)?, &one.new)));
        match found {
            Some((end, new)) => {
                out.push_str(&text[copied..at]);
                out.push_str(new);
                (copied, at) = (end, end);
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    (copied > 0).then(|| out + &text[copied..])
}

/// Where a value that begins at `at` ends, if it does and is no part of something else.
fn ends(text: &str, at: usize, change: &Change, left: &mut Comparisons) -> Option<usize> {
    let bytes = text.as_bytes();
    let end = at + length(&bytes[at..], change, left)?;
    let (before, after) = bytes.split_at_checked(at)?;
    let after = &after[end - at..];
    let encoded = before.len() >= 3 && before[before.len() - 3] == b'%';
    let goes_on = |near: Option<&u8>, far: Option<&u8>| match change.edge {
        Edge::V4 => match near {
            Some(b'.') => far.is_some_and(u8::is_ascii_digit),
            near => near.is_some_and(u8::is_ascii_digit),
        },
        Edge::V6 => near.is_some_and(|byte| byte.is_ascii_hexdigit() || *byte == b':'),
        Edge::Word => near.is_some_and(u8::is_ascii_alphanumeric),
        Edge::Any => false,
    };
    let begins = encoded || !goes_on(before.last(), before.iter().nth_back(1));
    let alone = begins && !goes_on(after.first(), after.get(1));
    (text.is_char_boundary(end) && alone).then_some(end)
}

/// How many bytes of the front of `text` say the value, in whatever way.
fn length(text: &[u8], change: &Change, left: &mut Comparisons) -> Option<usize> {
    let mut at = 0;
    for wanted in change.value.bytes() {
        left.0 = left.0.saturating_sub(1);
        at += byte(&text[at.min(text.len())..], wanted)?;
    }
    Some(at)
}

/// How many bytes may still be compared.
struct Comparisons(usize);

/// How many bytes of the front of `text` say `wanted`: itself, escaped as in JSON, or
/// percent-encoded once or twice.
fn byte(text: &[u8], wanted: u8) -> Option<usize> {
    match text {
        [b'%', b'2', b'5', high, low, ..] if is_code(*high, *low, wanted) => Some(5),
        [b'%', high, low, ..] if is_code(*high, *low, wanted) => Some(3),
        [b'\\', escaped @ (b'"' | b'\\' | b'/'), ..] if *escaped == wanted => Some(2),
        [b'+', ..] if wanted == b' ' => Some(1),
        [b'\\', ..] => None,
        [first, ..] if first.eq_ignore_ascii_case(&wanted) => Some(1),
        _ => None,
    }
}

fn is_code(high: u8, low: u8, wanted: u8) -> bool {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let code = digit(high).zip(digit(low)).map(|(high, low)| high * 16 + low);
    code.is_some_and(|code| u8::try_from(code).is_ok_and(|code| code.eq_ignore_ascii_case(&wanted)))
}

/// Where nobody means it to be more, one or two of a value's bytes are compared at each place.
const PER_BYTE: usize = 16;
/// Short rows may hold a long value many times.
const AT_LEAST: usize = 64 << 10;
/// What the value of a header is called: `{"name": "user-agent", "value": "…"}`.
const HEADER_VALUE: &str = "value";
