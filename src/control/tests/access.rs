use super::{super::access::is_local, headers};

#[test]
fn without_a_key_pair_only_this_machine_is_answered() {
    for (peer, lines, local) in [
        ("127.0.0.1:4000", &[("host", "127.0.0.1:8081")][..], true),
        ("127.0.0.1:4000", &[("host", "localhost:8081")], true),
        ("127.0.0.1:4000", &[("host", "localhost")], true),
        ("[::1]:4000", &[("host", "[::1]:8081")], true),
        ("[::ffff:127.0.0.1]:4000", &[("host", "127.0.0.1:8081")], true),
        ("192.0.2.1:4000", &[("host", "127.0.0.1:8081")], false),
        ("10.0.0.1:4000", &[("host", "10.0.0.2:8081")], false),
        // A page of another site, whose name has come to lead here.
        ("127.0.0.1:4000", &[("host", "rebound.example:8081")], false),
        ("127.0.0.1:4000", &[], false),
        // A proxy on this machine, for somebody else.
        ("127.0.0.1:4000", &[("host", "127.0.0.1"), ("x-forwarded-for", "192.0.2.1")], false),
        ("127.0.0.1:4000", &[("host", "127.0.0.1"), ("forwarded", "for=192.0.2.1")], false),
        ("127.0.0.1:4000", &[("host", "127.0.0.1"), ("x-real-ip", "192.0.2.1")], false),
        ("127.0.0.1:4000", &[("host", "127.0.0.1"), ("via", "1.1 proxy")], false),
        // A page in this machine's browser.
        ("127.0.0.1:4000", &[("host", "127.0.0.1"), ("origin", "https://other.example")], false),
    ] {
        assert_eq!(is_local(peer.parse().unwrap(), &headers(lines)), local, "{peer} {lines:?}");
    }
}
