//! What a column of a Parquet file holds, and its values on their way there.

use std::{io, str::FromStr};

use parquet::{
    data_type::{ByteArray, ByteArrayType, Int64Type},
    file::writer::SerializedColumnWriter,
};
use serde_json::Value;

use crate::units::{MediaDuration, ProgramTime};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Time,
    Whole,
    Seconds,
    Json,
}

impl Kind {
    /// A column of this kind in Parquet's own words.
    pub(super) fn declared(self, name: &str) -> String {
        match self {
            Self::Text => format!("binary {name} (STRING)"),
            Self::Json => format!("binary {name} (JSON)"),
            Self::Time => format!("int64 {name} (TIMESTAMP(MILLIS,true))"),
            Self::Whole => format!("int64 {name}"),
            Self::Seconds => format!("int64 {name} (DECIMAL(18,9))"),
        }
    }
}

/// Values, and for every row whether it has one.
pub(super) struct Column {
    kind: Kind,
    there: Vec<i16>,
    texts: Vec<ByteArray>,
    numbers: Vec<i64>,
}

impl Column {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, there: Vec::new(), texts: Vec::new(), numbers: Vec::new() }
    }

    /// A row's value; what is not of the column's kind is none.
    pub(super) fn push(&mut self, value: Option<&Value>) {
        let value = value.filter(|value| !value.is_null());
        let there = match self.kind {
            Kind::Text | Kind::Json => {
                let text = value.map(|value| self.text(value));
                text.map(|text| self.texts.push(text.into_bytes().into())).is_some()
            }
            Kind::Time | Kind::Whole | Kind::Seconds => {
                let number = value.and_then(|value| self.number(value));
                number.map(|number| self.numbers.push(number)).is_some()
            }
        };
        self.there.push(i16::from(there));
    }

    fn text(&self, value: &Value) -> String {
        match value {
            Value::String(text) if self.kind == Kind::Text => text.clone(),
            other => other.to_string(),
        }
    }

    fn number(&self, value: &Value) -> Option<i64> {
        match self.kind {
            Kind::Time => ProgramTime::parse(value.as_str()?).map(ProgramTime::as_millis),
            Kind::Seconds => {
                let Value::Number(number) = value else { return None };
                MediaDuration::from_str(&number.to_string()).ok().map(MediaDuration::as_nanos)
            }
            _ => value.as_i64(),
        }
    }

    /// Writes and forgets them.
    pub(super) fn write(&mut self, mut to: SerializedColumnWriter<'_>) -> io::Result<()> {
        let there = Some(&*self.there);
        match self.kind {
            Kind::Text | Kind::Json => {
                to.typed::<ByteArrayType>().write_batch(&self.texts, there, None)?
            }
            Kind::Time | Kind::Whole | Kind::Seconds => {
                to.typed::<Int64Type>().write_batch(&self.numbers, there, None)?
            }
        };
        to.close()?;
        *self = Self::new(self.kind);
        Ok(())
    }
}
