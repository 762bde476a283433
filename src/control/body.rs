//! What a client sent.

use serde_json::Value;

use super::refusal::Refusal;

/// As JSON, whatever it says.
pub(super) fn parsed(body: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(body)
        .map_err(|error| Refusal::bad_request(format!("the body is not JSON: {error}")))
}
