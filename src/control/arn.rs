//! Names of resources, in the form that AWS's clients hand around. There is one region and one
//! account, and of those that clients write any will do.

use super::refusal::Refusal;

/// Something that has tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// By its name.
    PlaybackConfiguration(String),
    /// By its configuration's name and its own.
    PrefetchSchedule(String, String),
}

impl Resource {
    /// Reads `arn:aws:mediatailor:REGION:ACCOUNT:playbackConfiguration/NAME` or
    /// `…:prefetchSchedule/CONFIGURATION/NAME`.
    pub(super) fn parse(arn: &str) -> Result<Self, Refusal> {
        let fields: Vec<_> = arn.splitn(6, ':').collect();
        let resource = match fields[..] {
            ["arn", _, "mediatailor", _, _, resource] => resource.split_once('/'),
            _ => None,
        };
        let both = |names: &str| {
            let (configuration, name) = names.split_once('/')?;
            Some(Self::PrefetchSchedule(configuration.to_owned(), name.to_owned()))
        };
        let known = match resource {
            Some(("playbackConfiguration", name)) => {
                Some(Self::PlaybackConfiguration(name.to_owned()))
            }
            Some(("prefetchSchedule", names)) => both(names),
            _ => None,
        };
        match known {
            Some(known) => Ok(known),
            None => Err(Refusal::bad_request(format!("`{arn}` names nothing that has tags"))),
        }
    }
}

/// The name of a playback configuration.
pub(super) fn playback_configuration(name: &str) -> String {
    format!("{BEGIN}:playbackConfiguration/{name}")
}

/// The name of a prefetch schedule.
pub(super) fn prefetch_schedule(configuration: &str, name: &str) -> String {
    format!("{BEGIN}:prefetchSchedule/{configuration}/{name}")
}

const BEGIN: &str = "arn:aws:mediatailor:midroll:000000000000";
