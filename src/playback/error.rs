//! Why a request to playback fails.

use crate::{
    configuration::UnknownAlias, guard::Blocked, ids::SessionId, origin, tracking::BadToken,
};

/// Why.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration is unknown.
    #[error("no playback configuration is named `{0}`")]
    NoSuchConfiguration(String),
    /// A player's parameter is none of its aliases.
    #[error(transparent)]
    UnknownAlias(#[from] UnknownAlias),
    /// The session is unknown, or has expired.
    #[error("no session `{0}`: it has expired, or began elsewhere")]
    NoSuchSession(SessionId),
    /// The session has no such rendition.
    #[error("the channel has {known} renditions, none numbered {asked}")]
    NoSuchRendition {
        /// What was asked for.
        asked: usize,
        /// How many there are.
        known: usize,
    },
    /// The path does not stay below the configuration's source.
    #[error("no path below the configuration's content source: {0}")]
    NotAnAsset(#[source] origin::BadAsset),
    /// The source's address may not be reached.
    #[error("origin: {0}")]
    Blocked(#[source] Blocked),
    /// As many sessions as are allowed.
    #[error("{limit} sessions are open, which is the limit")]
    TooManySessions {
        /// The limit.
        limit: usize,
    },
    /// As many sessions from one address as are allowed.
    #[error("{limit} sessions are open from this address, which is the limit")]
    TooManyFromAddress {
        /// The limit.
        limit: usize,
    },
    /// As many channels of one configuration as are allowed.
    #[error("{limit} channels of this configuration are open, which is the limit")]
    TooManyChannels {
        /// The limit.
        limit: usize,
    },
    /// The origin did not give the multivariant playlist.
    #[error("origin: {0}")]
    Origin(#[source] origin::Error),
    /// What the origin gave as multivariant playlist is none that can be served.
    #[error("origin: {0}")]
    Unreadable(String),
    /// No playlist of this rendition could be read yet.
    #[error("rendition {rendition} cannot be read from the origin: {why}")]
    NotReady {
        /// Which.
        rendition: usize,
        /// Why, as far as known.
        why: String,
    },
    /// The link was not written by this service.
    #[error("this is no ad segment's address")]
    NotAnAdSegment,
    /// A tracking client goes on from where nobody can.
    #[error("{0}")]
    BadToken(#[source] BadToken),
    /// No creative of that name, or no such file in it.
    #[error("no creative is kept under this address")]
    NoSuchCreative,
    /// The store of creatives does not answer.
    #[error("the store of creatives does not answer")]
    CreativesDown,
    /// No randomness to be had.
    #[error("the system gives no random numbers")]
    NoRandomness,
}
