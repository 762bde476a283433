//! Reading a media playlist, line by line.

use std::{mem, sync::Arc};

use super::{
    Attributes, Given, Limits, Line, MediaPlaylist, NotAPlaylist, Oddity, OddityKind, Scope,
    Segment, Tag,
    block::{Block, number},
    dates,
    head::Head,
    in_force::InForce,
    input::Input,
    oddity::Oddities,
};
use crate::units::{DiscontinuitySequence, MediaDuration, MediaSequence, Source};

/// Reads a media playlist and what is odd about it.
pub(super) fn media(
    text: &Arc<str>,
    limits: Limits,
    given: Given<'_>,
) -> Result<(MediaPlaylist, Vec<Oddity>), NotAPlaylist> {
    let mut reader = Reader::new(limits);
    let mut input = Input::open(text, limits, given, &mut reader.oddities)?;
    while let Some(line) = input.line(&mut reader.oddities)? {
        reader.line(line)?;
    }
    let (mut playlist, oddities) = reader.finish()?;
    playlist.byte_order_mark = input.has_byte_order_mark();
    (playlist.originals, _) = input.into_parts();
    Ok((playlist, oddities))
}

/// A media playlist as far as it has been read.
struct Reader {
    limits: Limits,
    oddities: Oddities,
    head: Head,
    header: Vec<Line>,
    segments: Vec<Segment>,
    block: Block,
    in_force: InForce,
    /// Segments a delta update stands for.
    skipped: u64,
    /// Discontinuities before the current block.
    discontinuities: u64,
}

impl Reader {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            oddities: Oddities::default(),
            head: Head::default(),
            header: Vec::new(),
            segments: Vec::new(),
            block: Block::default(),
            in_force: InForce::new(),
            skipped: 0,
            discontinuities: 0,
        }
    }

    fn line(&mut self, line: Line) -> Result<(), NotAPlaylist> {
        match line.tag {
            tag if tag.is_multivariant() => {
                return Err(NotAPlaylist::Multivariant { line: line.number });
            }
            Tag::Uri => return self.address(line),
            Tag::Key => self.in_force.set_key(&line, &mut self.oddities),
            Tag::Map => self.in_force.set_map(&line),
            Tag::Skip => self.skip(&line),
            tag if tag.scope() == Scope::Playlist => {
                self.head.read(&line, !self.segments.is_empty(), &mut self.oddities);
            }
            _ => self.block.read(&line, &mut self.oddities),
        }
        self.block.lines.push(line);
        Ok(())
    }

    fn skip(&mut self, line: &Line) {
        self.oddities.note(OddityKind::Skip, line.number);
        let skipped = Attributes::of(line.value()).get("SKIPPED-SEGMENTS").and_then(number);
        if self.segments.is_empty() {
            self.skipped = skipped.unwrap_or(0);
        }
    }

    fn address(&mut self, mut line: Line) -> Result<(), NotAPlaylist> {
        let Some(duration) = self.block.duration else {
            self.oddities.note(OddityKind::Unannounced, line.number);
            line.tag = Tag::Stray;
            self.block.lines.push(line);
            return Ok(());
        };
        if self.segments.len() == self.limits.segments {
            return Err(NotAPlaylist::TooManySegments { limit: self.limits.segments });
        }
        let segment = self.segment(line, duration);
        self.segments.push(segment);
        Ok(())
    }

    /// The segment whose address this is.
    fn segment(&mut self, line: Line, duration: MediaDuration) -> Segment {
        let Block { lines, date, discontinuities, gap, byte_range, .. } =
            mem::take(&mut self.block);
        // However often it is said: one boundary, one turn.
        let turns = u64::from(discontinuities > 0);
        self.discontinuities = self.discontinuities.saturating_add(turns);
        let byte_range = self.in_force.range(&line, byte_range, &mut self.oddities);
        let mut lines = self.without_header(lines);
        lines.push(line);
        Segment {
            msn: Source(MediaSequence(self.next_number())),
            dsn: Source(DiscontinuitySequence(
                self.first_dsn().saturating_add(self.discontinuities),
            )),
            duration,
            start: date,
            dated: date.is_some(),
            discontinuity: discontinuities > 0,
            gap,
            byte_range,
            keys: self.in_force.keys(),
            map: self.in_force.map(),
            lines,
        }
    }

    fn first_dsn(&self) -> u64 {
        self.head.discontinuity_sequence.unwrap_or(0)
    }

    fn next_number(&self) -> u64 {
        let listed = u64::try_from(self.segments.len()).unwrap_or(u64::MAX);
        let first = self.head.media_sequence.unwrap_or(0).saturating_add(self.skipped);
        first.saturating_add(listed)
    }

    /// Moves what is about the playlist to the header. Before the first segment that includes what
    /// stands between such lines and might be about anything.
    fn without_header(&mut self, mut lines: Vec<Line>) -> Vec<Line> {
        let about_playlist = |line: &Line| line.tag.scope() == Scope::Playlist;
        let Some(last) = lines.iter().rposition(about_playlist) else { return lines };
        let before_first = self.segments.is_empty();
        let mut index = 0;
        let moved = lines.extract_if(.., |line| {
            let between = before_first && index < last && line.tag.scope() == Scope::Neighbours;
            index += 1;
            between || about_playlist(line)
        });
        self.header.extend(moved);
        lines
    }

    fn finish(mut self) -> Result<(MediaPlaylist, Vec<Oddity>), NotAPlaylist> {
        let target_duration = self.target_duration()?;
        let trailing = mem::take(&mut self.block).lines;
        let trailing =
            if self.segments.is_empty() { self.without_header(trailing) } else { trailing };
        dates::extrapolate(&mut self.segments);
        let media_sequence =
            self.segments.first().map_or(self.next_number(), |first| first.msn.0.0);
        let playlist = MediaPlaylist {
            target_duration,
            version: self.head.version.unwrap_or(1),
            media_sequence: Source(MediaSequence(media_sequence)),
            discontinuity_sequence: Source(DiscontinuitySequence(self.first_dsn())),
            end_list: self.head.end_list,
            playlist_type: self.head.playlist_type,
            i_frames_only: self.head.i_frames_only,
            header: self.header,
            segments: self.segments.into_iter().map(Arc::new).collect(),
            trailing,
            byte_order_mark: false,
            originals: Vec::new(),
        };
        Ok((playlist, self.oddities.into_vec()))
    }

    fn target_duration(&mut self) -> Result<MediaDuration, NotAPlaylist> {
        let longest = self.segments.iter().map(|segment| segment.duration.rounded_secs()).max();
        let Some(named) = self.head.target_duration else {
            self.oddities.note(OddityKind::NoTargetDuration, 0);
            let longest = longest.ok_or(NotAPlaylist::NoMedia)?;
            return Ok(MediaDuration::from_secs(longest.max(1)));
        };
        let limit = named.rounded_secs();
        for long in self.segments.iter().filter(|segment| segment.duration.rounded_secs() > limit) {
            let line = long.lines.last().map_or(0, |line| line.number);
            self.oddities.note(OddityKind::LongerThanTarget, line);
        }
        Ok(named)
    }
}
