//! Names of resources, in the form that AWS's clients hand around. There is one region and one
//! account, and of those that clients write any will do.

use super::refusal::Refusal;

/// Something that has tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// By its name.
    PlaybackConfiguration(String),
}

impl Resource {
    /// Reads `arn:aws:mediatailor:REGION:ACCOUNT:playbackConfiguration/NAME`.
    pub(super) fn parse(arn: &str) -> Result<Self, Refusal> {
        let fields: Vec<_> = arn.splitn(6, ':').collect();
        let resource = match fields[..] {
            ["arn", _, "mediatailor", _, _, resource] => resource.split_once('/'),
            _ => None,
        };
        match resource {
            Some(("playbackConfiguration", name)) => {
                Ok(Self::PlaybackConfiguration(name.to_owned()))
            }
            _ => Err(Refusal::bad_request(format!("`{arn}` names nothing that has tags"))),
        }
    }
}

/// The name of a playback configuration.
pub(super) fn playback_configuration(name: &str) -> String {
    format!("{BEGIN}:playbackConfiguration/{name}")
}

const BEGIN: &str = "arn:aws:mediatailor:midroll:000000000000";
