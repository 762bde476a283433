//! Whom a request comes from.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use arc_swap::ArcSwap;
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, HeaderName, header, request::Parts},
};

use crate::{guard::IpNet, playback::Device};

#[cfg(test)]
mod tests;

/// Networks whose `X-Forwarded-For` is believed.
#[derive(Debug, Default)]
pub struct TrustedProxies(ArcSwap<Vec<IpNet>>);

impl TrustedProxies {
    /// These.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(ArcSwap::from_pointee(networks))
    }

    /// From now on these.
    pub fn replace(&self, networks: Vec<IpNet>) {
        self.0.store(Arc::new(networks));
    }

    /// Whether an address is one of theirs.
    pub fn has(&self, peer: IpAddr) -> bool {
        self.0.load().iter().any(|network| network.contains(peer.to_canonical()))
    }

    /// The viewer's address: walking back from the peer through proxies that are trusted, the
    /// first that is not. What stands before something that is no address may be anybody's words, so
    /// there the walk ends.
    pub fn viewer(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all(FORWARDED_FOR).iter();
        let lines = lines.map(|line| line.to_str().unwrap_or(UNREADABLE));
        let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        let trusted = self.0.load();
        let mut viewer = peer.to_canonical();
        for hop in hops.into_iter().rev().filter(|hop| !hop.is_empty()) {
            let trusted = trusted.iter().any(|network| network.contains(viewer));
            let Some(hop) = address(hop).filter(|_| trusted) else { break };
            viewer = hop;
        }
        viewer
    }
}

/// An address as proxies write it, with or without brackets and a port. IPv4 within IPv6 is IPv4,
/// which is how a listener for both hears of it.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    let with_port = || hop.parse().ok().map(|socket: SocketAddr| socket.ip());
    bare.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

impl FromRequestParts<super::State> for Device {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &super::State,
    ) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let text = |name: HeaderName| {
            parts.headers.get(name)?.to_str().ok().map(|text| text.chars().take(MOST).collect())
        };
        Ok(Self {
            ip: peer.map(|peer| state.trusted.viewer(peer, &parts.headers)),
            user_agent: text(header::USER_AGENT),
            referer: text(header::REFERER),
            accept_language: text(header::ACCEPT_LANGUAGE),
        })
    }
}

/// Stands for a line that is no text: no address either.
const UNREADABLE: &str = "?";

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Longest header value that is remembered of a viewer, in characters.
const MOST: usize = 1_024;
