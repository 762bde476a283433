//! Captions that come with ads as files (VAST 4.1 §3.9.4): SubRip, WebVTT and TTML read into cues,
//! and cues written as the WebVTT segments of a rendition.
//!
//! What a file is, its text tells: types on servers are often wrong. Kept are times, words, lines and
//! what WebVTT has a tag for; colours, fonts and regions are not. Deliberately absent: fetching, and
//! where segments begin.

use std::fmt::Write as _;

use crate::units::MediaDuration;

mod blocks;
mod time;
mod ttml;
#[cfg(test)]
mod tests;

/// A file's captions, in order of their beginnings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captions {
    /// None of them ends before it begins.
    pub cues: Vec<Cue>,
}

/// What is shown from one time to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// From the ad's beginning.
    pub begins: MediaDuration,
    /// From the ad's beginning.
    pub ends: MediaDuration,
    /// Where it is shown, in WebVTT's terms; empty: where cues usually are.
    pub settings: String,
    /// In WebVTT's terms, without blank lines.
    pub text: String,
}

/// Why a file holds no captions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NotCaptions {
    /// It is neither of the formats.
    #[error("it is no SubRip, WebVTT or TTML")]
    Format,
    /// It says nothing, or nothing with a time that can be read.
    #[error("it has no cue that can be read")]
    Empty,
    /// More than is read.
    #[error("it has more than {limit} cues")]
    TooMany {
        /// How many there may be.
        limit: usize,
    },
    /// Its cues are long and stand for long.
    #[error("its cues take more than {limit} bytes in all the segments that they are shown in")]
    TooLarge {
        /// How many there may be, of all an ad's captions together.
        limit: u64,
    },
}

impl Captions {
    /// Reads a file. Cues that cannot be read are left out.
    ///
    /// # Errors
    /// Nothing of it can.
    pub fn read(text: &str) -> Result<Self, NotCaptions> {
        let text = text.trim_start_matches('\u{feff}');
        let mut cues = match text.trim_start() {
            xml if xml.starts_with('<') => ttml::cues(xml).ok_or(NotCaptions::Format)?,
            vtt if vtt.starts_with("WEBVTT") => blocks::cues(vtt, blocks::Kind::WebVtt),
            srt if srt.contains("-->") => blocks::cues(srt, blocks::Kind::SubRip),
            _ => return Err(NotCaptions::Format),
        };
        cues.retain(|cue| cue.begins < cue.ends && !cue.text.is_empty());
        cues.sort_by_key(|cue| cue.begins);
        match cues.len() {
            0 => Err(NotCaptions::Empty),
            count if count > MOST_CUES => Err(NotCaptions::TooMany { limit: MOST_CUES }),
            _ => Ok(Self { cues }),
        }
    }

    /// No fewer bytes than its cues take in all segments of that length of an ad of that duration.
    pub fn bytes_in_segments(&self, segment: MediaDuration, ad: MediaDuration) -> u64 {
        let shown = self.cues.iter().filter(|cue| cue.begins < ad);
        let bytes = shown.map(|cue| {
            let length = (cue.ends.min(ad) - cue.begins).as_millis();
            // Cut off by both ends of it.
            let segments = length / segment.as_millis().max(1) + 2;
            let text = cue.text.len() + cue.settings.len() + TIMES;
            u64::try_from(segments).unwrap_or(0).saturating_mul(u64::try_from(text).unwrap_or(0))
        });
        bytes.fold(0, u64::saturating_add)
    }

    /// The segment from `begins` to `ends` of an ad whose picture begins at the presentation time
    /// `pts` (90 kHz). A cue stands in every segment it is shown in (rfc8216bis §3.1.4).
    pub fn segment(&self, begins: MediaDuration, ends: MediaDuration, pts: u64) -> String {
        let mut text = format!("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{pts},LOCAL:00:00:00.000\n\n");
        let shown = self.cues.iter().filter(|cue| cue.begins < ends && cue.ends > begins);
        for cue in shown {
            let (from, to) = (time::written(cue.begins), time::written(cue.ends));
            let settings = cue.settings.as_str();
            let space = if settings.is_empty() { "" } else { " " };
            let _ = write!(text, "{from} --> {to}{space}{settings}\n{}\n\n", cue.text);
        }
        text
    }
}

/// What stands in a segment beside a cue's text.
const TIMES: usize = "00:00:00.000 --> 00:00:00.000 \n\n\n".len();
/// Two an instant of an ad of ten minutes.
const MOST_CUES: usize = 5_000;
