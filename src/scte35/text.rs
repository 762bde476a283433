//! Messages as playlists spell them.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Error, SpliceInfo};

/// Reads base64, in quotes or not, padded or not, in either alphabet.
///
/// # Errors
/// What is not base64 or no message.
pub fn decode_base64(text: &str) -> Result<SpliceInfo, Error> {
    let standard = content(text)?.replace('-', "+").replace('_', "/");
    SpliceInfo::parse(&LENIENT.decode(standard)?)
}

/// Reads hexadecimal, in quotes or not, after `0x` or not.
///
/// # Errors
/// What is not hexadecimal or no message.
pub fn decode_hex(text: &str) -> Result<SpliceInfo, Error> {
    SpliceInfo::parse(&hex::decode(without_0x(content(text)?))?)
}

/// Reads whichever of the two it is. A message starts with 0xFC, so what starts with `FC` or `0x`
/// is hexadecimal; base64 of one starts with `/`.
///
/// # Errors
/// What is neither, or no message.
pub fn decode(text: &str) -> Result<SpliceInfo, Error> {
    let content = content(text)?;
    let hexadecimal = without_0x(content);
    let marked = hexadecimal.len() < content.len();
    let table_id = hexadecimal.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("FC"));
    if marked || table_id { decode_hex(text) } else { decode_base64(text) }
}

fn content(text: &str) -> Result<&str, Error> {
    let content = text.trim_matches(|c: char| c.is_whitespace() || c == '"');
    if content.is_empty() { Err(Error::Empty) } else { Ok(content) }
}

fn without_0x(text: &str) -> &str {
    text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text)
}

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
