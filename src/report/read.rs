//! From lines to records.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Read},
    path::{Path, PathBuf},
};

use super::{
    Error, Progress, Report,
    fold::{Totals, named},
    hosts::{Host, host_of},
    latency::Latency,
    names::{Name, Names},
    record::{Ended, Filled, Key, Labels, Nanos, Outcome, Record, Skipped, Source as Teller},
    row::{Ad, Avail, Row, Secs, Text, text},
    source::Source,
    spill::{Bounds, Spill},
    totals::Dimension,
};
use crate::units::ProgramTime;

/// A report being made.
#[derive(Debug)]
pub(super) struct Reading {
    work: PathBuf,
    names: Names,
    spill: Spill,
    totals: Totals,
    hosts: BTreeMap<Name, Host>,
    latency: BTreeMap<i64, Latency>,
    report: Report,
}

impl Reading {
    pub(super) fn new(work: &Path, bounds: Bounds) -> Self {
        Self {
            work: work.to_owned(),
            names: Names::new(),
            spill: Spill::new(work, bounds),
            totals: Totals::default(),
            hosts: BTreeMap::new(),
            latency: BTreeMap::new(),
            report: Report::default(),
        }
    }

    /// Takes in every row of a file.
    pub(super) fn read(
        &mut self,
        source: &Source,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Error> {
        let (mut reader, counter) = match source.open() {
            Ok(opened) => opened,
            // Removed meanwhile, or not ours to read: the others still are.
            Err(error) => {
                self.report.damaged.push(format!("{}: {error}", source.path.display()));
                return Ok(());
            }
        };
        self.report.files += 1;
        let mut line = Vec::new();
        for count in 0_u64.. {
            if count % LINES_PER_PROGRESS == 0 {
                progress(source.progress(&counter));
            }
            line.clear();
            match (&mut reader).take(MOST_READ).read_until(b'\n', &mut line) {
                Ok(0) => break,
                Ok(_) => self.line(&line).map_err(|source| self.spilled(source))?,
                Err(error) => {
                    self.report.damaged.push(format!("{}: {error}", source.path.display()));
                    break;
                }
            }
        }
        progress(source.progress(&counter));
        Ok(())
    }

    fn spilled(&self, source: io::Error) -> Error {
        Error::Spill { path: self.work.clone(), source }
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        let Ok(row) = serde_json::from_slice::<Row<'_>>(line) else {
            // The last line of a file that is being written has no end yet.
            let whole = line.ends_with(b"\n") || line.len() >= LONGEST;
            self.report.unreadable_lines += u64::from(whole && line != b"\n");
            return Ok(());
        };
        let time = time(row.time.as_ref().or(row.event_timestamp.as_ref()));
        let known = match (&row.beacon_id, &row.event_type) {
            (Some(id), _) => self.beacon(id.as_str(), &row, time)?,
            (None, Some(event)) => self.decision(event.as_str(), &row, time)?,
            (None, None) => false,
        };
        if !known {
            self.report.unreadable_lines += 1;
            return Ok(());
        }
        self.report.rows += 1;
        if let Some(time) = time {
            let (from, to) = self.report.span.unwrap_or((time, time));
            self.report.span = Some((from.min(time), to.max(time)));
        }
        Ok(())
    }

    fn beacon(&mut self, id: &str, row: &Row<'_>, at: Option<ProgramTime>) -> io::Result<bool> {
        let source = match text(&row.source) {
            "client" => Teller::Client,
            _ => Teller::Server,
        };
        let due = time(row.due_at.as_ref()).or(at);
        let labels = Labels {
            configuration: self.of_few(&row.configuration),
            ad_server: self.of_few(&row.ads_host),
            advertiser: self.name(&row.advertiser),
            campaign: self.name(&row.campaign),
            creative: self.name(&row.creative_id),
            ad: self.name(&row.ad_id),
            hour: hour(due),
        };
        let attempt = row.attempt.unwrap_or(0);
        let outcome = Outcome::of(text(&row.outcome));
        if attempt > 0 && outcome != Outcome::Due && source == Teller::Server {
            self.attempt(row, outcome, at);
        }
        let showing = Key::of(&[
            text(&row.session_id),
            text(&row.avail_id),
            text(&row.ad_id),
            text(&row.creative_id),
        ]);
        let event = self.of_few(&row.event);
        let id = Key::of_beacon(id, source);
        self.spill
            .push(showing, &Record::Beacon { id, labels, event, source, outcome, attempt })?;
        Ok(true)
    }

    fn attempt(&mut self, row: &Row<'_>, outcome: Outcome, at: Option<ProgramTime>) {
        let host = self.names.of_few(host_of(text(&row.url)));
        let host = self.hosts.entry(host).or_default();
        host.attempts += 1;
        match outcome {
            Outcome::Sent => host.sent += 1,
            _ => host.not_accepted += 1,
        }
        if let Some(millis) = row.latency_ms {
            host.latency.add(millis);
            self.latency.entry(hour(at)).or_default().add(millis);
        }
    }

    fn decision(
        &mut self,
        event: &str,
        row: &Row<'_>,
        at: Option<ProgramTime>,
    ) -> io::Result<bool> {
        let configuration = self.of_few(&row.origin_id);
        let key =
            |avail: &Avail<'_>| Key::of(&[text(&row.decision_session), text(&avail.avail_id)]);
        let millis = at.map_or(0, ProgramTime::as_millis);
        match (event, &row.avail) {
            ("FILLED_AVAIL", Some(avail)) => {
                let filled = self.filled(avail, configuration, millis);
                self.spill.push(key(avail), &Record::Filled(filled))?;
            }
            ("ADS_SKIPPED", Some(avail)) => {
                let ads = self.skipped(avail, configuration);
                self.spill.push(key(avail), &Record::Skipped(Skipped { time: millis, ads }))?;
            }
            ("AVAIL_ENDED", Some(avail)) => {
                let ended = self.ended(avail, configuration, millis);
                self.spill.push(key(avail), &Record::Ended(ended))?;
            }
            _ => self.asked(event, row, configuration, hour(at)),
        }
        Ok(true)
    }

    /// A question to an ad server, or what came of it; other events are not counted, and neither are
    /// wrappers' own questions: what came of all of them is what the first one is answered with.
    fn asked(&mut self, event: &str, row: &Row<'_>, configuration: Name, hour: i64) {
        if row.wrapper.is_some() {
            return;
        }
        let host = match &row.asked_host {
            Some(host) => host.as_str(),
            None => host_of(text(&row.ads_request_url)),
        };
        let server = Some(self.names.of_few(host));
        let is_answer = row.took_ms.is_some();
        self.totals.of_break(configuration, server, hour, |counts| match event {
            "MAKING_ADS_REQUEST" => counts.requests += 1,
            "VAST_RESPONSE" if is_answer => counts.answers += 1,
            "EMPTY_VAST_RESPONSE" | "EMPTY_VMAP_RESPONSE" if is_answer => counts.empty_answers += 1,
            trouble if is_answer => *named(&mut counts.errors, trouble) += 1,
            _ => {}
        });
    }

    fn filled(&mut self, avail: &Avail<'_>, configuration: Name, time: i64) -> Filled {
        let planned = avail.creative_ads.iter();
        let ads = planned
            .map(|ad| (self.labels(ad, configuration), nanos(ad.transcoded_ad_duration)))
            .collect();
        let skipped = self.skipped(avail, configuration);
        let length = avail.origin_avail_duration.map(|length| Nanos::from(length.0));
        let filled = nanos(avail.filled_duration);
        Filled { time, configuration, length, filled, ads, skipped }
    }

    fn skipped(&mut self, avail: &Avail<'_>, configuration: Name) -> Vec<(Labels, Name)> {
        let skipped = avail.skipped_ads.iter();
        let named = |ad: &Ad<'_>| (self.labels(ad, configuration), self.of_few(&ad.skipped_reason));
        skipped.map(named).collect()
    }

    fn labels(&mut self, ad: &Ad<'_>, configuration: Name) -> Labels {
        Labels {
            configuration,
            ad_server: self.of_few(&ad.ads_host),
            advertiser: self.name(&ad.advertiser),
            campaign: self.name(&ad.campaign),
            creative: self.name(&ad.creative_id),
            ad: self.name(&ad.vast_ad_id),
            hour: 0,
        }
    }

    fn ended(&mut self, avail: &Avail<'_>, configuration: Name, time: i64) -> Ended {
        let unfilled = avail.unfilled.iter();
        let unfilled = unfilled
            .map(|part| (self.names.of_few(part.reason.as_str()), part.seconds.0.into()))
            .collect();
        Ended {
            time,
            configuration,
            length: nanos(avail.origin_avail_duration),
            planned: nanos(avail.planned_seconds),
            published: nanos(avail.published_seconds),
            requested: nanos(avail.requested_seconds),
            unfilled,
        }
    }

    fn name(&mut self, field: &Option<Text<'_>>) -> Name {
        match text(field) {
            "" => Name::NONE,
            name => self.names.number(name),
        }
    }

    fn of_few(&mut self, field: &Option<Text<'_>>) -> Name {
        match text(field) {
            "" => Name::NONE,
            name => self.names.of_few(name),
        }
    }

    /// Counts what has been read.
    pub(super) fn finish(self) -> io::Result<Report> {
        let Self { names, spill, mut totals, hosts, latency, mut report, .. } = self;
        spill.each(&mut |part| totals.fold(part, &names))?;
        let name = |number| names.name(number).to_owned();
        report.total = totals.total;
        for dimension in Dimension::ALL {
            report.by.insert(dimension, BTreeMap::new());
        }
        for ((dimension, number), counts) in totals.by {
            report.by.entry(dimension).or_default().insert(name(number), counts);
        }
        let hours = totals.hours.into_iter().map(|(hour, counts)| (label(hour), counts));
        report.by.insert(Dimension::Hour, hours.collect());
        let events = totals.events.into_iter();
        report.events =
            events.map(|((event, by), told)| ((name(event), by.as_str()), told)).collect();
        report.hosts = hosts.into_iter().map(|(number, host)| (name(number), host)).collect();
        report.latency = latency.into_iter().map(|(hour, took)| (label(hour), took)).collect();
        Ok(report)
    }
}

fn time(field: Option<&Text<'_>>) -> Option<ProgramTime> {
    ProgramTime::parse(field?.as_str())
}

fn hour(time: Option<ProgramTime>) -> i64 {
    time.map_or(0, |time| time.as_millis().div_euclid(MILLIS_PER_HOUR))
}

/// `2026-11-23T12:00Z`.
fn label(hour: i64) -> String {
    let time = ProgramTime::from_millis(hour.saturating_mul(MILLIS_PER_HOUR)).to_string();
    format!("{}Z", time.get(..16).unwrap_or(&time))
}

/// Every hour between two labels; where they are years apart, only these two.
pub(super) fn hours(first: &str, last: &str) -> Vec<String> {
    let number = |label: &str| hour(ProgramTime::parse(&label.replace('Z', ":00Z")));
    let (from, to) = (number(first), number(last));
    if to - from > MOST_HOURS {
        return vec![first.to_owned(), last.to_owned()];
    }
    (from..=to).map(label).collect()
}

fn nanos(seconds: Option<Secs>) -> Nanos {
    seconds.unwrap_or_default().0.into()
}

const MILLIS_PER_HOUR: i64 = 3_600_000;
/// What a plot is made of.
const MOST_HOURS: i64 = 20_000;
const LINES_PER_PROGRESS: u64 = 4_096;
/// The most that is read of one line.
const LONGEST: usize = 16 << 20;
const MOST_READ: u64 = 16 << 20;
