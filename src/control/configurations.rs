//! Playback configurations: put, get, list, delete.

use std::collections::HashMap;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::Value;

use super::{
    State,
    answer::{told, with_warnings},
    body::parsed,
    page::Page,
    refusal::Refusal,
};

/// `PutPlaybackConfiguration`.
pub(super) async fn put(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let entry = state.catalogue.put_document(&parsed(&body)?).await?;
    let name = entry.document.0.get("Name").and_then(Value::as_str).unwrap_or_default();
    for warning in &entry.warnings {
        tracing::warn!(name, "a playback configuration was put: {}", warning.text);
    }
    tracing::info!(name, "a playback configuration was put");
    Ok(with_warnings(told(&state, &headers, name, &entry), &entry.warnings))
}

/// `GetPlaybackConfiguration`.
pub(super) async fn get(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    let entry = state.catalogue.get(&name)?;
    Ok(with_warnings(told(&state, &headers, &name, &entry), &entry.warnings))
}

/// `DeletePlaybackConfiguration`.
pub(super) async fn delete(
    Shared(state): Shared<State>,
    Path(name): Path<String>,
) -> Result<StatusCode, Refusal> {
    state.catalogue.delete(&name).await?;
    tracing::info!(name, "a playback configuration was deleted");
    Ok(StatusCode::NO_CONTENT)
}

/// `ListPlaybackConfigurations`.
pub(super) async fn list(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, Value>>,
) -> Result<Json<Value>, Refusal> {
    let page = Page::read(query.get("MaxResults"), query.get("NextToken"))?;
    let all = state.catalogue.all().into_iter();
    let told = all.map(|(name, entry)| {
        let item = told(&state, &headers, &name, &entry);
        (name, item)
    });
    Ok(Json(page.of(told)))
}
