//! Markers that stand where they mean: before their segment, or after the last.

use super::{
    Asset, cue_out,
    marker::{Marker, Placed},
    others,
};
use crate::{
    hls::{Line, MediaPlaylist, Tag},
    units::{MediaSequence, ProgramTime, Source},
};

/// A point between segments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The segment after it.
    pub(super) at: Source<MediaSequence>,
    /// When that starts.
    pub(super) time: Option<ProgramTime>,
}

impl Place {
    /// A marker that stands here.
    pub(super) fn put(self, marker: Marker) -> Placed {
        self.put_from(self.at, marker)
    }

    /// A marker about here from a line that stands before the segment `told`.
    pub(super) fn put_from(self, told: Source<MediaSequence>, marker: Marker) -> Placed {
        Placed { at: self.at, time: self.time, told, marker }
    }
}

/// The places of a playlist in order, each with the lines that stand there.
pub(super) fn places(playlist: &MediaPlaylist) -> impl Iterator<Item = (Place, &[Line])> {
    let before = playlist
        .segments
        .iter()
        .map(|segment| (Place { at: segment.msn, time: segment.start }, segment.lines.as_slice()));
    let last = Place { at: playlist.next_msn(), time: playlist.end() };
    before.chain([(last, playlist.trailing.as_slice())])
}

/// The markers of a playlist but for its date ranges.
pub(super) fn markers(playlist: &MediaPlaylist) -> Vec<Placed> {
    let read = |(place, lines): (Place, &[Line])| -> Vec<Placed> {
        lines.iter().filter_map(marker).map(|marker| place.put(marker)).collect()
    };
    places(playlist).flat_map(read).collect()
}

/// Every dialect's reader.
fn marker(line: &Line) -> Option<Marker> {
    let value = line.value();
    match line.tag {
        Tag::CueOut => Some(cue_out::out(value)),
        Tag::CueOutCont => Some(cue_out::continues(value)),
        Tag::CueSpan => Some(cue_out::span(value)),
        Tag::CueIn => Some(cue_out::end(value)),
        Tag::Oatcls => others::oatcls(value),
        Tag::SplicePoint => others::splice_point(value),
        Tag::Scte35 => others::scte35(value),
        Tag::OldScte35 => others::old_scte35(value),
        Tag::Cue => others::adobe(value),
        Tag::CueCont => Some(others::adobe_continues(value)),
        Tag::PlacementOpportunity => Some(others::placement_opportunity()),
        Tag::Asset => Asset::read(value).map(Marker::asset),
        _ => None,
    }
}
