//! Why a URL may not be fetched.

use std::net::IpAddr;

use super::NotPublic;

/// Why a URL may not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    /// Neither http nor https.
    #[error("`{scheme}` addresses are not fetched, only http and https")]
    Scheme {
        /// The scheme found.
        scheme: Box<str>,
    },
    /// A user name or password, which belong in a header if anywhere.
    #[error("the address at `{host}` carries a user name or password")]
    Credentials {
        /// The URL's host.
        host: Box<str>,
    },
    /// `localhost` and its like.
    #[error("`{host}` is a name of this machine")]
    LocalName {
        /// The URL's host.
        host: Box<str>,
    },
    /// An address that is not public, written or resolved.
    #[error("`{host}` is not allowed: {address} is {kind}")]
    Address {
        /// The URL's host, as written.
        host: Box<str>,
        /// Where it leads.
        address: IpAddr,
        /// Why that is refused.
        kind: NotPublic,
    },
    /// A redirect that would continue in clear what was asked over TLS.
    #[error("a redirect leads from https to http at `{host}`")]
    Downgrade {
        /// The host redirected to.
        host: Box<str>,
    },
}
