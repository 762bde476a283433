//! Whom a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, HeaderName, header, request::Parts},
};

use crate::{guard::IpNet, playback::Device};

/// Networks whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Vec<IpNet>);

impl TrustedProxies {
    /// The viewer's address: walking back from the peer through proxies that are trusted, the
    /// first that is not.
    pub fn viewer(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let named = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<IpAddr> = named
            .flat_map(|value| value.split(','))
            .filter_map(|hop| hop.trim().parse().ok())
            .collect();
        let mut viewer = peer;
        for hop in hops.into_iter().rev() {
            if !self.0.iter().any(|network| network.contains(viewer)) {
                break;
            }
            viewer = hop;
        }
        viewer
    }
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

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Longest header value that is remembered of a viewer, in characters.
const MOST: usize = 1_024;
