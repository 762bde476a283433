//! The section: its header, its command, its loop of descriptors (§9.6).

use scte35_splice::commands::AnyCommand;

use super::{Command, Error, Oddity, SpliceInfo, Ticks, descriptor};

pub(super) fn info(bytes: &[u8]) -> Result<SpliceInfo, Error> {
    let section = whole(bytes)?;
    let header = Header::of(section);
    let mut info = SpliceInfo {
        command: Command::Encrypted { algorithm: header.algorithm, cw_index: header.cw_index },
        pts_adjustment: header.pts_adjustment,
        tier: header.tier,
        segmentations: Vec::new(),
        descriptors: Vec::new(),
        oddities: Vec::new(),
    };
    if header.protocol_version != 0 {
        info.oddities.push(Oddity::ProtocolVersion);
    }
    if !header.encrypted {
        let body = &section[COMMAND + 1..section.len() - CHECKSUM];
        let (command, rest) = command(&header, body, &mut info.oddities)?;
        info.command = Command::of(&command, header.pts_adjustment);
        let descriptors = descriptors(rest, &mut info.oddities);
        descriptor::read(descriptors, &mut info);
    }
    Ok(info)
}

/// The section without what follows it, its checksum found right.
fn whole(bytes: &[u8]) -> Result<&[u8], Error> {
    let [table_id, high, low, ..] = *bytes else {
        return Err(Error::CutShort { have: bytes.len(), need: SHORTEST });
    };
    if table_id != TABLE_ID {
        return Err(Error::TableId { found: table_id });
    }
    let length = usize::from(u16::from_be_bytes([high & 0x0F, low])) + 3;
    if length > LONGEST {
        return Err(Error::TooLong { bytes: length, limit: LONGEST });
    }
    let section = bytes.get(..length).filter(|section| section.len() >= SHORTEST);
    let need = length.max(SHORTEST);
    let section = section.ok_or(Error::CutShort { have: bytes.len().min(length), need })?;
    let Some((covered, stated)) = section.split_last_chunk::<CHECKSUM>() else {
        return Err(Error::CutShort { have: section.len(), need });
    };
    let (stated, found) =
        (u32::from_be_bytes(*stated), broadcast_common::crc32_mpeg2::compute(covered));
    if stated == found { Ok(section) } else { Err(Error::Checksum { stated, found }) }
}

/// What stands before the command.
struct Header {
    protocol_version: u8,
    encrypted: bool,
    algorithm: u8,
    pts_adjustment: Ticks,
    cw_index: u8,
    tier: u16,
    /// `None` where it is 0xFFF, the sign that none is told.
    command_length: Option<usize>,
    command_type: u8,
}

impl Header {
    /// Reads the first bytes of a section that is long enough.
    fn of(section: &[u8]) -> Self {
        let byte = |at: usize| section.get(at).copied().unwrap_or(0);
        let adjustment = [byte(5), byte(6), byte(7), byte(8)];
        let high = u64::from(byte(4) & 1) << 32;
        let length = u16::from_be_bytes([byte(11) & 0x0F, byte(12)]);
        Self {
            protocol_version: byte(3),
            encrypted: byte(4) & 0x80 != 0,
            algorithm: byte(4) >> 1 & 0x3F,
            pts_adjustment: Ticks(high | u64::from(u32::from_be_bytes(adjustment))),
            cw_index: byte(9),
            tier: u16::from_be_bytes([byte(10), byte(11)]) >> 4,
            command_length: (length != 0xFFF).then_some(usize::from(length)),
            command_type: byte(COMMAND),
        }
    }
}

/// The command at the front of `body`, and what follows it. Its length is what the header says, or,
/// where that says nothing (0xFFF) or more than there is, what the command's own fields take.
fn command<'a>(
    header: &Header,
    body: &'a [u8],
    oddities: &mut Vec<Oddity>,
) -> Result<(AnyCommand<'a>, &'a [u8]), Error> {
    let told = header.command_length.and_then(|told| body.split_at_checked(told));
    if let Some((command, rest)) = told {
        return Ok((AnyCommand::dispatch(header.command_type, command)?, rest));
    }
    if header.command_length.is_some() {
        oddities.push(Oddity::CommandLength);
    }
    let command = AnyCommand::dispatch(header.command_type, body)?;
    let rest = body.get(command.body_len()..).unwrap_or_default();
    Ok((command, rest))
}

/// The loop of descriptors; what stands after it is stuffing.
fn descriptors<'a>(rest: &'a [u8], oddities: &mut Vec<Oddity>) -> &'a [u8] {
    let told = rest.split_first_chunk::<2>();
    let told = told.map(|(length, rest)| (usize::from(u16::from_be_bytes(*length)), rest));
    let fits = told.and_then(|(length, rest)| rest.get(..length));
    fits.unwrap_or_else(|| {
        oddities.push(Oddity::LoopLength);
        told.map_or(&[], |(_, rest)| rest)
    })
}

/// Where `splice_command_type` stands; its length stands in the twelve bits before it.
const COMMAND: usize = 13;
const CHECKSUM: usize = 4;
const SHORTEST: usize = COMMAND + 1 + CHECKSUM;
const LONGEST: usize = 4_096;
const TABLE_ID: u8 = 0xFC;
