//! A network as configurations write it: `10.0.0.0/8`, `fd00::/8`, or one address.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

/// An address with the number of its leading bits that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IpNet {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is not a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotANetwork {
    /// No address before the slash.
    #[error("expected a network such as `10.0.0.0/8` or one address, got `{0}`")]
    Address(Box<str>),
    /// The number behind the slash is none, or larger than the address is long.
    #[error("expected a prefix length of 0 to {most} in `{text}`")]
    Prefix {
        /// The whole text.
        text: Box<str>,
        /// 32 or 128.
        most: u8,
    },
    /// Bits are set that do not count; most likely a slip, and of unclear intent.
    #[error("`{text}` sets bits beyond its prefix; the network is `{meant}`")]
    StrayBits {
        /// The whole text.
        text: Box<str>,
        /// The same with those bits cleared.
        meant: IpNet,
    },
}

impl IpNet {
    /// Whether the address lies in the network; the two families never meet.
    pub fn contains(&self, address: IpAddr) -> bool {
        masked(address, self.prefix) == self.address
    }
}

impl FromStr for IpNet {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, prefix) = text.split_once('/').unzip();
        let address: IpAddr =
            address.unwrap_or(text).parse().map_err(|_| NotANetwork::Address(text.into()))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => most,
            Some(digits) => prefix_length(digits, most)
                .ok_or_else(|| NotANetwork::Prefix { text: text.into(), most })?,
        };
        let meant = Self { address: masked(address, prefix), prefix };
        if meant.address == address {
            Ok(meant)
        } else {
            Err(NotANetwork::StrayBits { text: text.into(), meant })
        }
    }
}

impl fmt::Display for IpNet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

fn prefix_length(digits: &str, most: u8) -> Option<u8> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|length| plain && *length <= most)
}

/// The address with all bits behind the first `prefix` cleared.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(prefix.into())).unwrap_or(0);
            IpAddr::V4((v4.to_bits() & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(prefix.into())).unwrap_or(0);
            IpAddr::V6((v6.to_bits() & mask).into())
        }
    }
}

/// Whom an address is counted as: of IPv6 every subscriber has at least the last 64 bits.
pub fn subscriber(of: IpAddr) -> IpAddr {
    match of.to_canonical() {
        IpAddr::V6(address) => {
            let bits = address.to_bits() >> HOST_BITS << HOST_BITS;
            Ipv6Addr::from_bits(bits).into()
        }
        v4 => v4,
    }
}

const HOST_BITS: u32 = 64;
