//! SubRip and WebVTT: blocks between blank lines.
//!
//! ```text
//! [identifier]
//! begin --> end [settings]
//! one or more lines
//! ```

use super::{Cue, time};

/// Which of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    SubRip,
    WebVtt,
}

/// The cues of a file; blocks of another form (notes, styles) are passed over.
pub(super) fn cues(text: &str, kind: Kind) -> Vec<Cue> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let blocks = text.split("\n\n").map(|block| block.trim_matches('\n'));
    blocks.filter_map(|block| cue(block, kind)).collect()
}

fn cue(block: &str, kind: Kind) -> Option<Cue> {
    let mut lines = block.lines().skip_while(|line| !line.contains("-->"));
    let (begins, rest) = lines.next()?.split_once("-->")?;
    let (ends, settings) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest, ""));
    let text = lines.collect::<Vec<_>>().join("\n");
    Some(Cue {
        begins: time::clock(begins)?,
        ends: time::clock(ends)?,
        // What stands there in SubRip are pixels.
        settings: if kind == Kind::WebVtt { settings.trim().to_owned() } else { String::new() },
        text: match kind {
            Kind::WebVtt => text,
            Kind::SubRip => of_subrip(&text),
        },
    })
}

/// SubRip's tags that WebVTT has too stay, others go, and what is no tag is no markup.
fn of_subrip(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '{', '&']) {
        let (before, mark) = rest.split_at(at);
        written.push_str(before);
        let length = match mark.as_bytes() {
            [b'<', ..] => tag(mark, b'>'),
            // `{\an8}` says where it is shown.
            [b'{', b'\\', ..] => tag(mark, b'}'),
            _ => None,
        };
        let (head, tail) = mark.split_at(length.unwrap_or(1));
        match head {
            "<" => written.push_str("&lt;"),
            "&" => written.push_str("&amp;"),
            "{" => written.push('{'),
            "<b>" | "</b>" | "<i>" | "</i>" | "<u>" | "</u>" => written.push_str(head),
            _ => {}
        }
        rest = tail;
    }
    written.push_str(rest);
    written.trim().to_owned()
}

/// How long a tag is that `text` begins with, if one does. Its end is looked for nearby only: a file
/// may have a million beginnings.
fn tag(text: &str, end: u8) -> Option<usize> {
    let near = &text.as_bytes()[..text.len().min(LONGEST_TAG)];
    let end = memchr::memchr(end, near)?;
    let named = text[1..end].trim_start_matches(['/', '\\']);
    named.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(end + 1)
}

/// `<font color="…" face="…">` has less than half of it.
const LONGEST_TAG: usize = 100;
