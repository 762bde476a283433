//! What logs may tell of the person who watches: his address and his player's `User-Agent`.
//!
//! Both reach rows in two places: as the value of a request header, and inside URLs, whose variables
//! and macros were filled in. There, and only there, they are replaced; a host, a key and a word of
//! a closed set stay, whatever a player calls itself. Inside URLs they are also found percent-encoded,
//! once or twice. What an ad server itself makes of them cannot be known.

use std::net::IpAddr;

use aws_lc_rs::hmac;

mod scan;
#[cfg(test)]
mod tests;

use scan::Change;

/// What is logged of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Personal {
    /// All of it.
    Full,
    /// The network of the address (/24, for IPv6 /48), and the first product of the `User-Agent`
    /// with its major version.
    #[default]
    Truncated,
    /// A name made with a key: the same for the same value, and only with the key for a guess.
    Hashed(Key),
    /// Nothing.
    None,
}

/// A secret key of [`Personal::Hashed`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key(pub [u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(secret)")
    }
}

/// The person a row is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// His address.
    pub address: Option<IpAddr>,
    /// What his player calls itself.
    pub user_agent: Option<String>,
}

impl Personal {
    /// A row's text with the viewer as he may be told of; `None` where it stays as it is.
    pub(super) fn told(&self, json: &str, viewer: &Person) -> Option<String> {
        if matches!(self, Self::Full) {
            return None;
        }
        let address =
            viewer.address.map(|address| Change::new(address.to_string(), self.address(address)));
        let agent = viewer.user_agent.as_deref().filter(|agent| !agent.is_empty());
        let agent = agent.map(|agent| Change::new(agent.to_owned(), self.user_agent(agent)));
        let changes: Vec<_> = agent.into_iter().chain(address).collect();
        (!changes.is_empty()).then(|| scan::replaced(json, &changes)).flatten()
    }

    fn address(&self, address: IpAddr) -> String {
        match self {
            Self::Truncated => network(address.to_canonical()).to_string(),
            other => other.opaque(&address.to_string()),
        }
    }

    fn user_agent(&self, agent: &str) -> String {
        match self {
            Self::Truncated => product(agent),
            other => other.opaque(agent),
        }
    }

    fn opaque(&self, value: &str) -> String {
        match self {
            Self::Hashed(Key(key)) => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, key);
                let tag = hmac::sign(&key, value.as_bytes());
                format!("h-{}", hex::encode(&tag.as_ref()[..12]))
            }
            _ => "-".to_owned(),
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4((address.to_bits() & (!0 << 8)).into()),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & (!0 << 80)).into()),
    }
}

/// `AppleCoreMedia/1` of `AppleCoreMedia/1.0.0.21F90 (Apple TV; …)`.
fn product(agent: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name: String = agent.chars().take_while(plain).take(LONGEST_PRODUCT).collect();
    let version = agent[name.len()..].strip_prefix('/').unwrap_or_default();
    let major: String = version.chars().take_while(char::is_ascii_digit).take(4).collect();
    match (name.is_empty(), major.is_empty()) {
        (true, _) => "-".to_owned(),
        (false, true) => name,
        (false, false) => format!("{name}/{major}"),
    }
}

/// Whoever puts his name into one word of his player's is not told of either.
const LONGEST_PRODUCT: usize = 24;
