//! A whole world for Midroll to run in: a live origin and films, an ad server, a beacon sink and a player page.
//!
//! Everything comes out of the binary, and the channel out of the clock, so that the demo needs no
//! other program, no network and no state. It is reached over HTTP like any other origin and ad
//! server: nothing of the service knows that it is there. Deliberately absent: Midroll itself, which
//! is put in front by [`configuration`].
//!
//! | path | is |
//! | --- | --- |
//! | `/` | the player page |
//! | `/demo/live/main.m3u8` | the channel, not personalised |
//! | `/demo/film/4/main.m3u8` | a recorded programme of four minutes, or any even number up to 240 |
//! | `/demo/media/…` | programme, ads and slate |
//! | `/demo/ads/vast?sid=…&dur=…` | the ad server; with an empty `dur`, a VMAP |
//! | `/demo/ads/answers/{file}` | ad server answers that go wrong |
//! | `/demo/sink/{event}?…` | the beacon sink; `/demo/sink?sid=…` lists what it received |
//! | `/demo/decisions?session=…` | the session's decision log |

use std::{fmt, sync::Arc};

use axum::{
    Router, middleware,
    routing::{MethodRouter, get},
};
use serde_json::Value;

use crate::{clock::Clock, ids::SessionId};

mod ads;
mod answer;
pub mod channel;
mod configuration;
mod cues;
mod film;
mod fixtures;
mod grid;
mod media;
mod page;
mod routes;
mod schedule;
mod sink;
mod splice;
#[cfg(test)]
mod tests;

pub use configuration::configuration;

/// Says what was decided for a session, oldest first: the rows of its decision log.
pub type Decisions = Arc<dyn Fn(SessionId) -> Vec<Value> + Send + Sync>;

/// What the demo's routes share.
pub struct Demo {
    clock: Clock,
    channel: channel::Channel,
    films: film::Films,
    multivariant: String,
    ads: ads::AdServer,
    sink: sink::Sink,
    decisions: Decisions,
}

impl Demo {
    /// A demo that players and the service reach at `base`, as in `http://127.0.0.1:8080`. The first
    /// break of its channel begins within 30 s of the clock's now.
    pub fn new(base: &str, clock: Clock, decisions: Decisions) -> Self {
        Self {
            channel: media::channel(clock.now()),
            films: film::films(),
            multivariant: media::multivariant(),
            ads: ads::AdServer::new(base),
            sink: sink::Sink::default(),
            clock,
            decisions,
        }
    }
}

impl fmt::Debug for Demo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Demo").field("channel", &self.channel).finish_non_exhaustive()
    }
}

/// Every route of the demo.
pub fn router(demo: Demo) -> Router {
    Router::new()
        .route("/", get(routes::index))
        .route("/demo/page/{file}", get(routes::page))
        .route("/demo/live/{playlist}", get(routes::playlist))
        .route("/demo/live/{rendition}/{segment}", get(routes::segment))
        .route("/demo/film/{minutes}/{playlist}", get(routes::film))
        .route("/demo/film/{minutes}/{rendition}/{segment}", get(routes::film_segment))
        .route("/demo/media/{*path}", get(routes::media))
        .route("/demo/ads/vast", get(routes::vast))
        .route("/demo/ads/answers/{file}", get(routes::answer))
        .route("/demo/sink", get(routes::hits))
        .route("/demo/sink/{event}", beacon())
        .route("/demo/decisions", get(routes::decisions))
        .layer(middleware::map_response(answer::allow_every_origin))
        .with_state(Arc::new(demo))
}

fn beacon() -> MethodRouter<Arc<Demo>> {
    get(routes::beacon).post(routes::beacon).options(routes::preflight)
}
