//! Beginning a session: the channel's multivariant playlist, written for one viewer.

use std::sync::{Arc, OnceLock, PoisonError};

use super::{ChannelLinks, Error, Live, Opening, Playback, Session, feed::Feed};
use crate::{
    configuration::PlaybackConfiguration,
    guard::{Blocked, PublicUrl},
    hls::{Given, Multivariant, RenditionInfo, RenditionKind},
    ids::{ConfigurationName, SessionId},
    origin::{self, Fetched, Wanted},
    stitch,
};

#[cfg(test)]
mod tests;

impl Playback {
    /// Opens a session at `asset` below the configuration's source.
    ///
    /// # Errors
    /// An unknown configuration, a path outside its source, a limit, or an origin that does not
    /// give a multivariant playlist.
    pub async fn open(
        self: &Arc<Self>,
        configuration: &str,
        asset: &str,
        query: &str,
        opening: Opening,
    ) -> Result<Arc<Session>, Error> {
        let settings = self.settings.load_full();
        let known = settings.configurations.get(configuration).cloned();
        let configuration =
            known.ok_or_else(|| Error::NoSuchConfiguration(configuration.to_owned()))?;
        // Taken before anybody waits for the origin, so that no number of requests at once passes it.
        let place = self.places.take(opening.device.ip, &settings.limits);
        let refused = |why: &Error| self.measure_refused(&configuration.name, why);
        let place = place.inspect_err(refused)?;
        configuration.knows_aliases(&opening.player_params)?;
        let most = settings.limits.channels;
        let live = self.channel(&configuration, (asset, query), most).await;
        let live = live.inspect_err(|why| {
            if matches!(why, Error::TooManyChannels { .. }) {
                refused(why);
            }
        })?;
        let id = SessionId::from_bits(random_bits()?);
        let now = self.doors.clock.now();
        let session = Session::new(id, configuration, asset.into(), opening, live, now);
        let session = Arc::new(session);
        self.enter(&session);
        place.keep();
        Ok(session)
    }

    pub(super) fn enter(&self, session: &Arc<Session>) {
        self.store.begin(session.id);
        session.live.sessions.insert(session.id, Arc::clone(session));
        self.sessions.insert(session.id, Arc::clone(session));
        self.doors.metrics.players.session_started(&session.configuration.name);
    }

    /// The session's multivariant playlist, as it is at the origin now; as it was when the channel
    /// was opened if the origin gives none, or one that names renditions the channel does not have.
    ///
    /// # Errors
    /// None of them can be written for a session.
    pub async fn multivariant(&self, session: &Session, up: &str) -> Result<String, Error> {
        let live = &session.live;
        let (configuration, id) = (&session.configuration.name, session.id);
        let address = |rendition: &RenditionInfo| {
            let known = live.renditions.iter().position(|known| known.uri == rendition.uri)?;
            Some(format!("{up}manifest/{configuration}/{id}/{known}.m3u8"))
        };
        let newest = self.doors.origin.multivariant(&live.address).await.map_err(Error::Origin);
        let newest = newest.and_then(|fetched| Ok((read(&fetched)?, fetched.url)));
        let newest = newest.inspect_err(|error| {
            tracing::debug!(%configuration, %error, "the multivariant playlist is the one known");
        });
        let newest =
            newest.ok().and_then(|(newest, base)| stitch::multivariant(&newest, &base, address));
        let opened = || stitch::multivariant(&live.multivariant, &live.base, address);
        newest.or_else(opened).ok_or_else(|| {
            Error::Unreadable("its renditions are not those of the channel".to_owned())
        })
    }

    /// The channel behind an asset; sessions with the same source and the same renditions share it.
    async fn channel(
        &self,
        configuration: &Arc<PlaybackConfiguration>,
        (asset, query): (&str, &str),
        most: usize,
    ) -> Result<Arc<Live>, Error> {
        let source = &configuration.video_content_source_url;
        let address = origin::asset_url(source, asset, query, &configuration.viewer_query)
            .map_err(Error::NotAnAsset)?;
        let address = self.doors.guard.admit(&address).map_err(Error::Blocked)?;
        let fetched = self.doors.origin.multivariant(&address).await.map_err(Error::Origin)?;
        let playlist = read(&fetched)?;
        let key = key(configuration, &address, &playlist);
        let now = self.doors.clock.now();
        let opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.channels.contains_key(&key) && self.channels_of(&configuration.name) >= most {
            return Err(Error::TooManyChannels { limit: most });
        }
        let live = self.channels.entry(key).or_insert_with(|| {
            let links = self.links(configuration, &playlist);
            let uris = playlist.renditions.iter().map(|rendition| &rendition.uri);
            let asked = address.as_url();
            let addresses = uris.map(|uri| origin::rendition_url(asked, &fetched.url, uri));
            let addresses = addresses.collect();
            Arc::new(Live::new(
                configuration,
                address.clone(),
                (playlist, fetched.url.clone()),
                addresses,
                links,
                now,
            ))
        });
        let live = Arc::clone(&live);
        drop(opening);
        Ok(live)
    }

    fn channels_of(&self, name: &ConfigurationName) -> usize {
        self.channels.iter().filter(|live| live.configuration == *name).count()
    }

    /// Sees to it that the channel's playlists are being read.
    pub(super) fn refresh(self: &Arc<Self>, live: &Arc<Live>) {
        let now = self.doors.clock.now();
        if live.keep(now) {
            return;
        }
        let _starting = live.starting();
        if live.keep(now) {
            return;
        }
        live.fall_asleep(now);
        let wanted = Wanted::new(now);
        let spawn = |rendition: usize| {
            let address = live.read_at(rendition)?;
            let refused = |blocked: Blocked| {
                tracing::warn!(rendition, %blocked, "the origin's playlist cannot be read");
                live.fail(rendition, origin::told(&blocked.into()), now);
            };
            let address = self.doors.guard.admit(address).map_err(refused).ok()?;
            let feed = Feed { playback: Arc::downgrade(self), live: Arc::clone(live), rendition };
            let fetcher = self.doors.origin.clone();
            let wanted = wanted.clone();
            let reading = origin::spawn(fetcher, address, Arc::new(feed), wanted, &self.stopping);
            Some((rendition, reading))
        };
        live.feed((0..live.renditions.len()).filter_map(spawn).collect());
    }

    fn links(
        &self,
        configuration: &PlaybackConfiguration,
        playlist: &Multivariant,
    ) -> ChannelLinks {
        let prefix = configuration.content_segment_url_prefix.clone();
        ChannelLinks {
            bases: playlist.renditions.iter().map(|_| OnceLock::new()).collect(),
            content_prefix: prefix.map(|to| (configuration.video_content_source_url.clone(), to)),
            signer: self.doors.signer.clone(),
            creatives: configuration.ad_segment_url_prefix.clone(),
        }
    }
}

fn read(fetched: &Fetched) -> Result<Multivariant, Error> {
    let given = Given { variables: None, query: fetched.url.query().unwrap_or_default() };
    let (playlist, _oddities) = Multivariant::parse_given(Arc::clone(&fetched.text), given)
        .map_err(|error| Error::Unreadable(error.to_string()))?;
    if playlist.renditions.iter().all(|rendition| rendition.kind == RenditionKind::IFrame) {
        return Err(Error::Unreadable("the multivariant playlist names no rendition".to_owned()));
    }
    Ok(playlist)
}

/// The same source, address, trusted cues and set of renditions in whatever order: one channel.
fn key(
    configuration: &PlaybackConfiguration,
    address: &PublicUrl,
    playlist: &Multivariant,
) -> String {
    let address = address.as_url();
    let mut uris: Vec<&str> = playlist.renditions.iter().map(|r| r.uri.as_str()).collect();
    uris.sort_unstable();
    let PlaybackConfiguration { name, cues, .. } = configuration;
    format!("{name} {cues} {address} {}", uris.join(" "))
}

fn random_bits() -> Result<u128, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::NoRandomness)?;
    Ok(u128::from_be_bytes(bytes))
}
