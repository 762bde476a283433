//! From bytes to text: UTF-8, and what older ad servers still send.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    encoding::{decode, detect_encoding},
    events::{BytesDecl, Event},
};

use super::Error;

/// The text of a document.
///
/// Bytes that are UTF-8 are taken as such whatever is declared, because servers that declare
/// ISO-8859-1 out of habit send UTF-8. Otherwise a byte order mark decides, then the document's
/// declaration, then `charset` (of the `Content-Type`).
///
/// # Errors
/// [`Error::NotText`] where the bytes fit none of them.
pub fn text<'a>(bytes: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, Error> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
    {
        return Ok(Cow::Borrowed(text));
    }
    let detected = detect_encoding(bytes);
    if let Some(detected) = &detected
        && bytes.contains(&0)
    {
        let body = &bytes[detected.bom_len()..];
        return decode(body, detected.encoding()).map_err(|_| Error::NotText);
    }
    declared(bytes)
        .or_else(|| decoded(&BytesDecl::new("1.0", charset, None), bytes))
        .ok_or(Error::NotText)
}

/// Decoded as the document's own declaration says, which stands in its ASCII beginning.
fn declared(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_DECLARATION)]);
    match Reader::from_str(start.trim_start()).read_event() {
        Ok(Event::Decl(declaration)) => decoded(&declaration, bytes),
        _ => None,
    }
}

fn decoded<'a>(declaration: &BytesDecl<'_>, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    decode(bytes, declaration.encoder()?).ok()
}

const MAX_DECLARATION: usize = 256;
