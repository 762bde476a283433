//! The demo's answers: content types, caching, and every origin allowed.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Text that is another one a moment later.
pub(super) fn fresh(content_type: &'static str, text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}

/// A file that never changes, or 404.
pub(super) fn lasting(path: &str, file: Option<Cow<'static, [u8]>>) -> Response {
    cached(path, file, "public, max-age=31536000, immutable")
}

/// A file of the page, which changes with the binary, or 404.
pub(super) fn page(path: &str, file: Option<Cow<'static, [u8]>>) -> Response {
    cached(path, file, "no-cache")
}

/// What every answer says: any page may read it.
pub(super) async fn allow_every_origin(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    headers
        .insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, POST"));
    response
}

fn cached(path: &str, file: Option<Cow<'static, [u8]>>, caching: &'static str) -> Response {
    let Some(bytes) = file else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [(header::CONTENT_TYPE, content_type(path)), (header::CACHE_CONTROL, caching)];
    (headers, Body::from(bytes)).into_response()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("m3u8") => PLAYLIST,
        Some("ts") => "video/mp2t",
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// rfc8216bis §4.
pub(super) const PLAYLIST: &str = "application/vnd.apple.mpegurl";
