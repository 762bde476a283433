//! What players ask for, over HTTP.
//!
//! | path | answer |
//! |---|---|
//! | `GET /v1/master/{configuration}/{asset}` | an implicit session's multivariant playlist |
//! | `POST /v1/session/{configuration}/{asset}` | an explicit session: two addresses as JSON |
//! | `GET /v1/manifest/{configuration}/{session}/{n}.m3u8` | a personalised media playlist |
//! | `GET /v1/manifest/{configuration}/{session}/ad/…` | an ad segment: counted, then redirected |
//! | `GET /v1/segment/{configuration}/{session}/…` | the same under MediaTailor's path |
//! | `GET /v1/creative/{key}/…` | a file of a conditioned creative |
//! | `GET`, `POST /v1/tracking/{configuration}/{session}` | the window's avails and ads |
//! | `POST /v1/tracking/{configuration}/{session}/events` | what a player reports |

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};

use crate::playback::Playback;

mod accept;
mod ad;
mod creative;
mod device;
mod error;
mod extract;
mod manifest;
mod master;
mod measure;
mod tracking;

pub use device::TrustedProxies;

/// What handlers share.
#[derive(Clone, Debug)]
pub struct State {
    /// The application.
    pub playback: Arc<Playback>,
    /// Whose word on the viewer's address is taken.
    pub trusted: Arc<TrustedProxies>,
}

/// The playback API.
pub fn router(state: State) -> Router {
    Router::new()
        .route("/v1/manifest/{configuration}/{session}/{file}", get(manifest::media))
        .route(
            "/v1/manifest/{configuration}/{session}/ad/{break}/{rendition}/{position}/{link}",
            get(ad::segment),
        )
        .route(
            "/v1/segment/{configuration}/{session}/{break}/{rendition}/{position}/{link}",
            get(ad::segment),
        )
        .route("/v1/creative/{key}/{*name}", get(creative::file))
        .route("/v1/master/{configuration}/{*asset}", get(master::implicit))
        .route(
            "/v1/session/{configuration}/{*asset}",
            post(master::explicit).get(master::explicit_by_query).options(error::preflight),
        )
        .route(
            "/v1/tracking/{configuration}/{session}",
            get(tracking::all).post(tracking::next).options(error::preflight),
        )
        .route(
            "/v1/tracking/{configuration}/{session}/events",
            post(tracking::events).options(error::preflight),
        )
        .fallback(error::no_such_path)
        .method_not_allowed_fallback(error::no_such_method)
        .layer(middleware::from_fn_with_state(state.clone(), measure::answers))
        .with_state(state)
}
