//! `midroll vast`: what an ad tag would play in a break, for people and for programs.
//!
//! It asks, follows, measures and chooses as the service does, by the same code, for a viewer it
//! makes up. Only what depends on a channel is left aside: whether creatives suit its renditions.

use std::collections::BTreeMap;

use url::Url;

use crate::{
    adserver::{self, AdServer, Asked, Question},
    clock::Clock,
    configuration::PlaybackConfiguration,
    fetch,
    ids::{ConfigurationName, SessionId},
    library::{self, Library},
    pod::{self, Filled, Room},
    units::MediaDuration,
    vast::variables::{Avail, Scte, Session},
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
    let library::Answer { offers, .. } =
        library.offers(&asked, PATIENCE, &library::Channel::any()).await;
    let room = Room { length: Some(length), carried: MediaDuration::ZERO, segment: SEGMENT };
    let filled = pod::fill(&offers, &[], room, clock.now());
    Ok(Told { asked, filled, length })
}

fn configuration(
    ad_decision_server_url: Option<String>,
) -> Result<PlaybackConfiguration, url::ParseError> {
    let source = Url::parse("http://origin.invalid/")?;
    Ok(PlaybackConfiguration {
        ad_decision_server_url,
        ..PlaybackConfiguration::new(ConfigurationName::new("vast"), source)
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
