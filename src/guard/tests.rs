use proptest::prelude::*;

use super::*;

mod addresses;
mod resolving;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// One line per URL: what the policy says of it.
fn verdicts(policy: &Policy, urls: &[&str]) -> String {
    let verdict = |text: &&str| match Url::parse(text).map(|url| policy.admit(&url)) {
        Ok(Ok(admitted)) => format!("{text} -> {:?}\n", admitted.grounds()),
        Ok(Err(blocked)) => format!("{text} -> {blocked}\n"),
        Err(error) => format!("{text} -> {error}\n"),
    };
    urls.iter().map(verdict).collect()
}

fn naming(urls: &[&str]) -> Policy {
    let always = urls.iter().map(|text| HostPort::of(&url(text)).unwrap()).collect();
    Policy { always, private: PrivateNetworks::Denied }
}

fn allowing(networks: &[&str]) -> Policy {
    let networks = networks.iter().map(|text| text.parse().unwrap()).collect();
    Policy { private: PrivateNetworks::Allowed(networks), ..Policy::default() }
}

#[test]
fn every_spelling_of_an_inner_address_is_refused() {
    let hostile = [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://%31%32%37.0.0.1/",
        "http://１２７.0.0.1/",
        "http://127。0。0。1/",
        "http://0.0.0.0/",
        "http://0/",
        "http://[::]/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::169.254.169.254]/",
        "http://[64:ff9b:1::10.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    ];
    insta::assert_snapshot!(verdicts(&Policy::default(), &hostile), @r"
    http://127.0.0.1/ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    http://2130706433/ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    http://0x7f000001/ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    http://0x7f.1/ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    http://0177.0.0.1/ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    http://127.1/ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    http://127.0.0.1./ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    http://%31%32%37.0.0.1/ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    http://１２７.0.0.1/ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    http://127。0。0。1/ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    http://0.0.0.0/ -> `0.0.0.0` is not allowed: 0.0.0.0 is unspecified
    http://0/ -> `0.0.0.0` is not allowed: 0.0.0.0 is unspecified
    http://[::]/ -> `[::]` is not allowed: :: is unspecified
    http://[::1]/ -> `[::1]` is not allowed: ::1 is loopback
    http://[::ffff:127.0.0.1]/ -> `[::ffff:7f00:1]` is not allowed: ::ffff:127.0.0.1 is loopback
    http://[::ffff:7f00:1]/ -> `[::ffff:7f00:1]` is not allowed: ::ffff:127.0.0.1 is loopback
    http://[::ffff:0:127.0.0.1]/ -> `[::ffff:0:7f00:1]` is not allowed: ::ffff:0:7f00:1 is loopback
    http://[::127.0.0.1]/ -> `[::7f00:1]` is not allowed: ::7f00:1 is reserved
    http://[64:ff9b::169.254.169.254]/ -> `[64:ff9b::a9fe:a9fe]` is not allowed: 64:ff9b::a9fe:a9fe is link-local
    http://[64:ff9b:1::10.0.0.1]/ -> `[64:ff9b:1::a00:1]` is not allowed: 64:ff9b:1::a00:1 is reserved
    http://[2002:7f00:1::]/ -> `[2002:7f00:1::]` is not allowed: 2002:7f00:1:: is loopback
    http://[2002:a9fe:a9fe::1]/ -> `[2002:a9fe:a9fe::1]` is not allowed: 2002:a9fe:a9fe::1 is link-local
    http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/ -> `[2001:0:4136:e378:8000:63bf:3fff:fdd2]` is not allowed: 2001:0:4136:e378:8000:63bf:3fff:fdd2 is reserved
    ");
}

#[test]
fn every_kind_of_inner_address_is_refused() {
    let hostile = [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://[2001:db8::1]/",
        "http://[100::1]/",
        "http://10.1.2.3/",
        "http://172.31.255.255/",
        "http://192.168.0.1:8080/",
        "http://100.64.0.1/",
        "http://192.0.0.170/",
        "http://192.0.2.1/",
        "http://198.19.0.1/",
        "http://224.0.0.1/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://localhost/",
        "http://LOCALHOST.:9000/",
        "http://metadata.localhost/",
        "http://localhost.localdomain/",
        "http://ip6-localhost/",
    ];
    insta::assert_snapshot!(verdicts(&Policy::default(), &hostile), @r"
    http://169.254.169.254/latest/meta-data/ -> `169.254.169.254` is not allowed: 169.254.169.254 is link-local
    http://[fd00:ec2::254]/ -> `[fd00:ec2::254]` is not allowed: fd00:ec2::254 is unique local
    http://[fe80::1]/ -> `[fe80::1]` is not allowed: fe80::1 is link-local
    http://[fec0::1]/ -> `[fec0::1]` is not allowed: fec0::1 is unique local
    http://[ff02::1]/ -> `[ff02::1]` is not allowed: ff02::1 is multicast
    http://[2001:db8::1]/ -> `[2001:db8::1]` is not allowed: 2001:db8::1 is documentation
    http://[100::1]/ -> `[100::1]` is not allowed: 100::1 is reserved
    http://10.1.2.3/ -> `10.1.2.3` is not allowed: 10.1.2.3 is private
    http://172.31.255.255/ -> `172.31.255.255` is not allowed: 172.31.255.255 is private
    http://192.168.0.1:8080/ -> `192.168.0.1` is not allowed: 192.168.0.1 is private
    http://100.64.0.1/ -> `100.64.0.1` is not allowed: 100.64.0.1 is carrier-shared
    http://192.0.0.170/ -> `192.0.0.170` is not allowed: 192.0.0.170 is reserved
    http://192.0.2.1/ -> `192.0.2.1` is not allowed: 192.0.2.1 is documentation
    http://198.19.0.1/ -> `198.19.0.1` is not allowed: 198.19.0.1 is benchmarking
    http://224.0.0.1/ -> `224.0.0.1` is not allowed: 224.0.0.1 is multicast
    http://240.0.0.1/ -> `240.0.0.1` is not allowed: 240.0.0.1 is reserved
    http://255.255.255.255/ -> `255.255.255.255` is not allowed: 255.255.255.255 is broadcast
    http://localhost/ -> `localhost` is a name of this machine
    http://LOCALHOST.:9000/ -> `localhost.` is a name of this machine
    http://metadata.localhost/ -> `metadata.localhost` is a name of this machine
    http://localhost.localdomain/ -> `localhost.localdomain` is a name of this machine
    http://ip6-localhost/ -> `ip6-localhost` is a name of this machine
    ");
}

#[test]
fn only_web_addresses_without_credentials_are_admitted() {
    let urls = [
        "ftp://example.com/",
        "file:///etc/passwd",
        "data:text/plain,hello",
        "gopher://example.com/",
        "https://user@example.com/",
        "https://:secret@example.com/",
        "https://example.com@169.254.169.254/",
        "http:///example.com/a",
        "https://example.com/a?key=value",
        "http://93.184.215.14/",
        "http://1572395790/",
        "http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
        "http://[64:ff9b::93.184.215.14]/",
        "http://[2002:5db8:d70e::1]/",
        "http://intranet/",
        "http://notlocalhost/",
    ];
    insta::assert_snapshot!(verdicts(&Policy::default(), &urls), @r"
    ftp://example.com/ -> `ftp` addresses are not fetched, only http and https
    file:///etc/passwd -> `file` addresses are not fetched, only http and https
    data:text/plain,hello -> `data` addresses are not fetched, only http and https
    gopher://example.com/ -> `gopher` addresses are not fetched, only http and https
    https://user@example.com/ -> the address at `example.com` carries a user name or password
    https://:secret@example.com/ -> the address at `example.com` carries a user name or password
    https://example.com@169.254.169.254/ -> the address at `169.254.169.254` carries a user name or password
    http:///example.com/a -> Public
    https://example.com/a?key=value -> Public
    http://93.184.215.14/ -> Public
    http://1572395790/ -> Public
    http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/ -> Public
    http://[64:ff9b::93.184.215.14]/ -> Public
    http://[2002:5db8:d70e::1]/ -> Public
    http://intranet/ -> Public
    http://notlocalhost/ -> Public
    ");
}

#[test]
fn a_pair_of_the_file_is_allowed_on_loopback_and_only_on_its_port() {
    let policy = naming(&["http://127.0.0.1:9000/live", "https://localhost/", "http://[::1]:9000"]);
    let urls = [
        "http://127.0.0.1:9000/other",
        "http://0x7f.1:9000/",
        "https://127.0.0.1:9000/",
        "http://127.0.0.1:9001/",
        "http://127.0.0.1/",
        "https://localhost:443/",
        "http://localhost/",
        "http://[0::1]:9000/",
        "http://user@127.0.0.1:9000/",
        "ftp://127.0.0.1:9000/",
    ];
    insta::assert_snapshot!(verdicts(&policy, &urls), @r"
    http://127.0.0.1:9000/other -> Configured
    http://0x7f.1:9000/ -> Configured
    https://127.0.0.1:9000/ -> Configured
    http://127.0.0.1:9001/ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    http://127.0.0.1/ -> `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    https://localhost:443/ -> Configured
    http://localhost/ -> `localhost` is a name of this machine
    http://[0::1]:9000/ -> Configured
    http://user@127.0.0.1:9000/ -> the address at `127.0.0.1` carries a user name or password
    ftp://127.0.0.1:9000/ -> `ftp` addresses are not fetched, only http and https
    ");
}

#[test]
fn an_allowed_network_opens_that_network_and_no_other() {
    let policy = allowing(&["10.0.0.0/8", "fd00::/8", "127.0.0.1"]);
    let urls = [
        "http://10.200.0.1/",
        "http://[::ffff:10.200.0.1]/",
        "http://[fd12::1]/",
        "http://127.0.0.1/",
        "http://localhost/",
        "http://127.0.0.2/",
        "http://192.168.0.1/",
        "http://[fe80::1]/",
        "http://169.254.169.254/",
    ];
    insta::assert_snapshot!(verdicts(&policy, &urls), @r"
    http://10.200.0.1/ -> Public
    http://[::ffff:10.200.0.1]/ -> Public
    http://[fd12::1]/ -> Public
    http://127.0.0.1/ -> Public
    http://localhost/ -> Public
    http://127.0.0.2/ -> `127.0.0.2` is not allowed: 127.0.0.2 is loopback
    http://192.168.0.1/ -> `192.168.0.1` is not allowed: 192.168.0.1 is private
    http://[fe80::1]/ -> `[fe80::1]` is not allowed: fe80::1 is link-local
    http://169.254.169.254/ -> `169.254.169.254` is not allowed: 169.254.169.254 is link-local
    ");
}

#[test]
fn all_networks_are_open_where_the_file_says_so() {
    let policy = Policy { private: PrivateNetworks::AllowedAll, ..Policy::default() };
    let urls = ["http://127.0.0.1/", "http://localhost/", "http://[fe80::1]/", "ftp://10.0.0.1/"];
    insta::assert_snapshot!(verdicts(&policy, &urls), @r"
    http://127.0.0.1/ -> Public
    http://localhost/ -> Public
    http://[fe80::1]/ -> Public
    ftp://10.0.0.1/ -> `ftp` addresses are not fetched, only http and https
    ");
}

#[test]
fn a_redirect_may_not_leave_https_except_for_a_pair_of_the_file() {
    let policy = naming(&["http://127.0.0.1:9000/"]);
    let to = |text: &str| policy.admit_redirect(&url("https://ads.example/"), &url(text));
    assert_eq!(
        to("http://other.example/a"),
        Err(Blocked::Downgrade { host: "other.example".into() })
    );
    assert!(to("https://other.example/a").is_ok());
    assert!(to("http://127.0.0.1:9000/a").is_ok());
    let from_http = policy.admit_redirect(&url("http://a.example/"), &url("http://b.example/"));
    assert!(from_http.is_ok());
}

#[test]
fn an_admitted_url_prints_without_its_query() {
    let admitted = Policy::default().admit(&url("https://a.example:8443/x/y?token=s#f")).unwrap();
    assert_eq!(admitted.to_string(), "https://a.example:8443/x/y");
    assert_eq!(format!("{admitted:?}"), "PublicUrl(https://a.example:8443/x/y, Public)");
}

#[test]
fn a_guard_holds_to_the_policy_it_was_last_given() {
    let guard = Guard::new(Policy::default());
    let inner = url("http://10.0.0.1/");
    assert!(guard.admit(&inner).is_err());
    guard.clone().replace(allowing(&["10.0.0.0/8"]));
    assert!(guard.admit(&inner).is_ok());
}

proptest! {
    #[test]
    fn no_text_makes_the_guard_panic(text in ".{0,80}") {
        if let Ok(url) = Url::parse(&text) {
            let _ = Policy::default().admit(&url);
        }
        let _ = text.parse::<IpNet>();
    }

    /// An IPv4 address is judged alike in every IPv6 address that carries it.
    #[test]
    fn carrying_an_address_changes_no_verdict(bits: u32) {
        let v4 = std::net::Ipv4Addr::from_bits(bits);
        let [a, b] = [bits >> 16, bits & 0xffff];
        let carriers = [
            format!("::ffff:{v4}"),
            format!("::ffff:0:{v4}"),
            format!("64:ff9b::{v4}"),
            format!("2002:{a:x}:{b:x}::1"),
        ];
        for carrier in carriers {
            let judged = address::not_public(carrier.parse().unwrap());
            prop_assert_eq!(judged, address::not_public(v4.into()), "{}", carrier);
        }
    }
}
