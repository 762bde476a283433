//! Finding values in a row's JSON without reading it as a tree.

/// The text with each `(value, replacement)` replaced where personal values stand; `None` where
/// nothing was found.
pub(super) fn replaced(json: &str, changes: &[(String, String)]) -> Option<String> {
    let mut out = String::new();
    let (mut copied, mut key) = (0, "");
    for (start, end) in strings(json) {
        let text = &json[start..end];
        if json[end..].starts_with("\":") {
            key = text;
            continue;
        }
        if let Some(new) = replaced_in(key, text, changes) {
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

fn replaced_in(key: &str, text: &str, changes: &[(String, String)]) -> Option<String> {
    if key == HEADER_VALUE {
        let whole = |value: &str| length(text.as_bytes(), value.as_bytes()) == Some(text.len());
        return changes.iter().find(|(value, _)| whole(value)).map(|(_, new)| new.clone());
    }
    let host = text.find("://")? + 3;
    let from = host + text[host..].find(['/', '?', '#'])?;
    let (mut out, mut copied, mut at) = (String::new(), 0, from);
    while at < text.len() {
        let found = changes.iter().find_map(|(value, new)| Some((ends(text, at, value)?, new)));
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

/// Where a value that begins at `at` ends, if it does and stands alone.
fn ends(text: &str, at: usize, value: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let end = at + length(&bytes[at..], value.as_bytes())?;
    let alone = |before: &[u8], after: Option<&u8>| {
        let encoded = before.len() >= 3 && before[before.len() - 3] == b'%';
        let first = encoded || before.last().is_none_or(|byte| !is_word(*byte));
        first && after.is_none_or(|byte| !is_word(*byte))
    };
    (text.is_char_boundary(end) && alone(&bytes[..at], bytes.get(end))).then_some(end)
}

/// A part of a number, a name or an address.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_')
}

/// How many bytes of the front of `text` say `value`, in whatever way.
fn length(text: &[u8], value: &[u8]) -> Option<usize> {
    let mut at = 0;
    for &wanted in value {
        at += byte(&text[at.min(text.len())..], wanted)?;
    }
    Some(at)
}

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

/// What the value of a header is called: `{"name": "user-agent", "value": "…"}`.
const HEADER_VALUE: &str = "value";
