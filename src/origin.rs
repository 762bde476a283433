//! Where channels come from: playlists fetched once, however many want them.
//!
//! A multivariant playlist is fetched when sessions start, one fetch for all that start together
//! ([`Fetcher::multivariant`]). A media playlist gets a refresher that keeps reading it while anyone
//! wants it ([`spawn`]) and hands each new version to a [`Reader`]. Nothing here understands a
//! playlist beyond its first line; the last good one is the reader's to keep.

use std::{sync::Arc, time::Duration};

use url::Url;

use crate::{
    clock::Clock,
    fetch::{Client, Flights, HeaderMap, Lost, Request, Response, StatusCode, Validators, header},
    guard::{Blocked, PublicUrl},
    units::MediaDuration,
};

mod cadence;
mod place;
mod refresher;
#[cfg(test)]
mod tests;
mod text;
mod wanted;

pub use cadence::{Cadence, Event};
pub use place::{BadAsset, asset_url, forwarded, rendition_url};
pub use refresher::{Outcome, Reader, RefresherHandle, spawn};
pub use text::Nature;
pub use wanted::{Over, Wanted};

/// Why there is no playlist.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No complete answer.
    #[error(transparent)]
    Fetch(#[from] crate::fetch::Error),
    /// A status other than success.
    #[error("origin answered {0}")]
    Status(u16),
    /// Success, but no playlist.
    #[error("expected a playlist from the origin, got {found}")]
    NotAPlaylist {
        /// What came instead.
        found: Nature,
    },
    /// Too many multivariant playlists at once, or the fetch was cut off.
    #[error(transparent)]
    Lost(#[from] Lost),
}

impl Error {
    /// One word from a closed set, for metric labels and log fields.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Fetch(error) => error.label(),
            Self::Status(_) => "status",
            Self::NotAPlaylist { .. } => "not_a_playlist",
            Self::Lost(_) => "lost",
        }
    }
}

/// What players may hear of an error: not which hosts and addresses stand behind an origin's name.
pub fn told(error: &Error) -> String {
    match error {
        Error::Fetch(crate::fetch::Error::Blocked(_)) => {
            "its address may not be reached".to_owned()
        }
        other => other.to_string(),
    }
}

impl From<Blocked> for Error {
    fn from(blocked: Blocked) -> Self {
        Self::Fetch(blocked.into())
    }
}

/// How origins are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Most bytes of a playlist once decompressed.
    pub limit: usize,
    /// Longest time of one fetch.
    pub timeout: Duration,
    /// For how long sessions that start share a multivariant playlist.
    pub multivariant_kept: MediaDuration,
    /// For how long they share its failure.
    pub failure_kept: MediaDuration,
    /// Most multivariant playlists kept or being fetched.
    pub multivariants: usize,
    /// After how many target durations without a request a refresher ends.
    pub idle_target_durations: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limit: 16 << 20,
            timeout: Duration::from_secs(5),
            multivariant_kept: MediaDuration::from_secs(2),
            failure_kept: MediaDuration::from_secs(1),
            multivariants: 1_000,
            idle_target_durations: 3,
        }
    }
}

/// A playlist as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The text; it begins with `#EXTM3U`.
    pub text: Arc<str>,
    /// Where it came from in the end: the base of its relative URIs.
    pub url: Url,
    /// Whether bytes that are no UTF-8 were replaced in it.
    pub repaired: bool,
}

/// Fetches playlists; clones share connections and what is being fetched.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: Client,
    clock: Clock,
    settings: Settings,
    multivariants: Arc<Flights<Url, Result<Fetched, Error>>>,
}

impl Fetcher {
    /// Fetches through `client`.
    pub fn new(client: Client, clock: Clock, settings: Settings) -> Self {
        let multivariants = Arc::new(Flights::new(clock.clone(), settings.multivariants));
        Self { client, clock, settings, multivariants }
    }

    /// A multivariant playlist, fetched once for all who ask at the same time or shortly after.
    ///
    /// # Errors
    /// Why there is none; also shared, for a shorter time.
    pub async fn multivariant(&self, url: &PublicUrl) -> Result<Fetched, Error> {
        let (fetcher, wanted) = (self.clone(), url.clone());
        let work = || async move {
            let result = fetcher.fetch(&wanted, None).await;
            let result = result.and_then(|answer| answer.ok_or(Error::Status(304)));
            match result {
                Ok((fetched, _)) => (Ok(fetched), fetcher.settings.multivariant_kept),
                Err(error) => (Err(error), fetcher.settings.failure_kept),
            }
        };
        self.multivariants.get(url.as_url().clone(), work).await?
    }

    /// A playlist with what makes the next request conditional; `None` where it is as `validators`
    /// say.
    async fn fetch(
        &self,
        url: &PublicUrl,
        validators: Option<Validators>,
    ) -> Result<Option<(Fetched, Validators)>, Error> {
        let conditional = validators.is_some();
        let Settings { limit, timeout, .. } = self.settings;
        let request = Request { headers: HeaderMap::new(), validators, limit, timeout };
        let response = self.client.get(url, request).await?;
        match response.status {
            StatusCode::NOT_MODIFIED if conditional => Ok(None),
            status if status.is_success() => playlist(response).map(Some),
            status => Err(Error::Status(status.as_u16())),
        }
    }
}

fn playlist(response: Response) -> Result<(Fetched, Validators), Error> {
    let (text, repaired) = text::playlist(&response.body)?;
    // Modified in the second of this answer it may be modified again in it, and keep its date (and
    // with some servers its tag) although a cue was added (RFC 9110 §8.8.2.2).
    let modified = response.headers.get(header::LAST_MODIFIED);
    let young = modified.is_some() && modified == response.headers.get(header::DATE);
    let validators = if young { Validators::default() } else { response.validators() };
    Ok((Fetched { text, url: response.final_url, repaired }, validators))
}
