//! The columns of both logs, and a Parquet file being written.
//!
//! Names are those of the JSON; what stands in an object has its path's last name. Times are UTC
//! milliseconds, seconds are decimals with nine places, so that both are exact. Lists and objects are
//! JSON text, and so are all fields that have no column, together in `other`.

use std::{io, sync::Arc};

use parquet::{
    basic::{Compression, ZstdLevel},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use serde_json::{Map, Value};

use super::columns::{Column, Kind};

/// One log's columns.
#[derive(Debug)]
pub(super) struct Schema {
    /// The field that says when a row was written.
    pub(super) time: &'static str,
    fields: &'static [Field],
}

/// Name, where its value is, what it is.
pub(super) type Field = (&'static str, &'static [&'static str], Kind);

/// A Parquet file in memory.
pub(super) struct Table {
    schema: &'static Schema,
    columns: Vec<Column>,
    other: Column,
    rows: usize,
    file: SerializedFileWriter<Vec<u8>>,
}

impl Schema {
    /// A log's.
    pub(super) fn of(log: &str) -> &'static Self {
        if log == "beacons" { &BEACONS } else { &DECISIONS }
    }

    /// In Parquet's own words.
    pub(super) fn message(&self) -> String {
        let all = self.fields.iter().copied().chain([OTHER]);
        let columns = all.map(|(name, _, kind)| format!("  optional {};\n", kind.declared(name)));
        format!("message row {{\n{}}}\n", columns.collect::<String>())
    }
}

impl Table {
    pub(super) fn new(schema: &'static Schema) -> io::Result<Self> {
        let message = parse_message_type(&schema.message())?;
        let level = ZstdLevel::try_new(3)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_created_by(concat!("midroll ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let file = SerializedFileWriter::new(Vec::new(), Arc::new(message), Arc::new(properties))?;
        let columns = schema.fields.iter().map(|(_, _, kind)| Column::new(*kind)).collect();
        Ok(Self { schema, columns, other: Column::new(Kind::Json), rows: 0, file })
    }

    pub(super) fn push(&mut self, mut row: Map<String, Value>) -> io::Result<()> {
        for (column, (_, path, _)) in self.columns.iter_mut().zip(self.schema.fields) {
            column.push(take(&mut row, path).as_ref());
        }
        // An object of which every field has its column.
        row.retain(|_, value| value.as_object().is_none_or(|rest| !rest.is_empty()));
        let other = (!row.is_empty()).then_some(Value::Object(row));
        self.other.push(other.as_ref());
        self.rows += 1;
        if self.rows >= ROWS_AT_ONCE { self.flush() } else { Ok(()) }
    }

    pub(super) fn finish(mut self) -> io::Result<Vec<u8>> {
        self.flush()?;
        Ok(self.file.into_inner()?)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        for column in self.columns.iter_mut().chain([&mut self.other]) {
            let Some(writer) = group.next_column()? else { break };
            column.write(writer)?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

/// Takes a value out of a row, so that what is left is what has no column.
fn take(row: &mut Map<String, Value>, path: &[&str]) -> Option<Value> {
    match path {
        [] => None,
        [name] => row.shift_remove(*name),
        [name, rest @ ..] => match row.get_mut(*name) {
            Some(Value::Object(inner)) => take(inner, rest),
            _ => None,
        },
    }
}

macro_rules! fields {
    ($($kind:ident: $($path:ident).+;)*) => {
        &[$((last(&[$(stringify!($path)),+]), &[$(stringify!($path)),+], Kind::$kind)),*]
    };
}

const fn last(path: &[&'static str]) -> &'static str {
    path[path.len() - 1]
}

const OTHER: Field = ("other", &[], Kind::Json);

static BEACONS: Schema = Schema {
    time: "time",
    fields: fields! {
        Time: time;
        Text: beacon_id;
        Text: configuration;
        Text: asset;
        Text: session_id;
        Text: avail_id;
        Time: avail_start;
        Text: tracking_id;
        Text: ad_id;
        Text: ad_system;
        Text: ads_host;
        Text: advertiser;
        Text: campaign;
        Text: creative_id;
        Text: universal_ad_id;
        Whole: wrapper_depth;
        Text: rendition;
        Text: event;
        Text: source;
        Text: url;
        Text: outcome;
        Whole: status;
        Whole: attempt;
        Whole: latency_ms;
        Time: due_at;
        Text: reason;
    },
};

static DECISIONS: Schema = Schema {
    time: "eventTimestamp",
    fields: fields! {
        Text: eventType;
        Time: eventTimestamp;
        Text: eventDescription;
        Text: requestId;
        Text: sessionType;
        Text: originId;
        Text: sessionId;
        Text: adsRequestUrl;
        Text: adsHost;
        Whole: executionTimeMs;
        Text: error;
        Text: unfilledReason;
        Text: avail.availId;
        Seconds: avail.originAvailDuration;
        Seconds: avail.filledDuration;
        Whole: avail.numAds;
        Json: avail.creativeAds;
        Json: avail.slateAd;
        Json: avail.skippedAds;
        Seconds: avail.plannedSeconds;
        Seconds: avail.publishedSeconds;
        Seconds: avail.requestedSeconds;
        Seconds: avail.slateSeconds;
        Seconds: avail.padSeconds;
        Seconds: avail.bumperSeconds;
        Json: avail.unfilled;
        Json: vastResponse;
        Json: requestHeaders;
    },
};

/// Rows in memory before they are encoded.
const ROWS_AT_ONCE: usize = 20_000;
