//! A message on one line.

use super::name;
use crate::scte35::{Command, Insert, Segmentation, SpliceInfo};

/// What a message is about.
pub(in crate::inspect) fn summary(message: &SpliceInfo) -> String {
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
