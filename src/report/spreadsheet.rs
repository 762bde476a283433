//! A report for spreadsheets: CSV (RFC 4180), a line per group.

use std::{borrow::Cow, collections::BTreeMap, fmt::Display};

use super::totals::{Counts, Dimension, Report};

impl Report {
    /// A line for the total and one per group of these dimensions, under one head. Reasons stand in
    /// one cell, `NO_ADS=30.0 LEFTOVER=1.5`. A name that a spreadsheet would take for a formula has
    /// a `'` before it.
    pub fn to_csv(&self, dimensions: &[Dimension]) -> String {
        let mut csv = csv::Writer::from_writer(Vec::new());
        let mut lines = vec![("total", "", &self.total)];
        for dimension in dimensions {
            let groups = self.by.get(dimension).into_iter().flatten();
            lines.extend(groups.map(|(name, counts)| (dimension.as_str(), &**name, counts)));
        }
        for (at, (dimension, name, counts)) in lines.into_iter().enumerate() {
            let cells = cells(counts);
            if at == 0 {
                let keys = cells.iter().map(|(key, _)| *key);
                written(&mut csv, ["by", "name"].into_iter().chain(keys));
            }
            let values = cells.iter().map(|(_, value)| value.as_str());
            written(&mut csv, [dimension, &*text(name)].into_iter().chain(values));
        }
        String::from_utf8(csv.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

fn written<'a>(csv: &mut csv::Writer<Vec<u8>>, cells: impl Iterator<Item = &'a str>) {
    csv.write_record(cells).expect("memory takes lines of one length");
}

fn cells(counts: &Counts) -> Vec<(&'static str, String)> {
    let mut cells = Vec::new();
    let mut cell = |key, value: &dyn Display| cells.push((key, value.to_string()));
    cell("requests", &counts.requests);
    cell("answers", &counts.answers);
    cell("empty_answers", &counts.empty_answers);
    cell("errors", &reasons(&counts.errors));
    cell("error_rate", &counts.error_rate().unwrap_or_default());
    cell("breaks", &counts.breaks);
    cell("breaks_filled", &counts.breaks_filled);
    cell("break_seconds", &counts.break_seconds);
    cell("planned_seconds", &counts.planned_seconds);
    cell("fill_rate", &counts.fill_rate().unwrap_or_default());
    cell("breaks_ended", &counts.breaks_ended);
    cell("ended_seconds", &counts.ended_seconds);
    cell("ended_planned_seconds", &counts.ended_planned_seconds);
    cell("published_seconds", &counts.published_seconds);
    cell("requested_seconds", &counts.requested_seconds);
    cell("unfilled", &reasons(&counts.unfilled));
    cell("ads_planned", &counts.ads_planned);
    cell("ads_planned_seconds", &counts.ads_planned_seconds);
    cell("ads_skipped", &reasons(&counts.ads_skipped));
    cell("impressions", &counts.impressions);
    for (key, (_, count)) in MOMENTS.into_iter().zip(counts.showings.moments()) {
        cell(key, &count);
    }
    cell("completion_rate", &counts.completion_rate().unwrap_or_default());
    let beacons = &counts.beacons;
    cell("beacons_due", &beacons.due);
    cell("beacons_sent", &beacons.sent);
    cell("beacons_failed", &beacons.failed);
    cell("beacons_expired", &beacons.expired);
    cell("beacons_unknown", &beacons.unknown);
    cell("beacons_open", &beacons.open);
    cell("beacon_attempts", &beacons.attempts);
    cell("beacons_sent_again", &beacons.sent_again);
    cell("beacons_sent_without_due", &beacons.sent_without_due);
    cell("client_events", &counts.client_events);
    for (key, (_, count)) in CLIENT_MOMENTS.into_iter().zip(counts.client_showings.moments()) {
        cell(key, &count);
    }
    cells
}

fn reasons(reasons: &BTreeMap<String, impl Display>) -> String {
    let all = reasons.iter().map(|(reason, value)| format!("{reason}={value}"));
    text(&all.collect::<Vec<_>>().join(" ")).into_owned()
}

/// Text that no spreadsheet takes for a formula: ad servers choose the names of what they sell.
fn text(name: &str) -> Cow<'_, str> {
    match name.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => Cow::Owned(format!("'{name}")),
        false => Cow::Borrowed(name),
    }
}

/// What ads shown are called by their moments.
const MOMENTS: [&str; 6] = [
    "shown_impression",
    "shown_start",
    "shown_first_quartile",
    "shown_midpoint",
    "shown_third_quartile",
    "shown_complete",
];

/// The same, as players reported them.
const CLIENT_MOMENTS: [&str; 6] = [
    "client_impression",
    "client_start",
    "client_first_quartile",
    "client_midpoint",
    "client_third_quartile",
    "client_complete",
];
