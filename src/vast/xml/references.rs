//! References (`&amp;`, `&#80;`) in text and attributes.

use quick_xml::escape::resolve_predefined_entity;

/// Replaces the references XML itself defines; leaves every other `&` alone.
pub(super) fn resolve(raw: &str) -> String {
    let mut resolved = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        resolved.push_str(before);
        if let Some((name, next)) = reference(after) {
            push_reference(&mut resolved, name);
            rest = next;
        } else {
            resolved.push('&');
            rest = after;
        }
    }
    resolved.push_str(rest);
    resolved
}

/// The name that `after` begins with, and what follows its `;`. No further than a name may reach is
/// looked, or a text of nothing but `&` would be read to its end once for each.
fn reference(after: &str) -> Option<(&str, &str)> {
    let ends = after.bytes().take(MOST_OF_NAME + 1).position(|byte| byte == b';')?;
    let (name, next) = (after.get(..ends)?, after.get(ends + 1..)?);
    is_name(name).then_some((name, next))
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

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#')
}

/// Bytes of a name; the longest useful one has ten.
const MOST_OF_NAME: usize = 16;
