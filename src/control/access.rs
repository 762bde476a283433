//! Who may use the control API: who signs with the configuration file's key pair, or, where it has
//! none, who sits on this machine.

use std::{net::SocketAddr, time::Duration};

use axum::{
    body::{self, Body, Bytes},
    extract::{ConnectInfo, Request, State as Shared},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;

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
    let (method, uri, headers) = (&parts.method, &parts.uri, &parts.headers);
    let signed = |body| Signed { method, uri, headers, body };
    if let Some(pair) = &pair {
        // What the head shows to be nobody's costs nothing more.
        signed(&[]).claim(pair, state.clock.now())?;
    }
    let body = whole(body).await?;
    if let Some(pair) = &pair {
        signed(&body).verify(pair, state.clock.now())?;
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// A body, as long as it comes soon and is not larger than it may be. Only so many are read at once:
/// who sends them is not known before they are there.
async fn whole(body: Body) -> Result<Bytes, Refusal> {
    let _turn = READING.acquire().await;
    match tokio::time::timeout(MOST_TIME, body::to_bytes(body, MOST_BYTES)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(Refusal::too_large(MOST_BYTES)),
        Err(_) => Err(Refusal::too_slow(MOST_TIME)),
    }
}

/// From this machine, and not on another's behalf: neither through a proxy, nor from a web page
/// whose name was made to lead here.
pub(super) fn is_local(peer: SocketAddr, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let address = name.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let local_name = name == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let relayed = RELAYED.iter().any(|name| headers.contains_key(*name));
    peer.ip().to_canonical().is_loopback() && local_name && !relayed
}

const NO_KEY_PAIR: &str = "without `control_api.access_key_id` and `control_api.secret_access_key` in the \
                           configuration file, the control API answers on loopback only";

/// What proxies add, and browsers where a page asks; clients of the API send none of them.
const RELAYED: [&str; 5] = ["forwarded", "x-forwarded-for", "x-real-ip", "via", "origin"];

/// MediaTailor's largest configuration is a tenth of it.
const MOST_BYTES: usize = 1 << 20;

/// Clients send what they have at once.
const MOST_TIME: Duration = Duration::from_secs(10);

/// Memory belongs to players.
static READING: Semaphore = Semaphore::const_new(16);
