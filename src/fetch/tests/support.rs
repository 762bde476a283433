//! Servers on loopback, and clients that may or may not reach them.

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use reqwest::dns::{Addrs, Name, Resolving};

use super::*;
use crate::guard::{HostPort, Policy, PrivateNetworks};

/// Serves until dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(router: Router) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, task }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    /// The same server by a name that only [`Names`] knows.
    pub(crate) fn named(&self, host: &str, path: &str) -> Url {
        Url::parse(&format!("http://{host}:{}{path}", self.address.port())).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Resolves every name to one address, or never.
pub(crate) enum Names {
    To(IpAddr),
    Silent,
    Unknown,
}

impl Names {
    pub(crate) fn loopback() -> Self {
        Self::To([127, 0, 0, 1].into())
    }
}

impl Resolve for Names {
    fn resolve(&self, _: Name) -> Resolving {
        match *self {
            Self::To(ip) => Box::pin(async move {
                let only: Addrs = Box::new(std::iter::once(SocketAddr::new(ip, 0)));
                Ok(only)
            }),
            Self::Silent => Box::pin(std::future::pending()),
            Self::Unknown => Box::pin(async { Err("no such name".into()) }),
        }
    }
}

/// A guard that knows these URLs' pairs from a configuration file.
pub(crate) fn guard(pairs: &[Url]) -> Guard {
    let always = pairs.iter().filter_map(HostPort::of).collect();
    Guard::new(Policy { always, private: PrivateNetworks::Denied })
}

pub(crate) fn open_guard() -> Guard {
    Guard::new(Policy { private: PrivateNetworks::AllowedAll, ..Policy::default() })
}

pub(crate) fn client(guard: Guard, names: Names) -> Client {
    let settings = Settings { connect_timeout: Duration::from_millis(300), ..Settings::default() };
    Client::with_names(guard, settings, Arc::new(names)).unwrap()
}

/// A request of modest limits.
pub(crate) fn request() -> Request {
    Request {
        headers: HeaderMap::new(),
        validators: None,
        limit: 1 << 20,
        timeout: Duration::from_millis(1_500),
    }
}

impl Client {
    /// Admits and fetches; a refusal counts as the fetch's.
    pub(crate) async fn try_get(&self, url: &Url, request: Request) -> Result<Response, Error> {
        let admitted = self.guard().admit(url)?;
        self.get(&admitted, request).await
    }
}
