//! Media of ads and channels: addresses that ad servers and playlists name.

use url::Url;

use super::{Client, HeaderMap, HeaderValue, Request, Response, header};
use crate::creative::{ByteRange, Failure, Unusable};

impl Client {
    /// Fetches a playlist, segment or caption file of which only the address is known: admitted by the
    /// guard, and answered with success.
    ///
    /// # Errors
    /// Why it cannot be had, with its host and never with its query.
    pub async fn media(&self, url: &Url, request: Request) -> Result<Response, Unusable> {
        let failed = |failure| Unusable::fetching(url, failure);
        let admitted = self.guard().admit(url).map_err(|_| failed(Failure::Blocked))?;
        let answer = self.get(&admitted, request).await;
        let answer = answer.map_err(|error| failed(error.failure()))?;
        match answer.status.is_success() {
            true => Ok(answer),
            false => Err(failed(Failure::Status(answer.status.as_u16()))),
        }
    }
}

/// The headers that ask for a part (RFC 9110 §14.2); none where all is wanted.
pub fn range(part: Option<ByteRange>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let value = part.and_then(|ByteRange { offset, length }| {
        let last = offset.saturating_add(length).saturating_sub(1);
        HeaderValue::from_str(&format!("bytes={offset}-{last}")).ok()
    });
    headers.extend(value.map(|value| (header::RANGE, value)));
    headers
}
