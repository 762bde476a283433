//! TTML (W3C Timed Text Markup Language 2): the paragraphs of its body.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Cue, time};
use crate::units::MediaDuration;

/// The cues of a document; none where it is no TTML, or no XML to its end.
pub(super) fn cues(xml: &str) -> Option<Vec<Cue>> {
    let mut reader = Reader::from_str(xml);
    let mut reading = Reading::default();
    let mut is_ttml = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                let name = start.local_name();
                is_ttml |= name.as_ref() == "tt";
                reading.open(&start, name.as_ref());
            }
            Event::Empty(start) if start.local_name().as_ref() == "br" => reading.newline(),
            Event::Text(text) => reading.say(&text),
            Event::CData(text) => reading.say(&text),
            Event::GeneralRef(reference) => {
                reading.say(&referred(&reference).unwrap_or_default());
            }
            Event::End(end) => reading.close(end.local_name().as_ref()),
            Event::Eof => break,
            _ => {}
        }
    }
    is_ttml.then_some(reading.cues)
}

/// How a document counts what is no clock time.
#[derive(Clone, Copy, Debug)]
struct Rates {
    frames: i64,
    ticks: i64,
}

impl Default for Rates {
    fn default() -> Self {
        // What holds where nothing is said (§7.2.5, §7.2.12).
        Self { frames: 30, ticks: 1 }
    }
}

#[derive(Debug, Default)]
struct Reading {
    rates: Rates,
    /// Where the elements around began: times within count from there (§8.4.4).
    begun: Vec<MediaDuration>,
    paragraph: Option<Cue>,
    cues: Vec<Cue>,
}

impl Reading {
    fn open(&mut self, start: &BytesStart<'_>, name: &str) {
        match name {
            "tt" => self.rates = rates(start),
            "body" | "div" => {
                let begins = self.origin() + self.time(start, "begin").unwrap_or_default();
                self.begun.push(begins);
            }
            "p" => {
                let begins = self.origin() + self.time(start, "begin").unwrap_or_default();
                let ends = self.time(start, "end").map(|end| self.origin() + end);
                let ends = ends.or(self.time(start, "dur").map(|length| begins + length));
                let ends = ends.unwrap_or(begins);
                let (settings, text) = (String::new(), String::new());
                self.paragraph = Some(Cue { begins, ends, settings, text });
            }
            "br" => self.newline(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "body" | "div" => drop(self.begun.pop()),
            "p" => {
                let read = self.paragraph.take();
                self.cues.extend(read.map(|cue| Cue { text: tidy(&cue.text), ..cue }));
            }
            _ => {}
        }
    }

    fn origin(&self) -> MediaDuration {
        self.begun.last().copied().unwrap_or_default()
    }

    fn say(&mut self, text: &str) {
        let Some(cue) = &mut self.paragraph else { return };
        for c in text.chars() {
            match c {
                '&' => cue.text.push_str("&amp;"),
                '<' => cue.text.push_str("&lt;"),
                '>' => cue.text.push_str("&gt;"),
                // Lines of the document are none of the caption.
                c if c.is_whitespace() => cue.text.push(' '),
                c => cue.text.push(c),
            }
        }
    }

    fn newline(&mut self) {
        if let Some(cue) = &mut self.paragraph {
            cue.text.push('\n');
        }
    }

    fn time(&self, start: &BytesStart<'_>, name: &str) -> Option<MediaDuration> {
        expression(&attribute(start, name)?, self.rates)
    }
}

/// The character that a reference's name stands for.
fn referred(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        return quick_xml::escape::resolve_predefined_entity(name).map(str::to_owned);
    };
    let code = match number.strip_prefix('x') {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).map(String::from)
}

fn rates(start: &BytesStart<'_>) -> Rates {
    let number = |name| time::digits(&attribute(start, name)?).filter(|number| *number > 0);
    let usual = Rates::default();
    let frames = number("frameRate").unwrap_or(usual.frames);
    Rates { frames, ticks: number("tickRate").unwrap_or(usual.ticks) }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = start.attributes().flatten();
    let found = all.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}

/// A clock time, with frames perhaps, or an offset with its unit (§12.3.1).
fn expression(text: &str, rates: Rates) -> Option<MediaDuration> {
    let text = text.trim();
    if text.contains(':') {
        return match text.rsplit_once(':') {
            Some((clock, frames)) if clock.matches(':').count() == 2 => {
                let frames = time::digits(frames.split('.').next()?)?;
                Some(time::clock(clock)? + part(frames, rates.frames))
            }
            _ => time::clock(text),
        };
    }
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (whole, fraction) = (time::digits(whole)?, time::fraction(fraction)?);
    let whole = |seconds: i64| {
        (whole < time::MOST_SECONDS)
            .then(|| MediaDuration::from_secs(whole).times(seconds) + fraction.times(seconds))
    };
    match unit {
        "h" => whole(3_600),
        "m" => whole(60),
        "s" => whole(1),
        "ms" => time::digits(number.split('.').next()?).map(MediaDuration::from_millis),
        "f" => time::digits(number.split('.').next()?).map(|count| part(count, rates.frames)),
        "t" => time::digits(number.split('.').next()?).map(|count| part(count, rates.ticks)),
        _ => None,
    }
}

/// So many of what there are so many of in a second.
fn part(count: i64, per_second: i64) -> MediaDuration {
    let nanos = i128::from(count) * 1_000_000_000 / i128::from(per_second.max(1));
    MediaDuration::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX / 2))
}

/// One space between words, none at the ends of lines, no blank lines.
fn tidy(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
