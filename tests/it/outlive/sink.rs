//! A beacon sink with moods.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use tokio::{net::TcpListener, task::JoinHandle};

/// How it answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mood {
    #[default]
    Well,
    /// Three in ten with 500.
    Fails,
    /// Never.
    Hangs,
    /// Nobody listens.
    Gone,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) session: String,
    pub(super) ad: String,
    pub(super) event: String,
    pub(super) id: String,
    /// What it was told; none where it was left hanging.
    pub(super) answer: Option<u16>,
}

#[derive(Debug)]
pub(super) struct Sink {
    address: SocketAddr,
    state: Shared,
    listening: Mutex<Option<JoinHandle<()>>>,
}

type Shared = Arc<Mutex<Inner>>;

#[derive(Debug, Default)]
struct Inner {
    mood: Mood,
    hits: Vec<Hit>,
}

#[derive(Deserialize)]
struct Asked {
    ad: String,
    sid: String,
}

impl Sink {
    pub(super) async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = port.local_addr().unwrap();
        let state = Shared::default();
        let listening = Mutex::new(Some(listen(port, Arc::clone(&state))));
        Self { address, state, listening }
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn hits(&self) -> Vec<Hit> {
        self.state.lock().unwrap().hits.clone()
    }

    /// Takes on one of its moods; how long it keeps it, out of so many seconds in all.
    pub(super) async fn turn(&self, which: u64, seconds: u64) -> Duration {
        let (mood, length) = match which {
            0 => (Mood::Well, 8),
            1 | 2 => (Mood::Fails, 15),
            3 => (Mood::Hangs, 6),
            4 => (Mood::Gone, seconds / 8),
            _ => (Mood::Fails, 8),
        };
        self.set(mood).await;
        Duration::from_secs(length.max(2))
    }

    pub(super) async fn set(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
        let listening = self.listening.lock().unwrap().take();
        if mood == Mood::Gone {
            if let Some(task) = listening {
                task.abort();
            }
            return;
        }
        let task = match listening {
            Some(task) => task,
            None => listen(self.bind().await, Arc::clone(&self.state)),
        };
        *self.listening.lock().unwrap() = Some(task);
    }

    async fn bind(&self) -> TcpListener {
        loop {
            match TcpListener::bind(self.address).await {
                Ok(port) => return port,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

fn listen(port: TcpListener, state: Shared) -> JoinHandle<()> {
    let router = Router::new().route("/sink/{event}", axum::routing::get(take)).with_state(state);
    tokio::spawn(async move { axum::serve(port, router).await.unwrap() })
}

async fn take(
    State(state): State<Shared>,
    Path(event): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> StatusCode {
    let id = headers["x-midroll-beacon-id"].to_str().unwrap().to_owned();
    let answer = {
        let mut state = state.lock().unwrap();
        let answer = match state.mood {
            Mood::Well => Some(204),
            Mood::Fails if state.hits.len() % 10 < 3 => Some(500),
            Mood::Fails => Some(204),
            // Connections that were open as it went get nothing either.
            Mood::Hangs | Mood::Gone => None,
        };
        state.hits.push(Hit { session: asked.sid, ad: asked.ad, event, id, answer });
        answer
    };
    match answer {
        Some(status) => StatusCode::from_u16(status).unwrap(),
        None => std::future::pending().await,
    }
}
