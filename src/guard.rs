//! Which addresses this service may talk to.
//!
//! URLs come from ad servers, playlists and redirects, and whoever writes one must not make Midroll
//! ask a metadata service or a neighbour's database. Three checks share one [`Policy`]: the URL's
//! host before the request ([`Guard::admit`], also for every redirect), and each answer of the name
//! service ([`Resolver`]), so that a name cannot change its address between check and connection.
//! A literal never reaches a resolver, and a name's address is not known before, so both are needed.
//!
//! What the configuration file names is exempt, by host *and* port: see [`Grounds`]. A redirect is
//! no exception, hence `fetch` follows redirects itself instead of leaving them to the HTTP client.

use std::{collections::HashSet, net::IpAddr, sync::Arc};

use arc_swap::ArcSwap;
use url::{Host, Url};

mod address;
mod admitted;
mod blocked;
mod names;
mod network;
#[cfg(test)]
mod tests;

pub use address::NotPublic;
pub use admitted::{Bare, Grounds, PublicUrl};
pub use blocked::Blocked;
pub use names::{Resolver, SystemNames};
pub use network::{IpNet, NotANetwork, subscriber};

/// What is allowed, as the configuration file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Pairs written in the file: always allowed, loopback too.
    pub always: HashSet<HostPort>,
    /// The file's `allow_private_networks`.
    pub private: PrivateNetworks,
}

/// Whether addresses that are not public may be reached (`allow_private_networks`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PrivateNetworks {
    /// None.
    #[default]
    Denied,
    /// Any.
    AllowedAll,
    /// Those of these networks.
    Allowed(Vec<IpNet>),
}

/// A host as `url` normalises it, with its port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPort {
    host: Box<str>,
    port: u16,
}

impl HostPort {
    /// The pair a URL leads to, with the scheme's own port where none is written; `None` for a URL
    /// without a host.
    pub fn of(url: &Url) -> Option<Self> {
        Some(Self { host: url.host_str()?.into(), port: url.port_or_known_default()? })
    }
}

impl Policy {
    /// Checks scheme, credentials and host. An address in any spelling is judged here; a name is
    /// judged when it is resolved.
    ///
    /// # Errors
    /// The reason why the URL may not be fetched.
    pub fn admit(&self, url: &Url) -> Result<PublicUrl, Blocked> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Blocked::Scheme { scheme: url.scheme().into() });
        }
        let host = || url.host_str().unwrap_or_default().into();
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Blocked::Credentials { host: host() });
        }
        let admitted = |grounds| Ok(PublicUrl { url: url.clone(), grounds });
        if HostPort::of(url).is_some_and(|pair| self.always.contains(&pair)) {
            return admitted(Grounds::Configured);
        }
        match url.host() {
            Some(Host::Ipv4(v4)) => self.judge(&host(), v4.into())?,
            Some(Host::Ipv6(v6)) => self.judge(&host(), v6.into())?,
            Some(Host::Domain(name)) if self.private == PrivateNetworks::Denied && local(name) => {
                return Err(Blocked::LocalName { host: host() });
            }
            Some(Host::Domain(_)) | None => {}
        }
        admitted(Grounds::Public)
    }

    /// Checks where a redirect leads. From https it may only go on to https, or to what the
    /// configuration names: what was asked in private (a viewer's address, a token) is not repeated
    /// in clear, and no one on the way may answer for a server that was asked by certificate.
    ///
    /// # Errors
    /// The reason why the redirect may not be followed.
    pub fn admit_redirect(&self, from: &Url, to: &Url) -> Result<PublicUrl, Blocked> {
        let next = self.admit(to)?;
        let downgrade = from.scheme() == "https" && to.scheme() == "http";
        if downgrade && next.grounds == Grounds::Public {
            return Err(Blocked::Downgrade { host: to.host_str().unwrap_or_default().into() });
        }
        Ok(next)
    }

    /// Checks one address that `host` stands for.
    ///
    /// # Errors
    /// [`Blocked::Address`] where it is neither public nor in an allowed network.
    pub fn judge(&self, host: &str, address: IpAddr) -> Result<(), Blocked> {
        let Some(kind) = address::not_public(address) else { return Ok(()) };
        let allowed = match &self.private {
            PrivateNetworks::Denied => false,
            PrivateNetworks::AllowedAll => true,
            PrivateNetworks::Allowed(networks) => networks
                .iter()
                .any(|net| net.contains(address) || net.contains(address::reached(address))),
        };
        if allowed { Ok(()) } else { Err(Blocked::Address { host: host.into(), address, kind }) }
    }
}

/// The policy in force; clones share it, and it changes when the configuration is read again.
#[derive(Clone, Debug)]
pub struct Guard(Arc<ArcSwap<Policy>>);

impl Guard {
    /// A guard that holds to `policy`.
    pub fn new(policy: Policy) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(policy)))
    }

    /// Holds to `policy` from now on. What is already admitted stays so.
    pub fn replace(&self, policy: Policy) {
        self.0.store(Arc::new(policy));
    }

    /// The policy in force.
    pub fn policy(&self) -> Arc<Policy> {
        self.0.load_full()
    }

    /// [`Policy::admit`] of the policy in force.
    ///
    /// # Errors
    /// The reason why the URL may not be fetched.
    pub fn admit(&self, url: &Url) -> Result<PublicUrl, Blocked> {
        self.0.load().admit(url)
    }
}

/// Names that mean this machine by convention (RFC 6761 §6.3) or in every hosts file.
fn local(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default();
    matches!(last, "localhost" | "localdomain" | "ip6-localhost" | "ip6-loopback")
}
