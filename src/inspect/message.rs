//! SCTE-35 messages for people.

use crate::scte35::{Command, Insert, Segmentation, SpliceInfo, Ticks};

/// Everything in a message, a line each.
pub(super) fn whole(message: &SpliceInfo) -> String {
    let mut rows = vec![("command", name(&message.command).to_owned())];
    rows.extend(command(&message.command));
    rows.push(("pts adjustment", message.pts_adjustment.0.to_string()));
    rows.push(("tier", format!("{:#05x}", message.tier)));
    let avails = message.provider_avail_ids.iter();
    rows.extend(avails.map(|id| ("provider avail id", id.to_string())));
    rows.extend(message.segmentations.iter().flat_map(segmentation));
    rows.extend(message.oddities.iter().map(|oddity| ("oddity", oddity.to_string())));
    rows.iter().map(|(name, value)| format!("{name:<19}{value}\n")).collect()
}

/// What a message is about, on one line.
pub(super) fn summary(message: &SpliceInfo) -> String {
    let about = match &message.command {
        Command::Insert(insert) => insert_summary(insert),
        _ => {
            let about = message.segmentations.iter().map(segmentation_summary);
            about.collect::<Vec<_>>().join("; ")
        }
    };
    let name = name(&message.command);
    if about.is_empty() { name.to_owned() } else { format!("{name}: {about}") }
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

fn command(command: &Command) -> Vec<Row> {
    match command {
        Command::Insert(insert) => insert_rows(insert),
        Command::TimeSignal { pts } => vec![("pts", time(*pts))],
        Command::Schedule { events } => {
            events.iter().map(|event| ("event id", id(event.event_id))).collect()
        }
        Command::Private { identifier } => vec![("identifier", id(*identifier))],
        Command::Encrypted { algorithm } => vec![("algorithm", algorithm.to_string())],
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
    rows.push(("pts", time(insert.pts.filter(|_| !insert.immediate))));
    rows.extend(insert.duration.map(|duration| ("break duration", format!("{duration} s"))));
    rows.extend(insert.auto_return.map(|returns| ("auto return", yes_no(returns))));
    rows.push(("unique program id", insert.unique_program_id.to_string()));
    rows.push(("avail", of(insert.avail_num, insert.avails_expected)));
    rows
}

fn segmentation(segmentation: &Segmentation) -> Vec<Row> {
    let event = ("  event id", id(segmentation.event_id));
    if segmentation.cancelled {
        return vec![("segmentation", "cancelled".to_owned()), event];
    }
    let Segmentation { kind, upid, restrictions, .. } = segmentation;
    let mut rows = vec![("segmentation", format!("{} ({:#04x})", kind.name(), kind.0)), event];
    rows.extend(segmentation.duration.map(|duration| ("  duration", format!("{duration} s"))));
    rows.extend(upid.as_ref().map(|upid| {
        let text = upid.text().map_or(String::new(), |text| format!(" `{text}`"));
        ("  upid", format!("{} 0x{}{text}", upid.name, hex::encode(&upid.bytes)))
    }));
    rows.push(("  segment", of(segmentation.segment_num, segmentation.segments_expected)));
    let parts = segmentation.sub_segment_num.zip(segmentation.sub_segments_expected);
    rows.extend(parts.map(|(num, expected)| ("  sub-segment", of(num, expected))));
    rows.extend(restrictions.map(|restrictions| {
        let may = |allowed: bool, what: &str| format!("{what} {}", yes_no(allowed));
        let web = may(restrictions.web_delivery_allowed, "web");
        let regions = may(restrictions.no_regional_blackout, "all regions");
        let archive = may(restrictions.archive_allowed, "archive");
        let devices = restrictions.device_restrictions;
        ("  delivery", format!("{web}, {regions}, {archive}, devices {devices}"))
    }));
    rows
}

fn insert_summary(insert: &Insert) -> String {
    let way = match (insert.cancelled, insert.out_of_network) {
        (true, _) => "cancelled",
        (false, true) => "out",
        (false, false) => "in",
    };
    let duration = insert.duration.map_or(String::new(), |duration| format!(", {duration} s"));
    let returns = match insert.auto_return {
        Some(true) => ", returns by itself",
        Some(false) => ", waits for its end",
        None => "",
    };
    format!("event {} {way}{duration}{returns}", insert.event_id)
}

fn segmentation_summary(segmentation: &Segmentation) -> String {
    let name = if segmentation.cancelled { "cancelled" } else { segmentation.kind.name() };
    let duration = segmentation.duration.map_or(String::new(), |length| format!(", {length} s"));
    format!("{name}, event {}{duration}", segmentation.event_id)
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
