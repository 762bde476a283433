//! What requests bring, refused in the API's own form where it cannot be taken.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

use super::error::Refusal;

/// The parts of a path.
#[derive(Debug)]
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let taken = axum::extract::Path::from_request_parts(parts, state).await;
        // A path that is no text, or not of these parts, is nobody's.
        taken.map(|parts| Self(parts.0)).map_err(|_| Refusal::not_found(parts.uri.path()))
    }
}

/// A whole body, as long as it comes soon: a head of many, each with a body that never comes, would take
/// every place there is for connections.
#[derive(Debug)]
pub(super) struct Body(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let taken = tokio::time::timeout(MOST_TIME, Bytes::from_request(request, state)).await;
        let taken = taken.map_err(|_| Refusal::too_slow(MOST_TIME))?;
        taken.map(Self).map_err(|rejected| match rejected.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::too_large(MOST_BYTES),
            _ => Refusal::bad_request("the body broke off"),
        })
    }
}

/// Players send what they have at once, and it is small.
const MOST_TIME: Duration = Duration::from_secs(10);
/// What the framework takes.
const MOST_BYTES: usize = 2 << 20;
