//! What a codec of a `CODECS` attribute (RFC 6381) carries.

use super::RenditionKind;

/// What the codec is for; one nobody knows is taken for video, which no variant lacks.
pub fn kind_of(codec: &str) -> RenditionKind {
    let sample_entry = codec.split('.').next().unwrap_or("").to_ascii_lowercase();
    match sample_entry.as_str() {
        "mp4a" | "mp3" | "ac-3" | "ec-3" | "ac-4" | "opus" | "flac" | "alac" | "dtsc" | "dtse"
        | "dtsh" | "dtsl" | "dtsx" | "mha1" | "mha2" | "mhm1" | "mhm2" | "iamf" | "apac"
        | "usac" | "samr" | "sawb" => RenditionKind::Audio,
        "wvtt" | "stpp" | "tx3g" | "c608" => RenditionKind::Subtitles,
        _ => RenditionKind::Video,
    }
}

/// The codecs of a `CODECS` attribute.
pub(super) fn list(codecs: &str) -> impl Iterator<Item = &str> {
    codecs.split(',').map(str::trim).filter(|codec| !codec.is_empty())
}
