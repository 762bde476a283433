//! A playback configuration as clients of MediaTailor's API write and read it: JSON, and the way
//! from there to what the file's reader reads, and back.
//!
//! There is one reader of playback configurations, and it reads tables of TOML. A document is
//! written down as such a table, so that a field means and demands the same wherever it is set.

use std::collections::HashSet;

use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::{
    model::{self, Field, Kind},
    names::{self, Names},
    playback, report, section,
};
use crate::configuration::PlaybackConfiguration;

/// What a document says, checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What is known of it, in the model's order.
    pub document: Document,
    /// The configuration; present exactly when there are no errors.
    pub configuration: Option<PlaybackConfiguration>,
    /// What makes it unusable.
    pub errors: Vec<Remark>,
    /// What is of no effect, or probably not meant.
    pub warnings: Vec<Remark>,
}

/// The fields of a playback configuration that can be set, by their names in JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document(pub Map<String, Value>);

/// Something to be said of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The field, with all it stands in: `Bumper.StartUrl`; empty: the whole.
    pub key: String,
    /// A clause: what, which, limit.
    pub text: String,
    /// What follows from it.
    pub kind: report::Kind,
}

impl Remark {
    /// Of what `text` names itself.
    pub fn new(key: &str, text: String) -> Self {
        Self { key: key.to_owned(), text, kind: report::Kind::Fault }
    }

    /// That a field is so: `is missing`.
    pub fn about(key: &str, text: &str) -> Self {
        Self::new(key, format!("`{key}` {text}"))
    }

    /// That a field is kept and told, and does nothing.
    pub fn without_effect(key: &str) -> Self {
        Self { kind: report::Kind::WithoutEffect, ..Self::about(key, section::LATER) }
    }
}

/// Reads what a client wrote. Fields the model does not know are left out.
pub fn check_document(written: &Value) -> Checked {
    let (known, mut errors) = model::clean(model::playback::FIELDS, written);
    let read = match errors.iter().any(|error| error.key.is_empty()) {
        true => Read::default(),
        false => read(&known),
    };
    // What has the wrong shape need not be told its limits.
    let told: HashSet<_> = errors.iter().map(|error| error.key.clone()).collect();
    let is_told = |key: &str| {
        let within =
            |told: &String| told.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
        told.contains(key) || !key.is_empty() && told.iter().any(within)
    };
    errors.extend(read.errors.into_iter().filter(|error| !is_told(&error.key)));
    Checked {
        document: Document(known),
        configuration: read.configuration.filter(|_| errors.is_empty()),
        errors,
        warnings: read.warnings,
    }
}

/// What the file's reader makes of a document.
#[derive(Default)]
struct Read {
    configuration: Option<PlaybackConfiguration>,
    errors: Vec<Remark>,
    warnings: Vec<Remark>,
}

fn read(document: &Map<String, Value>) -> Read {
    let mut table = to_table(model::playback::FIELDS, document);
    // Tags are the control API's own affair, and there they work.
    table.remove("tags");
    let text = table.to_string();
    let mut notes = report::Notes::new(&text, Names::Api);
    let configuration = match DeTable::parse(&text) {
        Ok(table) => section::read(&table, &mut notes, playback::read),
        Err(error) => {
            notes.error(0, String::new(), error.message().to_owned());
            None
        }
    };
    let (errors, warnings) = notes.into_findings();
    let remarks = |findings: Vec<report::Finding>| {
        findings
            .into_iter()
            .map(|one| Remark { key: one.key, text: one.text, kind: one.kind })
            .collect()
    };
    Read { configuration, errors: remarks(errors), warnings: remarks(warnings) }
}

/// An object of the model as a table of the file.
fn to_table(fields: &[Field], object: &Map<String, Value>) -> toml::Table {
    let known = fields.iter().filter_map(|field| Some((field, object.get(field.name)?)));
    known
        .filter_map(|(field, value)| {
            Some((names::in_file(field.name), to_toml(field.kind, value)?))
        })
        .collect()
}

/// `None` for what TOML has no word for; the model has refused it already.
fn to_toml(kind: Kind, value: &Value) -> Option<toml::Value> {
    Some(match (kind, value) {
        (Kind::Structure(fields), Value::Object(object)) => to_table(fields, object).into(),
        (_, Value::Null) => return None,
        (_, Value::Bool(value)) => (*value).into(),
        (_, Value::Number(number)) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64()?.into(),
        },
        (_, Value::String(text)) => text.as_str().into(),
        (_, Value::Array(items)) => items
            .iter()
            .filter_map(|item| to_toml(kind.inner(), item))
            .collect::<toml::value::Array>()
            .into(),
        (_, Value::Object(members)) => {
            let member = |(name, value): (&String, &Value)| {
                Some((name.clone(), to_toml(kind.inner(), value)?))
            };
            members.iter().filter_map(member).collect::<toml::Table>().into()
        }
    })
}

/// A playback configuration of the file as a document.
pub(super) fn of_file(table: &DeTable<'_>) -> Document {
    Document(of_table(model::playback::FIELDS, table))
}

fn of_table(fields: &[Field], table: &DeTable<'_>) -> Map<String, Value> {
    let known = fields.iter().filter_map(|field| {
        let value = table.get(names::in_file(field.name).as_str())?;
        Some((field.name.to_owned(), of_toml(field.kind, value.get_ref())))
    });
    known.collect()
}

fn of_toml(kind: Kind, value: &DeValue<'_>) -> Value {
    match (kind, value) {
        (Kind::Structure(fields), DeValue::Table(table)) => of_table(fields, table).into(),
        (_, DeValue::String(text)) => text.as_ref().into(),
        (_, DeValue::Integer(number)) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        (_, DeValue::Float(number)) => number.as_str().parse().map_or(Value::Null, Value::Number),
        (_, DeValue::Boolean(value)) => (*value).into(),
        (_, DeValue::Datetime(moment)) => moment.to_string().into(),
        (_, DeValue::Array(items)) => {
            items.iter().map(|item| of_toml(kind.inner(), item.get_ref())).collect()
        }
        (_, DeValue::Table(table)) => {
            let members = table.iter().map(|(key, value)| {
                (key.get_ref().to_string(), of_toml(kind.inner(), value.get_ref()))
            });
            Value::Object(members.collect())
        }
    }
}
