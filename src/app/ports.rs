//! What is listened on.

use std::net::SocketAddr;

use tokio::net::TcpListener;

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
