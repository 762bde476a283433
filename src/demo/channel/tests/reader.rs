//! The channel's playlists, read by their own rules and not with the code under test.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use broadcast_common::Parse as _;
use scte35_splice::{
    SpliceInfoSection,
    commands::{AnyCommand, SpliceInsert},
};

use super::*;

/// A playlist's segment as these tests read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) number: u64,
    pub(super) discontinuities: u64,
    pub(super) start: ProgramTime,
    pub(super) duration: MediaDuration,
    pub(super) cues: Vec<String>,
    pub(super) uri: String,
}

/// Reads a media playlist by its own rules, not with the code under test.
pub(super) fn segments(text: &str) -> Vec<Seen> {
    let (mut number, mut discontinuities) = (0, 0);
    let (mut start, mut duration, mut cues) = (None, MediaDuration::ZERO, vec![]);
    let mut seen = vec![];
    for line in text.lines() {
        match line.split_once(':').unwrap_or((line, "")) {
            ("#EXT-X-MEDIA-SEQUENCE", value) => number = value.parse().unwrap(),
            ("#EXT-X-DISCONTINUITY-SEQUENCE", value) => discontinuities = value.parse().unwrap(),
            ("#EXT-X-DISCONTINUITY", _) => discontinuities += 1,
            ("#EXT-X-PROGRAM-DATE-TIME", value) => start = ProgramTime::parse(value),
            ("#EXTINF", value) => duration = value.trim_end_matches(',').parse().unwrap(),
            (tag, _)
                if tag.contains("CUE") || tag.contains("DATERANGE") || tag.contains("SCTE") =>
            {
                cues.push(line.to_owned());
            }
            (tag, _) if tag.starts_with('#') => {}
            _ => {
                let (start, cues) = (start.take().unwrap(), std::mem::take(&mut cues));
                let uri = line.to_owned();
                seen.push(Seen { number, discontinuities, start, duration, cues, uri });
                number += 1;
            }
        }
    }
    seen
}

/// The message of a tag that begins or ends a break.
pub(super) fn splice(line: &str) -> Option<SpliceInsert> {
    let bytes = if let Some(base64) = line.strip_prefix("#EXT-OATCLS-SCTE35:") {
        STANDARD.decode(base64).unwrap()
    } else {
        let (_, digits) = line.split_once("=0x")?;
        hex::decode(digits).unwrap()
    };
    let section = SpliceInfoSection::parse(&bytes).unwrap();
    match section.clear.unwrap().command {
        AnyCommand::SpliceInsert(command) => Some(command),
        other => panic!("expected a splice_insert, got {other:?}"),
    }
}
