//! The loop of splice descriptors (ANSI/SCTE 35 2023r1 §10).
//!
//! Each says its length, so that one that cannot be read is passed over and the rest is not lost.

use broadcast_common::Parse;
use scte35_splice::descriptors::{
    AudioDescriptor, AvailDescriptor, DtmfDescriptor, SegmentationDescriptor, TimeDescriptor,
};
use serde::Serialize;

use super::{Oddity, Segmentation, SpliceInfo, as_hex};

/// A descriptor other than a segmentation's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "descriptor")]
pub enum Descriptor {
    /// `avail_descriptor` (§10.3.1).
    Avail {
        /// Names the avail to who sells it.
        provider_avail_id: u32,
    },
    /// `DTMF_descriptor` (§10.3.2): tones for older equipment.
    Dtmf {
        /// How long before the splice the last tone ends, in tenths of a second.
        preroll_tenths: u8,
        /// The keys.
        tones: String,
    },
    /// `time_descriptor` (§10.3.4): the moment on a clock on the wall.
    Time {
        /// Seconds since 1970 of atomic time.
        tai_seconds: u64,
        /// And nanoseconds.
        tai_nanoseconds: u32,
        /// How many seconds UTC is behind.
        utc_offset: u16,
    },
    /// `audio_descriptor` (§10.3.5): the sound there is.
    Audio {
        /// One per stream.
        streams: Vec<Audio>,
    },
    /// Not the standard's: of another identifier than `CUEI`, or of a reserved tag (§10.1).
    Foreign {
        /// `splice_descriptor_tag`.
        tag: u8,
        /// Whose it is.
        identifier: u32,
        /// What follows that.
        #[serde(serialize_with = "as_hex", rename = "hex")]
        bytes: Vec<u8>,
    },
}

/// A sound stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audio {
    /// `component_tag`; 255 where there is none.
    pub component_tag: u8,
    /// ISO 639-2.
    pub language: String,
    /// `Bit_Stream_Mode` (ATSC A/52).
    pub bit_stream_mode: u8,
    /// `Num_Channels` (ATSC A/52).
    pub channels: u8,
    /// Whether it can be heard alone.
    pub full_service: bool,
}

/// Takes the descriptors of a loop into the message.
pub(super) fn read(mut rest: &[u8], info: &mut SpliceInfo) {
    while let [tag, length, ..] = *rest {
        let whole = rest.split_at_checked(2 + usize::from(length));
        let one = whole.map_or(rest, |(one, _)| one);
        if take(tag, one, info).is_none() {
            info.oddities.push(Oddity::BadDescriptor { tag });
        }
        rest = whole.map_or(&[], |(_, after)| after);
    }
    if !rest.is_empty() {
        info.oddities.push(Oddity::LoopLength);
    }
}

/// `None` where it cannot be read.
fn take(tag: u8, one: &[u8], info: &mut SpliceInfo) -> Option<()> {
    let identifier = u32::from_be_bytes(*one.get(2..)?.first_chunk()?);
    if identifier == CUEI && tag == SEGMENTATION {
        let read = SegmentationDescriptor::parse(one).ok()?;
        info.segmentations.push(Segmentation::from(&read));
        return Some(());
    }
    let foreign = || Descriptor::Foreign { tag, identifier, bytes: one[6..].to_vec() };
    let own = (identifier == CUEI).then_some(tag);
    info.descriptors.push(match own {
        Some(0) => avail(one)?,
        Some(1) => dtmf(one)?,
        Some(3) => time(one)?,
        Some(4) => audio(one)?,
        _ => foreign(),
    });
    Some(())
}

fn avail(one: &[u8]) -> Option<Descriptor> {
    let read = AvailDescriptor::parse(one).ok()?;
    Some(Descriptor::Avail { provider_avail_id: read.provider_avail_id })
}

fn dtmf(one: &[u8]) -> Option<Descriptor> {
    let read = DtmfDescriptor::parse(one).ok()?;
    let tones = read.dtmf_chars.iter().map(|&key| char::from(key)).collect();
    Some(Descriptor::Dtmf { preroll_tenths: read.preroll, tones })
}

fn time(one: &[u8]) -> Option<Descriptor> {
    let TimeDescriptor { tai_seconds, tai_ns, utc_offset, .. } = TimeDescriptor::parse(one).ok()?;
    Some(Descriptor::Time { tai_seconds, tai_nanoseconds: tai_ns, utc_offset })
}

fn audio(one: &[u8]) -> Option<Descriptor> {
    let read = AudioDescriptor::parse(one).ok()?;
    let streams = read.components.iter().map(|stream| Audio {
        component_tag: stream.component_tag,
        language: stream.iso_code.iter().map(|&letter| char::from(letter)).collect(),
        bit_stream_mode: stream.bit_stream_mode,
        channels: stream.num_channels,
        full_service: stream.full_srvc_audio,
    });
    Some(Descriptor::Audio { streams: streams.collect() })
}

const SEGMENTATION: u8 = 0x02;
const CUEI: u32 = u32::from_be_bytes(*b"CUEI");
