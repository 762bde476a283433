//! `midroll vast`: what an ad tag would play in a break, for people and for programs.
//!
//! It asks, follows, measures and chooses as the service does, by the same code, for a viewer it
//! makes up. Only what depends on a channel is left aside: whether creatives suit its renditions.

use std::collections::BTreeMap;

use url::Url;

use crate::{
    adserver::{self, AdServer, Asked, Question},
    clock::Clock,
    configuration::{AdsHttp, BeaconPacing, PlaybackConfiguration, StreamingMedia},
    cue::Trust,
    fetch,
    ids::{ConfigurationName, SessionId},
    library::{self, Library},
    pod::{self, Filled, Room},
    units::MediaDuration,
    vast::{
        Sequencing,
        variables::{Avail, Scte, Session},
    },
};

mod json;
mod table;
#[cfg(test)]
mod tests;

/// Where the answer comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// An ad server's URL template.
    Url(String),
    /// What one answered.
    Answer(Vec<u8>),
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Told {
    asked: Asked,
    filled: Filled,
    length: MediaDuration,
}

/// Asks for the ads of a break of that length.
///
/// # Errors
/// The address of an origin that is never asked is none.
pub async fn run(
    client: fetch::Client,
    source: Source,
    length: MediaDuration,
) -> Result<Told, url::ParseError> {
    let clock = Clock::real();
    let library = Library::new(client.clone(), clock.clone(), library::Settings::default(), None);
    let door = AdServer::new(client, clock.clone(), adserver::Settings::default());
    let question = question(length);
    let asked = match source {
        Source::Url(template) => door.ask(&configuration(Some(template))?, &question).await,
        Source::Answer(bytes) => door.given(&bytes, &configuration(None)?, &question).await,
    };
    let offers = library.offers(&asked, PATIENCE, &library::Channel::any()).await;
    let room = Room { length: Some(length), carried: MediaDuration::ZERO, segment: SEGMENT };
    let filled = pod::fill(&offers, &[], room, clock.now());
    Ok(Told { asked, filled, length })
}

fn configuration(
    ad_decision_server_url: Option<String>,
) -> Result<PlaybackConfiguration, url::ParseError> {
    Ok(PlaybackConfiguration {
        name: ConfigurationName::new("vast"),
        video_content_source_url: Url::parse("http://origin.invalid/")?,
        ad_decision_server_url,
        slate_ad_url: None,
        personalization_threshold: None,
        avail_suppression: crate::configuration::Suppression::Off,
        viewer_query: Vec::new(),
        cues: Trust::ALL,
        ads_enabled: true,
        ads_request_timeout: MediaDuration::from_secs(3),
        ads_break_timeout: MediaDuration::from_secs(10),
        ads_http: AdsHttp::default(),
        aliases: BTreeMap::new(),
        ad_sequencing: Sequencing::Standard,
        titles: crate::configuration::Titles::default(),
        prefetch_timeouts: crate::configuration::PrefetchTimeouts::default(),
        pre_roll: None,
        bumpers: crate::configuration::BumperUrls::default(),
        beacon_pacing: BeaconPacing::Media,
        streaming_media: StreamingMedia::default(),
        content_segment_url_prefix: None,
        ad_segment_url_prefix: None,
    })
}

fn question(length: MediaDuration) -> Question {
    Question {
        session: Session {
            id: SessionId::from_bits(1),
            client_ip: None,
            user_agent: String::new(),
            referer: String::new(),
            accept_language: String::new(),
        },
        avail: Avail { duration: Some(length), index: 1, ..Avail::default() },
        scte: Scte::default(),
        asset: BTreeMap::new(),
        player_params: BTreeMap::new(),
        given: BTreeMap::new(),
    }
}

/// How long creatives may take; nobody waits for a playlist here.
const PATIENCE: MediaDuration = MediaDuration::from_secs(15);
/// A usual content segment, of which half may be passed at the break's end.
const SEGMENT: MediaDuration = MediaDuration::from_secs(6);
