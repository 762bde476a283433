//! `midroll vast`: what an ad tag would play in a break, for people and for programs.
//!
//! It asks, follows, measures and chooses as the service does, by the same code, for a viewer it
//! makes up. Only what depends on a channel is left aside: whether creatives suit its renditions, and
//! what is made of files, which are taken to be as long as their ads say.

use std::{collections::BTreeMap, sync::Arc};

use url::Url;

use crate::{
    adserver::{self, AdServer, Asked, Question},
    clock::Clock,
    configuration::PlaybackConfiguration,
    creative::Creative,
    fetch,
    ids::{ConfigurationName, SessionId},
    library::{self, Library},
    pod::{self, AdInfo, Filled, Offer, Offers, Room},
    units::MediaDuration,
    vast::{
        self,
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
    /// Ads whose media would be made of a file first.
    of_files: Vec<Arc<AdInfo>>,
}

/// Asks for the ads of a break of that length. `makes` says whether there is something to make media of
/// files with.
///
/// # Errors
/// The address of an origin that is never asked is none.
pub async fn run(
    client: fetch::Client,
    source: Source,
    length: MediaDuration,
    makes: bool,
) -> Result<Told, url::ParseError> {
    let clock = Clock::real();
    let library = Library::new(client.clone(), clock.clone(), library::Settings::default(), None);
    let asking = adserver::Settings { takes_files: makes, ..adserver::Settings::default() };
    let door = AdServer::new(client, clock.clone(), asking);
    let question = question(length);
    let asked = match source {
        Source::Url(template) => door.ask(&configuration(Some(template))?, &question).await,
        Source::Answer(bytes) => door.given(&bytes, &configuration(None)?, &question).await,
    };
    let library::Answer { mut offers, .. } =
        library.offers(&asked, PATIENCE, &library::Channel::any()).await;
    let room = Room { length: Some(length), carried: MediaDuration::ZERO, segment: SEGMENT };
    let of_files = expect_made(&asked, &mut offers, makes);
    let filled = pod::fill(&offers, &[], room, clock.now());
    Ok(Told { asked, filled, length, of_files })
}

/// Puts media of the claimed length in the place of what would be made of files, and says of which ads.
fn expect_made(asked: &Asked, offers: &mut Offers, makes: bool) -> Vec<Arc<AdInfo>> {
    let (pod, stand_ins) = pod::order(asked.ads.clone(), asked.sequencing);
    let pod = offers.pod.iter_mut().zip(&pod);
    let both = pod.chain(offers.stand_ins.iter_mut().zip(&stand_ins));
    let files: Vec<_> =
        both.filter_map(|(offer, ad)| Some((expected(offer, ad)?, offer))).collect();
    if !makes {
        return Vec::new();
    }
    let put = |(creative, offer): (Creative, &mut Offer)| {
        offer.media = Ok(Arc::new(creative));
        Arc::clone(&offer.info)
    };
    files.into_iter().map(put).collect()
}

/// What would be made of an ad's file, where that is what it has.
fn expected(offer: &Offer, ad: &vast::Ad) -> Option<Creative> {
    let url = pod::Media::of(ad).ok()?.file.filter(|_| offer.media.is_err())?;
    Some(Creative { url, duration: offer.info.claimed?, renditions: Vec::new() })
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
