//! What an IP address is for, by IANA's special-purpose registries (RFC 6890 and its successors).
//!
//! IPv6 is judged by what it may be, not by what it may not: only global unicast (2000::/3) and
//! addresses that stand for an IPv4 one can be public. An address that carries another (IPv4-mapped,
//! translated, NAT64, 6to4) is judged as the one it leads to.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// Why an address is not one of the public internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotPublic {
    /// 0.0.0.0/8, `::`: this host, on this network.
    Unspecified,
    /// 127.0.0.0/8, `::1`.
    Loopback,
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918).
    Private,
    /// fc00::/7 (RFC 4193) and fec0::/10, which it replaced.
    UniqueLocal,
    /// 169.254.0.0/16, fe80::/10: also where clouds keep their instance metadata.
    LinkLocal,
    /// 100.64.0.0/10, behind a carrier's address translation (RFC 6598).
    CarrierShared,
    /// 224.0.0.0/4, ff00::/8.
    Multicast,
    /// 255.255.255.255.
    Broadcast,
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32, 3fff::/20.
    Documentation,
    /// 198.18.0.0/15 (RFC 2544); its IPv6 sister lies in what is reserved.
    Benchmarking,
    /// Anything else that no public server can have: Teredo, discard, protocol assignments, unassigned.
    Reserved,
}

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "unspecified",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::UniqueLocal => "unique local",
            Self::LinkLocal => "link-local",
            Self::CarrierShared => "carrier-shared",
            Self::Multicast => "multicast",
            Self::Broadcast => "broadcast",
            Self::Documentation => "documentation",
            Self::Benchmarking => "benchmarking",
            Self::Reserved => "reserved",
        })
    }
}

/// The address that packets to `address` reach in the end: the IPv4 one inside an IPv6 one that only
/// carries it.
pub(super) fn reached(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => carried(v6).map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Why packets to `address` do not reach a public host; `None` where they may.
pub(super) fn not_public(address: IpAddr) -> Option<NotPublic> {
    match reached(address) {
        IpAddr::V4(v4) => v4_not_public(v4),
        IpAddr::V6(v6) => v6_not_public(v6),
    }
}

fn carried(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = v6.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match [a, b, c, d, e, f] {
        // IPv4-mapped ::ffff:0:0/96, IPv4-translated ::ffff:0:0:0/96 (RFC 2765), NAT64 64:ff9b::/96.
        [0, 0, 0, 0, 0, 0xffff] | [0, 0, 0, 0, 0xffff, 0] | [0x64, 0xff9b, 0, 0, 0, 0] => {
            Some(v4(high, low))
        }
        // 6to4 2002::/16 has it behind the prefix.
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

fn v4_not_public(v4: Ipv4Addr) -> Option<NotPublic> {
    Some(match v4.octets() {
        [0, ..] => NotPublic::Unspecified,
        [127, ..] => NotPublic::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => NotPublic::Private,
        [169, 254, ..] => NotPublic::LinkLocal,
        [100, 64..=127, ..] => NotPublic::CarrierShared,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => NotPublic::Documentation,
        [198, 18..=19, ..] => NotPublic::Benchmarking,
        // Protocol assignments, and the relays of 6to4 (RFC 7526).
        [192, 0, 0, _] | [192, 88, 99, _] => NotPublic::Reserved,
        [224..=239, ..] => NotPublic::Multicast,
        [255, 255, 255, 255] => NotPublic::Broadcast,
        [240..=255, ..] => NotPublic::Reserved,
        _ => return None,
    })
}

fn v6_not_public(v6: Ipv6Addr) -> Option<NotPublic> {
    Some(match v6.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => NotPublic::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => NotPublic::Loopback,
        [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => NotPublic::UniqueLocal,
        [0xfe80..=0xfebf, ..] => NotPublic::LinkLocal,
        [0xff00..=0xffff, ..] => NotPublic::Multicast,
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => NotPublic::Documentation,
        // 2001::/23: Teredo (whose inner address is the client's word), ORCHID, benchmarking, anycast.
        [0x2001, 0..=0x1ff, ..] => NotPublic::Reserved,
        [0x2000..=0x3fff, ..] => return None,
        _ => NotPublic::Reserved,
    })
}
