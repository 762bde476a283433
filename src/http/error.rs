//! The one table from errors to statuses, and the shape of refusals: JSON with a `message`, and
//! `x-amzn-ErrorType`, as MediaTailor's clients read them (§1.16 of its reference).

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use crate::{fetch, origin, playback};

/// An answer that says no.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    kind: &'static str,
    message: String,
}

impl Refusal {
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, kind: BAD_REQUEST, message: message.into() }
    }

    pub(super) fn too_large(limit: usize) -> Self {
        let message = format!("the body is larger than {limit} bytes, which is the limit");
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, kind: BAD_REQUEST, message }
    }

    pub(super) fn too_slow(limit: Duration) -> Self {
        let message = format!("the body did not arrive within {} seconds", limit.as_secs());
        Self { status: StatusCode::REQUEST_TIMEOUT, kind: BAD_REQUEST, message }
    }

    pub(super) fn not_a_session(text: &str) -> Self {
        Self::bad_request(format!("`{text}` is no session"))
    }

    pub(super) fn not_found(what: &str) -> Self {
        let message = format!("there is nothing at `{what}`");
        Self { status: StatusCode::NOT_FOUND, kind: "NotFoundException", message }
    }
}

impl From<playback::Error> for Refusal {
    fn from(error: playback::Error) -> Self {
        use playback::Error as E;
        let (status, kind) = match &error {
            E::NoSuchConfiguration(_) | E::NoSuchSession(_) => {
                (StatusCode::BAD_REQUEST, BAD_REQUEST)
            }
            E::NotAnAsset(_) | E::BadToken(_) | E::UnknownAlias(_) => {
                (StatusCode::BAD_REQUEST, BAD_REQUEST)
            }
            E::NoSuchRendition { .. } | E::NotAnAdSegment | E::NoSuchCreative => {
                (StatusCode::NOT_FOUND, "NotFoundException")
            }
            E::CreativesDown => (StatusCode::BAD_GATEWAY, "BadGatewayException"),
            E::TooManySessions { .. }
            | E::TooManyFromAddress { .. }
            | E::TooManyChannels { .. } => (StatusCode::SERVICE_UNAVAILABLE, "ThrottlingException"),
            E::Origin(error) => of_origin(error),
            E::Blocked(_) => (StatusCode::BAD_GATEWAY, "BadGatewayException"),
            E::Unreadable(_) => (StatusCode::BAD_GATEWAY, "UnsupportedManifestException"),
            E::NotReady { .. } => (StatusCode::GATEWAY_TIMEOUT, "GatewayTimeoutException"),
            E::NoRandomness => (StatusCode::INTERNAL_SERVER_ERROR, "InternalServiceError"),
        };
        let (inside, message) = (error.to_string(), told(&error));
        // What a client got wrong is his to know; logged, it would be his to fill a disk with.
        match status.is_server_error() {
            true => tracing::warn!(status = status.as_u16(), inside, "request refused"),
            false => tracing::debug!(status = status.as_u16(), inside, "request refused"),
        }
        Self { status, kind, message }
    }
}

/// What a player is told: of the origin's host and where its name leads, nothing.
fn told(error: &playback::Error) -> String {
    match error {
        playback::Error::Origin(error) => format!("origin: {}", origin::told(error)),
        playback::Error::Blocked(blocked) => {
            format!("origin: {}", origin::told(&blocked.clone().into()))
        }
        other => other.to_string(),
    }
}

fn of_origin(error: &origin::Error) -> (StatusCode, &'static str) {
    match error {
        origin::Error::Status(404 | 410) => (StatusCode::NOT_FOUND, "NotFoundException"),
        origin::Error::Fetch(fetch::Error::TimedOut { .. }) => {
            (StatusCode::GATEWAY_TIMEOUT, "GatewayTimeoutException")
        }
        _ => (StatusCode::BAD_GATEWAY, "BadGatewayException"),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(serde_json::json!({ "message": self.message }));
        let headers = [
            (HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static(self.kind)),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (self.status, headers, body).into_response()
    }
}

/// Answers a browser that asks before it posts JSON from another origin.
pub(super) async fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// The path is one of ours, and nothing is done there in that way.
pub(super) async fn no_such_method(method: Method, uri: Uri) -> Refusal {
    let message = format!("`{method}` is of no use at `{}`", uri.path());
    Refusal { status: StatusCode::METHOD_NOT_ALLOWED, kind: BAD_REQUEST, message }
}

pub(super) async fn no_such_path(uri: Uri) -> Refusal {
    Refusal::not_found(uri.path())
}

const BAD_REQUEST: &str = "BadRequestException";
