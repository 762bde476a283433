//! The section and its command.

use broadcast_common::Parse;
use scte35_splice::{
    SpliceInfoSection,
    commands::splice_schedule::SpliceScheduleEvent,
    commands::{AnyCommand, SpliceInsert},
    descriptors::AnySpliceDescriptor,
    time::{BreakDuration, pts_add_wrapping},
};

use super::{Command, Error, Insert, Oddity, Scheduled, Segmentation, SpliceInfo, Ticks};

pub(super) fn info(bytes: &[u8]) -> Result<SpliceInfo, Error> {
    let length = section_length(bytes);
    if length > LONGEST_SECTION {
        return Err(Error::TooLong { bytes: length, limit: LONGEST_SECTION });
    }
    match SpliceInfoSection::parse(bytes) {
        Ok(section) => Ok(told(&section)),
        Err(error @ scte35_splice::Error::InvalidValue { .. }) => {
            let named = with_command_length(bytes).ok_or(error)?;
            Ok(told(&SpliceInfoSection::parse(&named)?))
        }
        Err(error) => Err(error.into()),
    }
}

fn told(section: &SpliceInfoSection<'_>) -> SpliceInfo {
    let mut info = SpliceInfo {
        command: command(section),
        pts_adjustment: Ticks(section.pts_adjustment),
        tier: section.tier,
        segmentations: Vec::new(),
        provider_avail_ids: Vec::new(),
        oddities: Vec::new(),
    };
    if section.protocol_version != 0 {
        info.oddities.push(Oddity::ProtocolVersion);
    }
    for descriptor in section.descriptors() {
        info.describe(descriptor);
    }
    info
}

impl SpliceInfo {
    /// Takes in a descriptor; those of other identifiers than `CUEI` mean something else (§10.1).
    fn describe(&mut self, descriptor: scte35_splice::Result<AnySpliceDescriptor<'_>>) {
        match descriptor {
            Ok(AnySpliceDescriptor::Segmentation(read)) if read.identifier == CUEI => {
                self.segmentations.push(Segmentation::from(&read));
            }
            Ok(AnySpliceDescriptor::Avail(read)) if read.identifier == CUEI => {
                self.provider_avail_ids.push(read.provider_avail_id);
            }
            Ok(_) => {}
            Err(_) => self.oddities.push(Oddity::BadDescriptor),
        }
    }
}

fn command(section: &SpliceInfoSection<'_>) -> Command {
    let Some(clear) = &section.clear else {
        return Command::Encrypted { algorithm: section.encryption_algorithm };
    };
    let adjusted =
        |pts: Option<u64>| pts.map(|pts| Ticks(pts_add_wrapping(pts, section.pts_adjustment)));
    match &clear.command {
        AnyCommand::SpliceNull(_) => Command::Null,
        AnyCommand::SpliceSchedule(schedule) => {
            Command::Schedule { events: schedule.events.iter().map(Scheduled::from).collect() }
        }
        AnyCommand::SpliceInsert(read) => {
            Command::Insert(Insert { pts: adjusted(pts(read)), ..read.into() })
        }
        AnyCommand::TimeSignal(read) => {
            Command::TimeSignal { pts: adjusted(read.splice_time.pts_time) }
        }
        AnyCommand::BandwidthReservation(_) => Command::BandwidthReservation,
        AnyCommand::PrivateCommand(read) => Command::Private { identifier: read.identifier },
        other => Command::Unknown { command_type: other.command_type() },
    }
}

fn pts(insert: &SpliceInsert) -> Option<u64> {
    let component = insert.components.first().and_then(|component| component.splice_time);
    insert.splice_time.or(component)?.pts_time
}

impl From<&SpliceInsert> for Insert {
    fn from(read: &SpliceInsert) -> Self {
        Self {
            event_id: read.splice_event_id,
            cancelled: read.splice_event_cancel_indicator,
            out_of_network: read.out_of_network_indicator,
            immediate: read.splice_immediate_flag,
            pts: pts(read).map(Ticks),
            duration: read.break_duration.map(ticks),
            auto_return: read.break_duration.map(|duration| duration.auto_return),
            unique_program_id: read.unique_program_id,
            avail_num: read.avail_num,
            avails_expected: read.avails_expected,
        }
    }
}

impl From<&SpliceScheduleEvent> for Scheduled {
    fn from(read: &SpliceScheduleEvent) -> Self {
        let component = read.components.first().map(|component| component.utc_splice_time);
        Self {
            event_id: read.splice_event_id,
            cancelled: read.splice_event_cancel_indicator,
            out_of_network: read.out_of_network_indicator,
            gps_seconds: read.utc_splice_time.or(component),
            duration: read.break_duration.map(ticks),
        }
    }
}

fn ticks(duration: BreakDuration) -> Ticks {
    Ticks(duration.duration)
}

/// The section, whose checksum has been found right, with the length of its command in place of
/// 0xFFF, the sign that none is told (§9.6.1). `scte35-splice` finds it only where no stuffing
/// follows the descriptors, which senders of that sign add.
fn with_command_length(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut named = bytes.get(..section_length(bytes))?.to_vec();
    let checksum = named.len().checked_sub(4)?;
    let body = named.get(COMMAND + 1..checksum)?;
    let command = AnyCommand::dispatch(named[COMMAND], body).ok()?;
    let [high, low] = u16::try_from(command.body_len()).ok()?.to_be_bytes();
    named[COMMAND - 2] = named[COMMAND - 2] & 0xF0 | high;
    named[COMMAND - 1] = low;
    let right = broadcast_common::crc32_mpeg2::compute(&named[..checksum]);
    named[checksum..].copy_from_slice(&right.to_be_bytes());
    Some(named)
}

/// `section_length` and the three bytes before its end; 0 where there is none yet.
fn section_length(bytes: &[u8]) -> usize {
    match bytes {
        [_, high, low, ..] => usize::from(u16::from_be_bytes([high & 0x0F, *low])) + 3,
        _ => 0,
    }
}

/// Where `splice_command_type` stands; its length stands in the twelve bits before it.
const COMMAND: usize = 13;
const LONGEST_SECTION: usize = 4_096;
const CUEI: u32 = u32::from_be_bytes(*b"CUEI");
