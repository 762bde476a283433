//! What each tag does to a playlist half read.

use super::{Reading, Scoped, attributes, byte_range, extinf, integer};
use crate::time;

/// Tags that may stand once, and only before the first segment.
const ONCE: [&str; 10] = [
    "EXT-X-VERSION",
    "EXT-X-TARGETDURATION",
    "EXT-X-MEDIA-SEQUENCE",
    "EXT-X-DISCONTINUITY-SEQUENCE",
    "EXT-X-PLAYLIST-TYPE",
    "EXT-X-I-FRAMES-ONLY",
    "EXT-X-PART-INF",
    "EXT-X-SERVER-CONTROL",
    "EXT-X-INDEPENDENT-SEGMENTS",
    "EXT-X-START",
];

/// Tags of multivariant playlists.
const MULTIVARIANT: [&str; 6] = [
    "EXT-X-MEDIA",
    "EXT-X-STREAM-INF",
    "EXT-X-I-FRAME-STREAM-INF",
    "EXT-X-SESSION-DATA",
    "EXT-X-SESSION-KEY",
    "EXT-X-CONTENT-STEERING",
];

/// Tags of low latency: half of it fails in players.
const LOW_LATENCY: [&str; 5] =
    ["EXT-X-PART-INF", "EXT-X-PART", "EXT-X-PRELOAD-HINT", "EXT-X-RENDITION-REPORT", "EXT-X-SKIP"];

impl Reading {
    pub(super) fn tag(&mut self, tag: &str, line: &str) {
        let (name, value) = tag.split_once(':').unwrap_or((tag, ""));
        if MULTIVARIANT.contains(&name) {
            self.note("A-04", format!("`{name}` in a media playlist"));
        }
        if LOW_LATENCY.contains(&name) {
            self.note("A-130", format!("`{name}` in a playlist without low latency"));
        }
        if name == "EXTM3U" {
            self.note("A-05", "`EXTM3U` stands twice");
        } else if ONCE.contains(&name) {
            self.playlist_tag(name, value, line);
        } else {
            self.segment_tag(name, value, line);
        }
    }

    fn playlist_tag(&mut self, name: &str, value: &str, line: &str) {
        if self.seen.iter().any(|seen| seen == name) {
            self.note("A-05", format!("`{name}` stands twice"));
        }
        let numbers = ["EXT-X-MEDIA-SEQUENCE", "EXT-X-DISCONTINUITY-SEQUENCE"].contains(&name);
        if !self.playlist.segments.is_empty() {
            let rule = if numbers { "A-06" } else { "A-05" };
            self.note(rule, format!("`{name}` follows a segment"));
        }
        if name == "EXT-X-DISCONTINUITY-SEQUENCE" && self.discontinuities > 0 {
            self.note("A-06", format!("`{name}` follows an `EXT-X-DISCONTINUITY`"));
        }
        self.seen.push(name.to_owned());
        if !numbers {
            self.playlist.header.push(line.to_owned());
        }
        self.playlist_value(name, value);
    }

    fn playlist_value(&mut self, name: &str, value: &str) {
        let number = integer(value);
        let counted = ["VERSION", "TARGETDURATION", "MEDIA-SEQUENCE", "DISCONTINUITY-SEQUENCE"];
        if counted.iter().any(|end| name == format!("EXT-X-{end}")) && number.is_none() {
            self.note("A-01", format!("`{value}` of `{name}` is no number"));
        }
        let number = number.unwrap_or(0);
        match name {
            "EXT-X-VERSION" => self.playlist.version = number,
            "EXT-X-TARGETDURATION" => {
                self.playlist.target_duration = i64::try_from(number).unwrap_or(i64::MAX);
                if number == 0 {
                    self.note("A-40", "a target duration of nothing");
                }
            }
            "EXT-X-MEDIA-SEQUENCE" => self.playlist.media_sequence = number,
            "EXT-X-DISCONTINUITY-SEQUENCE" => self.playlist.discontinuity_sequence = Some(number),
            "EXT-X-START" | "EXT-X-PART-INF" => self.strict(name, value),
            "EXT-X-SERVER-CONTROL" => {
                self.strict(name, value);
                let control = attributes::read(value).unwrap_or_default();
                let other = control.0.iter().find(|attribute| attribute.name != "HOLD-BACK");
                if let Some(other) = other {
                    self.note("A-130", format!("a server that says `{}`", other.name));
                }
            }
            _ => {}
        }
    }

    fn strict(&mut self, name: &str, value: &str) {
        if let Err(wrong) = attributes::read(value) {
            self.note("A-03", format!("`{name}`: {wrong}"));
        }
    }

    fn segment_tag(&mut self, name: &str, value: &str, line: &str) {
        match name {
            "EXTINF" => self.duration(value),
            "EXT-X-DISCONTINUITY" => self.discontinuity(),
            "EXT-X-PROGRAM-DATE-TIME" => self.date(value),
            "EXT-X-KEY" => self.key(value),
            "EXT-X-MAP" => self.map(value),
            "EXT-X-BYTERANGE" => {
                self.range = byte_range(value);
                if self.range.is_none() {
                    self.note("A-83", format!("`{value}` is no byte range"));
                }
            }
            "EXT-X-GAP" => self.next.gap = true,
            "EXT-X-BITRATE" => self.bitrate = integer(value),
            "EXT-X-DEFINE" => self.define(value),
            "EXT-X-DATERANGE" => self.daterange(value),
            "EXT-X-ENDLIST" => self.playlist.end_list = true,
            _ => self.next.tags.push(line.to_owned()),
        }
    }

    fn duration(&mut self, value: &str) {
        if self.has_duration {
            self.note("A-43", "two `EXTINF` for one segment");
        }
        self.has_duration = true;
        let read = extinf(value);
        if !read.is_some_and(|(_, _, comma)| comma) {
            self.note("A-43", format!("`EXTINF:{value}` is not seconds and a comma"));
        }
        if let Some((lexeme, duration, _)) = read {
            lexeme.clone_into(&mut self.next.extinf);
            self.next.duration = duration;
            self.needs_version(lexeme.contains('.'), 3, "a decimal duration");
        }
    }

    fn discontinuity(&mut self) {
        if self.next.discontinuity {
            return self.note("A-35", "two `EXT-X-DISCONTINUITY` for one segment");
        }
        self.next.discontinuity = true;
        self.discontinuities += 1;
    }

    fn date(&mut self, value: &str) {
        self.next.date = time::date(value);
        if self.next.date.is_none() {
            self.note("A-55", format!("`{value}` is no date with a zone"));
        }
    }

    fn key(&mut self, value: &str) {
        let key = match attributes::read(value) {
            Ok(key) => key,
            Err(wrong) => return self.note("A-03", format!("`EXT-X-KEY`: {wrong}")),
        };
        self.needs_version(key.raw("IV").is_some(), 2, "`IV`");
        self.needs_version(key.raw("KEYFORMAT").is_some(), 5, "`KEYFORMAT`");
        if key.raw("METHOD") == Some("NONE") {
            if key.0.len() > 1 {
                self.note("A-70", "`METHOD=NONE` with another attribute");
            }
            self.keys.clear();
            return;
        }
        // A key replaces the one in force of its own format; before a new block's first key of any
        // format the old block's stay (rfc8216bis §4.4.4.4).
        let format =
            |key: &attributes::Attributes| key.quoted("KEYFORMAT").unwrap_or("identity").to_owned();
        self.keys.retain(|known| format(known) != format(&key));
        self.keys.push(key.clone());
        self.next.keys.push(Scoped { attributes: key, own: true });
    }

    fn map(&mut self, value: &str) {
        let map = match attributes::read(value) {
            Ok(map) => map,
            Err(wrong) => return self.note("A-03", format!("`EXT-X-MAP`: {wrong}")),
        };
        if map.quoted("URI").is_none() {
            self.note("A-03", "`EXT-X-MAP` without a URI");
        }
        self.needs_version(true, 6, "`EXT-X-MAP`");
        let aes = |key: &attributes::Attributes| {
            key.raw("METHOD") == Some("AES-128") && key.raw("IV").is_none()
        };
        if self.keys.iter().any(aes) {
            self.note("A-73", "an encrypted `EXT-X-MAP` under a key without an IV");
        }
        self.next.map = Some(Scoped { attributes: map.clone(), own: true });
        self.map = Some((map, !self.keys.is_empty()));
    }

    fn daterange(&mut self, value: &str) {
        match attributes::read(value) {
            Ok(range) => {
                let cue = range.quoted("CUE").unwrap_or_default();
                if ["PRE", "POST"].iter().all(|word| cue.split(',').any(|cue| cue == *word)) {
                    self.note("A-68", "a date range before and after the programme");
                }
                self.playlist.ranges.push(range);
            }
            Err(wrong) => self.note("A-03", format!("`EXT-X-DATERANGE`: {wrong}")),
        }
    }

    /// The house expands variables as it reads.
    fn define(&mut self, value: &str) {
        self.note("A-97", format!("`EXT-X-DEFINE:{value}`"));
        let definition = attributes::read(value).unwrap_or_default();
        let name = ["NAME", "IMPORT", "QUERYPARAM"].iter().find_map(|name| definition.quoted(name));
        self.variables.extend(name.map(str::to_owned));
    }

    fn needs_version(&mut self, used: bool, version: u64, what: &str) {
        if used && self.playlist.version < version {
            let has = self.playlist.version;
            self.note("A-90", format!("{what} needs version {version}, this says {has}"));
        }
    }
}
