//! What each route answers.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::Value;

use super::{Demo, answer, media, page, schedule::BREAK, sink::Hit};
use crate::units::MediaDuration;

type Shared = State<Arc<Demo>>;

pub(super) async fn index() -> Response {
    answer::page("index.html", page::file("index.html"))
}

pub(super) async fn page(Path(file): Path<String>) -> Response {
    answer::page(&file, page::file(&file))
}

/// `main.m3u8`, or a rendition's playlist.
pub(super) async fn playlist(State(demo): Shared, Path(name): Path<String>) -> Response {
    if name == "main.m3u8" {
        return answer::fresh(answer::PLAYLIST, demo.multivariant.clone());
    }
    let text = name
        .strip_suffix(".m3u8")
        .and_then(|rendition| demo.channel.playlist(rendition, demo.clock.now()));
    match text {
        Some(text) => answer::fresh(answer::PLAYLIST, text),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A segment of the channel by its number; not before it has been on air.
pub(super) async fn segment(
    State(demo): Shared,
    Path((rendition, segment)): Path<(String, String)>,
) -> Response {
    let file = segment
        .strip_suffix(".ts")
        .and_then(|number| number.parse().ok())
        .and_then(|number| demo.channel.file(&rendition, number, demo.clock.now()));
    answer::lasting(&segment, file.and_then(|path| media::file(&path)))
}

/// `main.m3u8` of a film of so many minutes, or a rendition's playlist.
pub(super) async fn film(
    State(demo): Shared,
    Path((minutes, name)): Path<(i64, String)>,
) -> Response {
    if name == "main.m3u8" {
        return answer::fresh(answer::PLAYLIST, demo.multivariant.clone());
    }
    let rendition = name.strip_suffix(".m3u8");
    match rendition.and_then(|rendition| demo.films.playlist(minutes, rendition)) {
        Some(text) => answer::fresh(answer::PLAYLIST, text),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(super) async fn film_segment(
    State(demo): Shared,
    Path((_minutes, rendition, segment)): Path<(i64, String, String)>,
) -> Response {
    let file = demo.films.file(&rendition, &segment);
    answer::lasting(&segment, file.and_then(|path| media::file(&path)))
}

pub(super) async fn media(Path(path): Path<String>) -> Response {
    answer::lasting(&path, media::file(&path))
}

/// What an ad request asks.
#[derive(Deserialize)]
pub(super) struct Question {
    #[serde(default)]
    sid: String,
    /// Decimal seconds; a break's whole length where it is absent or unreadable. Empty: the question is
    /// about a whole film.
    dur: Option<String>,
}

pub(super) async fn vast(State(demo): Shared, Query(question): Query<Question>) -> Response {
    let now = demo.clock.now();
    if question.dur.as_deref() == Some("") {
        return answer::fresh(XML, demo.ads.plan(&question.sid, now));
    }
    let room: Option<MediaDuration> = question.dur.and_then(|seconds| seconds.parse().ok());
    answer::fresh(XML, demo.ads.vast(&question.sid, room.unwrap_or(BREAK), now))
}

pub(super) async fn answer(
    State(demo): Shared,
    Path(file): Path<String>,
    Query(question): Query<Question>,
) -> Response {
    let kind = if file.ends_with(".html") { "text/html" } else { XML };
    match demo.ads.fixture(&format!("answers/{file}"), &question.sid) {
        Some(text) => answer::fresh(kind, text),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(super) async fn beacon(
    State(demo): Shared,
    Path(event): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> StatusCode {
    demo.sink.record(Hit::new(demo.clock.now(), event, query, &headers));
    StatusCode::NO_CONTENT
}

pub(super) async fn preflight() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
pub(super) struct WhoseHits {
    sid: Option<String>,
}

pub(super) async fn hits(State(demo): Shared, Query(whose): Query<WhoseHits>) -> Response {
    Json(demo.sink.hits(whose.sid.as_deref())).into_response()
}

#[derive(Deserialize)]
pub(super) struct WhoseDecisions {
    session: String,
}

pub(super) async fn decisions(
    State(demo): Shared,
    Query(whose): Query<WhoseDecisions>,
) -> Result<Json<Vec<Value>>, (StatusCode, String)> {
    match whose.session.parse() {
        Ok(session) => Ok(Json((demo.decisions)(session))),
        Err(mistake) => Err((StatusCode::BAD_REQUEST, format!("{mistake}\n"))),
    }
}

const XML: &str = "application/xml; charset=utf-8";
