use super::*;

fn kind(address: &str) -> String {
    address::not_public(address.parse().unwrap())
        .map_or("public".to_owned(), |kind| kind.to_string())
}

#[test]
fn each_special_range_ends_where_its_registry_says() {
    let edges = [
        ("9.255.255.255", "public"),
        ("10.0.0.0", "private"),
        ("11.0.0.0", "public"),
        ("100.63.255.255", "public"),
        ("100.64.0.0", "carrier-shared"),
        ("100.127.255.255", "carrier-shared"),
        ("100.128.0.0", "public"),
        ("126.255.255.255", "public"),
        ("127.255.255.255", "loopback"),
        ("128.0.0.0", "public"),
        ("172.15.255.255", "public"),
        ("172.16.0.0", "private"),
        ("172.32.0.0", "public"),
        ("198.17.255.255", "public"),
        ("198.18.0.0", "benchmarking"),
        ("198.20.0.0", "public"),
        ("223.255.255.255", "public"),
        ("224.0.0.0", "multicast"),
        ("240.0.0.0", "reserved"),
        ("255.255.255.254", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("1fff:ffff::", "reserved"),
        ("2000::", "public"),
        ("2001:1ff:ffff::", "reserved"),
        ("2001:200::", "public"),
        ("2001:db7:ffff::", "public"),
        ("2001:db8::", "documentation"),
        ("2001:db9::", "public"),
        ("3ffe:ffff::", "public"),
        ("3fff:fff::", "documentation"),
        ("3fff:1000::", "public"),
        ("4000::", "reserved"),
        ("5f00::1", "reserved"),
        ("fbff::", "reserved"),
        ("fc00::", "unique local"),
        ("fe00::", "reserved"),
        ("fe80::", "link-local"),
        ("febf::", "link-local"),
        ("ff00::", "multicast"),
    ];
    for (address, expected) in edges {
        assert_eq!(kind(address), expected, "{address}");
    }
}

#[test]
fn networks_read_as_they_are_written() {
    for text in ["10.0.0.0/8", "0.0.0.0/0", "::/0", "fd00::/8", "192.168.1.7/32", "::1/128"] {
        assert_eq!(text.parse::<IpNet>().unwrap().to_string(), text);
    }
    assert_eq!("192.168.1.7".parse::<IpNet>().unwrap().to_string(), "192.168.1.7/32");
}

#[test]
fn what_is_no_network_says_why() {
    let texts = ["", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/+8", "10.0.0.0/", "::/129", "10.1.0.0/8"];
    let said: String =
        texts.iter().map(|text| format!("{}\n", text.parse::<IpNet>().unwrap_err())).collect();
    insta::assert_snapshot!(said, @r"
    expected a network such as `10.0.0.0/8` or one address, got ``
    expected a network such as `10.0.0.0/8` or one address, got `10.0.0/8`
    expected a prefix length of 0 to 32 in `10.0.0.0/33`
    expected a prefix length of 0 to 32 in `10.0.0.0/+8`
    expected a prefix length of 0 to 32 in `10.0.0.0/`
    expected a prefix length of 0 to 128 in `::/129`
    `10.1.0.0/8` sets bits beyond its prefix; the network is `10.0.0.0/8`
    ");
}

#[test]
fn the_two_families_never_meet() {
    let everything: IpNet = "::/0".parse().unwrap();
    assert!(!everything.contains("10.0.0.1".parse().unwrap()));
    assert!(everything.contains("fe80::1".parse().unwrap()));
}
