//! `/v1/tracking/{configuration}/{session}`: what players poll, and what they report.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    error::Refusal,
    extract::{Body, Path},
    manifest::{ANY_ORIGIN, NO_STORE},
};
use crate::{ids::SessionId, playback::Reported};

/// `GET`: the avails and ads in the session's window.
pub(super) async fn all(
    State(state): State<super::State>,
    Path((configuration, session)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let session: SessionId = session.parse().map_err(|_| Refusal::not_a_session(&session))?;
    Ok(answer(state.playback.tracking(&configuration, session)?))
}

/// What a client that reads page by page sends; both spellings are documented.
#[derive(Debug, Default, Deserialize)]
struct From {
    #[serde(alias = "nextToken", rename = "NextToken", default)]
    next_token: Option<String>,
}

/// `POST`: the ads behind those the token stands for, a page of them.
pub(super) async fn next(
    State(state): State<super::State>,
    Path((configuration, session)): Path<(String, String)>,
    Body(body): Body,
) -> Result<Response, Refusal> {
    let session: SessionId = session.parse().map_err(|_| Refusal::not_a_session(&session))?;
    let From { next_token } = read(&body)?;
    let token = next_token.unwrap_or_default();
    Ok(answer(state.playback.tracking_after(&configuration, session, &token)?))
}

/// What a player reports.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_type: String,
    ad_id: String,
}

#[derive(Debug, Default, Deserialize)]
struct Events {
    #[serde(default)]
    events: Vec<Event>,
}

/// `POST …/events`: `{"events":[{"eventType":"mute","adId":"8104385"}]}`, names and numbers as in the
/// tracking document. Answers how many were taken, and why others were not.
pub(super) async fn events(
    State(state): State<super::State>,
    Path((configuration, session)): Path<(String, String)>,
    Body(body): Body,
) -> Result<Response, Refusal> {
    let session: SessionId = session.parse().map_err(|_| Refusal::not_a_session(&session))?;
    let Events { events } = read(&body)?;
    if events.len() > MOST_EVENTS {
        let text = format!("{} events; the limit is {MOST_EVENTS} at once", events.len());
        return Err(Refusal::bad_request(text));
    }
    let reported = events.into_iter();
    let reported = reported.map(|one| Reported { event: one.event_type, ad: one.ad_id });
    let reported: Vec<_> = reported.collect();
    let taken = state.playback.report(&configuration, session, &reported).await?;
    let refused = taken.iter().enumerate().filter_map(|(index, taken)| {
        let why = taken.err()?;
        Some(json!({ "index": index, "message": why.to_string() }))
    });
    let refused: Vec<Value> = refused.collect();
    Ok(answer(json!({ "accepted": taken.len() - refused.len(), "refused": refused })))
}

/// No body is an empty object.
fn read<T: Default + for<'a> Deserialize<'a>>(body: &[u8]) -> Result<T, Refusal> {
    if body.trim_ascii().is_empty() {
        return Ok(T::default());
    }
    let read = serde_json::from_slice(body);
    read.map_err(|error| Refusal::bad_request(format!("the body cannot be read: {error}")))
}

fn answer(body: Value) -> Response {
    let headers =
        [(header::CACHE_CONTROL, NO_STORE), (header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN)];
    (headers, Json(body)).into_response()
}

const MOST_EVENTS: usize = 100;
