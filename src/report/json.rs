//! A report for machines: JSON.

use serde_json::{Map, Value, json};

use super::{
    hosts::PERCENTILES,
    latency::Latency,
    totals::{Counts, Report},
};

impl Report {
    /// Everything, as one JSON object. What is not known is null.
    pub fn to_json(&self) -> Value {
        let groups = |groups: &std::collections::BTreeMap<String, Counts>| -> Value {
            groups.iter().map(|(name, counts)| told(Some(name), counts)).collect()
        };
        let by =
            self.by.iter().map(|(dimension, all)| (dimension.as_str().to_owned(), groups(all)));
        json!({
            "files": self.files,
            "rows": self.rows,
            "unreadable_lines": self.unreadable_lines,
            "damaged_files": self.damaged,
            "from": self.span.map(|(from, _)| from.to_string()),
            "to": self.span.map(|(_, to)| to.to_string()),
            "total": told(None, &self.total),
            "by": by.collect::<Map<_, _>>(),
            "events": self.told_events(),
            "hosts": self.told_hosts(),
            "latency": self.told_latency(),
        })
    }

    fn told_events(&self) -> Value {
        let event = |((event, source), told): (&(String, &str), _)| json!({ "event": event, "source": source, "beacons": told });
        self.events.iter().map(event).collect()
    }

    /// Of attempts, by the hour they were made in.
    fn told_latency(&self) -> Value {
        let hour = |(hour, took): (&String, &Latency)| {
            let mut row = Map::new();
            row.insert("hour".to_owned(), json!(hour));
            row.extend(
                PERCENTILES.map(|(key, share)| (key.to_owned(), json!(took.permille(share)))),
            );
            Value::Object(row)
        };
        self.latency.iter().map(hour).collect()
    }

    fn told_hosts(&self) -> Value {
        let host = |(name, host)| {
            let mut row = Map::new();
            row.insert("host".to_owned(), json!(name));
            if let Value::Object(counts) = json!(host) {
                row.extend(counts);
            }
            Value::Object(row)
        };
        self.hosts.iter().map(host).collect()
    }
}

/// A group's counts with its rates; those without a name are filed under null.
fn told(name: Option<&String>, counts: &Counts) -> Value {
    let mut row = Map::new();
    if let Some(name) = name {
        row.insert("name".to_owned(), json!(Some(name).filter(|name| !name.is_empty())));
    }
    if let Value::Object(all) = json!(counts) {
        row.extend(all);
    }
    for (key, rate) in [
        ("error_rate", counts.error_rate()),
        ("fill_rate", counts.fill_rate()),
        ("completion_rate", counts.completion_rate()),
    ] {
        let number = rate.and_then(|rate| rate.parse::<serde_json::Number>().ok());
        row.insert(key.to_owned(), number.map_or(Value::Null, Value::Number));
    }
    Value::Object(row)
}
