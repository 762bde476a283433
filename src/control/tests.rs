use axum::http::{HeaderMap, HeaderName, HeaderValue};

mod access;
mod page;
mod signature;

/// Headers from lines of `name: value`.
fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let header = |(name, value): &(&'static str, &str)| {
        (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
    };
    lines.iter().map(header).collect()
}
