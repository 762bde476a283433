//! Date ranges over reloads and renditions (A-58, A-60 … ).

use std::collections::HashMap;

use super::{Findings, Seen};
use crate::{
    reader::{Playlist, attributes::Attributes},
    time::{self, Ns, SECOND},
    truth::Truth,
};

/// Everything ever said of a range, by attribute name.
#[derive(Clone, Default)]
struct Known(HashMap<String, String>);

impl Known {
    fn date(&self, name: &str) -> Option<Ns> {
        time::date(self.0.get(name)?.trim_matches('"'))
    }

    fn length(&self, name: &str) -> Option<Ns> {
        time::seconds(self.0.get(name)?)
    }

    fn start(&self) -> Option<Ns> {
        self.date("START-DATE")
    }

    fn end(&self) -> Option<Ns> {
        let planned = || self.length("PLANNED-DURATION");
        let length = self.length("DURATION").or_else(planned);
        self.date("END-DATE").or_else(|| Some(self.start()? + length?))
    }
}

pub(super) fn check(seen: &[Seen], truth: &Truth, findings: &mut Findings) {
    let mut all: HashMap<String, Known> = HashMap::new();
    let mut own: HashMap<usize, HashMap<String, Known>> = HashMap::new();
    let mut listed: HashMap<usize, Vec<String>> = HashMap::new();
    for answer in seen.iter().filter(|answer| !answer.repeated) {
        let playlist = &answer.playlist;
        let mut add = |rule, text: String| findings.add(rule, answer.reload, text);
        if !playlist.ranges.is_empty() && playlist.segments.iter().all(|s| s.date.is_none()) {
            add("A-58", "date ranges without a date".to_owned());
        }
        let known = own.entry(answer.rendition).or_default();
        let mut ids = Vec::new();
        for range in &playlist.ranges {
            let Some(id) = range.quoted("ID") else {
                add("A-60", "a date range without an ID".to_owned());
                continue;
            };
            let changed = merge(known.entry(id.to_owned()).or_default(), range);
            let other = merge(all.entry(id.to_owned()).or_default(), range);
            // Where the rendition itself changed its mind, that alone is told.
            let rule = if changed.is_some() { "A-60" } else { "A-64" };
            changed.or(other).into_iter().for_each(|text| add(rule, text));
            values(range, &all[id], &mut add);
            let splice = range.0.iter().find(|attribute| attribute.name.starts_with("SCTE35-"));
            if let Some(splice) = splice {
                add("A-67", format!("`{id}` still says `{}`", splice.name));
            }
            ids.push(id.to_owned());
        }
        let before = listed.insert(answer.rendition, ids.clone()).unwrap_or_default();
        let gone = before.iter().filter(|id| !ids.contains(id));
        for id in gone.filter(|id| maps(&known[*id], playlist)) {
            add("A-61", format!("`{id}` is gone while its dates are listed"));
        }
        let absent = all.iter().filter(|(id, _)| !known.contains_key(*id));
        for (id, _) in absent.filter(|(_, range)| inside(range, playlist, truth.target())) {
            add("A-64", format!("`{id}` is missing in rendition {}", answer.rendition));
        }
    }
}

/// Takes in what `range` says; an attribute that was said otherwise is told.
fn merge(known: &mut Known, range: &Attributes) -> Option<String> {
    let mut changed = None;
    for attribute in &range.0 {
        let before = known.0.insert(attribute.name.clone(), attribute.value.clone());
        if let Some(before) = before.filter(|before| *before != attribute.value) {
            let (name, value) = (&attribute.name, &attribute.value);
            changed = Some(format!("`{name}` was {before}, is {value} now"));
        }
    }
    changed
}

fn values(range: &Attributes, known: &Known, add: &mut impl FnMut(&'static str, String)) {
    for name in ["DURATION", "PLANNED-DURATION"] {
        if range.raw(name).is_some_and(|value| time::seconds(value).is_none()) {
            add("A-62", format!("`{name}` of {range:?} is no length"));
        }
    }
    let (start, end) = (known.start(), known.date("END-DATE"));
    if let (Some(start), Some(end)) = (start, end) {
        let length = known.length("DURATION");
        let off = length.is_some_and(|length| (end - start - length).abs() > SECOND / 500);
        if end < start || off {
            add("A-62", format!("start, end and duration of {range:?} do not agree"));
        }
    }
    if range.raw("END-ON-NEXT").is_some() {
        let extra = ["DURATION", "END-DATE"].iter().any(|name| known.0.contains_key(*name));
        if extra || !known.0.contains_key("CLASS") {
            add("A-62", format!("`END-ON-NEXT` of {range:?} needs a class and no end"));
        }
    }
    for attribute in range.0.iter().filter(|attribute| attribute.name.starts_with("X-")) {
        let value = &attribute.value;
        let hex = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X"));
        let hex = hex.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let number = time::seconds(value.strip_prefix('-').unwrap_or(value)).is_some();
        if !value.starts_with('"') && !hex && !number {
            add("A-63", format!("`{}={value}` is no string and no number", attribute.name));
        }
    }
}

fn span(playlist: &Playlist) -> Option<(Ns, Ns)> {
    Some((playlist.segments.first()?.start?, playlist.segments.last()?.end()?))
}

/// Does any date of the range map to a listed segment?
fn maps(range: &Known, playlist: &Playlist) -> bool {
    let Some((first, last)) = span(playlist) else { return false };
    let Some(start) = range.start() else { return false };
    start < last && range.end().unwrap_or(start + 1) > first
}

/// Does it begin well inside the playlist?
fn inside(range: &Known, playlist: &Playlist, margin: Ns) -> bool {
    let Some((first, last)) = span(playlist) else { return false };
    range.start().is_some_and(|start| start > first + margin && start < last - margin)
}
