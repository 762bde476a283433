//! A report as one page that needs nothing else: styles and plots are inside.

use std::{collections::BTreeMap, fmt::Write};

use super::{
    hosts::PERCENTILES,
    latency::Latency,
    table,
    totals::{Counts, Dimension, Report, ratio},
};
use plot::{Bar, Line, Unit, bars, escaped, lines};

mod plot;

impl Report {
    /// One self-contained page: figures, plots over time and of failures, and tables by these
    /// dimensions.
    pub fn to_html(&self, dimensions: &[Dimension]) -> String {
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <title>Midroll report</title>\n<style>\n{STYLE}</style>\n\
             <h1>Midroll report</h1>\n<p class=\"note\">{}</p>\n",
            escaped(&self.about())
        );
        page += &self.figures();
        page += "<main>\n";
        page += &self.plots().concat();
        page += "</main>\n";
        for dimension in dimensions {
            if let Some(groups) = self.by.get(dimension).filter(|groups| !groups.is_empty()) {
                let groups = table::groups(*dimension, groups);
                let name = dimension.as_str().replace('_', " ");
                page += &html_table(&name, &groups.head, &groups.rows);
                if let Some(note) = groups.left_out {
                    let _ = writeln!(page, "<p class=\"note\">{}</p>", escaped(&note));
                }
            }
        }
        let (head, rows) = self.discrepancy_rows();
        page + &html_table("beacons: due, sent, and what became of the rest", &head, &rows)
    }

    fn about(&self) -> String {
        let span = self.span.map(|(from, to)| format!("{from} to {to}, ")).unwrap_or_default();
        let odd = match self.unreadable_lines {
            0 => String::new(),
            lines => format!(", {lines} lines that are no rows"),
        };
        format!("{span}{} rows in {} files{odd}", self.rows, self.files)
    }

    fn figures(&self) -> String {
        let total = &self.total;
        let beacons = &total.beacons;
        let lost = beacons.failed + beacons.expired + beacons.unknown;
        let percent =
            |rate: Option<String>| rate.map_or_else(|| "–".to_owned(), |rate| percent(&rate));
        let figures = [
            ("impressions", plot::thousands(total.impressions)),
            ("of impressions completed", percent(total.completion_rate())),
            ("of break time planned with ads", percent(total.fill_rate())),
            ("of ad requests failed", percent(total.error_rate())),
            ("beacons not accepted", plot::thousands(lost)),
        ];
        let figure = |(name, value): &(&str, String)| {
            format!("<li><b>{}</b> {}</li>\n", escaped(value), escaped(name))
        };
        format!("<ul>\n{}</ul>\n", figures.iter().map(figure).collect::<String>())
    }

    fn plots(&self) -> Vec<String> {
        let hours = Hours::of(self);
        let rate = |part: fn(&Counts) -> (i128, i128)| {
            hours.points(|counts| {
                let (part, whole) = part(counts?);
                ratio(part, whole)?.replace('.', "").parse().ok()
            })
        };
        let fill = rate(|counts| (counts.planned_seconds.0, counts.break_seconds.0));
        let completed =
            rate(|counts| (counts.showings.complete.into(), counts.showings.impression.into()));
        let count = |of: fn(&Counts) -> u64| hours.points(|counts| Some(counts.map_or(0, of)));
        let impressions = count(|counts| counts.showings.impression);
        let completes = count(|counts| counts.showings.complete);
        vec![
            lines(
                "Break time planned with ads",
                Unit::Share,
                &hours.labels,
                &[Line::new("planned", fill)],
            ),
            lines(
                "Ads shown",
                Unit::Count,
                &hours.labels,
                &[Line::new("impressions", impressions), Line::new("completes", completes)],
            ),
            lines(
                "Completed of impressions",
                Unit::Share,
                &hours.labels,
                &[Line::new("completed", completed)],
            ),
            bars("How far ads were watched", &self.curve()),
            lines("Beacon latency", Unit::Millis, &hours.labels, &self.latencies(&hours)),
            bars("Attempts not accepted, by host", &self.failures()),
            bars("Seconds no ad filled, by reason", &self.shortfalls()),
        ]
    }

    fn curve(&self) -> Vec<Bar> {
        let showings = &self.total.showings;
        let bar = |(moment, count): (&str, u64)| {
            let share = ratio(count.into(), showings.impression.into()).unwrap_or_default();
            Bar::new(moment, count, format!("{} ({})", plot::thousands(count), percent(&share)))
        };
        showings.moments().map(bar).into()
    }

    fn latencies(&self, hours: &Hours<'_>) -> Vec<Line> {
        let line = |(key, permille): (&str, u64)| {
            let at = |label: &String| {
                self.latency.get(label).and_then(|took: &Latency| took.permille(permille))
            };
            Line::new(key.trim_start_matches("latency_ms_"), hours.labels.iter().map(at).collect())
        };
        PERCENTILES.map(line).into()
    }

    fn failures(&self) -> Vec<Bar> {
        let mut hosts: Vec<_> = self.hosts.iter().collect();
        hosts.sort_by_key(|(_, host)| std::cmp::Reverse(host.not_accepted));
        let bar = |(name, host): &(&String, &super::hosts::Host)| {
            let share = ratio(host.not_accepted.into(), host.attempts.into()).unwrap_or_default();
            let (failed, all) =
                (plot::thousands(host.not_accepted), plot::thousands(host.attempts));
            Bar::new(name, host.not_accepted, format!("{failed} of {all} ({})", percent(&share)))
        };
        hosts.iter().take(MOST_BARS).map(bar).collect()
    }

    fn shortfalls(&self) -> Vec<Bar> {
        let bar = |(reason, seconds): (&String, &super::Seconds)| {
            let millis = u64::try_from(seconds.0 / 1_000_000).unwrap_or(0);
            Bar::new(reason, millis, format!("{seconds} s"))
        };
        let mut all: Vec<_> = self.total.unfilled.iter().map(bar).collect();
        all.sort_by_key(|bar| std::cmp::Reverse(bar.value));
        all.truncate(MOST_BARS);
        all
    }
}

/// Every hour from the first to the last, those without rows too.
struct Hours<'a> {
    labels: Vec<String>,
    counts: Option<&'a BTreeMap<String, Counts>>,
}

impl<'a> Hours<'a> {
    fn of(report: &'a Report) -> Self {
        let counts = report.by.get(&Dimension::Hour);
        let known =
            || counts.into_iter().flat_map(|hours| hours.keys()).chain(report.latency.keys());
        let labels = match (known().min(), known().max()) {
            (Some(first), Some(last)) => super::read::hours(first, last),
            _ => Vec::new(),
        };
        Self { labels, counts }
    }

    fn points(&self, value: impl Fn(Option<&Counts>) -> Option<u64>) -> Vec<Option<u64>> {
        let counts = |label| self.counts.and_then(|hours| hours.get(label));
        self.labels.iter().map(|label| value(counts(label))).collect()
    }
}

fn html_table(name: &str, head: &[String], rows: &[Vec<String>]) -> String {
    let mut html = format!("<h2>By {}</h2>\n", escaped(name)).replace("By beacons:", "Beacons:");
    html += "<div class=\"wide\"><table>\n<tr>";
    for cell in head {
        let _ = write!(html, "<th>{}</th>", escaped(&cell.to_lowercase()));
    }
    for row in rows {
        html += "</tr>\n<tr>";
        for cell in row {
            let _ = write!(html, "<td>{}</td>", escaped(cell));
        }
    }
    html + "</tr>\n</table></div>\n"
}

/// `93.6 %` of `0.9360`.
fn percent(rate: &str) -> String {
    let tenths = rate.replace('.', "").parse::<u64>().map_or(0, |parts| (parts + 5) / 10);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

const MOST_BARS: usize = 15;
const STYLE: &str = include_str!("html/style.css");
