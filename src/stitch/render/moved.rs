//! Lines about moments of a programme into which ads were put.

use super::{Page, Retiming};
use crate::{
    hls::{Attributes, Line, with_address as with_value},
    units::{MediaDuration, ProgramTime},
};

impl Page<'_> {
    /// The same point of the programme; the very beginning stays that, ads or not.
    pub(super) fn start_moved(&mut self, line: &Line, moved: &dyn Retiming) {
        let offset = Attributes::of(line.value()).get("TIME-OFFSET");
        if let Some(offset) = offset.and_then(|offset| offset.parse().ok()) {
            let offset = moved.offset(offset).to_string();
            self.replace(line, &with_value(&line.text, "TIME-OFFSET", |_| offset));
        }
    }
}

/// A date range where viewers see it: one that ads stand in is longer by these.
pub(super) fn range(line: &Line, moved: &dyn Retiming) -> String {
    let attributes = Attributes::of(line.value());
    let date = |name| attributes.get(name).and_then(ProgramTime::parse);
    let Some(start) = date("START-DATE") else { return line.text.to_string() };
    let begins = moved.date(start, false);
    let mut text = with_value(&line.text, "START-DATE", |_| begins.to_string());
    if let Some(end) = date("END-DATE") {
        text = with_value(&text, "END-DATE", |_| moved.date(end, true).max(begins).to_string());
    }
    for name in ["DURATION", "PLANNED-DURATION"] {
        let length = attributes.get(name).and_then(|length| length.parse().ok());
        if let Some(length) = length.filter(|length: &MediaDuration| *length > MediaDuration::ZERO)
        {
            let ends = moved.date(start + length, true).max(begins);
            text = with_value(&text, name, |_| (ends - begins).to_string());
        }
    }
    text
}
