//! What kind of file something is, and how long it may be cached.

/// The types of RFC 8216 §3 and its neighbours, by a file's name.
pub fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "ts" => "video/mp2t",
        "m4s" => "video/iso.segment",
        "mp4" => "video/mp4",
        "vtt" => "text/vtt",
        "aac" => "audio/aac",
        "ac3" => "audio/ac3",
        "ec3" => "audio/eac3",
        "m3u8" => "application/vnd.apple.mpegurl",
        "json" => JSON,
        _ => "application/octet-stream",
    }
}

/// How long a creative's files may be cached: what is under a name never changes.
pub const FOREVER: &str = "public, max-age=31536000, immutable";
pub(super) const JSON: &str = "application/json";
