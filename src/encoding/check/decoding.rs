//! What ffmpeg and ffprobe are told so that they say what was made.

use std::{ops::Range, path::Path};

use super::super::{Output, Plan, arguments::strings};
use crate::{media::Media, profile::Packing};

impl Plan {
    /// Which segments are decoded in one run: a decoder each is a matter of memory.
    pub fn batches(&self) -> impl Iterator<Item = Range<usize>> {
        let all = usize::try_from(self.grid.segments()).unwrap_or(0);
        (0..all).step_by(BATCH).map(move |from| from..(from + BATCH).min(all))
    }

    /// ffmpeg's arguments to decode segments of an output, each alone.
    pub fn decoding(&self, output: &Output, batch: Range<usize>, folder: &Path) -> Vec<String> {
        let mut arguments = strings(&["-nostdin", "-hide_banner", "-v", "error", "-xerror"]);
        for at in batch.clone() {
            arguments.extend(strings(&["-threads", "1"]));
            arguments.extend(strings(self.named_format()));
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
        arguments.extend(strings(&[
            "-fps_mode",
            "passthrough",
            "-enc_time_base:v",
            "-1",
            "-copyts",
        ]));
        arguments.extend(strings(&["-f", "framecrc", "-"]));
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
        let mut arguments = strings(&["-v", "error", "-show_entries", Media::SHOWN, "-of", "json"]);
        arguments.extend(strings(self.named_format()));
        arguments.extend([String::from("-i"), self.playable(output, 0..1, folder)]);
        arguments
    }

    /// ffmpeg's arguments to measure how loud an output has become.
    pub fn listening(&self, output: &Output, folder: &Path) -> Vec<String> {
        let all = usize::try_from(self.grid.segments()).unwrap_or(0);
        let mut arguments = strings(&["-nostdin", "-hide_banner", "-nostats", "-v", "info"]);
        arguments.extend(strings(self.named_format()));
        arguments.extend([String::from("-i"), self.playable(output, 0..all, folder)]);
        arguments.extend(strings(&[
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
}

/// A decoder each is a matter of memory.
const BATCH: usize = 10;
