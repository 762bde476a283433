use axum::http::HeaderValue;

use super::*;

/// Whom a peer's request is for, by what its headers say; `10.0.0.0/8` and `fd00::/8` are trusted.
fn viewer(peer: &str, lines: &[&[u8]]) -> String {
    let networks = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
    let trusted = TrustedProxies::default();
    trusted.replace(networks.into());
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(FORWARDED_FOR, HeaderValue::from_bytes(line).unwrap());
    }
    trusted.viewer(peer.parse().unwrap(), &headers).to_string()
}

#[test]
fn a_viewer_is_whom_the_last_trusted_proxy_heard_of() {
    for (peer, lines, expected) in [
        // Nobody in between, whatever is claimed.
        ("192.0.2.1", &[b"203.0.113.9".as_slice()][..], "192.0.2.1"),
        ("10.0.0.5", &[], "10.0.0.5"),
        ("10.0.0.5", &[b"203.0.113.9"], "203.0.113.9"),
        // What stands left of the first untrusted one is its own claim.
        ("10.0.0.5", &[b"1.1.1.1, 203.0.113.9, 10.0.0.6"], "203.0.113.9"),
        ("10.0.0.5", &[b"1.1.1.1", b"203.0.113.9", b"10.0.0.6"], "203.0.113.9"),
        ("10.0.0.5", &[b"10.0.0.7, 10.0.0.6"], "10.0.0.7"),
        // A listener for both families.
        ("::ffff:10.0.0.5", &[b"203.0.113.9"], "203.0.113.9"),
        ("::ffff:192.0.2.1", &[b"203.0.113.9"], "192.0.2.1"),
        ("fd00::1", &[b"::ffff:10.0.0.6, ::ffff:10.0.0.5"], "10.0.0.6"),
        // Ports and brackets.
        ("10.0.0.5", &[b"1.1.1.1, 203.0.113.9:4711"], "203.0.113.9"),
        ("10.0.0.5", &[b"[2001:db8::9]:4711"], "2001:db8::9"),
        ("10.0.0.5", &[b"[2001:db8::9]"], "2001:db8::9"),
        ("10.0.0.5", &[b"2001:db8::9"], "2001:db8::9"),
        // What nobody can read ends the walk.
        ("10.0.0.5", &[b"1.1.1.1, unknown"], "10.0.0.5"),
        ("10.0.0.5", &[b"1.1.1.1, _hidden, 10.0.0.6"], "10.0.0.6"),
        ("10.0.0.5", &[b"1.1.1.1", b"\xff\xfe"], "10.0.0.5"),
        ("10.0.0.5", &[b"203.0.113.9, ", b" "], "203.0.113.9"),
    ] {
        assert_eq!(viewer(peer, lines), expected, "{peer} {lines:?}");
    }
}
