//! What a message says begins, ends or is.

use super::{Row, id, of, yes_no};
use crate::scte35::{Restrictions, Segmentation, Upid};

pub(super) fn rows(segmentation: &Segmentation) -> Vec<Row> {
    let event = ("  event id", id(segmentation.event_id));
    if segmentation.cancelled {
        return vec![("segmentation", "cancelled".to_owned()), event];
    }
    let Segmentation { kind, upid, restrictions, .. } = segmentation;
    let mut rows = vec![("segmentation", format!("{} ({:#04x})", kind.name(), kind.0)), event];
    rows.extend(segmentation.duration.map(|duration| ("  duration", format!("{duration} s"))));
    rows.extend(upid.iter().flat_map(upids));
    rows.push(("  segment", of(segmentation.segment_num, segmentation.segments_expected)));
    let parts = segmentation.sub_segment_num.zip(segmentation.sub_segments_expected);
    rows.extend(parts.map(|(num, expected)| ("  sub-segment", of(num, expected))));
    rows.extend(restrictions.map(|restrictions| ("  delivery", delivery(restrictions))));
    let components = segmentation.components.iter();
    rows.extend(
        components.map(|one| ("  component", format!("{} later by {} s", one.tag, one.pts_offset))),
    );
    rows
}

/// A name, or a line per part where it has several.
fn upids(upid: &Upid) -> Vec<Row> {
    let row = |upid: &Upid| ("  upid", format!("{} {}", upid.name(), upid.readable()));
    match upid.parts() {
        parts if parts.is_empty() => vec![row(upid)],
        parts => parts.iter().map(row).collect(),
    }
}

fn delivery(restrictions: Restrictions) -> String {
    let may = |allowed: bool, what: &str| format!("{what} {}", yes_no(allowed));
    let web = may(restrictions.web_delivery_allowed, "web");
    let regions = may(restrictions.no_regional_blackout, "all regions");
    let archive = may(restrictions.archive_allowed, "archive");
    let devices = match restrictions.device_restrictions {
        3 => "all devices".to_owned(),
        group => format!("not device group {group}"),
    };
    format!("{web}, {regions}, {archive}, {devices}")
}
