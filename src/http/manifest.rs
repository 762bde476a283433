//! Personalised media playlists: the path that must be fast.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

use futures_util::stream;

use super::{accept, error::Refusal, extract::Path};
use crate::ids::SessionId;

/// `GET /v1/manifest/{configuration}/{session}/{n}.m3u8`
pub(super) async fn media(
    State(state): State<super::State>,
    Path((configuration, session, file)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let session: SessionId = session.parse().map_err(|_| Refusal::not_a_session(&session))?;
    let number = file.strip_suffix(".m3u8").and_then(|number| number.parse().ok());
    let rendition: usize = number.ok_or_else(|| Refusal::not_found(&file))?;
    let shown = state.playback.media(&configuration, session, rendition).await?;
    let gzip = accept::gzip(&headers);
    let parts = if gzip { shown.body.gzip(&shown.header) } else { shown.body.whole(&shown.header) };
    let length: usize = parts.iter().map(Bytes::len).sum();
    let mut response = Response::new(body(parts));
    let headers = response.headers_mut();
    headers.reserve(9);
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(header::CONTENT_TYPE, PLAYLIST);
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

fn body(mut parts: Vec<Bytes>) -> Body {
    if parts.len() == 1 {
        return parts.remove(0).into();
    }
    Body::from_stream(stream::iter(parts.into_iter().map(Ok::<_, Infallible>)))
}

pub(super) const PLAYLIST: HeaderValue = HeaderValue::from_static("application/vnd.apple.mpegurl");
/// Playlists are one viewer's: no shared cache may keep one.
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("private, no-store");
pub(super) const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");
