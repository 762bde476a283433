//! References (`&amp;`, `&#80;`) in text and attributes.

use quick_xml::escape::resolve_predefined_entity;

/// Replaces the references XML itself defines; leaves every other `&` alone.
pub(super) fn resolve(raw: &str) -> String {
    let mut resolved = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        resolved.push_str(before);
        match after.split_once(';') {
            Some((name, next)) if is_name(name) => {
                push_reference(&mut resolved, name);
                rest = next;
            }
            _ => {
                resolved.push('&');
                rest = after;
            }
        }
    }
    resolved.push_str(rest);
    resolved
}

/// Appends what `&name;` stands for, or the reference itself where nobody knows.
pub(super) fn push_reference(text: &mut String, name: &str) {
    if let Some(c) = name.strip_prefix('#').and_then(character) {
        text.push(c);
    } else if let Some(known) = resolve_predefined_entity(name) {
        text.push_str(known);
    } else {
        text.extend(["&", name, ";"]);
    }
}

fn character(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32)
}

/// Whether this could name a reference; the longest useful one has ten characters.
fn is_name(name: &str) -> bool {
    (1..=16).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#')
}
