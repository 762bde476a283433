//! Files of conditioned creatives: what is under a name never changes, so any cache may keep it.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{error::Refusal, extract::Path, manifest::ANY_ORIGIN};
use crate::{
    playback::Error,
    storage::{self, Address, Part},
};

/// A file, or the part of it that is asked for (RFC 9110 §14.2; of several ranges all of it).
pub(super) async fn file(
    State(state): State<super::State>,
    Path((key, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let key = key.parse().map_err(|_| Error::NoSuchCreative)?;
    let kept = Address { key, name };
    let part = headers.get(header::RANGE).and_then(|range| part(range.to_str().ok()?));
    let file = match state.playback.kept(&kept, part).await {
        Ok(file) => file,
        Err(storage::Error::Range) => return Ok(no_such_range()),
        Err(storage::Error::NotFound) => return Err(Error::NoSuchCreative.into()),
        Err(error) => {
            tracing::warn!(%error, file = kept.path(), "a creative's file cannot be read");
            return Err(Error::CreativesDown.into());
        }
    };
    let mut answer = HeaderMap::new();
    answer
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(storage::content_type(&kept.name)));
    answer.insert(header::CONTENT_LENGTH, (file.range.end - file.range.start).into());
    answer.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answer.insert(header::CACHE_CONTROL, FOREVER);
    answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    let mut status = StatusCode::OK;
    if part.is_some() {
        status = StatusCode::PARTIAL_CONTENT;
        let (first, last) = (file.range.start, file.range.end.saturating_sub(1));
        let range = HeaderValue::from_str(&format!("bytes {first}-{last}/{}", file.size));
        answer.extend(range.ok().map(|range| (header::CONTENT_RANGE, range)));
    }
    Ok((status, answer, Body::from_stream(file.content)).into_response())
}

/// A player of another origin has to hear of it too.
fn no_such_range() -> Response {
    let headers = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN)];
    (StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response()
}

/// One range of bytes; none where there are several, or anything else.
fn part(range: &str) -> Option<Part> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if first <= last => Some(Part::Between(first, last)),
        (Ok(first), Err(_)) if last.is_empty() => Some(Part::From(first)),
        (Err(_), Ok(count)) if first.is_empty() && count > 0 => Some(Part::Last(count)),
        _ => None,
    }
}

const FOREVER: HeaderValue = HeaderValue::from_static(storage::FOREVER);
