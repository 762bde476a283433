//! Fetching one creative: its playlists, then a taste of its segments, to see whether they are there,
//! whom their hosts let read them, and when they begin.

use std::collections::BTreeSet;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, future, stream};
use url::Url;

use crate::{
    creative::{self, ByteRange, Creative, Failure, Fetched, Outline, Playlist, Unusable},
    fetch::{self, Client, HeaderMap, HeaderValue, Request, header},
    units::MediaDuration,
};

use super::Settings;

/// Fetches and reads the creative at `url`, all of it within its time.
pub(super) async fn within(
    client: &Client,
    settings: &Settings,
    url: &Url,
) -> Result<Creative, Unusable> {
    let read = tokio::time::timeout(settings.whole, creative(client, settings, url)).await;
    let limit = MediaDuration::from_std(settings.whole);
    read.unwrap_or_else(|_| Err(Unusable::fetching(url, Failure::TimedOut { limit })))
}

async fn creative(client: &Client, settings: &Settings, url: &Url) -> Result<Creative, Unusable> {
    let main = playlist(client, settings, url).await?;
    let outline = Outline::read(url.clone(), main)?;
    let addresses: Vec<Url> = outline.playlists().cloned().collect();
    let fetched = stream::iter(addresses)
        .map(|address| async move { playlist(client, settings, &address).await })
        .buffered(AT_ONCE);
    let creative = Creative::read(outline, &bounded(url, fetched).await?)?;
    let begins = begins(client, settings, &creative).await?;
    let tasted = creative.leading().and_then(|lead| lead.segments.first());
    let tasted = tasted.map(|segment| segment.uri.origin());
    let others = first_of_each_host(&creative).into_iter();
    let others: Vec<_> = others.filter(|one| Some(one.origin()) != tasted).cloned().collect();
    stream::iter(others)
        .map(|segment| async move {
            get(client, settings, &segment, first_bytes(None, 1), LARGEST_SEGMENT).await.map(drop)
        })
        .buffered(AT_ONCE)
        .try_for_each(|()| future::ready(Ok(())))
        .await?;
    Ok(match begins {
        Some(pts) => creative.beginning_at(pts),
        None => creative,
    })
}

/// The playlists as they come, as long as all together are not too large.
async fn bounded(
    url: &Url,
    fetched: impl Stream<Item = Fetched>,
) -> Result<Vec<Fetched>, Unusable> {
    let mut fetched = std::pin::pin!(fetched);
    let (mut playlists, mut bytes) = (Vec::new(), 0);
    while let Some(playlist) = fetched.next().await {
        bytes += playlist.as_ref().map_or(0, |playlist| playlist.text.len());
        if bytes > LARGEST_PLAYLISTS {
            return Err(Unusable::fetching(url, Failure::TooLarge { limit: LARGEST_PLAYLISTS }));
        }
        playlists.push(playlist);
    }
    Ok(playlists)
}

/// At which presentation time the picture begins, and whether it is there at all; none where its
/// first bytes do not tell.
async fn begins(
    client: &Client,
    settings: &Settings,
    creative: &Creative,
) -> Result<Option<u64>, Unusable> {
    let Some(lead) = creative.leading() else { return Ok(None) };
    let Some(first) = lead.segments.first() else { return Ok(None) };
    let headers = first_bytes(first.byte_range, ENOUGH);
    let media = get(client, settings, &first.uri, headers, LARGEST_SEGMENT).await?.body;
    if creative::lacks_time(lead.container, &media) {
        return Err(Unusable::NoDecodeTime);
    }
    let init = match &first.map {
        Some(map) => {
            let headers = first_bytes(map.byte_range, ENOUGH);
            get(client, settings, &map.uri, headers, LARGEST_SEGMENT).await?.body
        }
        None => Bytes::new(),
    };
    Ok(creative::first_pts(lead.container, &init, &media))
}

async fn playlist(client: &Client, settings: &Settings, url: &Url) -> Result<Playlist, Unusable> {
    let answer = get(client, settings, url, HeaderMap::new(), settings.limit).await?;
    match std::str::from_utf8(&answer.body) {
        Ok(text) => Ok(Playlist { url: answer.final_url, text: text.to_owned() }),
        Err(_) => Err(Unusable::fetching(url, Failure::NotText)),
    }
}

/// Asks for the first `length` bytes of a resource, or of a part of it.
fn first_bytes(part: Option<ByteRange>, length: u64) -> HeaderMap {
    let whole = ByteRange { offset: 0, length };
    let part = part.map_or(whole, |part| ByteRange { length: length.min(part.length), ..part });
    fetch::range(Some(part))
}

async fn get(
    client: &Client,
    settings: &Settings,
    url: &Url,
    mut headers: HeaderMap,
    limit: usize,
) -> Result<fetch::Response, Unusable> {
    headers.insert(header::ORIGIN, HeaderValue::from_static(SOME_SITE));
    let request = Request { headers, validators: None, limit, timeout: settings.timeout };
    let answer = client.media(url, request).await?;
    // Ads are reached by a redirect from another host, after which players send `Origin: null`:
    // nothing less than `*` lets them read the answer (Fetch standard §4.4).
    let allowed = answer.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    if allowed.is_none_or(|origin| origin != "*") {
        let host = answer.final_url.host_str().unwrap_or_default().to_owned();
        return Err(Unusable::NoCors { host });
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

/// A site that cannot exist (RFC 6761 §6.4), so that a host which lists the sites it knows says no.
const SOME_SITE: &str = "https://player.invalid";
/// Playlists of one creative fetched at once.
const AT_ONCE: usize = 4;
/// Bytes of all playlists of one creative; those of an hour's ad in fifty renditions have less.
const LARGEST_PLAYLISTS: usize = 16 << 20;
/// Bytes of a segment within which its first time stands.
const ENOUGH: u64 = 64 << 10;
/// Servers that know no ranges send the whole segment.
const LARGEST_SEGMENT: usize = 32 << 20;
