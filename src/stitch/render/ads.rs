//! Segments of ads.

use std::fmt::Write as _;

use super::Page;
use crate::{
    creative::{self, Container},
    ids::BreakId,
    session::{Group, pieces},
    units::{MediaDuration, ProgramTime},
};

impl Page<'_> {
    /// Writes the ad segments of a replacement but for its `first` ones; positions go on from
    /// `earlier`.
    pub(super) fn ads(
        &mut self,
        break_id: &BreakId,
        start: ProgramTime,
        (earlier, first): (u32, u32),
        groups: &[Group],
    ) {
        let skip = usize::try_from(first).unwrap_or(usize::MAX);
        for (at, piece) in pieces(groups).enumerate().skip(skip) {
            let Some(group) = groups.get(piece.group) else { return };
            let segment = group.segment(self.rendition, piece.segment);
            let (begins, turns) = (at == skip, piece.segment == 0);
            let position = usize::try_from(earlier).unwrap_or(0) + at;
            let name = format!("ad/{break_id}/{}/{position}", self.rendition);
            self.ad_begins(break_id, segment, (begins, turns));
            if self.track.frame.dated && (begins || turns) {
                let date = start + piece.begins + group.behind(self.rendition, piece.segment);
                let _ = writeln!(self.text, "#EXT-X-PROGRAM-DATE-TIME:{date}");
            }
            if group.is_missing(self.rendition) {
                self.write("#EXT-X-GAP");
            }
            self.ad(&name, piece.duration, segment);
        }
    }

    /// The discontinuity, the end of the programme's keys, and the segment's initialisation
    /// section where it is another or has to be said again.
    fn ad_begins(
        &mut self,
        break_id: &BreakId,
        segment: Option<&creative::Segment>,
        (begins, turns): (bool, bool),
    ) {
        if turns {
            self.write("#EXT-X-DISCONTINUITY");
        }
        if begins || turns {
            self.in_force.forget_map();
        }
        let ending = self.in_force.set_keys(&[], &[]);
        ending.iter().for_each(|line| self.write(line));
        if let Some(map) = segment.and_then(|segment| segment.map.as_ref()) {
            let map = self.map_line(break_id, map);
            if self.in_force.set_map(&map) {
                self.write(&map);
            }
        }
    }

    fn ad(&mut self, name: &str, step: MediaDuration, segment: Option<&creative::Segment>) {
        let duration = segment.map_or(step, |segment| segment.duration);
        let last = segment.map_or_else(|| "none".to_owned(), |segment| self.links.ad(&segment.uri));
        let _ = writeln!(self.text, "#EXTINF:{duration},");
        if let Some(range) = segment.and_then(|segment| segment.byte_range.as_ref()) {
            let _ = writeln!(self.text, "#EXT-X-BYTERANGE:{}@{}", range.length, range.offset);
        }
        let _ = writeln!(self.text, "{name}/{last}");
    }

    /// Where it lies; of blank subtitles, of which no request is counted, as a first segment would.
    fn map_line(&self, break_id: &BreakId, map: &creative::Map) -> String {
        let uri = match map.uri.scheme() {
            "data" => format!("ad/{break_id}/{}/0/{}", self.rendition, self.links.ad(&map.uri)),
            _ => self.links.map(map),
        };
        let mut line = format!("#EXT-X-MAP:URI=\"{uri}\"");
        if let Some(range) = map.byte_range {
            let _ = write!(line, ",BYTERANGE=\"{}@{}\"", range.length, range.offset);
        }
        line
    }
}

impl Group {
    /// How much later than the picture's this rendition's segment begins, counted from the
    /// creative's start: audio is cut on its own frames, and a date must be what players reckoned.
    fn behind(&self, rendition: usize, at: usize) -> MediaDuration {
        let own = (0..at).filter_map(|before| self.segment(rendition, before));
        let own: MediaDuration = own.map(|segment| segment.duration).sum();
        own - self.lead(at)
    }

    fn stand_in(&self, rendition: usize) -> Option<&creative::Rendition> {
        self.creative.renditions.get(*self.matched.get(rendition)?)
    }

    /// Whether nothing stands in `rendition`: its segments are listed as missing.
    fn is_missing(&self, rendition: usize) -> bool {
        let stand_in = self.stand_in(rendition);
        stand_in.is_none_or(|stand_in| stand_in.container == Container::Nothing)
    }

    /// The segment that stands in `rendition`; none where the creative has nothing of its kind.
    pub fn segment(&self, rendition: usize, at: usize) -> Option<&creative::Segment> {
        self.stand_in(rendition)?.segments.get(at)
    }
}
