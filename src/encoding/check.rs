//! Whether what was made is what it has to be.
//!
//! Each segment is decoded alone, by a decoder of its own, and every frame that comes out is listed
//! with its time (ffmpeg's `framecrc`). From that list: that nothing depends on another segment, that
//! frames stand where they should, and how long each segment really is.

use super::{Level, Made, Output, Plan};
use crate::{
    media::{Media, Rate, begins_with_idr},
    profile::AudioCodec,
    units::MediaDuration,
};

mod decoded;
mod decoding;
mod fault;
mod presentation;
#[cfg(test)]
mod tests;

pub use fault::Fault;

use decoded::{Decoded, read};

impl Plan {
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

    /// Holds how loud an output has become against the target (G-11). Gives by how much it is too
    /// quiet: short and nearly silent ads cannot always be raised without harm, and are shown.
    ///
    /// # Errors
    /// It is louder than the target by more than a loudness unit.
    pub fn judge_loudness(&self, output: &Output, heard: Level) -> Result<Option<Level>, Fault> {
        let target = self.settings.loudness;
        let off = heard.away_from(target);
        match off > TOLERANCE {
            true if heard > target => {
                Err(Fault::Loud { output: output.name.clone(), heard, target })
            }
            quiet => Ok(quiet.then_some(off)),
        }
    }

    /// Whether a segment's bytes begin with a picture that needs no other (G-01).
    ///
    /// # Errors
    /// They do not.
    pub fn judge_start(&self, output: &Output, segment: usize, bytes: &[u8]) -> Result<(), Fault> {
        let Some(picture) = &output.picture else { return Ok(()) };
        if begins_with_idr(self.container(), picture.wanted.codec.family.is_hevc(), bytes) {
            return Ok(());
        }
        Err(Fault::NotAlone { output: output.name.clone(), segment })
    }
}

/// Players are told a segment's length to the microsecond and take a millisecond.
const EXACT: MediaDuration = MediaDuration::from_millis(1);
/// What a loudness target is missed by at most.
const TOLERANCE: Level = Level::lkfs(1);
