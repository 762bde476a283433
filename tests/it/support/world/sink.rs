//! Where beacons arrive.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;

use super::World;

/// A beacon as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) event: String,
    pub(crate) ad: String,
    pub(crate) session: String,
    pub(crate) id: String,
    pub(crate) user_agent: String,
    pub(crate) forwarded_for: String,
}

#[derive(Deserialize)]
pub(super) struct Beacon {
    ad: String,
    sid: String,
}

pub(super) async fn sink(
    State(world): State<Arc<World>>,
    Path(event): Path<String>,
    Query(beacon): Query<Beacon>,
    headers: HeaderMap,
) -> StatusCode {
    let text = |name: &str| {
        headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    world.hits.lock().unwrap().push(Hit {
        event,
        ad: beacon.ad,
        session: beacon.sid,
        id: text("x-midroll-beacon-id"),
        user_agent: text("user-agent"),
        forwarded_for: text("x-forwarded-for"),
    });
    StatusCode::NO_CONTENT
}
