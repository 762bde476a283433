//! HTTP GET, and POST to ad servers, with a limit on everything.
//!
//! Whatever Midroll reads from another server comes through here: playlists, ad responses, creatives,
//! and beacons. A request is made only of a [`PublicUrl`]; redirects are followed here, one admitted
//! hop after another, because the HTTP client's own hook cannot tell a pair of the configuration
//! file from another port of the same host. Bodies are cut by their decompressed size, time by the
//! whole of a request, and no error prints a query. Proxies of the environment are not used: they
//! would connect where the guard cannot look.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::dns::Resolve;
pub use reqwest::{
    StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use url::Url;

use crate::guard::{Grounds, Guard, PublicUrl, Resolver, SystemNames};

mod body;
mod circuit;
mod download;
mod error;
mod flight;
mod media;
mod redirect;
#[cfg(test)]
pub(crate) mod tests;

pub use circuit::{Circuit, Circuits};
pub use download::{Download, Downloaded, NotDownloaded};
pub use error::{Error, Unusable};
pub use flight::{Flights, Lost};
pub use media::range;

/// What holds for all requests of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Longest wait for name, connection and TLS together.
    pub connect_timeout: Duration,
    /// Most redirects of one request; the next is an error (D-09: at most 5).
    pub max_redirects: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(3), max_redirects: 5 }
    }
}

/// One GET.
#[derive(Clone, Debug)]
pub struct Request {
    /// Sent as they are; without a `User-Agent` Midroll's own is sent. Credentials among them are
    /// not repeated to another host, scheme or port by a redirect.
    pub headers: HeaderMap,
    /// Makes the request conditional; a 304 has no body.
    pub validators: Option<Validators>,
    /// Most bytes of the body once decompressed.
    pub limit: usize,
    /// Longest time until the last byte, redirects included.
    pub timeout: Duration,
}

/// What a server gave to ask later whether anything is new (RFC 9110 §8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`, to be sent as `If-None-Match`.
    pub etag: Option<HeaderValue>,
    /// `Last-Modified`, to be sent as `If-Modified-Since`.
    pub last_modified: Option<HeaderValue>,
}

/// A complete answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its status; redirects with a readable `Location` have been followed.
    pub status: StatusCode,
    /// Its headers, without those of an encoding that has been undone.
    pub headers: HeaderMap,
    /// Its decompressed body.
    pub body: Bytes,
    /// Where it came from in the end; what relative URLs in the body refer to.
    pub final_url: Url,
}

impl Response {
    /// What to make the next request conditional by.
    pub fn validators(&self) -> Validators {
        Validators::of(&self.headers)
    }
}

/// What came of a beacon.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Its status; redirects with a readable `Location` have been followed.
    pub status: StatusCode,
    /// When the server wants to be asked again, as it says.
    pub retry_after: Option<HeaderValue>,
}

/// The one HTTP client; clones share connections.
#[derive(Clone, Debug)]
pub struct Client {
    guard: Guard,
    settings: Settings,
    /// For URLs on public grounds: every resolved address is judged.
    public: reqwest::Client,
    /// For pairs of the configuration file, whose names may lead anywhere.
    configured: reqwest::Client,
}

impl Client {
    /// A client that resolves names as the system does.
    ///
    /// # Errors
    /// [`Unusable`] where TLS cannot be set up at all.
    pub fn new(guard: Guard, settings: Settings) -> Result<Self, Unusable> {
        Self::with_names(guard, settings, Arc::new(SystemNames))
    }

    /// A client that resolves names by `names`; the guard judges its answers.
    ///
    /// # Errors
    /// [`Unusable`] where TLS cannot be set up at all.
    pub fn with_names(
        guard: Guard,
        settings: Settings,
        names: Arc<dyn Resolve>,
    ) -> Result<Self, Unusable> {
        let configured = build(&settings, &names)?;
        let judged: Arc<dyn Resolve> = Arc::new(Resolver::new(guard.clone(), names));
        let public = build(&settings, &judged)?;
        Ok(Self { guard, settings, public, configured })
    }

    /// The guard that admits URLs for this client.
    pub const fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Fetches `url` with its whole body.
    ///
    /// # Errors
    /// Where no complete answer within the limits came; any status is an answer.
    pub async fn get(&self, url: &PublicUrl, request: Request) -> Result<Response, Error> {
        self.ask(url, request, None).await
    }

    /// Sends `body` to `url` and fetches the whole answer. A redirect that asks for a GET gets one
    /// (RFC 9110 §15.4).
    ///
    /// # Errors
    /// Where no complete answer within the limits came; any status is an answer.
    pub async fn post(
        &self,
        url: &PublicUrl,
        request: Request,
        body: Bytes,
    ) -> Result<Response, Error> {
        self.ask(url, request, Some(body)).await
    }

    async fn ask(
        &self,
        url: &PublicUrl,
        request: Request,
        body: Option<Bytes>,
    ) -> Result<Response, Error> {
        let Request { mut headers, validators, limit, timeout } = request;
        validators.unwrap_or_default().make_conditional(&mut headers);
        let answer = async {
            let answer = self.follow(url, headers, body).await?;
            let (status, final_url) = (answer.status(), answer.url().clone());
            let headers = answer.headers().clone();
            let body = body::read(answer, limit).await?;
            Ok(Response { status, headers, body, final_url })
        };
        within(timeout, answer).await
    }

    /// Sends a beacon: a GET of whose answer only the status and `Retry-After` count. A little of the
    /// body is read so that the connection can be used again; what goes wrong there changes nothing.
    ///
    /// # Errors
    /// Where no status came within `timeout`, redirects included.
    pub async fn send(
        &self,
        url: &PublicUrl,
        headers: HeaderMap,
        timeout: Duration,
    ) -> Result<Sent, Error> {
        let answer = within(timeout, self.follow(url, headers, None)).await?;
        let retry_after = answer.headers().get(header::RETRY_AFTER).cloned();
        let sent = Sent { status: answer.status(), retry_after };
        let _ = within(DRAIN_TIME, body::read(answer, DRAIN_LIMIT)).await;
        Ok(sent)
    }

    /// One request, no redirect followed.
    async fn once(
        &self,
        url: &PublicUrl,
        headers: HeaderMap,
        body: Option<Bytes>,
    ) -> Result<reqwest::Response, Error> {
        let client = match url.grounds() {
            Grounds::Configured => &self.configured,
            Grounds::Public => &self.public,
        };
        let request = match body {
            None => client.get(url.as_url().clone()),
            Some(body) => client.post(url.as_url().clone()).body(body),
        };
        let request = request.headers(headers);
        request.send().await.map_err(|error| Error::of(error, &self.settings))
    }
}

impl Validators {
    fn of(headers: &HeaderMap) -> Self {
        Self {
            etag: headers.get(header::ETAG).cloned(),
            last_modified: headers.get(header::LAST_MODIFIED).cloned(),
        }
    }

    fn make_conditional(self, headers: &mut HeaderMap) {
        let conditions =
            [(header::IF_NONE_MATCH, self.etag), (header::IF_MODIFIED_SINCE, self.last_modified)];
        for (name, value) in conditions {
            headers.extend(value.map(|value| (name, value)));
        }
    }
}

async fn within<T>(
    timeout: Duration,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::time::timeout(timeout, answer).await.unwrap_or(Err(Error::TimedOut { after: timeout }))
}

fn build(settings: &Settings, names: &Arc<dyn Resolve>) -> Result<reqwest::Client, Unusable> {
    let builder = || {
        reqwest::Client::builder()
            .user_agent(concat!("midroll/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.connect_timeout)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::clone(names))
    };
    builder().build().or_else(|error| {
        // A bare container has no certificates; what speaks plain HTTP there must still work.
        tracing::warn!(%error, "no usable CA certificates on this system, so no https address will be trusted");
        builder().tls_certs_only([]).build().map_err(Unusable)
    })
}

/// Connections kept open per host while nothing is asked.
const IDLE_CONNECTIONS: usize = 32;
/// What is read of a beacon's answer at most, and for how long.
const DRAIN_LIMIT: usize = 64 * 1024;
const DRAIN_TIME: Duration = Duration::from_millis(500);
