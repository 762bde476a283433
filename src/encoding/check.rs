//! Whether what was made is what it has to be.
//!
//! Each segment is decoded alone, by a decoder of its own, and every frame that comes out is listed
//! with its time (ffmpeg's `framecrc`). From that list: that nothing depends on another segment, that
//! frames stand where they should, and how long each segment really is.

use std::{collections::HashMap, ops::Range, path::Path};

use super::{Made, Output, Plan};
use crate::{
    creative::Container,
    media::{Media, Rate, begins_with_idr},
    profile::{AudioCodec, Packing},
    units::MediaDuration,
};

/// What is wrong with what was made. Segments count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A segment with another number of frames than it should have, or frames that do not decode.
    #[error("segment {segment} of {output} has {frames} {what} frames, expected {expected}")]
    Frames {
        /// Which rendition.
        output: String,
        /// Which segment.
        segment: usize,
        /// `picture` or `sound`.
        what: &'static str,
        /// How many came out.
        frames: usize,
        /// How many should have.
        expected: i64,
    },
    /// A segment that does not begin where the one before ends.
    #[error("segment {segment} of {output} begins {off} s from where it should")]
    Place {
        /// Which rendition.
        output: String,
        /// Which segment.
        segment: usize,
        /// How far off.
        off: MediaDuration,
    },
    /// Sound that ends too far from its picture.
    #[error("the sound of {output} ends {off} s from the picture")]
    Ends {
        /// Which rendition.
        output: String,
        /// How far off.
        off: MediaDuration,
    },
    /// A segment whose first picture needs another one.
    #[error("segment {segment} of {output} does not begin with an IDR picture")]
    NotAlone {
        /// Which rendition.
        output: String,
        /// Which segment.
        segment: usize,
    },
    /// Something else than was ordered.
    #[error("{output} is not as ordered: {what}")]
    Other {
        /// Which rendition.
        output: String,
        /// What it is.
        what: String,
    },
    /// A decoder that says nothing.
    #[error("what was decoded of {output} cannot be read")]
    Unreadable {
        /// Which rendition.
        output: String,
    },
}

/// What came out of a track of one segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Decoded {
    frames: usize,
    first: MediaDuration,
    ends: MediaDuration,
}

impl Plan {
    /// Which segments are decoded in one run: a decoder each is a matter of memory.
    pub fn batches(&self) -> impl Iterator<Item = Range<usize>> {
        let all = usize::try_from(self.grid.segments()).unwrap_or(0);
        (0..all).step_by(BATCH).map(move |from| from..(from + BATCH).min(all))
    }

    /// ffmpeg's arguments to decode segments of an output, each alone.
    pub fn decoding(&self, output: &Output, batch: Range<usize>, folder: &Path) -> Vec<String> {
        let mut arguments = words(&["-nostdin", "-hide_banner", "-v", "error", "-xerror"]);
        for at in batch.clone() {
            arguments.extend(words(&["-threads", "1"]));
            arguments.extend(words(self.named_format()));
            arguments.push(String::from("-i"));
            arguments.push(self.playable(output, at..at + 1, folder));
        }
        for input in 0..batch.len() {
            for (there, kind) in [(output.picture.is_some(), 'v'), (output.sound.is_some(), 'a')] {
                if there {
                    arguments.extend([String::from("-map"), format!("{input}:{kind}")]);
                }
            }
        }
        arguments.extend(words(&["-fps_mode", "passthrough", "-enc_time_base:v", "-1", "-copyts"]));
        arguments.extend(words(&["-f", "framecrc", "-"]));
        arguments
    }

    /// An address at which ffmpeg finds segments of an output one after another, with their
    /// initialisation section.
    pub fn playable(&self, output: &Output, segments: Range<usize>, folder: &Path) -> String {
        let names = segments.map(|at| self.segment_name(output, at));
        let files: Vec<_> = self
            .initialisation(output)
            .into_iter()
            .chain(names)
            .map(|name| folder.join(name).to_string_lossy().into_owned())
            .collect();
        format!("concat:{}", files.join("|"))
    }

    /// A second of silence is too few packets of a transport stream to be recognised as one.
    const fn named_format(&self) -> &'static [&'static str] {
        match self.profile.packing {
            Packing::MpegTs => &["-f", "mpegts"],
            Packing::Fmp4 => &[],
        }
    }

    /// `ffprobe`'s arguments to see what an output's first segment is.
    pub fn probing(&self, output: &Output, folder: &Path) -> Vec<String> {
        let mut arguments = words(&["-v", "error", "-show_entries", Media::SHOWN, "-of", "json"]);
        arguments.extend(words(self.named_format()));
        arguments.extend([String::from("-i"), self.playable(output, 0..1, folder)]);
        arguments
    }

    /// ffmpeg's arguments to measure how loud an output has become.
    pub fn listening(&self, output: &Output, folder: &Path) -> Vec<String> {
        let all = usize::try_from(self.grid.segments()).unwrap_or(0);
        let mut arguments = words(&["-nostdin", "-hide_banner", "-nostats", "-v", "info"]);
        arguments.extend(words(self.named_format()));
        arguments.extend([String::from("-i"), self.playable(output, 0..all, folder)]);
        arguments.extend(words(&[
            "-map",
            "0:a",
            "-af",
            "ebur128=framelog=verbose",
            "-f",
            "null",
            "-",
        ]));
        arguments
    }

    /// Holds what the runs of [`Plan::decoding`] said, in order, against the plan.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn judge(&self, output: &Output, said: &[Vec<u8>]) -> Result<Made, Fault> {
        let unreadable = || Fault::Unreadable { output: output.name.clone() };
        let tracks = usize::from(output.picture.is_some()) + usize::from(output.sound.is_some());
        let mut decoded = Vec::new();
        for (text, batch) in said.iter().zip(self.batches()) {
            let read = read(text).ok_or_else(unreadable)?;
            let all =
                (0..batch.len() * tracks).map(|at| read.get(&at).copied().unwrap_or_default());
            decoded.extend(all);
        }
        if decoded.len() != tracks * usize::try_from(self.grid.segments()).unwrap_or(0) {
            return Err(unreadable());
        }
        let track =
            |at: usize| decoded.iter().skip(at).step_by(tracks).copied().collect::<Vec<_>>();
        let picture = output.picture.as_ref().map(|_| track(0));
        let sound = output.sound.as_ref().map(|_| track(tracks - 1));
        let shown = picture.as_deref().map(|picture| self.judge_picture(output, picture));
        let shown = shown.transpose()?;
        let heard = sound.as_deref().map(|sound| self.judge_sound(output, sound)).transpose()?;
        if let Some((picture, sound)) = picture.zip(sound) {
            self.judge_ends(output, &picture, &sound)?;
        }
        shown.or(heard).map(|segments| Made { segments }).ok_or_else(unreadable)
    }

    fn judge_picture(
        &self,
        output: &Output,
        decoded: &[Decoded],
    ) -> Result<Vec<MediaDuration>, Fault> {
        let Some(picture) = &output.picture else { return Ok(Vec::new()) };
        let rate = picture.wanted.rate;
        let (mut lengths, mut before) = (Vec::new(), 0);
        let origin = decoded.first().map_or(MediaDuration::ZERO, |first| first.first);
        for (segment, seen) in decoded.iter().enumerate() {
            let expected = picture.per_segment.min(picture.frames - before);
            self.counted(output, segment, "picture", seen.frames, expected)?;
            let place = |n, seen: MediaDuration| {
                let off = (seen - origin - rate.begins(n)).abs();
                if off <= EXACT { Ok(()) } else { Err(self.misplaced(output, segment, off)) }
            };
            place(before, seen.first)?;
            place(before + expected, seen.ends)?;
            lengths.push(rate.begins(before + expected) - rate.begins(before));
            before += expected;
        }
        Ok(lengths)
    }

    fn judge_sound(
        &self,
        output: &Output,
        decoded: &[Decoded],
    ) -> Result<Vec<MediaDuration>, Fault> {
        let Some(sound) = &output.sound else { return Ok(Vec::new()) };
        let Some(rate) = Rate::new(sound.wanted.rate, sound.wanted.codec.frame()) else {
            return Ok(Vec::new());
        };
        let frames: usize = decoded.iter().map(|seen| seen.frames).sum();
        self.counted(output, decoded.len() - 1, "sound", frames, sound.frames)?;
        let (mut lengths, mut before) = (Vec::new(), 0);
        let origin = decoded.first().map_or(MediaDuration::ZERO, |first| first.first);
        for (segment, seen) in decoded.iter().enumerate() {
            let own = i64::try_from(seen.frames).unwrap_or(0);
            let off = (seen.first - origin - rate.begins(before)).abs();
            if off > EXACT {
                return Err(self.misplaced(output, segment, off));
            }
            lengths.push(rate.begins(before + own) - rate.begins(before));
            before += own;
        }
        Ok(lengths)
    }

    /// Sound ends where its picture does, up to a frame later (G-05).
    fn judge_ends(
        &self,
        output: &Output,
        picture: &[Decoded],
        sound: &[Decoded],
    ) -> Result<(), Fault> {
        let ends = |track: &[Decoded]| track.last().map_or(MediaDuration::ZERO, |last| last.ends);
        let off = ends(sound) - ends(picture);
        let wanted = output.sound.as_ref().map(|sound| &sound.wanted);
        let frame = wanted.and_then(|sound| Rate::new(sound.rate, sound.codec.frame()));
        let frame = frame.map_or(MediaDuration::ZERO, |rate| rate.begins(1));
        if off < -EXACT || off > frame + EXACT {
            return Err(Fault::Ends { output: output.name.clone(), off });
        }
        Ok(())
    }

    fn counted(
        &self,
        output: &Output,
        segment: usize,
        what: &'static str,
        frames: usize,
        expected: i64,
    ) -> Result<(), Fault> {
        if i64::try_from(frames) == Ok(expected) {
            return Ok(());
        }
        Err(Fault::Frames { output: output.name.clone(), segment, what, frames, expected })
    }

    fn misplaced(&self, output: &Output, segment: usize, off: MediaDuration) -> Fault {
        Fault::Place { output: output.name.clone(), segment, off }
    }

    /// Holds a probe of an output's first segment against what was ordered: codecs that the
    /// channel's decoders know, size, channels.
    ///
    /// # Errors
    /// The first thing that is other.
    pub fn judge_kind(&self, output: &Output, media: &Media) -> Result<(), Fault> {
        let other = |what: String| Err(Fault::Other { output: output.name.clone(), what });
        if let Some(wanted) = output.picture.as_ref().map(|picture| &picture.wanted) {
            let Some(made) = &media.picture else { return other(String::from("no picture")) };
            if !wanted.codec.decodes(made) {
                let profile = made.profile.as_deref().unwrap_or_default();
                let level = made.level.unwrap_or_default();
                return other(format!(
                    "{} {profile} of level {level} for {}",
                    made.codec, wanted.codec
                ));
            }
            if made.size != wanted.size || made.anamorphic || made.interlaced {
                return other(format!("{}x{}", made.size.0, made.size.1));
            }
        }
        if let Some(wanted) = output.sound.as_ref().map(|sound| &sound.wanted) {
            let Some(made) = media.sounds.first() else { return other(String::from("no sound")) };
            let same = AudioCodec::of(made) == Some(wanted.codec)
                && (made.rate, made.channels) == (wanted.rate, wanted.channels);
            if !same {
                let (codec, rate, channels) = (&made.codec, made.rate, made.channels);
                return other(format!("{codec} at {rate} Hz in {channels} channels"));
            }
        }
        Ok(())
    }

    /// Whether a segment's bytes begin with a picture that needs no other (G-01).
    ///
    /// # Errors
    /// They do not.
    pub fn judge_start(&self, output: &Output, segment: usize, bytes: &[u8]) -> Result<(), Fault> {
        let Some(picture) = &output.picture else { return Ok(()) };
        let container = match self.profile.packing {
            Packing::MpegTs => Container::MpegTs,
            Packing::Fmp4 => Container::Fmp4,
        };
        if begins_with_idr(container, picture.wanted.codec.family.is_hevc(), bytes) {
            return Ok(());
        }
        Err(Fault::NotAlone { output: output.name.clone(), segment })
    }
}

/// Reads `framecrc`: by stream, how many frames there are and where they begin and end.
fn read(text: &[u8]) -> Option<HashMap<usize, Decoded>> {
    let text = std::str::from_utf8(text).ok()?;
    let mut bases = HashMap::new();
    let mut streams: HashMap<usize, Decoded> = HashMap::new();
    for line in text.lines() {
        if let Some(base) = line.strip_prefix("#tb ") {
            let (stream, base) = base.split_once(": ")?;
            // A time base is the rate of its ticks, upside down.
            let (seconds, ticks) = base.split_once('/')?;
            let rate = Rate::new(ticks.parse().ok()?, seconds.parse().ok()?)?;
            bases.insert(stream.parse::<usize>().ok()?, rate);
        }
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let mut fields = line.split(',').map(str::trim);
        let stream: usize = fields.next()?.parse().ok()?;
        let mut number = || fields.next()?.parse::<i64>().ok();
        let (_, begins, length) = (number()?, number()?, number()?);
        let base = bases.get(&stream)?;
        let decoded = streams
            .entry(stream)
            .or_insert(Decoded { first: base.begins(begins), ..Decoded::default() });
        decoded.frames += 1;
        decoded.first = decoded.first.min(base.begins(begins));
        decoded.ends = decoded.ends.max(base.begins(begins + length));
    }
    Some(streams)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Players are told a segment's length to the microsecond and take a millisecond.
const EXACT: MediaDuration = MediaDuration::from_millis(1);
const BATCH: usize = 10;
