//! What should leave of a playlist, line by line.

use std::collections::HashMap;

use super::located;
use crate::{
    checker::source::is_marker,
    reader::attributes,
    time::{self, SECOND},
};

/// The whole text that a viewer of the programme alone should get.
pub(super) fn expected(text: &str) -> String {
    let mut sorting = Sorting::default();
    let text = text.trim_start_matches('\u{feff}');
    let blocks = text.split_inclusive('\n').skip_while(|line| !line.starts_with("#EXTM3U")).skip(1);
    let lines: Vec<&str> = blocks.collect();
    let first = lines.iter().position(|line| is_address(line)).unwrap_or(lines.len());
    let last_head = lines[..first].iter().rposition(|line| is_about_all(name(line)));
    for (at, line) in lines.iter().enumerate() {
        sorting.line(line, last_head.is_some_and(|last| at < last));
    }
    sorting.text()
}

/// Lines sorted by where they leave.
#[derive(Default)]
struct Sorting {
    variables: HashMap<String, String>,
    numbers: [u64; 2],
    version: Option<u64>,
    target: Option<String>,
    head: Vec<String>,
    ranges: Vec<String>,
    dated: bool,
    segments: Vec<String>,
    /// The block under way.
    block: Vec<String>,
    announced: bool,
    count: u64,
    /// Keys in force whose vector is the segment's number.
    implicit: Vec<String>,
    /// Resource and end of the last byte range.
    range: Option<(u64, Option<(String, u64)>)>,
    ended: bool,
}

impl Sorting {
    fn line(&mut self, line: &str, before_head: bool) {
        let (line, end) = match line.trim_end_matches('\n') {
            bare if bare.ends_with('\r') => (bare.trim_end_matches('\r'), "\r\n"),
            bare => (bare, "\n"),
        };
        let line = self.expanded(line);
        let value = line.split_once(':').map_or("", |(_, value)| value).trim();
        let name = name(&line);
        if is_address(&line) {
            return self.address(line.trim(), end);
        }
        match name {
            "#EXT-X-DEFINE" => self.define(value),
            "#EXT-X-MEDIA-SEQUENCE" => self.numbers[0] = value.parse().expect("a number"),
            "#EXT-X-DISCONTINUITY-SEQUENCE" => self.numbers[1] = value.parse().expect("a number"),
            "#EXT-X-VERSION" => {
                let version = value.parse::<u64>().expect("a number").max(6);
                self.version = Some(version);
                self.head.push(format!("#EXT-X-VERSION:{version}{end}"));
            }
            "#EXT-X-TARGETDURATION" => {
                let target = time::rounded(time::seconds(value).expect("seconds"));
                self.target = Some(target.to_string());
                self.head.push(format!("#EXT-X-TARGETDURATION:{target}{end}"));
            }
            "#EXT-X-SERVER-CONTROL" => self.control(value, end),
            "#EXT-X-START" => self.start(&line, value, end),
            "#EXT-X-ENDLIST" => self.ended = true,
            "#EXT-X-PLAYLIST-TYPE" | "#EXT-X-I-FRAMES-ONLY" | "#EXT-X-ALLOW-CACHE" => {
                self.head.push(line + end);
            }
            _ if is_about_all(name) || is_left_out(&line) => {}
            "#EXT-X-DATERANGE" => self.ranges.push(line + end),
            _ if before_head && !is_about_segment(name) => self.head.push(line + end),
            _ => self.block_line(&line, end),
        }
    }

    fn block_line(&mut self, line: &str, end: &str) {
        let value = line.split_once(':').map_or("", |(_, value)| value);
        let line = match name(line) {
            "#EXTINF" => {
                self.announced = true;
                line.to_owned()
            }
            "#EXT-X-PROGRAM-DATE-TIME" => {
                self.dated = true;
                line.replace("+0000", "+00:00")
            }
            "#EXT-X-BYTERANGE" => return self.byte_range(value, end),
            "#EXT-X-KEY" => self.key(line, value),
            "#EXT-X-MAP" => addressed(line, value),
            _ => line.to_owned(),
        };
        self.block.push(line + end);
    }

    fn byte_range(&mut self, value: &str, end: &str) {
        let (length, offset) = value.split_once('@').map_or((value, None), |(l, o)| (l, Some(o)));
        let length: u64 = length.parse().expect("a length");
        let before = self.range.take().and_then(|(_, known)| known).map(|(_, end)| end);
        let offset =
            offset.map(|offset| offset.parse().expect("an offset")).or(before).unwrap_or(0);
        self.range = Some((offset + length, None));
        self.block.push(format!("#EXT-X-BYTERANGE:{length}@{offset}{end}"));
    }

    fn key(&mut self, line: &str, value: &str) -> String {
        let list = attributes::read(value).expect("attributes");
        let line = addressed(line, value);
        let method = list.raw("METHOD").unwrap_or_default();
        let implicit = ["AES-128", "SAMPLE-AES"].contains(&method)
            && list.raw("IV").is_none()
            && list.quoted("KEYFORMAT").is_none_or(|format| format == "identity");
        self.implicit.clear();
        if !implicit {
            return line;
        }
        self.implicit.push(line.clone());
        format!("{line},IV=0x{:032x}", self.numbers[0] + self.count)
    }

    fn address(&mut self, uri: &str, end: &str) {
        if !std::mem::take(&mut self.announced) {
            return; // nobody announced it
        }
        let own = self.block.iter().any(|line| line.starts_with("#EXT-X-KEY"));
        let number = self.numbers[0] + self.count;
        // A key that is said again stands behind the turn it belongs to.
        if !own && !self.implicit.is_empty() {
            let turns = self.block.extract_if(.., |line| line.starts_with("#EXT-X-DISCONTINUITY"));
            self.segments.extend(turns);
        }
        for key in self.implicit.iter().filter(|_| !own) {
            self.segments.push(format!("{key},IV=0x{number:032x}\n"));
        }
        self.segments.append(&mut self.block);
        self.segments.push(located(uri) + end);
        self.range =
            self.range.take().map(|(reached, _)| (reached, Some((uri.to_owned(), reached))));
        self.count += 1;
    }

    fn control(&mut self, value: &str, end: &str) {
        let list = attributes::read(value).expect("attributes");
        if let Some(hold_back) = list.raw("HOLD-BACK") {
            self.head.push(format!("#EXT-X-SERVER-CONTROL:HOLD-BACK={hold_back}{end}"));
        }
    }

    fn start(&mut self, line: &str, value: &str, end: &str) {
        let list = attributes::read(value).expect("attributes");
        let target = self.target.as_ref().and_then(|target| target.parse().ok()).unwrap_or(0);
        let offset = list.raw("TIME-OFFSET").and_then(|offset| offset.strip_prefix('-'));
        let near =
            offset.and_then(time::seconds).is_some_and(|offset| offset < 3 * target * SECOND);
        if !near {
            self.head.push(format!("{line}{end}"));
        }
    }

    fn define(&mut self, value: &str) {
        let list = attributes::read(value).expect("attributes");
        if let (Some(name), Some(value)) = (list.quoted("NAME"), list.quoted("VALUE")) {
            self.variables.insert(name.to_owned(), value.to_owned());
        }
    }

    /// A line with its variables; one that names an unknown one stays.
    fn expanded(&self, line: &str) -> String {
        let known = self.variables.iter();
        known.fold(line.to_owned(), |line, (name, value)| {
            line.replace(&format!("{{${name}}}"), value)
        })
    }

    fn text(self) -> String {
        let [msn, dsn] = self.numbers;
        let mut text =
            format!("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:{msn}\n#EXT-X-DISCONTINUITY-SEQUENCE:{dsn}\n");
        if self.version.is_none() {
            text += "#EXT-X-VERSION:6\n";
        }
        text += &self.head.concat();
        if self.dated {
            text += &self.ranges.concat();
        }
        text += &self.segments.concat();
        if self.ended {
            text += "#EXT-X-ENDLIST\n";
        }
        text
    }
}

fn addressed(line: &str, list: &str) -> String {
    let list = attributes::read(list).expect("attributes");
    match list.quoted("URI") {
        Some(uri) => line.replace(&format!("\"{uri}\""), &format!("\"{}\"", located(uri))),
        None => line.to_owned(),
    }
}

fn name(line: &str) -> &str {
    line.split(':').next().unwrap_or(line).trim_end()
}

fn is_address(line: &str) -> bool {
    !line.starts_with('#') && !line.trim().is_empty()
}

/// Tags about the whole playlist.
fn is_about_all(name: &str) -> bool {
    const TAGS: [&str; 16] = [
        "VERSION",
        "TARGETDURATION",
        "MEDIA-SEQUENCE",
        "DISCONTINUITY-SEQUENCE",
        "PLAYLIST-TYPE",
        "I-FRAMES-ONLY",
        "INDEPENDENT-SEGMENTS",
        "START",
        "DEFINE",
        "ALLOW-CACHE",
        "SERVER-CONTROL",
        "PART-INF",
        "SKIP",
        "PRELOAD-HINT",
        "RENDITION-REPORT",
        "ENDLIST",
    ];
    name.strip_prefix("#EXT-X-").is_some_and(|name| TAGS.contains(&name))
}

fn is_about_segment(name: &str) -> bool {
    const TAGS: [&str; 8] = [
        "#EXTINF",
        "#EXT-X-PROGRAM-DATE-TIME",
        "#EXT-X-DISCONTINUITY",
        "#EXT-X-KEY",
        "#EXT-X-MAP",
        "#EXT-X-BYTERANGE",
        "#EXT-X-GAP",
        "#EXT-X-DATERANGE",
    ];
    TAGS.contains(&name)
}

/// Markers of breaks, parts, and what would go on to speak of ads.
fn is_left_out(line: &str) -> bool {
    let splice = name(line) == "#EXT-X-DATERANGE" && line.contains("SCTE35-");
    let tags = ["#EXT-X-PART", "#EXT-X-BITRATE"];
    is_marker(line) || splice || tags.contains(&name(line))
}
