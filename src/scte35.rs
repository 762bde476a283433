//! SCTE-35 messages (`splice_info_section`, ANSI/SCTE 35 2023r1 §9.6) as owned values.
//!
//! The wire format is read by `scte35-splice`, which stays behind these types. A message is
//! accepted or refused as a whole by its checksum; within it a descriptor that cannot be read is an
//! oddity, as the command says most of what matters. Deliberately absent: what a message means for
//! a break, which is `cue`'s to say, and encrypted messages, which are known to be that and no more.

use std::fmt;

use crate::units::MediaDuration;

mod segmentation;
mod splice;
mod text;
#[cfg(test)]
mod tests;

pub use segmentation::{Restrictions, Segmentation, SegmentationType, Upid};
pub use text::{decode, decode_base64, decode_hex};

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SpliceInfo {
    /// What it commands.
    pub command: Command,
    /// Added to every time in it, 90 kHz; the times here have it added already.
    pub pts_adjustment: Ticks,
    /// The authorisation tier; 0xFFF where there is none.
    pub tier: u16,
    /// Its segmentation descriptors in order.
    pub segmentations: Vec<Segmentation>,
    /// Its avail descriptors' `provider_avail_id`s in order.
    pub provider_avail_ids: Vec<u32>,
    /// What in it could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub oddities: Vec<Oddity>,
}

/// `splice_command` (§9.7).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Command {
    /// Nothing: a heartbeat, or a carrier of descriptors.
    Null,
    /// Events to come; each is announced again by an insert (§9.7.2).
    Schedule {
        /// The events in order.
        events: Vec<Scheduled>,
    },
    /// Out of the programme or back into it.
    Insert(Insert),
    /// A moment for the segmentation descriptors.
    TimeSignal {
        /// That moment; `None` is now.
        pts: Option<Ticks>,
    },
    /// Keeps its place in a multiplex.
    BandwidthReservation,
    /// Somebody's own.
    Private {
        /// Whose.
        identifier: u32,
    },
    /// Not to be read without a key.
    Encrypted {
        /// `encryption_algorithm` (§11.3).
        algorithm: u8,
    },
    /// A type the standard reserves.
    Unknown {
        /// `splice_command_type`.
        command_type: u8,
    },
}

/// `splice_insert` (§9.7.3).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Insert {
    /// `splice_event_id`.
    pub event_id: u32,
    /// The event is taken back; nothing below is said.
    pub cancelled: bool,
    /// Whether it leads out of the programme.
    pub out_of_network: bool,
    /// Whether it is for now, not for `pts`.
    pub immediate: bool,
    /// When; that of the first component where they have their own.
    pub pts: Option<Ticks>,
    /// How long the break is.
    pub duration: Option<Ticks>,
    /// Whether it ends by itself after `duration`; `None` without one.
    pub auto_return: Option<bool>,
    /// `unique_program_id`.
    pub unique_program_id: u16,
    /// Which avail of the programme this is.
    pub avail_num: u8,
    /// How many avails the programme has.
    pub avails_expected: u8,
}

/// An event of a `splice_schedule` (§9.7.2).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Scheduled {
    /// `splice_event_id`.
    pub event_id: u32,
    /// The event is taken back; nothing below is said.
    pub cancelled: bool,
    /// Whether it leads out of the programme.
    pub out_of_network: bool,
    /// When, in seconds of GPS time.
    pub gps_seconds: Option<u32>,
    /// How long the break is.
    pub duration: Option<Ticks>,
}

/// A count of the 90 kHz clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Ticks(pub u64);

impl Ticks {
    /// As a length of time, rounded down to a nanosecond.
    pub fn to_duration(self) -> MediaDuration {
        MediaDuration::from_ticks_90k(i64::try_from(self.0).unwrap_or(i64::MAX))
    }
}

/// Seconds.
impl fmt::Display for Ticks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_duration().fmt(f)
    }
}

/// Something irregular in a message that was read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// Its descriptor is left out.
    #[error("a descriptor cannot be read")]
    BadDescriptor,
    /// Read as version 0.
    #[error("the protocol version is not 0")]
    ProtocolVersion,
}

/// Why a text is no SCTE-35 message.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// Nothing was given.
    #[error("no message")]
    Empty,
    /// Not base64.
    #[error("not base64: {0}")]
    Base64(#[from] base64::DecodeError),
    /// Not hexadecimal.
    #[error("not hexadecimal: {0}")]
    Hex(#[from] hex::FromHexError),
    /// Longer than a section may be (§9.6.1).
    #[error("has {bytes} bytes, the limit is {limit}")]
    TooLong {
        /// How many it has, or says it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Not what it should be, or damaged.
    #[error(transparent)]
    Section(#[from] scte35_splice::Error),
}

impl SpliceInfo {
    /// Reads a section; bytes after its end are passed over.
    ///
    /// # Errors
    /// What is no section, is cut short, or has a wrong checksum.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        splice::info(bytes)
    }
}
