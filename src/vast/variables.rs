//! MediaTailor's dynamic variables in an ad server's URL template.
//!
//! Unlike VAST's macros they are written in lower case with a dot. One that is not known at the
//! moment becomes nothing; every value is percent-encoded once.

use std::{collections::BTreeMap, net::IpAddr};

use crate::{
    ids::SessionId,
    units::{MediaDuration, ProgramTime},
};

use super::{
    macros::{self, Context},
    template::{encode, expand},
};

mod scte;
#[cfg(test)]
mod tests;

pub use scte::Scte;

/// What an ad request may tell about its session and break.
#[derive(Clone, Copy, Debug)]
pub struct Variables<'a> {
    /// `session.*`.
    pub session: &'a Session,
    /// `avail.*`, and the lengths that MediaTailor files under `session.*`.
    pub avail: &'a Avail,
    /// `scte.*`.
    pub scte: &'a Scte,
    /// `asset.*`: what `EXT-X-ASSET` says where the break begins, decoded.
    pub asset: &'a BTreeMap<String, String>,
    /// `player_params.*`: what the player sent as `ads.*` or `adsParams`, decoded.
    pub player_params: &'a BTreeMap<String, String>,
    /// What players' parameters stand for (MediaTailor's `ConfigurationAliases`): the values of
    /// `player_params.k` by alias.
    pub aliases: &'a Aliases,
    /// Values that stand for those of a break, which is not there yet, by whole names.
    pub given: &'a BTreeMap<String, String>,
    /// `avail.random`, drawn for each request, of which ten digits are used.
    pub random: u64,
}

/// By the variable's whole name, `player_params.k`, then by what the player said.
pub type Aliases = BTreeMap<String, BTreeMap<String, String>>;

/// The session as it was when it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `session.uuid`; `session.id` is a number made from it.
    pub id: SessionId,
    /// `session.client_ip`.
    pub client_ip: Option<IpAddr>,
    /// `session.user_agent`; empty where the player sent none, as the following are.
    pub user_agent: String,
    /// `session.referer`.
    pub referer: String,
    /// `session.accept_language`.
    pub accept_language: String,
}

/// The break.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Avail {
    /// `session.avail_duration_ms` and `…_secs`; where it is unknown or not above zero,
    /// [`UNKNOWN_DURATION`] is told.
    pub duration: Option<MediaDuration>,
    /// `avail.index`: how many breaks the session had before.
    pub index: u64,
    /// `avail.source_content_time_epoch_ms`: the programme's date where the break begins.
    pub source_time: Option<ProgramTime>,
    /// Where it stands in the programme.
    pub position: Position,
    /// How far it is into a recorded programme, ads aside.
    pub playhead: Option<MediaDuration>,
    /// It stands for all breaks of a title that marks none: then MediaTailor tells no length at all.
    pub is_whole_title: bool,
}

/// Where a break stands in the programme, as VAST numbers it (`BREAKPOSITION`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// Before it.
    Before,
    /// In it: the only one of live programmes.
    #[default]
    Within,
    /// After it.
    After,
}

impl Position {
    /// VAST's number.
    pub const fn number(self) -> u8 {
        match self {
            Self::Before => 1,
            Self::Within => 2,
            Self::After => 3,
        }
    }
}

/// What MediaTailor tells of a break whose length it does not know.
pub const UNKNOWN_DURATION: MediaDuration = MediaDuration::from_secs(300);

/// Replaces the variables, and VAST's macros beside them, in one pass.
pub fn expand_variables(
    template: &str,
    variables: &Variables<'_>,
    context: &Context<'_>,
) -> String {
    expand(template, |name| variables.encoded(name).or_else(|| macros::macro_value(name, context)))
}

impl Variables<'_> {
    /// The encoded value of one variable, empty where it is not known; `None` for what is no
    /// variable.
    pub fn encoded(&self, name: &str) -> Option<String> {
        self.value(name).map(|value| encode(&value))
    }

    /// The value as it is, as headers and bodies have it.
    pub fn value(&self, name: &str) -> Option<String> {
        let (family, key) = name.split_once('.')?;
        if let Some(given) = self.given.get(name) {
            return Some(given.clone());
        }
        let value = match family {
            "session" => self.session(key),
            "avail" if key == "random" => Some((self.random % RANDOM_RANGE).to_string()),
            "avail" => self.avail.value(key),
            "scte" => self.scte.value(key),
            "player_params" => self.player_params.get(key).map(|said| self.meant(name, said)),
            "asset" => self.asset.get(key).cloned(),
            _ => return None,
        };
        Some(value.unwrap_or_default())
    }

    /// What an aliased parameter stands for: nothing where it is not one of the aliases.
    fn meant(&self, name: &str, said: &str) -> String {
        match self.aliases.get(name) {
            Some(aliases) => aliases.get(said).cloned().unwrap_or_default(),
            None => said.to_owned(),
        }
    }

    fn session(&self, key: &str) -> Option<String> {
        let session = &self.session;
        match key {
            "id" => Some(session.number().to_string()),
            "uuid" => Some(session.id.to_string()),
            "client_ip" => Some(session.client_ip?.to_string()),
            "user_agent" => Some(session.user_agent.clone()),
            "referer" => Some(session.referer.clone()),
            "accept_language" => Some(session.accept_language.clone()),
            "avail_duration_ms" | "avail_duration_secs" if self.avail.is_whole_title => None,
            "avail_duration_ms" => Some(self.avail.told_duration().as_millis().to_string()),
            "avail_duration_secs" => Some(self.avail.told_duration().rounded_secs().to_string()),
            _ => None,
        }
    }
}

impl Session {
    /// The session as a positive number of 63 bits, which ad servers read as a `long`.
    fn number(&self) -> u128 {
        self.id.bits() >> 65
    }
}

impl Avail {
    fn told_duration(self) -> MediaDuration {
        self.duration.filter(|length| *length > MediaDuration::ZERO).unwrap_or(UNKNOWN_DURATION)
    }

    fn value(self, key: &str) -> Option<String> {
        match key {
            "index" => Some(self.index.to_string()),
            "source_content_time_epoch_ms" => Some(self.source_time?.as_millis().to_string()),
            _ => None,
        }
    }
}

/// MediaTailor's `avail.random` is at most 10,000,000,000.
const RANDOM_RANGE: u64 = 10_000_000_001;
