//! The control API on `admin_listen`: MediaTailor's own, which boto3 and the AWS CLI speak when they
//! are given its address as `endpoint_url`.
//!
//! | path | operation |
//! |---|---|
//! | `PUT /playbackConfiguration` | PutPlaybackConfiguration, replacing the whole |
//! | `GET`, `DELETE /playbackConfiguration/{name}` | Get…, DeletePlaybackConfiguration |
//! | `GET /playbackConfigurations` | ListPlaybackConfigurations |
//! | `PUT /configureLogs/playbackConfiguration` | ConfigureLogsForPlaybackConfiguration |
//! | `POST`, `GET`, `DELETE /prefetchSchedule/{configuration}/{name}` | Create…, Get…, DeletePrefetchSchedule |
//! | `POST /prefetchSchedule/{configuration}` | ListPrefetchSchedules |
//! | `GET`, `POST`, `DELETE /tags/{arn}` | ListTagsForResource, TagResource, UntagResource |
//!
//! Every field of MediaTailor's model is stored and returned. What has no effect here is named in
//! the answer's `Warnings` and in the header `x-midroll-not-in-effect`. Unknown fields are ignored.
//! What the configuration file defines can be read here, not changed.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    routing::{get, post, put},
};

use crate::clock::Clock;

mod access;
mod answer;
mod arn;
mod body;
mod catalogue;
mod configurations;
mod logs;
mod page;
mod prefetch;
mod refusal;
mod signature;
mod tags;
#[cfg(test)]
mod tests;

pub use catalogue::Catalogue;

/// What handlers share.
#[derive(Clone, Debug)]
pub struct State {
    /// The configurations there are.
    pub catalogue: Arc<Catalogue>,
    /// Where players connect.
    pub players: SocketAddr,
    /// What time it is, for signatures.
    pub clock: Clock,
}

/// The control API, and other pages that tell what is not for everybody; every request to either is
/// checked first: see `access`.
pub fn router(state: State, pages: Router) -> Router {
    let operations = Router::new()
        .route("/playbackConfiguration", put(configurations::put))
        .route(
            "/playbackConfiguration/{name}",
            get(configurations::get).delete(configurations::delete),
        )
        .route("/playbackConfigurations", get(configurations::list))
        .route("/configureLogs/playbackConfiguration", put(logs::configure))
        .route("/prefetchSchedule/{configuration}", post(prefetch::list))
        .route(
            "/prefetchSchedule/{configuration}/{name}",
            post(prefetch::create).get(prefetch::get).delete(prefetch::delete),
        )
        .route("/tags/{*arn}", get(tags::list).post(tags::add).delete(tags::remove))
        .with_state(state.clone());
    operations.merge(pages).layer(axum::middleware::from_fn_with_state(state, access::check))
}
