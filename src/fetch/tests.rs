use std::io::Write;

use axum::{
    Router,
    body::Body,
    extract::Path,
    response::{IntoResponse, Redirect},
    routing::get,
};
use futures_util::stream;

use super::*;
use support::{Names, Server, client, guard, open_guard, request};

mod flights;
mod redirects;
pub(crate) mod support;

/// What the fetch of a configured server's `/` came to, as a log would have it.
async fn outcome(router: Router, request: Request) -> String {
    let server = Server::start(router).await;
    let client = client(guard(&[server.url("/")]), Names::loopback());
    said(client.try_get(&server.url("/?token=secret"), request).await)
}

fn said(result: Result<Response, Error>) -> String {
    match result {
        Ok(response) => format!("{} {}", response.status.as_u16(), utf8(&response.body)),
        Err(error) => format!("{}: {error}", error.label()),
    }
}

fn utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A server whose `/` answers `bytes`, said to be gzip.
fn encoded(bytes: Vec<u8>) -> Router {
    Router::new().route("/", get(([("content-encoding", "gzip")], bytes)))
}

#[tokio::test]
async fn an_answer_comes_with_status_headers_body_and_where_it_came_from() {
    let answer = || async { (StatusCode::NOT_FOUND, [("etag", "\"1\"")], "gone") };
    let server = Server::start(Router::new().route("/a", get(answer))).await;
    let client = client(guard(&[server.url("/")]), Names::loopback());
    let response = client.try_get(&server.url("/a?b=c"), request()).await.unwrap();
    assert_eq!(response.status, StatusCode::NOT_FOUND);
    assert_eq!(utf8(&response.body), "gone");
    assert_eq!(response.final_url, server.url("/a?b=c"));
    assert_eq!(
        response.validators(),
        Validators { etag: Some(HeaderValue::from_static("\"1\"")), last_modified: None }
    );
}

#[tokio::test]
async fn validators_make_a_request_conditional() {
    let echo = |headers: HeaderMap| async move {
        let sent =
            |name| headers.get(name).map_or("-", |value: &HeaderValue| value.to_str().unwrap());
        format!("{} {} {}", sent("if-none-match"), sent("if-modified-since"), sent("x-own"))
    };
    let validators = Validators {
        etag: Some(HeaderValue::from_static("W/\"7\"")),
        last_modified: Some(HeaderValue::from_static("Sat, 01 Nov 2025 00:00:00 GMT")),
    };
    let headers = HeaderMap::from_iter([("x-own".parse().unwrap(), HeaderValue::from_static("1"))]);
    let request = Request { headers, validators: Some(validators), ..request() };
    let outcome = outcome(Router::new().route("/", get(echo)), request).await;
    assert_eq!(outcome, "200 W/\"7\" Sat, 01 Nov 2025 00:00:00 GMT 1");
}

#[tokio::test]
async fn a_user_agent_is_sent_unless_the_caller_has_one() {
    let echo =
        |headers: HeaderMap| async move { headers["user-agent"].to_str().unwrap().to_owned() };
    let router = Router::new().route("/", get(echo));
    assert_eq!(
        outcome(router.clone(), request()).await,
        concat!("200 midroll/", env!("CARGO_PKG_VERSION"))
    );
    let headers = HeaderMap::from_iter([(header::USER_AGENT, HeaderValue::from_static("TV/1"))]);
    assert_eq!(outcome(router, Request { headers, ..request() }).await, "200 TV/1");
}

#[tokio::test]
async fn a_compressed_body_is_read_decompressed() {
    let router = encoded(gzip(b"#EXTM3U"));
    assert_eq!(outcome(router, request()).await, "200 #EXTM3U");
}

#[tokio::test]
async fn a_gzip_bomb_is_cut_at_the_limit_of_its_decompressed_size() {
    let bomb = gzip(&vec![0; 8 << 20]);
    assert!(bomb.len() < 1 << 14);
    let router = encoded(bomb);
    assert_eq!(
        outcome(router, request()).await,
        "too_large: the body is larger than 1048576 bytes"
    );
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not() {
    let router = || Router::new().route("/", get(|| async { "12345" }));
    assert_eq!(outcome(router(), Request { limit: 5, ..request() }).await, "200 12345");
    assert_eq!(
        outcome(router(), Request { limit: 4, ..request() }).await,
        "too_large: the body is larger than 4 bytes"
    );
}

#[tokio::test]
async fn a_body_without_an_end_is_cut_at_the_limit() {
    let endless = || async {
        Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 16 << 10])))
    };
    let outcome = outcome(Router::new().route("/", get(endless)), request()).await;
    assert_eq!(outcome, "too_large: the body is larger than 1048576 bytes");
}

#[tokio::test]
async fn a_server_that_never_answers_is_left_after_the_timeout() {
    let silent = || async { std::future::pending::<()>().await };
    let request = Request { timeout: Duration::from_millis(150), ..request() };
    let outcome = outcome(Router::new().route("/", get(silent)), request).await;
    assert_eq!(outcome, "timed_out: no complete answer within 150ms");
}

#[tokio::test]
async fn a_body_that_drips_is_left_after_the_timeout() {
    let drip = || async {
        Body::from_stream(stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((Ok::<_, std::io::Error>("#"), ()))
        }))
    };
    let request = Request { timeout: Duration::from_millis(150), ..request() };
    let outcome = outcome(Router::new().route("/", get(drip)), request).await;
    assert_eq!(outcome, "timed_out: no complete answer within 150ms");
}

#[tokio::test]
async fn a_body_that_is_not_the_encoding_it_claims_is_broken() {
    let router = encoded(b"no gzip".to_vec());
    assert_eq!(outcome(router, request()).await, "protocol: the answer is broken");
}

#[tokio::test]
async fn a_closed_port_a_plain_server_and_an_unknown_name_are_told_apart() {
    let server = Server::start(Router::new()).await;
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let get = |names, url: String| async move {
        let url = Url::parse(&url).unwrap();
        said(client(open_guard(), names).try_get(&url, request()).await)
    };
    let refused = get(Names::loopback(), format!("http://{closed}/")).await;
    let plain = get(Names::loopback(), format!("https://{}/", server.address)).await;
    let unknown = get(Names::Unknown, "http://cdn.example/".to_owned()).await;
    let slow = get(Names::Silent, "http://cdn.example/".to_owned()).await;
    insta::assert_snapshot!([refused, plain, unknown, slow].join("\n"), @r"
    connect: cannot connect
    tls: cannot agree on TLS
    unresolved: the host's name cannot be resolved
    timed_out: no complete answer within 300ms
    ");
}

#[tokio::test]
async fn no_form_of_an_error_shows_the_query() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = Url::parse(&format!("http://{closed}/?token=secret")).unwrap();
    let error = client(open_guard(), Names::loopback()).try_get(&url, request()).await.unwrap_err();
    let mut shown = format!("{error:?}");
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        shown += &format!(" {error} {error:?}");
        cause = error.source();
    }
    assert!(!shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn a_beacon_counts_by_its_status_whatever_its_body_does() {
    let endless = || async {
        Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0; 1 << 10])))
    };
    let server = Server::start(Router::new().route("/pixel", get(endless))).await;
    let client = client(guard(&[server.url("/")]), Names::loopback());
    let timeout = Duration::from_secs(1);
    let send = async |path| {
        let url = client.guard().admit(&server.url(path)).unwrap();
        client.send(&url, HeaderMap::new(), timeout).await.unwrap().status.as_u16()
    };
    assert_eq!((send("/pixel").await, send("/none").await), (200, 404));
}
