//! Every answer is counted, by what was asked for.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

/// Counts the answer once its status is known.
pub(super) async fn answers(
    State(state): State<super::State>,
    request: Request,
    next: Next,
) -> Response {
    let (endpoint, configuration) = asked(request.uri().path());
    let configuration = configuration.map(str::to_owned);
    let response = next.run(request).await;
    let status = response.status().as_u16();
    state.playback.measure_answer(configuration.as_deref(), endpoint, status);
    response
}

/// A word for a path, of a closed set whatever is asked for, and the configuration it names. Names
/// of configurations need no percent-encoding.
fn asked(path: &str) -> (&'static str, Option<&str>) {
    let mut parts = path.split('/').skip(1);
    let (Some("v1"), kind, name) = (parts.next(), parts.next(), parts.next()) else {
        return ("other", None);
    };
    let deeper = parts.nth(1);
    match kind.unwrap_or_default() {
        "manifest" if deeper == Some("ad") => ("ad", name),
        "segment" => ("ad", name),
        "manifest" => ("manifest", name),
        "master" => ("master", name),
        "session" => ("session", name),
        "creative" => ("creative", None),
        "tracking" if deeper == Some("events") => ("events", name),
        "tracking" => ("tracking", name),
        _ => ("other", None),
    }
}

#[test]
fn a_path_is_counted_as_what_it_asks_for() {
    for (path, expected) in [
        ("/v1/manifest/news/0a-1/0.m3u8", ("manifest", Some("news"))),
        ("/v1/manifest/news/0a-1/ad/7/0/0/link.ts", ("ad", Some("news"))),
        ("/v1/segment/news/0a-1/7/0/0/link.ts", ("ad", Some("news"))),
        ("/v1/master/news/ad/ad/main.m3u8", ("master", Some("news"))),
        ("/v1/session/news/main.m3u8", ("session", Some("news"))),
        ("/v1/tracking/news/0a-1", ("tracking", Some("news"))),
        ("/v1/tracking/news/0a-1/events", ("events", Some("news"))),
        ("/v1/creative/0a/v0.ts", ("creative", None)),
        ("/v1/whatever/news", ("other", None)),
        ("/", ("other", None)),
    ] {
        assert_eq!(asked(path), expected, "{path}");
    }
}
