//! What objects of MediaTailor's API are made of: names, shapes and limits, as its own model of the
//! service states them, and the playback configuration's fields.
//!
//! [`clean`] keeps what is known of an object and leaves out the rest, so that newer clients are
//! served; what is known and badly shaped is kept too, and said. Whether a field has an effect, and
//! what its value must be for that, is not told here: see `config/playback.rs`.

use serde_json::{Map, Value};

use super::{Remark, report};

pub(super) mod playback;

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// As it stands in JSON.
    pub name: &'static str,
    /// What it must be.
    pub kind: Kind,
    /// Must it be there wherever its object is?
    pub required: bool,
}

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// At most so many characters.
    Text(usize),
    /// The same, not to be shown to anybody.
    Secret(usize),
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// True or false.
    Switch,
    /// A moment in seconds since 1970.
    Moment,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Any number of such values, up to [`MOST_MEMBERS`].
    List(&'static Self),
    /// Any names, each with such a value, up to [`MOST_MEMBERS`].
    Map(&'static Self),
    /// An object with these members.
    Structure(&'static [Field]),
}

impl Field {
    /// One that may be absent.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, required: false }
    }

    /// One that must be there.
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, required: true }
    }
}

impl Kind {
    /// Is it, or what is in it, not to be shown?
    const fn is_secret(self) -> bool {
        match self {
            Self::Secret(_) => true,
            Self::List(inner) | Self::Map(inner) => inner.is_secret(),
            _ => false,
        }
    }

    /// What the members of a list or map must be.
    pub(super) const fn inner(self) -> Self {
        match self {
            Self::List(inner) | Self::Map(inner) => *inner,
            other => other,
        }
    }
}

/// What is known of an object, and everything that is wrong with its shape.
pub fn clean(fields: &[Field], written: &Value) -> (Map<String, Value>, Vec<Remark>) {
    let mut remarks = Vec::new();
    let known = match written {
        Value::Object(written) => structure(fields, written, "", &mut remarks),
        _ => {
            remarks.push(Remark::new("", "expected a JSON object".to_owned()));
            Map::new()
        }
    };
    (known, remarks)
}

fn structure(
    fields: &[Field],
    written: &Map<String, Value>,
    path: &str,
    remarks: &mut Vec<Remark>,
) -> Map<String, Value> {
    let mut known = Map::new();
    for field in fields {
        let key = format!("{path}{}", field.name);
        match written.get(field.name) {
            // Clients write null for what they leave out.
            None | Some(Value::Null) if field.required => {
                remarks.push(Remark::about(&key, "is missing"));
            }
            None | Some(Value::Null) => {}
            Some(value) => {
                _ = known.insert(field.name.to_owned(), read(field.kind, value, &key, remarks));
            }
        }
    }
    known
}

fn read(kind: Kind, value: &Value, key: &str, remarks: &mut Vec<Remark>) -> Value {
    match (kind, value) {
        (Kind::Structure(fields), Value::Object(members)) => {
            Value::Object(structure(fields, members, &format!("{key}."), remarks))
        }
        (Kind::List(kind), Value::Array(items)) if items.len() <= MOST_MEMBERS => {
            let item = |(at, item)| read(*kind, item, &format!("{key}[{at}]"), remarks);
            Value::Array(items.iter().enumerate().map(item).collect())
        }
        (Kind::Map(kind), Value::Object(members)) if members.len() <= MOST_MEMBERS => {
            let member = |(name, value): (&String, &Value)| {
                (name.clone(), read(*kind, value, &format!("{key}.{name}"), remarks))
            };
            Value::Object(members.iter().map(member).collect())
        }
        _ => {
            if let Some(expected) = expected(kind, value) {
                let written = if kind.is_secret() { "…".to_owned() } else { shortened(value) };
                remarks.push(Remark::about(key, &format!("is `{written}`; expected {expected}")));
            }
            value.clone()
        }
    }
}

/// What was expected of a value that is not so.
fn expected(kind: Kind, value: &Value) -> Option<String> {
    match kind {
        Kind::Text(most) | Kind::Secret(most) => {
            let fits = value.as_str().is_some_and(|text| text.chars().count() <= most);
            (!fits).then(|| format!("text of at most {most} characters"))
        }
        Kind::Whole(from, to) => {
            let fits = value.as_i64().is_some_and(|number| (from..=to).contains(&number));
            (!fits).then(|| format!("a whole number from {from} to {to}"))
        }
        Kind::Switch => (!value.is_boolean()).then(|| "true or false".to_owned()),
        Kind::Moment => (!value.is_number()).then(|| "seconds since 1970".to_owned()),
        Kind::Choice(words) => {
            let fits = value.as_str().is_some_and(|word| words.contains(&word));
            (!fits).then(|| format!("one of `{}`", words.join("`, `")))
        }
        Kind::List(_) => Some(format!("a list of at most {MOST_MEMBERS}")),
        Kind::Map(_) => Some(format!("an object of at most {MOST_MEMBERS} members")),
        Kind::Structure(_) => Some("an object".to_owned()),
    }
}

/// A value as JSON, cut where it is long.
fn shortened(value: &Value) -> String {
    let text = value.to_string();
    let text = report::without_credentials(&text);
    if text.chars().nth(MOST_SHOWN).is_none() {
        return text.into_owned();
    }
    text.chars().take(MOST_SHOWN).chain(['…']).collect()
}

/// Free names and values that say whose an object is.
pub const TAGS: Kind = Kind::Map(&Kind::Text(256));

/// Most members of a list or map.
pub const MOST_MEMBERS: usize = 1000;

const MOST_SHOWN: usize = 60;
