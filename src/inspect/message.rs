//! SCTE-35 messages for people.

use crate::{
    scte35::{Audio, Command, Descriptor, SpliceInfo, Ticks},
    units::{MediaDuration, ProgramTime},
};

mod command;
mod segmentation;
mod summary;

pub(super) use summary::summary;

/// Everything in a message, a line each.
pub(super) fn whole(message: &SpliceInfo) -> String {
    let mut rows = vec![("command", name(&message.command).to_owned())];
    rows.extend(command::rows(&message.command));
    rows.push(("pts adjustment", message.pts_adjustment.0.to_string()));
    rows.push(("tier", format!("{:#05x}", message.tier)));
    rows.extend(message.segmentations.iter().flat_map(segmentation::rows));
    rows.extend(message.descriptors.iter().flat_map(descriptor));
    rows.extend(message.oddities.iter().map(|oddity| ("oddity", oddity.to_string())));
    rows.iter().map(|(name, value)| format!("{name:<19}{value}\n")).collect()
}

fn name(command: &Command) -> &'static str {
    match command {
        Command::Null => "splice_null",
        Command::Schedule { .. } => "splice_schedule",
        Command::Insert(_) => "splice_insert",
        Command::TimeSignal { .. } => "time_signal",
        Command::BandwidthReservation => "bandwidth_reservation",
        Command::Private { .. } => "private_command",
        Command::Encrypted { .. } => "encrypted",
        Command::Unknown { .. } => "unknown",
    }
}

type Row = (&'static str, String);

fn descriptor(descriptor: &Descriptor) -> Vec<Row> {
    match descriptor {
        Descriptor::Avail { provider_avail_id } => {
            vec![("provider avail id", provider_avail_id.to_string())]
        }
        Descriptor::Dtmf { preroll_tenths, tones } => {
            let before = MediaDuration::from_millis(i64::from(*preroll_tenths) * 100);
            vec![("dtmf", format!("`{tones}`, ends {before} s before"))]
        }
        Descriptor::Time { tai_seconds, tai_nanoseconds, utc_offset } => {
            let time = utc(*tai_seconds, *tai_nanoseconds, *utc_offset);
            vec![("time", format!("{tai_seconds}.{tai_nanoseconds:09} s TAI ({time})"))]
        }
        Descriptor::Audio { streams } => streams.iter().map(audio).collect(),
        Descriptor::Foreign { tag, identifier, bytes } => {
            let bytes = hex::encode(bytes);
            vec![("descriptor", format!("{tag:#04x} of {} 0x{bytes}", whose(*identifier)))]
        }
    }
}

fn audio(stream: &Audio) -> Row {
    let Audio { component_tag, language, bit_stream_mode, channels, full_service } = stream;
    let full = if *full_service { ", full service" } else { "" };
    let text = format!(
        "{language}, mode {bit_stream_mode}, channels {channels}, component {component_tag}{full}"
    );
    ("audio", text)
}

fn utc(tai_seconds: u64, nanoseconds: u32, offset: u16) -> ProgramTime {
    let seconds = i64::try_from(tai_seconds).unwrap_or(i64::MAX).saturating_sub(i64::from(offset));
    ProgramTime::from_millis(seconds.saturating_mul(1_000))
        + MediaDuration::from_nanos(i64::from(nanoseconds))
}

/// A registered identifier: four letters, or its number.
fn whose(identifier: u32) -> String {
    let letters = identifier.to_be_bytes();
    match std::str::from_utf8(&letters) {
        Ok(text) if letters.iter().all(u8::is_ascii_graphic) => format!("`{text}`"),
        _ => format!("{identifier:#010x}"),
    }
}

fn id(id: u32) -> String {
    format!("{id} ({id:#010x})")
}

fn time(pts: Option<Ticks>) -> String {
    pts.map_or("now".to_owned(), |pts| format!("{} ({pts} s)", pts.0))
}

fn of(num: u8, expected: u8) -> String {
    format!("{num} of {expected}")
}

fn yes_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}
