//! One port: so many connections at a time, and none that asks for nothing, reads nothing or never ends.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{Router, extract::ConnectInfo};
use hyper::{
    Request, Version,
    body::Incoming,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

mod peers;
#[cfg(test)]
mod tests;
mod unread;

pub(super) use peers::Peers;
use unread::Unread;

/// Serves at most `limit` connections at a time until `stop`, and then until those there are have
/// had their answers. Whoever comes while there is no room waits at the door, the system's queue; a peer
/// that has as many as it may is sent away.
pub(super) async fn serve(
    port: TcpListener,
    router: Router,
    limit: usize,
    peers: Option<Arc<Peers>>,
    stop: CancellationToken,
) {
    let (room, connections) = (Arc::new(Semaphore::new(limit)), TaskTracker::new());
    let builder = builder();
    while let Some((stream, peer, room)) = stop.run_until_cancelled(next(&port, &room)).await {
        let place = peers.as_ref().map(|peers| peers.place(peer.ip()));
        if matches!(place, Some(None)) {
            continue;
        }
        let (builder, router, stop) = (builder.clone(), router.clone(), stop.clone());
        connections.spawn(async move {
            connection(&builder, stream, peer, router, stop).await;
            drop((room, place));
        });
    }
    drop(port);
    connections.close();
    connections.wait().await;
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(SILENCE);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(SILENCE);
    builder
}

async fn next(
    port: &TcpListener,
    room: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let room = Arc::clone(room).acquire_owned().await.expect("the room is never closed");
    loop {
        match port.accept().await {
            Ok((stream, peer)) => return (stream, peer, room),
            Err(error) if is_the_peers(&error) => {}
            Err(error) => {
                // Most likely no file descriptor is left; some will be.
                tracing::error!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

fn is_the_peers(error: &io::Error) -> bool {
    use io::ErrorKind as E;
    matches!(error.kind(), E::ConnectionRefused | E::ConnectionAborted | E::ConnectionReset)
}

async fn connection(
    builder: &Builder<TokioExecutor>,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    stop: CancellationToken,
) {
    // A playlist is one small write; waiting to fill a packet only delays it.
    let _ = stream.set_nodelay(true);
    let asked = Arc::new(OnceLock::new());
    let (app, heard) = (TowerToHyperService::new(router), Arc::clone(&asked));
    let service = service_fn(move |mut request: Request<Incoming>| {
        heard.get_or_init(|| request.version());
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = app.call(request);
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let stream = TokioIo::new(Unread::new(stream, SILENCE));
    let mut serving = std::pin::pin!(builder.serve_connection(stream, service));
    // Before the first bytes nobody knows which HTTP it will be, and so whose time-outs hold.
    let silent = async {
        tokio::time::sleep(SILENCE).await;
        if asked.get().is_some() {
            std::future::pending::<()>().await;
        }
    };
    // HTTP/1 has no need of it: who is late with a head or an answer is let go.
    let old = async {
        tokio::time::sleep(AGE).await;
        if asked.get() != Some(&Version::HTTP_2) {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        // How a connection ends is its peer's affair.
        _ = serving.as_mut() => return,
        () = silent => return,
        () = stop.cancelled() => serving.as_mut().graceful_shutdown(),
        () = old => serving.as_mut().graceful_shutdown(),
    }
    let _ = tokio::time::timeout(GRACE, serving).await;
}

/// How long a connection of HTTP/2 takes requests. A peer that opens no window for an answer, and
/// acknowledges pings, would hold its place for ever.
const AGE: Duration = Duration::from_hours(1);

/// How long the answers begun by then may take.
const GRACE: Duration = Duration::from_mins(10);

/// How long a request's head may take, the wait for it included. Longer than proxies keep what they
/// do not use, a minute as a rule: who closes first must not be the one who is asked.
const SILENCE: Duration = Duration::from_secs(75);
