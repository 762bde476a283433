//! What the service adds to a playback configuration when it tells one.

use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{State, arn, catalogue::Entry};
use crate::{
    config::{Kind, Remark},
    store,
};

/// Where players find the service, without a `/` at its end: `public_url`, else the host this
/// request was sent to, and the players' port.
fn base(state: &State, headers: &HeaderMap) -> String {
    if let Some(public) = state.catalogue.public_url() {
        return public.as_str().trim_end_matches('/').to_owned();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    match host.rsplit_once(':').map_or(host, |(name, _)| name) {
        "" => format!("http://{}", state.players),
        name => format!("http://{name}:{}", state.players.port()),
    }
}

/// A configuration with its addresses, as `GetPlaybackConfiguration` tells it.
pub(super) fn told(state: &State, headers: &HeaderMap, name: &str, entry: &Entry) -> Value {
    let base = base(state, headers);
    let mut answer = entry.document.0.clone();
    let mut add = |field: &str, value: Value| _ = answer.insert(field.to_owned(), value);
    add("PlaybackConfigurationArn", json!(arn::playback_configuration(name)));
    add("PlaybackEndpointPrefix", json!(base));
    add("SessionInitializationEndpointPrefix", json!(format!("{base}/v1/session/{name}/")));
    add(
        "HlsConfiguration",
        json!({ "ManifestEndpointPrefix": format!("{base}/v1/master/{name}/") }),
    );
    if let Some(logs) = state.catalogue.documents().get(store::Kind::LogConfiguration, name) {
        add("LogConfiguration", Value::clone(&logs));
    }
    answer.entry("tags").or_insert_with(|| Map::new().into());
    let warnings: Vec<_> = entry.warnings.iter().map(|one| one.text.as_str()).collect();
    if !warnings.is_empty() {
        answer.insert("Warnings".to_owned(), json!(warnings));
    }
    answer.into()
}

/// An answer, with the fields that have no effect named in a header, where clients that read no
/// unknown members see them.
pub(super) fn with_warnings(answer: Value, warnings: &[Remark]) -> Response {
    let these = warnings.iter().filter(|one| one.kind == Kind::WithoutEffect);
    let keys: Vec<_> = these.map(|one| one.key.as_str()).collect();
    let mut response = Json(answer).into_response();
    let value = HeaderValue::from_str(&keys.join(", "));
    if let Some(value) = value.ok().filter(|value| !value.is_empty()) {
        response.headers_mut().insert(HeaderName::from_static("x-midroll-not-in-effect"), value);
    }
    response
}
