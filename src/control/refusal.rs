//! Answers that say no, as clients of rest-json services read them: a status, the error's name in
//! `x-amzn-ErrorType`, and a JSON object with a message.

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::signature::Denied;
use crate::{config::Remark, store};

/// An answer that says no.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    kind: &'static str,
    message: String,
}

impl Refusal {
    const fn new(status: StatusCode, kind: &'static str, message: String) -> Self {
        Self { status, kind, message }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequestException", message.into())
    }

    /// Everything that is wrong with what was put.
    pub(super) fn remarks(remarks: &[Remark]) -> Self {
        match remarks {
            [one] => Self::bad_request(one.text.clone()),
            many => {
                let lines = many.iter().map(|one| format!("\n- {}", one.text));
                Self::bad_request(format!(
                    "{} things are wrong:{}",
                    many.len(),
                    lines.collect::<String>()
                ))
            }
        }
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFoundException", format!("there is no {what}"))
    }

    pub(super) fn forbidden(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDeniedException", message.to_owned())
    }

    pub(super) fn too_slow(limit: std::time::Duration) -> Self {
        let message = format!("the body did not arrive within {} seconds", limit.as_secs());
        Self::new(StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", message)
    }

    pub(super) fn too_large(limit: usize) -> Self {
        let message = format!("the body is larger than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLargeException", message)
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        let kind = match denied {
            Denied::Unsigned => "MissingAuthenticationTokenException",
            Denied::Incomplete(_) => "IncompleteSignatureException",
            Denied::UnknownKey => "UnrecognizedClientException",
            Denied::Stale | Denied::Mismatch => "InvalidSignatureException",
        };
        Self::new(StatusCode::FORBIDDEN, kind, denied.to_string())
    }
}

impl From<store::NotKept> for Refusal {
    fn from(error: store::NotKept) -> Self {
        tracing::error!(error = %error.source, "{error}");
        let message = format!("{error}: {}", error.source);
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalServiceError", message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // Clients differ in which spelling they read.
        let body = Json(json!({ "message": self.message, "Message": self.message }));
        let kind = HeaderValue::from_static(self.kind);
        (self.status, [(HeaderName::from_static("x-amzn-errortype"), kind)], body).into_response()
    }
}
