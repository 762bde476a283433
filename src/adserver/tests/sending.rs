//! What is sent to ad servers besides the URL.

use std::io::Read as _;

use super::*;
use crate::configuration::AdsHttp;

/// Method, path, some headers and body of a request, on one line.
async fn line(request: Request) -> String {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let header = |name: &str| {
        parts.headers.get(name).map_or("-", |value| value.to_str().unwrap()).to_owned()
    };
    let mut text = String::new();
    if header("content-encoding") == "gzip" {
        flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut text).unwrap();
    } else {
        text.push_str(std::str::from_utf8(&body).unwrap());
    }
    let named = ["content-type", "content-encoding", "x-key"].map(header).join(", ");
    format!("{} {} [{named}] {text}", parts.method, parts.uri)
}

/// What a server was asked, which redirects its first question with `redirect`.
async fn sent(http: AdsHttp, redirect: Option<StatusCode>) -> String {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&seen);
    let router = Router::new().fallback(move |request: Request| {
        let log = Arc::clone(&log);
        let redirect = redirect.filter(|_| request.uri().path() == "/vast");
        async move {
            let line = line(request).await;
            log.lock().unwrap().push(line);
            match redirect {
                Some(status) => (status, [(header::LOCATION, "/there")]).into_response(),
                None => vast_answer().into_response(),
            }
        }
    });
    let server = Server::start(router).await;
    let pairs = guard(&[server.url("/")]);
    let door = AdServer::new(client(pairs, Names::loopback()), Clock::real(), Settings::default());
    let template = server.url("/vast").to_string() + "?d=[player_params.device]";
    let configuration = PlaybackConfiguration { ads_http: http, ..configuration(&template) };
    let asked = door.ask(&configuration, &question()).await;
    assert!(asked.outcome.is_ok(), "{asked:?}");
    seen.lock().unwrap().join("\n")
}

fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn headers_and_bodies_are_filled_in() {
    let body = r#"{"d":"{{player_params.quote}}","s":{{session.avail_duration_secs}}}"#;
    let body = Some(body.to_owned());
    let json = headers(&[("content-type", "application/json"), ("x-key", "{{session.id}}")]);
    let plain = headers(&[("content-type", "text/plain"), ("x-key", "a\r\nb")]);
    let with = |headers: &[(String, String)], body: &Option<String>, gzip| AdsHttp {
        body: body.clone(),
        headers: headers.to_vec(),
        gzip,
    };
    let table = [
        sent(AdsHttp::default(), None).await,
        sent(with(&json, &None, false), None).await,
        sent(with(&json, &body, false), None).await,
        sent(with(&json, &body, true), None).await,
        sent(with(&plain, &body, false), None).await,
        sent(with(&json, &body, false), Some(StatusCode::TEMPORARY_REDIRECT)).await,
        sent(with(&json, &body, true), Some(StatusCode::SEE_OTHER)).await,
    ];
    insta::assert_snapshot!(table.join("\n\n"));
}
