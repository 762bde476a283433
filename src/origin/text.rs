//! From a body to a playlist's text.

use std::{borrow::Cow, fmt, sync::Arc};

use super::Error;

/// What came where a playlist should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Nothing at all.
    Empty,
    /// A web page, most often an error page with status 200.
    Html,
    /// XML, a DASH manifest for one.
    Xml,
    /// JSON.
    Json,
    /// Some other text.
    Text,
    /// No text.
    Binary,
}

impl fmt::Display for Nature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "nothing",
            Self::Html => "HTML",
            Self::Xml => "XML",
            Self::Json => "JSON",
            Self::Text => "other text",
            Self::Binary => "binary data",
        })
    }
}

/// The text of a body that begins as every playlist does (rfc8216bis §4.4.1.1), and whether bytes
/// that are no UTF-8 had to be replaced in it. A byte order mark, though forbidden, is dropped.
pub(super) fn playlist(body: &[u8]) -> Result<(Arc<str>, bool), Error> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if !body.starts_with(b"#EXTM3U") {
        return Err(Error::NotAPlaylist { found: nature(body) });
    }
    match String::from_utf8_lossy(body) {
        Cow::Borrowed(text) => Ok((text.into(), false)),
        Cow::Owned(text) => Ok((text.into(), true)),
    }
}

fn nature(body: &[u8]) -> Nature {
    let start = body[..body.len().min(SNIFFED)].trim_ascii_start();
    let begins =
        |word: &[u8]| start.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
    match start {
        [] => Nature::Empty,
        _ if begins(b"<!doctype html") || begins(b"<html") => Nature::Html,
        [b'<', ..] => Nature::Xml,
        [b'{' | b'[', ..] => Nature::Json,
        _ if start.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) => {
            Nature::Binary
        }
        _ => Nature::Text,
    }
}

/// How much of a body is looked at.
const SNIFFED: usize = 512;
