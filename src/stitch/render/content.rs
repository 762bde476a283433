//! Segments of the programme.

use super::{Begins, Page, protection};
use crate::{
    channel::Timed,
    hls::{Line, Segment, Tag, with_address},
    units::{MediaDuration, MediaSequence, ProgramTime, Source},
};

impl Page<'_> {
    pub(super) fn content(
        &mut self,
        from: Source<MediaSequence>,
        to: Source<MediaSequence>,
        begins: Begins,
    ) {
        let segments = &self.track.segments;
        let first = segments.partition_point(|s| s.msn < from);
        let last = segments.partition_point(|s| s.msn < to);
        for (at, known) in segments[first..last].iter().enumerate() {
            self.segment(known, if at == 0 { begins } else { Begins::On });
        }
    }

    /// Writes a segment: first what was said before it elsewhere and holds for it, then its own
    /// lines in their order.
    fn segment(&mut self, known: &Timed, begins: Begins) {
        let segment = &known.segment;
        let own = |tag| segment.lines.iter().any(|line| line.tag == tag);
        let returning = begins == Begins::Returning;
        let turns = known.discontinuity || returning;
        let anew = turns || begins == Begins::First;
        let mut above = Vec::new();
        if anew {
            self.in_force.forget_map();
            match own(Tag::Map) {
                true => self.map_keys_above(segment, &mut above),
                false => self.map_above(segment, &mut above),
            }
        }
        self.keys_above(segment, &mut above);
        if anew && self.track.frame.dated && !segment.dated {
            let date = known.start + self.shift;
            above.push(format!("#EXT-X-PROGRAM-DATE-TIME:{date}"));
        }
        let turns_above = turns && (returning || !own(Tag::Discontinuity) || !above.is_empty());
        if turns_above {
            self.write("#EXT-X-DISCONTINUITY");
        }
        above.iter().for_each(|line| self.write(line));
        for (at, line) in segment.lines.iter().enumerate() {
            let again = || segment.lines[at + 1..].iter().any(|later| later.tag == line.tag);
            match line.tag {
                Tag::Discontinuity if turns_above || again() => {}
                tag if counts_last(tag) && again() => {}
                _ => self.own_line(segment, line),
            }
        }
        self.in_force.keys_are(self.keys_of(segment));
    }

    /// The keys of an initialisation section among its own lines that no line before it says: those
    /// after it are another's.
    fn map_keys_above(&mut self, segment: &Segment, above: &mut Vec<String>) {
        let mut before = segment.lines.iter().take_while(|line| line.tag != Tag::Map);
        let Some(map) = segment.map.as_ref().filter(|_| before.all(|line| line.tag != Tag::Key))
        else {
            return;
        };
        let keys: Vec<_> = map.keys.iter().map(|key| self.key(key, segment)).collect();
        above.extend(self.in_force.set_keys(&keys, &[]));
    }

    /// The initialisation section in force, under the keys it was written under: others would not
    /// decrypt it.
    fn map_above(&mut self, segment: &Segment, above: &mut Vec<String>) {
        let Some(map) = &segment.map else { return };
        let keys: Vec<_> = map.keys.iter().map(|key| self.located(key)).collect();
        above.extend(self.in_force.set_keys(&keys, &[]));
        let located = self.located(&map.line);
        if self.in_force.set_map(&located) {
            above.push(located);
        }
    }

    /// The keys in force that the segment's own lines do not say.
    fn keys_above(&mut self, segment: &Segment, above: &mut Vec<String>) {
        let own = segment.lines.iter().filter(|line| line.tag == Tag::Key);
        let own: Vec<_> = own.map(|line| self.key(&line.text, segment)).collect();
        if own.iter().any(|key| protection::is_none(key)) {
            return;
        }
        let wanted: Vec<_> =
            self.keys_of(segment).into_iter().filter(|key| !own.contains(key)).collect();
        above.extend(self.in_force.set_keys(&wanted, &own));
    }

    fn keys_of(&self, segment: &Segment) -> Vec<String> {
        segment.keys.iter().map(|key| self.key(key, segment)).collect()
    }

    fn key(&self, line: &str, segment: &Segment) -> String {
        protection::key(line, segment, |uri| self.locate(uri))
    }

    fn located(&self, line: &str) -> String {
        with_address(line, "URI", |uri| self.locate(uri))
    }

    fn own_line(&mut self, segment: &Segment, line: &Line) {
        match line.tag {
            Tag::Key => self.replace(line, &self.key(&line.text, segment)),
            Tag::Map => {
                let located = self.located(&line.text);
                self.in_force.set_map(&located);
                self.replace(line, &located);
            }
            Tag::ByteRange => {
                if let Some(range) = &segment.byte_range {
                    let range = format!("#EXT-X-BYTERANGE:{}@{}", range.length, range.offset);
                    self.replace(line, &range);
                }
            }
            Tag::ProgramDateTime => {
                if let Some(date) = dated(line.value(), self.shift) {
                    self.replace(line, &format!("#EXT-X-PROGRAM-DATE-TIME:{date}"));
                }
            }
            Tag::ExtInf if !line.text.contains(',') => {
                self.replace(line, &format!("{},", line.text));
            }
            Tag::Uri => self.replace(line, &self.locate(segment.uri())),
            tag if stays(tag) => self.pass(line),
            _ => {}
        }
    }
}

/// A date so much later than it was written.
fn dated(written: &str, shift: MediaDuration) -> Option<String> {
    match shift {
        MediaDuration::ZERO => strict(written),
        shift => Some((ProgramTime::parse(written)? + shift).to_string()),
    }
}

/// A date with the zone as ISO 8601 spells it, else as it came; none if it is no date.
fn strict(written: &str) -> Option<String> {
    ProgramTime::parse(written)?;
    let (_, time) = written.split_once(['T', 't', ' '])?;
    let zone = time.find(['Z', 'z', '+', '-']).map_or("", |at| &time[at..]);
    let date = written.strip_suffix(zone)?;
    Some(match (zone.len(), zone.get(..1)) {
        (0, _) => format!("{date}Z"),
        (3, Some("+" | "-")) => format!("{date}{zone}:00"),
        (5, Some("+" | "-")) => format!("{date}{}:{}", &zone[..3], &zone[3..]),
        _ => written.to_owned(),
    })
}

/// Tags of which a segment has one; the reader takes the last.
const fn counts_last(tag: Tag) -> bool {
    matches!(tag, Tag::ExtInf | Tag::ProgramDateTime | Tag::ByteRange | Tag::Map | Tag::Gap)
}

/// Lines about one segment that stay. Ad markers go, for every viewer alike: a player or a second
/// inserter behind us would act on them again; so do low-latency parts (A-130 a), and
/// EXT-X-BITRATE, which would go on to speak of ads. Date ranges stand at the head.
fn stays(tag: Tag) -> bool {
    let elsewhere = matches!(tag, Tag::DateRange | Tag::Stray | Tag::Bitrate);
    !elsewhere && !tag.is_low_latency() && !tag.marks_break()
}
