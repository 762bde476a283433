//! `GET /sessions/{session}`: one session's breaks, and why each was filled as it was.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use serde_json::{Value, json};

use crate::{ids::SessionId, playback::Playback};

/// The route.
pub fn router(playback: Arc<Playback>) -> Router {
    Router::new().route("/sessions/{session}", get(one)).with_state(playback)
}

async fn one(
    State(playback): State<Arc<Playback>>,
    Path(session): Path<String>,
) -> (StatusCode, Json<Value>) {
    let told = session.parse::<SessionId>().map(|id| playback.tell(id));
    match told {
        Ok(Some(told)) => (StatusCode::OK, Json(told)),
        Ok(None) => {
            let message = format!("no session `{session}`: it has expired, or began elsewhere");
            (StatusCode::NOT_FOUND, Json(json!({ "message": message })))
        }
        Err(mistake) => (StatusCode::BAD_REQUEST, Json(json!({ "message": mistake.to_string() }))),
    }
}
