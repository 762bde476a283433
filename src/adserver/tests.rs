use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect},
    routing::get,
};
use futures_util::stream;

use crate::{
    fetch::tests::support::{Names, Server, client, guard},
    ids::{ConfigurationName, SessionId},
    vast::variables::{Avail, Scte, Session},
};

use super::*;

mod hostile;
mod sending;
mod wrappers;

const VAST: &str = "<VAST version=\"4.2\"><Ad id=\"a\"/></VAST>";

pub(crate) fn configuration(template: &str) -> PlaybackConfiguration {
    let source = Url::parse("https://origin.example.com/live").unwrap();
    PlaybackConfiguration {
        ad_decision_server_url: Some(template.to_owned()),
        ads_request_timeout: MediaDuration::from_millis(1_500),
        ads_break_timeout: MediaDuration::from_secs(3),
        ..PlaybackConfiguration::new(ConfigurationName::new("news"), source)
    }
}

fn question() -> Question {
    Question {
        session: Session {
            id: SessionId::from_bits(7 << 65),
            client_ip: Some([203, 0, 113, 7].into()),
            user_agent: String::from("TV/1.0"),
            referer: String::from("https://player.example.com/"),
            accept_language: String::from("de"),
        },
        avail: Avail { duration: Some(MediaDuration::from_secs(30)), ..Avail::default() },
        scte: Scte::default(),
        asset: BTreeMap::new(),
        player_params: BTreeMap::from([
            (String::from("device"), String::from("tv & co")),
            (String::from("quote"), String::from("a \"b\"\\")),
        ]),
        given: BTreeMap::new(),
    }
}

/// Asks a configured server at `/vast?…`.
fn door(server: &Server) -> AdServer {
    let client = client(guard(&[server.url("/")]), Names::loopback());
    AdServer::new(client, Clock::real(), Settings::default())
}

async fn asked(router: Router, query: &str) -> Asked {
    let server = Server::start(router).await;
    let door = door(&server);
    let template = server.url("/vast").to_string() + query;
    door.ask(&configuration(&template), &question()).await
}

/// What came of asking a server that answers every request with `answer`.
async fn outcome<A>(answer: impl Fn() -> A + Clone + Send + Sync + 'static) -> String
where
    A: IntoResponse + 'static,
{
    let router = Router::new().fallback(get(move || {
        let answer = answer().into_response();
        async move { answer }
    }));
    said(&asked(router, "").await)
}

fn said(asked: &Asked) -> String {
    let reason = asked.unfilled().map_or("-", crate::pod::Unfilled::as_str);
    match &asked.outcome {
        Ok(response) => format!("{reason}: {} ads", response.ads.len()),
        Err(trouble) => format!("{reason} {}: {trouble}", trouble.event()),
    }
}

fn vast_answer() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/xml")], VAST)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A body that never ends, or only after 100 MB.
fn pieces(each: Duration) -> Body {
    let piece = Bytes::from(vec![b' '; 1 << 20]);
    Body::from_stream(stream::unfold(0, move |sent| {
        let piece = piece.clone();
        async move {
            tokio::time::sleep(each).await;
            (sent < 100).then(|| (Ok::<_, std::io::Error>(piece), sent + 1))
        }
    }))
}

#[tokio::test]
async fn every_answer_ends_as_a_value() {
    let gzipped = || ([(header::CONTENT_ENCODING, "gzip")], gzip(VAST.as_bytes()));
    let bomb = || ([(header::CONTENT_ENCODING, "gzip")], gzip(&vec![b' '; 8 << 20]));
    let latin = || {
        let body = b"<VAST><Ad><InLine><AdTitle>\xe9</AdTitle></InLine></Ad></VAST>".to_vec();
        ([(header::CONTENT_TYPE, "text/xml; charset=\"ISO-8859-1\"")], body)
    };
    let table = [
        ("ads", outcome(vast_answer).await),
        ("gzip", outcome(gzipped).await),
        ("another charset", outcome(latin).await),
        ("no ads", outcome(|| "<VAST version=\"3.0\"/>").await),
        ("204", outcome(|| StatusCode::NO_CONTENT).await),
        ("empty body", outcome(|| "\r\n").await),
        ("500", outcome(|| (StatusCode::INTERNAL_SERVER_ERROR, VAST)).await),
        ("HTML", outcome(|| "<!DOCTYPE html><html><body>sorry<br></body></html>").await),
        ("JSON", outcome(|| "{\"ads\":[]}").await),
        ("another root", outcome(|| "<rss/>").await),
        ("not text", outcome(|| vec![0xff, 0xfe, 0xfd]).await),
        ("100 MB", outcome(|| pieces(Duration::ZERO)).await),
        ("a gzip bomb", outcome(bomb).await),
        ("slowly", outcome(|| pieces(Duration::from_secs(2))).await),
        ("redirect inside", outcome(|| Redirect::temporary("http://127.0.0.1:1/")).await),
        ("redirect to metadata", outcome(|| Redirect::temporary("http://169.254.169.254/")).await),
        ("redirects for ever", outcome(|| Redirect::temporary("/vast")).await),
    ];
    let rows: Vec<_> = table.iter().map(|(name, said)| format!("{name}: {said}")).collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    ads: -: 1 ads
    gzip: -: 1 ads
    another charset: -: 1 ads
    no ads: NO_ADS: 0 ads
    204: NO_ADS: 0 ads
    empty body: NO_ADS: 0 ads
    500: ADS_STATUS ERROR_ADS_INVALID_RESPONSE: status 500
    HTML: ADS_UNREADABLE ERROR_ADS_RESPONSE_PARSE: the answer is an HTML page
    JSON: ADS_UNREADABLE ERROR_ADS_RESPONSE_PARSE: the answer holds no XML element
    another root: ADS_UNREADABLE ERROR_ADS_RESPONSE_UNKNOWN_ROOT_ELEMENT: the root element is `rss`, expected `VAST` or `VMAP`
    not text: ADS_UNREADABLE ERROR_ADS_RESPONSE_PARSE: the answer is no text in its encoding
    100 MB: ADS_TOO_LARGE ERROR_ADS_INVALID_RESPONSE: the body is larger than 1048576 bytes
    a gzip bomb: ADS_TOO_LARGE ERROR_ADS_INVALID_RESPONSE: the body is larger than 1048576 bytes
    slowly: ADS_TIMEOUT ERROR_ADS_TIMEOUT: no answer within 1.5s
    redirect inside: ADS_BLOCKED ERROR_DISALLOWED_HOST: `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    redirect to metadata: ADS_BLOCKED ERROR_DISALLOWED_HOST: `169.254.169.254` is not allowed: 169.254.169.254 is link-local
    redirects for ever: ADS_IO ERROR_ADS_IO: more than 5 redirects
    ");
}

#[tokio::test]
async fn a_server_that_never_answers_costs_the_time_limit() {
    let silent = Router::new().fallback(get(std::future::pending::<()>));
    let asked = asked(silent, "").await;
    assert_eq!(said(&asked), "ADS_TIMEOUT ERROR_ADS_TIMEOUT: no answer within 1.5s");
    let (least, most) = (MediaDuration::from_millis(1_500), MediaDuration::from_millis(3_000));
    assert!(least <= asked.took && asked.took < most, "took {}", asked.took);
}

#[tokio::test]
async fn a_server_that_does_not_exist_is_an_io_error() {
    let door = AdServer::new(
        client(guard(&[Url::parse("http://127.0.0.1:1/").unwrap()]), Names::Unknown),
        Clock::real(),
        Settings::default(),
    );
    let ask = async |template: &str| said(&door.ask(&configuration(template), &question()).await);
    assert_eq!(ask("http://127.0.0.1:1/").await, "ADS_IO ERROR_ADS_IO: cannot connect");
    assert_eq!(
        ask("http://nowhere.example.com/").await,
        "ADS_IO ERROR_UNKNOWN_HOST: the host's name cannot be resolved"
    );
    assert_eq!(
        ask("[session.id]").await,
        "ADS_URL_INVALID WARNING_URL_VARIABLE_SUBSTITUTION_FAILED: the ad server's address is no URL"
    );
    assert_eq!(
        ask("http://10.0.0.1/").await,
        "ADS_BLOCKED ERROR_DISALLOWED_HOST: `10.0.0.1` is not allowed: 10.0.0.1 is private"
    );
    let unset = PlaybackConfiguration { ad_decision_server_url: None, ..configuration("") };
    assert_eq!(
        said(&door.ask(&unset, &question()).await),
        "NO_AD_SERVER WARNING_NO_ADVERTISEMENTS: the configuration names no ad server"
    );
}

#[tokio::test]
async fn the_device_is_told_in_headers_and_variables() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&seen);
    let router = Router::new().fallback(get(move |request: Request| {
        let mut lines = vec![request.uri().to_string()];
        for (name, value) in request.headers() {
            lines.push(format!("{name}: {}", value.to_str().unwrap()));
        }
        *log.lock().unwrap() = lines;
        async { vast_answer() }
    }));
    let query = "?dur=[session.avail_duration_secs]&sid=[session.id]&dev=[player_params.device]\
                 &ip=[DEVICEIP]&ss=[SERVERSIDE]&ua=[SERVERUA]";
    let asked = asked(router, query).await;
    let mut lines = seen.lock().unwrap().clone();
    let url = lines.remove(0);
    lines.retain(|line| !line.starts_with("host:"));
    lines.sort();
    assert!(asked.url.ends_with(&url), "{} asked, {url} seen", asked.url);
    insta::assert_snapshot!(format!("{url}\n{}", lines.join("\n")), @"
    /vast?dur=30&sid=7&dev=tv%20%26%20co&ip=203.0.113.7&ss=1&ua=midroll%2F0.1.0
    accept-encoding: gzip,br
    accept: application/xml, text/xml, */*;q=0.5
    user-agent: TV/1.0
    x-device-accept-language: de
    x-device-ip: 203.0.113.7
    x-device-referer: https://player.example.com/
    x-device-user-agent: TV/1.0
    x-forwarded-for: 203.0.113.7
    ");
    assert_eq!((asked.host.as_str(), asked.unfilled()), ("127.0.0.1", None));
}

#[test]
fn what_no_header_can_hold_is_left_out() {
    let question = question();
    let session = Session {
        user_agent: String::from("TV\r\nX-Evil: 1"),
        client_ip: None,
        referer: String::new(),
        ..question.session
    };
    let names: Vec<_> = device_headers(&session).keys().map(ToString::to_string).collect();
    assert_eq!(names, ["x-device-accept-language"]);
}

#[tokio::test]
async fn questions_to_one_host_wait_for_their_turn() {
    let router = Router::new().fallback(get(async || {
        tokio::time::sleep(Duration::from_millis(500)).await;
        vast_answer()
    }));
    let server = Server::start(router).await;
    let settings = Settings { per_host: 1, ..Settings::default() };
    let pairs = guard(&[server.url("/")]);
    let door = AdServer::new(client(pairs, Names::loopback()), Clock::real(), settings);
    let within = |each, all| PlaybackConfiguration {
        ads_request_timeout: MediaDuration::from_millis(each),
        ads_break_timeout: MediaDuration::from_millis(all),
        ..configuration(server.url("/").as_str())
    };
    let question = question();
    let (patient, hasty, hastier) = (within(700, 3_000), within(100, 3_000), within(300, 300));
    let (first, second, third, load) = tokio::join!(
        door.ask(&patient, &question),
        door.ask(&hasty, &question),
        door.ask(&hastier, &question),
        async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            door.load()
        }
    );
    assert_eq!(load, Load { in_flight: 1, waiting: 2 });
    assert_eq!(door.load(), Load::default());
    let all = [said(&first), said(&second), said(&third)];
    insta::assert_snapshot!(all.join("\n"), @"
    -: 1 ads
    ADS_TIMEOUT ERROR_ADS_TIMEOUT: no answer within 100ms
    ADS_BUSY ERROR_ADS_TIMEOUT: more than 1 requests are on their way to that host
    ");
    assert_ne!(first.transaction_id, second.transaction_id);
}

#[test]
fn charsets_are_read_from_content_types() {
    for (content_type, charset) in [
        ("text/xml", None),
        ("text/xml;charset=utf-8", Some("utf-8")),
        ("text/xml; boundary=x; Charset=\"ISO-8859-1\"", Some("ISO-8859-1")),
        ("charset=x", None),
    ] {
        assert_eq!(headers::charset(content_type), charset, "{content_type}");
    }
}
