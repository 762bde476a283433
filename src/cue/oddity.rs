//! What in a playlist's markers cannot be read, or does not keep to a profile. The markers say what
//! else they say all the same.

use super::{
    Breach, Profile,
    value::{Value, seconds},
};
use crate::{
    hls::{Attributes, Line, Tag},
    scte35,
};

/// Something a marker should not say.
#[derive(Debug, PartialEq)]
pub struct Oddity {
    /// What it is.
    pub kind: OddityKind,
    /// The line it is in, from 1.
    pub line: u32,
}

/// What a marker should not say.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum OddityKind {
    /// The marker is taken to have none.
    #[error("a marker's message cannot be read: {0}")]
    Message(scte35::Error),
    /// It is taken for unknown.
    #[error("a marker's duration cannot be read")]
    Duration,
    /// It begins no break.
    #[error("a marker's message {0}")]
    Profile(Breach),
}

/// What is odd about the markers among these lines.
pub fn oddities<'a>(lines: impl Iterator<Item = &'a Line>, profile: Profile) -> Vec<Oddity> {
    let found = |line: &Line| {
        kinds(line, profile)
            .into_iter()
            .map(|kind| Oddity { kind, line: line.number })
            .collect::<Vec<_>>()
    };
    lines.flat_map(found).collect()
}

impl OddityKind {
    /// As it stands in metrics.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Duration => "duration",
            Self::Profile(_) => "profile",
        }
    }
}

fn kinds(line: &Line, profile: Profile) -> Vec<OddityKind> {
    let value = line.value();
    let failure = |message: &str| match scte35::decode(message) {
        Ok(splice) => profile.breach(&splice).map(OddityKind::Profile),
        Err(error) => Some(OddityKind::Message(error)),
    };
    if matches!(line.tag, Tag::Oatcls | Tag::SplicePoint) {
        return failure(value).into_iter().collect();
    }
    let attributes = || Attributes::of(value).iter();
    let named = |names: &'static [&str]| {
        attributes().filter(move |one| names.iter().any(|name| one.name.eq_ignore_ascii_case(name)))
    };
    let messages = named(messages(line.tag)).filter_map(|one| failure(one.value));
    let durations = named(durations(line.tag)).filter(|one| seconds(one.value).is_none());
    let durations = durations.map(|_| OddityKind::Duration);
    let neither = line.tag == Tag::CueOut && is_neither(value);
    messages.chain(durations).chain(neither.then_some(OddityKind::Duration)).collect()
}

fn messages(tag: Tag) -> &'static [&'static str] {
    match tag {
        Tag::CueOut | Tag::CueOutCont | Tag::CueIn => &["CUE", "SCTE35"],
        Tag::Scte35 | Tag::OldScte35 => &["CUE"],
        Tag::DateRange => &["SCTE35-OUT", "SCTE35-IN", "SCTE35-CMD"],
        _ => &[],
    }
}

fn durations(tag: Tag) -> &'static [&'static str] {
    match tag {
        Tag::CueOut | Tag::CueOutCont | Tag::Cue | Tag::Scte35 => &["DURATION"],
        _ => &[],
    }
}

/// `INVALID`: neither a number nor attributes.
fn is_neither(value: &str) -> bool {
    !value.is_empty() && Value::of(value).first.is_none() && !value.contains('=')
}
