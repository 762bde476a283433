//! SCTE-35 messages (`splice_info_section`, ANSI/SCTE 35 2023r1 §9.6) as owned values.
//!
//! Commands and descriptors are read by `scte35-splice`, which stays behind these types; the section
//! around them is read here. A message is accepted or refused as a whole by its checksum; within it
//! a descriptor that cannot be read is an oddity, as the command says most of what matters.
//! Deliberately absent: what a message means for a break, which is `cue`'s to say, and encrypted
//! messages, which are known to be that and no more.

use std::fmt;

use crate::units::MediaDuration;

mod command;
mod descriptor;
mod section;
mod segmentation;
#[cfg(test)]
pub(crate) mod tests;
mod text;
mod upid;

pub use command::{Command, Component, Insert, Scheduled};
pub use descriptor::{Audio, Descriptor};
pub use segmentation::{Offset, Restrictions, Segmentation, SegmentationType};
pub use text::{decode, decode_base64, decode_hex};
pub use upid::Upid;

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
    /// Its other descriptors in order.
    pub descriptors: Vec<Descriptor>,
    /// What in it could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub oddities: Vec<Oddity>,
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
    /// It is left out.
    #[error("a descriptor of tag {tag:#04x} cannot be read")]
    BadDescriptor {
        /// `splice_descriptor_tag`.
        tag: u8,
    },
    /// The command ends where its fields do.
    #[error("the command is said to be longer than the section")]
    CommandLength,
    /// As many descriptors are read as are there.
    #[error("the loop of descriptors is missing or not as long as it says")]
    LoopLength,
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
    /// Something else, or damaged.
    #[error("the table id is {found:#04x}, not 0xfc")]
    TableId {
        /// What stands first.
        found: u8,
    },
    /// Some of it is missing.
    #[error("cut short: has {have} of {need} bytes")]
    CutShort {
        /// How many it has.
        have: usize,
        /// How many it says it has, or has to have at least.
        need: usize,
    },
    /// Damaged.
    #[error("the checksum says {stated:#010x}, the bytes {found:#010x}")]
    Checksum {
        /// `CRC_32`.
        stated: u32,
        /// What it should be.
        found: u32,
    },
    /// Its command is not what its type asks for.
    #[error("the command cannot be read: {0}")]
    Command(#[from] scte35_splice::Error),
}

impl SpliceInfo {
    /// Reads a section; bytes after its end are passed over.
    ///
    /// # Errors
    /// What is no section, is cut short, or has a wrong checksum.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        section::info(bytes)
    }
}

fn as_hex<S: serde::Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&hex::encode(bytes))
}
