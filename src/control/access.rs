//! Who may use the control API: who signs with the configuration file's key pair, or, where it has
//! none, who sits on this machine.

use std::net::SocketAddr;

use axum::{
    body::{self, Body},
    extract::{ConnectInfo, Request, State as Shared},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{State, refusal::Refusal, signature::Signed};

/// Lets a request pass or answers 403.
pub(super) async fn check(
    Shared(state): Shared<State>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    match admitted(&state, peer, request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

async fn admitted(state: &State, peer: SocketAddr, request: Request) -> Result<Request, Refusal> {
    let (parts, body) = request.into_parts();
    let pair = state.catalogue.key_pair();
    if pair.is_none() && !is_local(peer, &parts.headers) {
        return Err(Refusal::forbidden(NO_KEY_PAIR));
    }
    let body = body::to_bytes(body, MOST_BYTES).await;
    let body = body.map_err(|_| Refusal::too_large(MOST_BYTES))?;
    if let Some(pair) = &pair {
        let (method, uri, headers) = (&parts.method, &parts.uri, &parts.headers);
        Signed { method, uri, headers, body: &body }.verify(pair, state.clock.now())?;
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// From this machine, and not on another's behalf: neither through a proxy, nor from a web page
/// whose name was made to lead here.
pub(super) fn is_local(peer: SocketAddr, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let address = name.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let local_name = name == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let relayed = ["forwarded", "x-forwarded-for"].iter().any(|name| headers.contains_key(*name));
    peer.ip().to_canonical().is_loopback() && local_name && !relayed
}

const NO_KEY_PAIR: &str = "without `control_api.access_key_id` and `control_api.secret_access_key` in the \
                           configuration file, the control API answers on loopback only";

/// MediaTailor's largest configuration is a tenth of it.
const MOST_BYTES: usize = 1 << 20;
