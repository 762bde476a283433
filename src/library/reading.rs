//! Fetching one creative: its playlists, then a taste of its segments.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use url::Url;

use crate::{
    creative::{Creative, Failure, Outline, Playlist, Unusable},
    fetch::{self, Client, HeaderMap, HeaderValue, Request, header},
    units::MediaDuration,
};

use super::Settings;

/// Fetches and reads the creative at `url`.
pub(super) async fn creative(
    client: &Client,
    settings: &Settings,
    url: &Url,
) -> Result<Creative, Unusable> {
    let main = playlist(client, settings, url).await?;
    let outline = Outline::read(url.clone(), main)?;
    let addresses: Vec<Url> = outline.playlists().cloned().collect();
    let playlists: Vec<Playlist> = stream::iter(addresses)
        .map(|address| async move { playlist(client, settings, &address).await })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let creative = Creative::read(outline, &playlists)?;
    for segment in first_of_each_host(&creative) {
        taste(client, settings, segment).await?;
    }
    Ok(creative)
}

async fn playlist(client: &Client, settings: &Settings, url: &Url) -> Result<Playlist, Unusable> {
    let answer = get(client, settings, url, HeaderMap::new(), settings.limit).await?;
    match std::str::from_utf8(&answer.body) {
        Ok(text) => Ok(Playlist { url: answer.final_url, text: text.to_owned() }),
        Err(_) => Err(failed(url, Failure::NotText)),
    }
}

/// Asks for a segment's first byte, to see whether it is there and whom its host lets read it.
async fn taste(client: &Client, settings: &Settings, url: &Url) -> Result<(), Unusable> {
    let mut headers = HeaderMap::new();
    headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-0"));
    get(client, settings, url, headers, LARGEST_SEGMENT).await.map(|_| ())
}

async fn get(
    client: &Client,
    settings: &Settings,
    url: &Url,
    mut headers: HeaderMap,
    limit: usize,
) -> Result<fetch::Response, Unusable> {
    let admitted = client.guard().admit(url).map_err(|_| failed(url, Failure::Blocked))?;
    headers.insert(header::ORIGIN, HeaderValue::from_static(SOME_SITE));
    let request = Request { headers, validators: None, limit, timeout: settings.timeout };
    let answer = client.get(&admitted, request).await.map_err(|e| failed(url, failure(&e)))?;
    if !answer.status.is_success() {
        return Err(failed(url, Failure::Status(answer.status.as_u16())));
    }
    // Ads are reached by a redirect from another host, after which players send `Origin: null`:
    // nothing less than `*` lets them read the answer (Fetch standard §4.4).
    let allowed = answer.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    if allowed.is_none_or(|origin| origin != "*") {
        return Err(Unusable::NoCors { host: host(&answer.final_url) });
    }
    Ok(answer)
}

/// The first segments of all renditions, one of each host and port.
fn first_of_each_host(creative: &Creative) -> Vec<&Url> {
    let mut seen = BTreeSet::new();
    let firsts = creative.renditions.iter().filter_map(|rendition| rendition.segments.first());
    let fetched = firsts.map(|segment| &segment.uri).filter(|uri| uri.has_host());
    fetched.filter(|uri| seen.insert(uri.origin().ascii_serialization())).collect()
}

fn failed(url: &Url, failure: Failure) -> Unusable {
    Unusable::Fetch { host: host(url), failure }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn failure(error: &fetch::Error) -> Failure {
    match error {
        fetch::Error::TimedOut { after } => {
            Failure::TimedOut { limit: MediaDuration::from_std(*after) }
        }
        fetch::Error::TooLarge { limit } => Failure::TooLarge { limit: *limit },
        fetch::Error::Blocked(_) => Failure::Blocked,
        fetch::Error::TooManyRedirects { .. } => Failure::Redirects,
        fetch::Error::Unresolved(_)
        | fetch::Error::Connect(_)
        | fetch::Error::Tls(_)
        | fetch::Error::Protocol(_) => Failure::Io,
    }
}

/// A site that cannot exist (RFC 6761 §6.4), so that a host which lists the sites it knows says no.
const SOME_SITE: &str = "https://player.invalid";
/// Playlists of one creative fetched at once.
const AT_ONCE: usize = 4;
/// Servers that know no ranges send the whole segment.
const LARGEST_SEGMENT: usize = 32 << 20;
