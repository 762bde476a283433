//! What a film's playlists have to be, worked out from the origin's texts with the judge's own reader.

use super::film::Film;
use crate::{
    reader::{self, Playlist, Segment},
    time::{MILLI, Ns, rounded, show_seconds},
};

/// A playlist as it was served.
pub(super) struct Served {
    pub(super) rendition: usize,
    pub(super) text: String,
}

/// An ad segment as its address says: the break, the ad, and which segment of it.
type Piece = (String, String);

/// Everything that is wrong, a line each that begins with the rule.
pub(super) fn judge(film: &Film, served: &[Served]) -> Vec<String> {
    let mut found = Vec::new();
    let mut read = Vec::new();
    for one in served {
        let (playlist, notes) = reader::read(&one.text);
        found.extend(notes.iter().map(|note| format!("{} {}", note.rule, note.text)));
        let (source, _) = reader::read(&film.renditions[one.rendition].text);
        let mut own = Findings { film, source: &source, playlist: &playlist, found: Vec::new() };
        own.all();
        let name = one.rendition;
        found.extend(own.found.into_iter().map(|text| format!("{text} (rendition {name})")));
        read.push(playlist);
    }
    together(&read, &mut found);
    found
}

struct Findings<'a> {
    film: &'a Film,
    source: &'a Playlist,
    playlist: &'a Playlist,
    found: Vec<String>,
}

impl Findings<'_> {
    fn note(&mut self, rule: &str, text: impl std::fmt::Display) {
        self.found.push(format!("{rule} {text}"));
    }

    fn all(&mut self) {
        if !self.playlist.end_list {
            self.note("A-94", "a film without an end");
        }
        let limit = self.film.target_duration.max(self.source.target_duration);
        let long = self.playlist.segments.iter().filter(|s| rounded(s.duration) > limit).count();
        if long > 0 {
            self.note("A-40", format!("{long} segments longer than {limit} s"));
        }
        let content: Vec<&Segment> =
            self.playlist.segments.iter().filter(|s| piece(&s.uri).is_none()).collect();
        self.programme(&content);
        self.turns();
        self.dates();
    }

    /// Every second of the programme once and in order, but for what the source gives away; each
    /// segment as the origin has it.
    fn programme(&mut self, content: &[&Segment]) {
        let mut shown = content.iter();
        let mut next = shown.next();
        let mut start: Ns = 0;
        for known in &self.source.segments {
            let middle = start + known.duration / 2;
            start += known.duration;
            match next.filter(|next| is_same(next, known)) {
                Some(segment) => {
                    self.same(segment, known);
                    next = shown.next();
                }
                None if self.is_given_away(middle) => {}
                None => self.note("law-4", format!("`{}` is not where it belongs", known.uri)),
            }
        }
        if next.is_some() {
            self.note("law-4", "programme that comes again or too late");
        }
    }

    fn is_given_away(&self, at: Ns) -> bool {
        let near = self.film.target_duration * 1_000 * MILLI / 2;
        self.film
            .given_away
            .iter()
            .any(|(from, to)| from != to && at > from - near && at < to + near)
    }

    fn same(&mut self, shown: &Segment, known: &Segment) {
        let keys = |segment: &Segment| {
            let all = segment.keys.iter().map(|key| format!("{:?}", key.attributes));
            all.collect::<Vec<_>>()
        };
        let map = |segment: &Segment| segment.map.as_ref().map(|map| map.attributes.clone());
        if shown.extinf != known.extinf && shown.duration != known.duration {
            self.note("A-11", format!("`{}` has another length", known.uri));
        }
        if keys(shown) != keys(known) {
            self.note("A-71", format!("`{}` has other keys", known.uri));
        }
        if map(shown) != map(known) {
            self.note("A-80", format!("`{}` has another initialisation section", known.uri));
        }
        if shown.byte_range != known.byte_range {
            self.note("A-83", format!("`{}` is another part of its file", known.uri));
        }
    }

    /// A discontinuity where an ad begins and where the programme returns, where the origin has one,
    /// and nowhere else.
    fn turns(&mut self) {
        let known = |segment: &Segment| {
            let own = self.source.segments.iter().find(|known| is_same(known, segment));
            own.is_some_and(|known| known.discontinuity)
        };
        let mut wrong = Vec::new();
        let mut before: Option<&Segment> = None;
        for segment in &self.playlist.segments {
            let was_ad = before.and_then(|before| piece(&before.uri)).is_some();
            let expected = match piece(&segment.uri) {
                Some((_, part)) => part.ends_with("-0"),
                None => was_ad || known(segment),
            };
            if segment.discontinuity != expected {
                wrong.push(segment.uri.clone());
            }
            if piece(&segment.uri).is_some() && !segment.keys.is_empty() {
                wrong.push(format!("{} under a key", segment.uri));
            }
            before = Some(segment);
        }
        wrong.into_iter().for_each(|uri| self.note("A-30", uri));
    }

    /// What is dated goes on without a jump: ads are put in and everything behind them is later.
    fn dates(&mut self) {
        if !self.film.dated {
            if self.playlist.segments.iter().any(|segment| segment.date.is_some()) {
                self.note("A-51", "a date where the origin has none");
            }
            return;
        }
        // One file of subtitles cannot be cut: what it is dated then is the origin's affair.
        if self.source.segments.len() == 1 {
            return;
        }
        let pairs = self.playlist.segments.windows(2);
        let jumps = pairs.filter_map(|pair| {
            let jump = pair[1].date? - pair[0].end()?;
            // A frame of sound, and the millisecond that dates are cut to.
            (jump.abs() > 50 * MILLI).then(|| (pair[1].uri.clone(), jump))
        });
        let jumps: Vec<_> = jumps.collect();
        for (uri, jump) in jumps {
            self.note("A-54", format!("the date of `{uri}` jumps by {}", show_seconds(jump)));
        }
    }
}

/// All renditions show the same ads at the same turns, as long.
fn together(read: &[Playlist], found: &mut Vec<String>) {
    let ads = |playlist: &Playlist| {
        let pieces = playlist.segments.iter().filter_map(|s| Some((s.dsn, piece(&s.uri)?)));
        pieces.collect::<Vec<_>>()
    };
    let lengths = |playlist: &Playlist| {
        let mut all: Vec<(u64, Ns)> = Vec::new();
        for segment in &playlist.segments {
            match all.last_mut().filter(|(dsn, _)| *dsn == segment.dsn) {
                Some((_, length)) => *length += segment.duration,
                None => all.push((segment.dsn, segment.duration)),
            }
        }
        all
    };
    let Some(first) = read.first() else { return };
    for (at, other) in read.iter().enumerate().skip(1) {
        // Where subtitles are one file they have none of the film's own turns.
        let pieces = |of: &Playlist| ads(of).into_iter().map(|(_, ad)| ad).collect::<Vec<_>>();
        let same = if at < 3 { ads(other) == ads(first) } else { pieces(other) == pieces(first) };
        if !same {
            found.push(format!("A-105 rendition {at} has other ads"));
        }
        // Subtitles may be one file: they are cut where they can be.
        if at < 3 {
            let (one, two) = (lengths(first), lengths(other));
            let near = |((a, one), (b, two)): (&(u64, Ns), &(u64, Ns))| {
                a == b && (one - two).abs() <= 50 * MILLI
            };
            if one.len() != two.len() || !one.iter().zip(&two).all(near) {
                found.push(format!("A-100 rendition {at} has other turns"));
            }
        }
    }
}

fn is_same(one: &Segment, other: &Segment) -> bool {
    one.uri == other.uri && one.byte_range == other.byte_range
}

/// `ad/{break}/{rendition}/{position}/{ad}-{segment}.seg`
fn piece(uri: &str) -> Option<Piece> {
    let mut parts = uri.strip_prefix("ad/")?.split('/');
    let (name, position) = (parts.next()?, parts.nth(1)?);
    let part = parts.next()?.trim_end_matches(".seg");
    Some((format!("{name}/{position}"), part.to_owned()))
}

impl Served {
    fn segments(&self) -> Vec<String> {
        // Each with its lines.
        let mut all = vec![String::new()];
        for line in self.text.split_inclusive('\n') {
            let last = all.len() - 1;
            all[last].push_str(line);
            if !line.starts_with('#') {
                all.push(String::new());
            }
        }
        all
    }

    /// Indices of segments of the programme that are neither the first nor at a turn.
    fn inner(&self) -> Vec<usize> {
        let plain = |text: &String| !text.contains("#EXT-X-") && !text.contains("\nad/");
        let all = self.segments();
        (1..all.len() - 1).filter(|&at| plain(&all[at])).collect()
    }

    fn edit(&mut self, edit: impl FnOnce(&mut Vec<String>, &[usize])) {
        let (mut all, inner) = (self.segments(), self.inner());
        if inner.len() > 2 {
            edit(&mut all, &inner);
            self.text = all.concat();
        }
    }

    pub(super) fn drop_content(&mut self) {
        self.edit(|all, inner| drop(all.remove(inner[1])));
    }

    pub(super) fn repeat_content(&mut self) {
        self.edit(|all, inner| all.insert(inner[1], all[inner[1]].clone()));
    }

    pub(super) fn swap_content(&mut self) {
        self.edit(|all, inner| all.swap(inner[0], inner[1]));
    }

    pub(super) fn drop_ad(&mut self) {
        let mut all = self.segments();
        if let Some(at) = all.iter().position(|text| text.contains("\nad/")) {
            all.remove(at);
            self.text = all.concat();
        }
    }

    pub(super) fn remove(&mut self, line: &str) {
        self.text = self.text.replacen(line, "", 1);
    }

    /// Dates behind the first ad as the origin has them.
    pub(super) fn unmove_dates(&mut self) {
        let mut all = self.segments();
        let ad = all.iter().position(|text| text.contains("\nad/"));
        let dates: Vec<usize> =
            (0..all.len()).filter(|&at| all[at].contains("PROGRAM-DATE-TIME")).collect();
        let later = ad.and_then(|ad| dates.iter().copied().find(|&at| at > ad + 1));
        if let (Some(later), Some(&first)) = (later, dates.first()) {
            let line = |text: &str| {
                let mut lines = text.split_inclusive('\n');
                lines.find(|line| line.contains("PROGRAM-DATE-TIME")).map(str::to_owned)
            };
            if let (Some(old), Some(new)) = (line(&all[later]), line(&all[first])) {
                all[later] = all[later].replace(&old, &new);
                self.text = all.concat();
            }
        }
    }
}
