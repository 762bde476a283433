//! Writing the origin's playlists.

use std::{fmt::Write as _, ops::Range};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    BASE, Dating, Dialect, Feature, Kind, Origin, Packaging, Shape, Signal, Track, program, splice,
    under_way,
};
use crate::{
    time::{self, MILLI, Ns},
    truth::Source,
};

/// Tags of a segment that only the viewer acts on, cue tags included.
pub(super) fn tags(
    shape: &Shape,
    track: &Track,
    before: Option<&Source>,
    source: &Source,
) -> Vec<String> {
    let mut tags = Vec::new();
    if shape.dialect == Dialect::CueOut && (track.cues || track.kind == Kind::Video) {
        cues(shape, before, source, &mut tags);
    }
    if source.msn.is_multiple_of(5) {
        tags.push(format!("#EXT-X-VENDOR:number={}", source.msn));
    }
    tags
}

fn cues(shape: &Shape, before: Option<&Source>, source: &Source, tags: &mut Vec<String>) {
    let here = under_way(shape, source);
    let left = before.and_then(|before| under_way(shape, before));
    let (now, then) = (here.map(|(at, _)| at), left.map(|(at, _)| at));
    if let Some((_, signal)) = left.filter(|_| now != then)
        && signal.cue_in
    {
        tags.push("#EXT-X-CUE-IN".to_owned());
    }
    let Some((number, signal)) = here else { return };
    let planned = signal.planned.map(|ms| time::show_seconds(ms * MILLI));
    if now != then {
        let event = u32::try_from(number).unwrap_or(0) + 1;
        let message = STANDARD.encode(splice::insert(event, true, signal.planned));
        if number % 2 == 0 {
            tags.push(format!("#EXT-OATCLS-SCTE35:{message}"));
        }
        tags.push(planned.map_or_else(
            || "#EXT-X-CUE-OUT".to_owned(),
            |planned| format!("#EXT-X-CUE-OUT:{planned}"),
        ));
    } else {
        let elapsed = time::show_seconds(source.start - program(signal.at));
        tags.push(match planned {
            Some(planned) => format!("#EXT-X-CUE-OUT-CONT:{elapsed}/{planned}"),
            None => "#EXT-X-CUE-OUT-CONT".to_owned(),
        });
    }
}

/// The whole playlist that lists these segments.
pub(super) fn text(origin: &Origin, rendition: usize, listed: Range<usize>) -> String {
    let segments = &origin.renditions[rendition].segments;
    let epoch = segments[listed.start].epoch;
    let gone = segments[..listed.start].iter().filter(|s| s.epoch == epoch && s.discontinuity);
    let version = match origin.shape.packaging {
        Packaging::Ts => 5,
        _ => 6,
    };
    let mut text = format!(
        "#EXTM3U\n#EXT-X-VERSION:{version}\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:{}\n",
        origin.target_duration, segments[listed.start].msn
    );
    let gone = gone.count();
    if gone > 0 || !origin.shape.turns.is_empty() {
        let _ = writeln!(text, "#EXT-X-DISCONTINUITY-SEQUENCE:{gone}");
    }
    text.push_str("#EXT-X-INDEPENDENT-SEGMENTS\n");
    heads(origin, rendition, &mut text);
    let parts = origin.shape.has(Feature::LowLatency);
    let mut page = Page { text, origin, rendition, before: None };
    for index in listed.clone() {
        if parts && index + 3 >= listed.end {
            page.parts(&segments[index]);
        }
        page.segment(&segments[index], index == listed.start, index + 1 == listed.end);
    }
    if origin.has_ended(rendition, listed.end) {
        page.line("#EXT-X-ENDLIST");
    } else if parts {
        page.line("#EXT-X-PART:DURATION=0.5,URI=\"next.0\"");
        page.line("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"next.1\"");
        page.line("#EXT-X-RENDITION-REPORT:URI=\"../other.m3u8\",LAST-MSN=1,LAST-PART=0");
    }
    page.text
}

/// What features say of the whole playlist.
fn heads(origin: &Origin, rendition: usize, text: &mut String) {
    let (shape, target) = (&origin.shape, origin.target_duration);
    for feature in &shape.features {
        let _ = match feature {
            Feature::Variables => {
                writeln!(text, "#EXT-X-DEFINE:NAME=\"place\",VALUE=\"r{rendition}\"")
            }
            Feature::LowLatency => writeln!(
                text,
                "#EXT-X-PART-INF:PART-TARGET=0.5\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,\
                 CAN-SKIP-UNTIL={}.0,PART-HOLD-BACK=1.5,HOLD-BACK={}.0",
                6 * target,
                4 * target
            ),
            Feature::Start => writeln!(text, "#EXT-X-START:TIME-OFFSET=-{target}.5"),
            Feature::EarlyStart => writeln!(text, "#EXT-X-START:TIME-OFFSET=-{}", 3 * target),
            Feature::Event => writeln!(text, "#EXT-X-PLAYLIST-TYPE:EVENT"),
            Feature::Gaps | Feature::Bitrates => Ok(()),
        };
    }
}

struct Page<'a> {
    text: String,
    origin: &'a Origin,
    rendition: usize,
    before: Option<&'a Source>,
}

impl<'a> Page<'a> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn parts(&mut self, source: &Source) {
        for part in 0..2 {
            let independent = if part == 0 { ",INDEPENDENT=YES" } else { "" };
            let uri = self.relative(&source.uri);
            self.line(&format!("#EXT-X-PART:DURATION=0.5,URI=\"{uri}.{part}\"{independent}"));
        }
    }

    /// A name as the playlist writes it.
    fn relative(&self, text: &str) -> String {
        let relative = text.replace(BASE, "");
        let place = format!("r{}/", self.rendition);
        match self.origin.shape.has(Feature::Variables) {
            true => relative.replacen(&place, "{$place}/", 1),
            false => relative,
        }
    }

    fn segment(&mut self, source: &'a Source, first: bool, last: bool) {
        let before = self.before.replace(source);
        if source.discontinuity {
            self.line("#EXT-X-DISCONTINUITY");
        }
        if before.is_none_or(|before| before.keys != source.keys) {
            for key in &source.keys {
                self.line(&format!("#EXT-X-KEY:{}", self.relative(key)));
            }
        }
        let mapped = before.is_none_or(|before| before.map != source.map) || source.discontinuity;
        if let Some(map) = source.map.as_ref().filter(|_| mapped) {
            self.line(&format!("#EXT-X-MAP:{}", self.relative(map)));
        }
        let dated = match self.origin.shape.dating {
            Dating::Every => true,
            Dating::Sparse => first || source.discontinuity,
            Dating::None => false,
        };
        if dated {
            self.line(&format!("#EXT-X-PROGRAM-DATE-TIME:{}", time::show_date(source.start)));
        }
        self.ranges(source, first, last);
        source.tags.iter().for_each(|tag| self.line(tag));
        let rate = source.bitrate.filter(|_| before.is_none_or(|b| b.bitrate != source.bitrate));
        if let Some(rate) = rate {
            self.line(&format!("#EXT-X-BITRATE:{rate}"));
        }
        if source.gap {
            self.line("#EXT-X-GAP");
        }
        if let Some((length, offset)) = source.byte_range {
            self.line(&format!("#EXT-X-BYTERANGE:{length}@{offset}"));
        }
        self.line(&format!("#EXTINF:{},", source.extinf));
        self.line(&self.relative(&source.uri));
    }

    /// Date ranges that begin in this segment, or before it if it is the first listed.
    fn ranges(&mut self, source: &Source, first: bool, last: bool) {
        let begins = |start: Ns, end: Ns| {
            let here = (source.start - TENTH..source.end() - TENTH).contains(&start);
            here || (first && start < source.start && end > source.start)
        };
        let shape = &self.origin.shape;
        let mut lines = Vec::new();
        if shape.dialect == Dialect::DateRange {
            for (number, signal) in shape.breaks.iter().enumerate() {
                let end = signal.actual.map_or(Ns::MAX, |actual| program(signal.at + actual));
                if begins(program(signal.at), end) {
                    lines.push(range(number, signal, false));
                }
                if signal.cue_in && begins(end, end.saturating_add(1)) {
                    lines.push(range(number, signal, true));
                }
            }
        }
        if shape.ranges {
            let show = (0..).map(|n| (n * SHOW, (n + 1) * SHOW));
            let shows = show.take_while(|(start, _)| program(*start) < source.end());
            for (start, _) in shows.filter(|(start, end)| begins(program(*start), program(*end))) {
                let date = time::show_date(program(start));
                lines.push(format!(
                    "#EXT-X-DATERANGE:ID=\"show-{start}\",CLASS=\"show\",START-DATE=\"{date}\",\
                     DURATION=40.000,X-TITLE=\"show {start}\""
                ));
            }
        }
        let _ = last;
        lines.iter().for_each(|line| self.line(line));
    }
}

/// A break's date range, as its start or as its end.
fn range(number: usize, signal: &Signal, ends: bool) -> String {
    let event = u32::try_from(number).unwrap_or(0) + 1;
    let start = time::show_date(program(signal.at));
    let mut line = format!("#EXT-X-DATERANGE:ID=\"splice-{event}\",START-DATE=\"{start}\"");
    if let Some(planned) = signal.planned {
        let _ = write!(line, ",PLANNED-DURATION={}", time::show_seconds(planned * MILLI));
    }
    let message = hex::encode_upper(splice::insert(event, !ends, signal.planned));
    if let (true, Some(actual)) = (ends, signal.actual) {
        let _ = write!(line, ",DURATION={}", time::show_seconds(actual * MILLI));
        let _ = write!(line, ",SCTE35-IN=0x{message}");
    } else {
        let _ = write!(line, ",SCTE35-OUT=0x{message}");
    }
    line
}

const TENTH: Ns = 100 * MILLI;
/// How long a programme date range lasts, in milliseconds.
const SHOW: i64 = 40_000;
