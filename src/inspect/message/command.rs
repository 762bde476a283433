//! What a message commands.

use super::{Row, id, of, time, whose, yes_no};
use crate::scte35::{Command, Insert, Scheduled, Ticks};

pub(super) fn rows(command: &Command) -> Vec<Row> {
    match command {
        Command::Insert(insert) => insert_rows(insert),
        Command::TimeSignal { pts } => vec![("pts", time(*pts))],
        Command::Schedule { events } => events.iter().flat_map(scheduled).collect(),
        Command::Private { identifier, bytes } => {
            vec![("identifier", whose(*identifier)), ("bytes", format!("0x{}", hex::encode(bytes)))]
        }
        Command::Encrypted { algorithm, cw_index } => {
            vec![("algorithm", algorithm.to_string()), ("key", cw_index.to_string())]
        }
        Command::Unknown { command_type } => vec![("type", format!("{command_type:#04x}"))],
        Command::Null | Command::BandwidthReservation => Vec::new(),
    }
}

fn insert_rows(insert: &Insert) -> Vec<Row> {
    let mut rows = vec![("event id", id(insert.event_id))];
    if insert.cancelled {
        rows.push(("cancelled", yes_no(true)));
        return rows;
    }
    rows.push(("out of network", yes_no(insert.out_of_network)));
    let now = |pts: Option<Ticks>| time(pts.filter(|_| !insert.immediate));
    if insert.components.is_empty() {
        rows.push(("pts", now(insert.pts)));
    }
    let components = insert.components.iter();
    rows.extend(components.map(|one| ("component", format!("{} at {}", one.tag, now(one.pts)))));
    rows.extend(length(insert.duration, insert.auto_return));
    rows.push(("unique program id", insert.unique_program_id.to_string()));
    rows.push(("avail", of(insert.avail_num, insert.avails_expected)));
    rows
}

fn scheduled(event: &Scheduled) -> Vec<Row> {
    let mut rows = vec![("event id", id(event.event_id))];
    if event.cancelled {
        rows.push(("cancelled", yes_no(true)));
        return rows;
    }
    rows.push(("out of network", yes_no(event.out_of_network)));
    rows.extend(event.gps_seconds.map(|at| ("time", format!("{at} s of GPS time"))));
    rows.extend(length(event.duration, event.auto_return));
    rows.push(("unique program id", event.unique_program_id.to_string()));
    rows.push(("avail", of(event.avail_num, event.avails_expected)));
    rows
}

fn length(duration: Option<Ticks>, auto_return: Option<bool>) -> impl Iterator<Item = Row> {
    let duration = duration.map(|duration| ("break duration", format!("{duration} s")));
    let returns = auto_return.map(|returns| ("auto return", yes_no(returns)));
    duration.into_iter().chain(returns)
}
