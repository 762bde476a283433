//! `GET` and `POST /v1/tracking/{configuration}/{session}`.

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

use super::{
    error::Refusal,
    manifest::{ANY_ORIGIN, NO_STORE},
};
use crate::ids::SessionId;

/// The avails and ads in the session's window. Midroll sends the beacons itself, so no URLs are
/// given: what both sent would count twice.
pub(super) async fn all(
    State(state): State<super::State>,
    Path((configuration, session)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let session: SessionId = session.parse().map_err(|_| Refusal::not_a_session(&session))?;
    let answer = state.playback.tracking(&configuration, session)?;
    let headers =
        [(header::CACHE_CONTROL, NO_STORE), (header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN)];
    Ok((headers, Json(answer)).into_response())
}
