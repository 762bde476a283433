//! What is listened on.

use std::{io, net::SocketAddr};

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::Error;

/// Two open ports.
#[derive(Debug)]
pub struct Ports {
    /// For players.
    pub players: TcpListener,
    /// For operators.
    pub admin: TcpListener,
}

impl Ports {
    /// Opens both.
    ///
    /// # Errors
    /// When one is taken.
    pub async fn open(players: SocketAddr, admin: SocketAddr) -> Result<Self, Error> {
        Ok(Self { players: listen(players).await?, admin: listen(admin).await? })
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })
}

/// Serves until told to stop, and then until the last answer is out.
pub(super) async fn serve(
    port: TcpListener,
    router: Router,
    stop: CancellationToken,
) -> io::Result<()> {
    use axum::serve::ListenerExt as _;
    let port = port.tap_io(|stream| {
        // A playlist is one small write; waiting to fill a packet only delays it.
        let _ = stream.set_nodelay(true);
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(port, service).with_graceful_shutdown(stop.cancelled_owned()).await
}
