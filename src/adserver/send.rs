//! What is sent to an ad server besides its URL.

use std::io::Write as _;

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

use super::headers;
use crate::{
    configuration::AdsHttp,
    fetch::{HeaderMap, HeaderValue, header},
    vast::{
        template::expand_braces,
        variables::{Session, Variables},
    },
};

/// Headers and, with POST, a body.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
}

impl Sent {
    /// What goes to the configuration's own ad server.
    pub(super) fn to_ad_server(
        http: &AdsHttp,
        session: &Session,
        variables: &Variables<'_>,
    ) -> Self {
        let mut headers = headers::of_question(session);
        for (name, template) in &http.headers {
            let value = expand_braces(template, |name| variables.value(name));
            let name = header::HeaderName::from_bytes(name.as_bytes());
            // What a player sent may be nothing a header can hold.
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
                headers.insert(name, value);
            }
        }
        let body = http.body.as_ref().map(|template| body(template, &mut headers, http, variables));
        Self { headers, body }
    }

    /// What goes to those that wrappers name: nothing of the configuration's.
    pub(super) fn to_others(session: &Session) -> Self {
        Self { headers: headers::of_question(session), body: None }
    }
}

/// Values in JSON are escaped as JSON demands (MediaTailor's rule for that content type).
fn body(
    template: &str,
    headers: &mut HeaderMap,
    http: &AdsHttp,
    variables: &Variables<'_>,
) -> Bytes {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_json = content_type.map_or_else(|| looks_like_json(template), names_json);
    let text = expand_braces(template, |name| {
        let value = variables.value(name)?;
        Some(if is_json { json_escaped(&value) } else { value })
    });
    if !http.gzip {
        return text.into();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let packed = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    packed.unwrap_or_default().into()
}

fn names_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || kind.ends_with("+json")
}

fn looks_like_json(template: &str) -> bool {
    template.trim_start().starts_with(['{', '[']) && !template.trim_start().starts_with("{{")
}

fn json_escaped(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_by_its_type_or_its_beginning() {
        let named =
            ["application/json", "Application/JSON; charset=utf-8", "application/openrtb+json"];
        assert!(named.into_iter().all(names_json));
        assert!(!["text/json5", "application/x-www-form-urlencoded"].into_iter().any(names_json));
        assert!([" {\"a\": 1}", "[1]"].into_iter().all(looks_like_json));
        assert!(!["a=1", "{{session.id}}"].into_iter().any(looks_like_json));
    }
}
