//! Addresses of what is kept, wherever it is reached.
//!
//! A conditioned creative has no host: it is reached at whatever host a player reached Midroll, or
//! through a CDN. Within the service its files have addresses of a scheme of their own, which no
//! player and no HTTP client is ever given.

use url::Url;

use super::Key;

/// A file of a conditioned creative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Which creative's.
    pub key: Key,
    /// Which file, below its folder.
    pub name: String,
}

/// The address of a file; none for a name that makes no address.
pub fn address(key: &Key, name: &str) -> Option<Url> {
    Url::parse(&format!("{SCHEME}:/{key}/{name}")).ok()
}

impl Address {
    /// Reads an address; none if it is of nothing that is kept here.
    pub fn of(url: &Url) -> Option<Self> {
        let path = url.path().strip_prefix('/').filter(|_| url.scheme() == SCHEME)?;
        let (key, name) = path.split_once('/')?;
        Some(Self { key: key.parse().ok()?, name: name.to_owned() })
    }

    /// Its path below what serves creatives.
    pub fn path(&self) -> String {
        format!("{}/{}", self.key, self.name)
    }
}

const SCHEME: &str = crate::creative::OWN_SCHEME;
