//! `GET /creatives`: what is made of advertisers' files, and how far it is. It names advertisers'
//! files, so it stands behind the control API's check.

use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};

use crate::conditioning::Conditioning;

/// The route; without ffmpeg it says so.
pub fn router(conditioning: Option<Conditioning>) -> Router {
    Router::new().route("/creatives", get(list)).with_state(conditioning)
}

async fn list(State(conditioning): State<Option<Conditioning>>) -> Json<Value> {
    let creatives = conditioning.as_ref().map(Conditioning::report);
    Json(json!({ "conditioning": creatives.is_some(), "creatives": creatives.unwrap_or_default() }))
}
