//! Following redirects, each hop admitted as the first was.

use bytes::Bytes;
use reqwest::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, PROXY_AUTHORIZATION,
};
use url::Url;

use super::{Client, Error};
use crate::guard::PublicUrl;

impl Client {
    /// The first answer that is no redirect.
    pub(super) async fn follow(
        &self,
        url: &PublicUrl,
        mut headers: HeaderMap,
        mut body: Option<Bytes>,
    ) -> Result<reqwest::Response, Error> {
        let mut url = url.clone();
        for _ in 0..=self.settings.max_redirects {
            let answer = self.once(&url, headers.clone(), body.clone()).await?;
            let Some(next) = target(&answer) else { return Ok(answer) };
            if matches!(answer.status().as_u16(), 301..=303) && body.take().is_some() {
                strip_content(&mut headers);
            }
            let next = self.guard.policy().admit_redirect(url.as_url(), &next)?;
            if next.as_url().origin() != url.as_url().origin() {
                strip_credentials(&mut headers);
            }
            url = next;
        }
        Err(Error::TooManyRedirects { limit: self.settings.max_redirects })
    }
}

/// Where a redirect leads; `None` for any other answer, and for one whose `Location` cannot be read.
fn target(answer: &reqwest::Response) -> Option<Url> {
    // All of them repeat a GET as a GET, and the last two a POST as a POST (RFC 9110 §15.4).
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = std::str::from_utf8(answer.headers().get(LOCATION)?.as_bytes()).ok()?;
    answer.url().join(location).ok()
}

/// What described a body that is not repeated.
fn strip_content(headers: &mut HeaderMap) {
    for name in [CONTENT_TYPE, CONTENT_ENCODING] {
        headers.remove(name);
    }
}

fn strip_credentials(headers: &mut HeaderMap) {
    for name in [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION] {
        headers.remove(name);
    }
}
