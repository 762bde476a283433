//! A report for people.

use std::collections::BTreeMap;

use super::{
    hosts::{Host, PERCENTILES},
    totals::{Beacons, Counts, Dimension, Report, ratio},
};

impl Report {
    /// Tables of everything, or of some dimensions, as wide as they need to be.
    pub fn to_table(&self, dimensions: &[Dimension]) -> String {
        let mut parts = vec![self.heading(), self.seconds(), self.moments()];
        for dimension in dimensions {
            if let Some(groups) = self.by.get(dimension).filter(|groups| !groups.is_empty()) {
                parts.push(groups_table(*dimension, groups));
            }
        }
        parts.push(self.discrepancies());
        parts.push(counted("requests without an answer", &self.total.errors));
        parts.push(counted("ads skipped", &self.total.ads_skipped));
        parts.push(self.hosts_table());
        parts.retain(|part| !part.is_empty());
        parts.join("\n")
    }

    fn heading(&self) -> String {
        let span = self.span.map(|(from, to)| format!(", {from} to {to}")).unwrap_or_default();
        let mut text = format!("{} files, {} rows{span}\n", self.files, self.rows);
        if self.unreadable_lines > 0 {
            text += &format!("{} lines are no rows\n", self.unreadable_lines);
        }
        text
    }

    fn seconds(&self) -> String {
        let counts = &self.total;
        let rows = [
            ("breaks decided", counts.breaks.to_string(), counts.break_seconds),
            ("  with ads", counts.breaks_filled.to_string(), counts.planned_seconds),
            ("breaks ended", counts.breaks_ended.to_string(), counts.ended_seconds),
            ("  planned", String::new(), counts.ended_planned_seconds),
            ("  published", String::new(), counts.published_seconds),
            ("  requested", String::new(), counts.requested_seconds),
        ];
        let mut lines = vec![row(["VIEWERS' BREAKS", "COUNT", "SECONDS"])];
        lines.extend(rows.map(|(name, count, seconds)| row([name, &count, &seconds.to_string()])));
        for (reason, seconds) in &counts.unfilled {
            lines.push(row([&format!("  unfilled: {reason}"), "", &seconds.to_string()]));
        }
        written(&lines)
    }

    fn moments(&self) -> String {
        let showings = &self.total.showings;
        let mut lines = vec![row(["ADS SHOWN", "COUNT", "OF IMPRESSIONS"])];
        for (moment, count) in showings.moments() {
            let share = ratio(count.into(), showings.impression.into());
            lines.push(row([moment, &count.to_string(), &share.unwrap_or_default()]));
        }
        written(&lines)
    }

    fn discrepancies(&self) -> String {
        let (head, rows) = self.discrepancy_rows();
        let lines: Vec<_> = std::iter::once(head).chain(rows).collect();
        if lines.len() == 1 { String::new() } else { written(&lines) }
    }

    /// The head and rows of beacons by event and source.
    pub(super) fn discrepancy_rows(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let names = ["EVENT", "SOURCE", "DUE", "SENT", "FAILED", "EXPIRED", "UNKNOWN", "OPEN"];
        let more = ["ATTEMPTS", "SENT AGAIN", "SENT WITHOUT DUE"];
        let rows = self.events.iter().map(|((event, source), told)| {
            let cells = beacon_cells(told);
            row([event, *source].into_iter().chain(cells.iter().map(String::as_str)))
        });
        (row(names.into_iter().chain(more)), rows.collect())
    }

    fn hosts_table(&self) -> String {
        let names =
            ["BEACON HOST", "ATTEMPTS", "SENT", "NOT ACCEPTED", "P50 MS", "P95 MS", "P99 MS"];
        let mut lines = vec![row(names)];
        let mut hosts: Vec<_> = self.hosts.iter().collect();
        hosts.sort_by_key(|(_, host)| std::cmp::Reverse(host.not_accepted));
        for (name, host) in hosts.iter().take(MOST_LINES) {
            lines.push(host_row(name, host));
        }
        if lines.len() == 1 {
            return String::new();
        }
        written(&lines) + &note(left_out(hosts.len(), "with fewer attempts not accepted"))
    }
}

fn host_row(name: &str, host: &Host) -> Vec<String> {
    let took = PERCENTILES.map(|(_, permille)| host.latency.permille(permille));
    let took = took.map(|millis| millis.map(|millis| millis.to_string()).unwrap_or_default());
    let counts = [host.attempts, host.sent, host.not_accepted].map(|count| count.to_string());
    std::iter::once(name.to_owned()).chain(counts).chain(took).collect()
}

fn beacon_cells(told: &Beacons) -> [String; 9] {
    told.counts().map(|count| count.to_string())
}

fn groups_table(dimension: Dimension, all: &BTreeMap<String, Counts>) -> String {
    let Groups { head, rows, left_out } = groups(dimension, all);
    let lines: Vec<_> = std::iter::once(head).chain(rows).collect();
    written(&lines) + &note(left_out)
}

/// A table of a dimension's groups.
#[derive(Debug)]
pub(super) struct Groups {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// What is said of those that do not stand in it.
    pub(super) left_out: Option<String>,
}

/// Those with the most impressions first; of hours the newest, as they come.
pub(super) fn groups(dimension: Dimension, groups: &BTreeMap<String, Counts>) -> Groups {
    let mut sorted: Vec<_> = groups.iter().collect();
    let more = if dimension == Dimension::Hour {
        sorted.drain(..sorted.len().saturating_sub(MOST_LINES));
        "before these"
    } else {
        sorted.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.impressions));
        "with no more impressions than these"
    };
    let name = dimension.as_str().replace('_', " ").to_uppercase();
    let cells = |(name, counts): &(&String, &Counts)| {
        let name = if name.is_empty() { NONE } else { name };
        std::iter::once(name.to_owned()).chain(group_cells(counts)).collect()
    };
    let rows = sorted.iter().take(MOST_LINES).map(cells).collect();
    let head = row(std::iter::once(&*name).chain(COLUMNS));
    Groups { head, rows, left_out: left_out(groups.len(), more) }
}

/// What is said of those past the most that a table has.
fn left_out(all: usize, which: &str) -> Option<String> {
    let more = all.checked_sub(MOST_LINES).filter(|more| *more > 0)?;
    Some(format!("… and {more} more {which}; `--json` and `--csv` have all"))
}

fn note(left_out: Option<String>) -> String {
    left_out.map(|text| text + "\n").unwrap_or_default()
}

fn group_cells(counts: &Counts) -> [String; 13] {
    let (moments, beacons) = (counts.showings.moments(), &counts.beacons);
    let failed = beacons.failed + beacons.expired + beacons.unknown;
    [
        counts.requests.to_string(),
        counts.error_rate().unwrap_or_default(),
        counts.breaks.to_string(),
        counts.fill_rate().unwrap_or_default(),
        counts.ads_planned.to_string(),
        counts.impressions.to_string(),
        moments[1].1.to_string(),
        moments[2].1.to_string(),
        moments[3].1.to_string(),
        moments[4].1.to_string(),
        moments[5].1.to_string(),
        counts.completion_rate().unwrap_or_default(),
        failed.to_string(),
    ]
}

fn counted(name: &str, counts: &BTreeMap<String, u64>) -> String {
    if counts.is_empty() {
        return String::new();
    }
    let mut lines = vec![row([&*name.to_uppercase(), "COUNT"])];
    lines.extend(counts.iter().map(|(reason, count)| row([&**reason, &count.to_string()])));
    written(&lines)
}

fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    cells.into_iter().map(str::to_owned).collect()
}

/// Columns as wide as they need; the first to the left, numbers to the right.
fn written(lines: &[Vec<String>]) -> String {
    let visible = |line: &Vec<String>| line.iter().map(|cell| visible(cell)).collect();
    let lines: Vec<Vec<String>> = lines.iter().map(visible).collect();
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    let line = |line: &Vec<String>| {
        let cells = line.iter().zip(&widths).enumerate().map(|(at, (cell, width))| match at {
            0 => format!("{cell:<width$}"),
            _ => format!("  {cell:>width$}"),
        });
        format!("{}\n", cells.collect::<String>().trim_end())
    };
    lines.iter().map(line).collect()
}

/// A cell as a terminal may have it. Ad servers choose names, and a control character among them
/// could move the cursor, end the line, or turn the text's direction.
fn visible(cell: &str) -> String {
    let shown = |letter: char| match letter {
        '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            letter.escape_unicode().to_string()
        }
        letter if letter.is_control() => letter.escape_default().to_string(),
        letter => letter.to_string(),
    };
    cell.chars().map(shown).collect()
}

/// What stands for no name.
const NONE: &str = "-";
const COLUMNS: [&str; 13] = [
    "REQUESTS",
    "ERRORS",
    "BREAKS",
    "FILL",
    "ADS",
    "IMPRESSIONS",
    "START",
    "25%",
    "50%",
    "75%",
    "COMPLETE",
    "COMPLETED",
    "NOT SENT",
];
/// More lines of one table are for machines.
const MOST_LINES: usize = 100;
