//! The evidence that a URL was checked.

use std::fmt;

use url::Url;

/// Why a URL was admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grounds {
    /// Its host and port stand in the configuration file; whatever the name resolves to is meant.
    Configured,
    /// Nothing speaks against it so far; if its host is a name, every resolved address is judged.
    Public,
}

/// A URL that may be fetched. Only a guard makes one, so an unchecked fetch does not compile.
///
/// Prints without its query, which may hold secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    pub(super) url: Url,
    pub(super) grounds: Grounds,
}

impl PublicUrl {
    /// The whole URL.
    pub const fn as_url(&self) -> &Url {
        &self.url
    }

    /// Why it was admitted.
    pub const fn grounds(&self) -> Grounds {
        self.grounds
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Bare(&self.url).fmt(f)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicUrl({self}, {:?})", self.grounds)
    }
}

/// Prints a URL as logs may show it: scheme, host, port and path, without credentials and query.
#[derive(Clone, Copy, Debug)]
pub struct Bare<'a>(pub &'a Url);

impl fmt::Display for Bare<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or_default())?;
        if let Some(port) = self.0.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(self.0.path())
    }
}
