//! The lines about a whole playlist.

use super::{Page, Retiming, moved};
use crate::{
    channel::Frame,
    hls::{Attributes, Line, RANGE_ADDRESSES, Tag, with_address},
    units::MediaDuration,
};

impl Page<'_> {
    /// Writes what the origin says of the whole playlist, as far as it is true of ours; with what it
    /// says of moments as `moved` where ads were put in.
    pub(super) fn head(&mut self, moved: Option<&dyn Retiming>) {
        let frame = &self.track.frame;
        let said = |tag| frame.header.iter().any(|line| line.tag == tag);
        if !said(Tag::Version) {
            self.write(&format!("#EXT-X-VERSION:{VERSION}"));
        }
        if !said(Tag::TargetDuration) {
            self.write(&target_duration(frame));
        }
        for (at, line) in frame.header.iter().enumerate() {
            let repeated = || frame.header[..at].iter().any(|before| before.tag == line.tag);
            if !(once(line.tag) && repeated()) {
                match moved.filter(|_| line.tag == Tag::Start) {
                    Some(moved) => self.start_moved(line, moved),
                    None => self.header_line(frame, line),
                }
            }
        }
        if frame.dated {
            frame.date_ranges.iter().for_each(|line| self.date_range(line, moved));
        }
    }

    fn header_line(&mut self, frame: &Frame, line: &Line) {
        match line.tag {
            Tag::Version => match line.value().parse() {
                Ok(version @ VERSION..=u8::MAX) => {
                    self.replace(line, &format!("#EXT-X-VERSION:{version}"));
                }
                _ => self.replace(line, &format!("#EXT-X-VERSION:{VERSION}")),
            },
            Tag::TargetDuration => self.replace(line, &target_duration(frame)),
            Tag::Start if frame.starts_too_late(line) => {}
            Tag::ServerControl => {
                if let Some(hold_back) = hold_back(line, frame.target_duration) {
                    let control = format!("#EXT-X-SERVER-CONTROL:HOLD-BACK={hold_back}");
                    self.replace(line, &control);
                }
            }
            tag if stays(tag) => self.pass(line),
            _ => {}
        }
    }

    /// Date ranges belong to their dates, not to the segment they happen to stand at.
    fn date_range(&mut self, line: &Line, moved: Option<&dyn Retiming>) {
        let text = moved.map_or_else(|| line.text.to_string(), |moved| moved::range(line, moved));
        let located = RANGE_ADDRESSES
            .iter()
            .fold(text, |text, name| with_address(&text, name, |uri| self.locate(uri)));
        self.replace(line, &located);
    }
}

/// The channel's: one for all renditions, which never changes in a session.
fn target_duration(frame: &Frame) -> String {
    format!("#EXT-X-TARGETDURATION:{}", frame.target_duration.rounded_secs())
}

/// How far from the end players shall stay, if the origin says so lawfully. It is the one
/// thing a server control says that does not need the origin itself to answer (A-130 a).
fn hold_back(line: &Line, target_duration: MediaDuration) -> Option<&str> {
    let written = Attributes::of(line.value()).get("HOLD-BACK")?;
    let length: MediaDuration = written.parse().ok()?;
    (length >= target_duration.times(3)).then_some(written)
}

/// What may stand once in a playlist.
const fn once(tag: Tag) -> bool {
    use Tag::*;
    matches!(
        tag,
        Version | TargetDuration | PlaylistType | IFramesOnly | Start | ServerControl | AllowCache
    )
}

/// Lines that stay true of ours: the sequence numbers are the viewer's, variables are expanded
/// what low latency promises is not kept (A-130 a), nobody has looked whether each of an
/// ad's segments can be decoded by itself, and what is about several playlists is in the
/// multivariant one.
const fn stays(tag: Tag) -> bool {
    use Tag::*;
    matches!(tag, PlaylistType | IFramesOnly | Start | AllowCache | Other | Comment | Blank)
}

/// The lowest version in which all we may ever write is allowed: decimal durations (3), byte
/// ranges (4), initialisation sections and target durations that segments are rounded to (6).
const VERSION: u8 = 6;
