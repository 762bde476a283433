//! What came out of decoding, as ffmpeg's `framecrc` lists it.

use std::collections::HashMap;

use crate::{media::Rate, units::MediaDuration};

/// What came out of a track of one segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) frames: usize,
    pub(super) first: MediaDuration,
    pub(super) ends: MediaDuration,
}

/// Reads `framecrc`: by stream, how many frames there are and where they begin and end.
pub(super) fn read(text: &[u8]) -> Option<HashMap<usize, Decoded>> {
    let text = std::str::from_utf8(text).ok()?;
    let mut bases = HashMap::new();
    let mut streams: HashMap<usize, Decoded> = HashMap::new();
    for line in text.lines() {
        if let Some(base) = line.strip_prefix("#tb ") {
            let (stream, base) = base.split_once(": ")?;
            // A time base is the rate of its ticks, upside down.
            let (seconds, ticks) = base.split_once('/')?;
            let rate = Rate::new(ticks.parse().ok()?, seconds.parse().ok()?)?;
            bases.insert(stream.parse::<usize>().ok()?, rate);
        }
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let mut fields = line.split(',').map(str::trim);
        let stream: usize = fields.next()?.parse().ok()?;
        let mut number = || fields.next()?.parse::<i64>().ok();
        let (_, begins, length) = (number()?, number()?, number()?);
        let base = bases.get(&stream)?;
        let decoded = streams
            .entry(stream)
            .or_insert(Decoded { first: base.begins(begins), ..Decoded::default() });
        decoded.frames += 1;
        decoded.first = decoded.first.min(base.begins(begins));
        decoded.ends = decoded.ends.max(base.begins(begins + length));
    }
    Some(streams)
}
