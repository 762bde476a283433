//! What ad servers learn of the viewer's device from headers.

use crate::{
    fetch::{HeaderMap, HeaderValue, header},
    vast::variables::Session,
};

/// Names the viewer's device to whoever counts it: MediaTailor's two headers and those of VAST
/// (§1.1.3, rule D-01). The same for the ad request and all beacons of a session. What the player
/// did not tell, or what no header can hold, is left out.
pub fn device_headers(session: &Session) -> HeaderMap {
    let ip = session.client_ip.map(|ip| ip.to_string()).unwrap_or_default();
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("user-agent", session.user_agent.as_str()),
        ("x-forwarded-for", &ip),
        ("x-device-ip", &ip),
        ("x-device-user-agent", &session.user_agent),
        ("x-device-referer", &session.referer),
        ("x-device-accept-language", &session.accept_language),
    ] {
        if let Some(value) = told(value).and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}

/// The headers of an ad request.
pub(super) fn of_question(session: &Session) -> HeaderMap {
    let mut headers = device_headers(session);
    headers
        .insert(header::ACCEPT, HeaderValue::from_static("application/xml, text/xml, */*;q=0.5"));
    headers
}

/// A value that is not empty.
pub(super) fn told(value: &str) -> Option<&str> {
    Some(value).filter(|value| !value.is_empty())
}

/// The `charset` of a `Content-Type`.
pub(super) fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    })
}

/// Who we are (`[SERVERUA]`).
pub const OURSELVES: &str = concat!("midroll/", env!("CARGO_PKG_VERSION"));
