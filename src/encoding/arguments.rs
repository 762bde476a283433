//! What ffmpeg and ffprobe are told.

use std::path::Path;

use super::{Level, Output, PictureOutput, Plan, SoundOutput, filters::pixels};
use crate::{
    media::Media,
    profile::{AudioCodec, Family, Packing},
};

/// A file that comes from outside may be a playlist or a script in disguise, which would make ffmpeg
/// read other files or ask other hosts: only files are opened, and only formats that lead nowhere.
const READING: [&str; 4] =
    ["-protocol_whitelist", "file", "-format_whitelist", "mov,matroska,mpegts,mpeg,mxf,avi,flv"];

/// What a picture may come to have in the middle of a file, which the probe has not seen, is bounded
/// too: 8K square.
const DECODING: [&str; 2] = ["-max_pixels", "67108864"];

/// `ffprobe`'s arguments for a file from outside.
pub fn probe(file: &Path) -> Vec<String> {
    let mut arguments = strings(&["-v", "error"]);
    arguments.extend(strings(&READING));
    arguments.extend(strings(&["-show_entries", Media::SHOWN, "-of", "json", "-i"]));
    arguments.push(input(file));
    arguments
}

impl Plan {
    /// ffmpeg's arguments to measure a mix with so much gain: it says the summary at its end.
    pub fn measuring(&self, mix: usize, gain: Level, file: &Path) -> Vec<String> {
        let (channels, rate) = self.mixes().get(mix).copied().unwrap_or((2, 48_000));
        let mixed = self.mixed(channels, rate, gain);
        let mut arguments = strings(&["-nostdin", "-hide_banner", "-nostats", "-v", "info"]);
        arguments.extend(strings(&READING));
        arguments.extend(strings(&DECODING));
        arguments.extend([String::from("-i"), input(file), String::from("-filter_complex")]);
        arguments.push(format!("{mixed},ebur128=peak=true:framelog=verbose[o]"));
        arguments.extend(strings(&["-map", "[o]", "-f", "null", "-"]));
        arguments
    }

    /// ffmpeg's arguments to make all renditions below `folder`, one folder each, which must be
    /// there; it tells its progress on standard output.
    pub fn encoding(&self, gains: &[Level], file: &Path, folder: &Path) -> Vec<String> {
        let mut arguments =
            strings(&["-nostdin", "-hide_banner", "-v", "error", "-progress", "pipe:1", "-y"]);
        arguments.extend(strings(&READING));
        arguments.extend(strings(&DECODING));
        arguments.extend([String::from("-i"), input(file), String::from("-filter_complex")]);
        arguments.push(self.graph(gains));
        for (at, output) in self.outputs.iter().enumerate() {
            self.tell(at, output, folder, &mut arguments);
        }
        arguments
    }

    fn tell(&self, at: usize, output: &Output, folder: &Path, arguments: &mut Vec<String>) {
        if let Some(picture) = &output.picture {
            arguments.extend([String::from("-map"), format!("[v{at}]")]);
            arguments.extend(self.picture_arguments(picture));
        }
        if let Some(sound) = &output.sound {
            arguments.extend([String::from("-map"), format!("[s{at}]")]);
            arguments.extend(self.sound_arguments(sound));
        }
        arguments.extend(self.packing_arguments(output, folder));
    }

    fn picture_arguments(&self, picture: &PictureOutput) -> Vec<String> {
        let wanted = &picture.wanted;
        let peak = self.picture_rate(wanted);
        let mut arguments = encoder(picture);
        let mut say = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
        say("-frames:v", picture.frames.to_string());
        say("-profile:v", wanted.codec.profile.as_str().to_owned());
        say("-crf", CONSTANT_QUALITY.to_string());
        say("-maxrate", peak.to_string());
        // Half a second: a segment of two is then at most a quarter above the rate.
        say("-bufsize", (peak / 2).to_string());
        say("-g", picture.per_segment.to_string());
        say("-keyint_min", picture.per_segment.to_string());
        say("-pix_fmt", pixels(picture).to_owned());
        for name in ["-color_primaries", "-color_trc", "-colorspace"] {
            say(name, String::from("bt709"));
        }
        say("-color_range", String::from("tv"));
        arguments
    }

    /// The most that pictures may need so that with their sound and packing no segment exceeds the
    /// variant's bandwidth.
    fn picture_rate(&self, wanted: &crate::profile::Picture) -> u64 {
        let sound = self.profile.sound_of(wanted).map_or(0, |sound| self.sound_rate(sound));
        (wanted.bandwidth.saturating_sub(sound * 11 / 10) * 3 / 4).max(LEAST_RATE)
    }

    /// Bits per second of a sound: usual ones, less where the channel's lowest rung has no room.
    fn sound_rate(&self, sound: &crate::profile::Sound) -> u64 {
        if let Some(bandwidth) = sound.variant {
            return (bandwidth * 8 / 10).clamp(LEAST_SOUND, MOST_SOUND);
        }
        let usual = match (sound.codec, sound.channels) {
            (AudioCodec::Aac, 1) => 64_000,
            (AudioCodec::Aac, 2) => 128_000,
            (AudioCodec::Aac, _) => 320_000,
            (_, 1 | 2) => 192_000,
            _ => 384_000,
        };
        let lowest = self.profile.pictures.iter().map(|picture| picture.bandwidth).min();
        lowest.map_or(usual, |lowest| usual.min(lowest / 4).max(LEAST_SOUND))
    }

    fn sound_arguments(&self, sound: &SoundOutput) -> Vec<String> {
        let wanted = &sound.wanted;
        let (encoder, ahead) = match wanted.codec {
            AudioCodec::Aac => ("aac", Some("noise=drop=not(n)")),
            AudioCodec::Ac3 => ("ac3", None),
            AudioCodec::Eac3 => ("eac3", None),
        };
        let mut arguments = strings(&["-c:a", encoder, "-b:a"]);
        arguments.push(self.sound_rate(wanted).to_string());
        arguments.extend([String::from("-frames:a"), sound.frames.to_string()]);
        arguments.extend(ahead.into_iter().flat_map(|filter| strings(&["-bsf:a", filter])));
        arguments
    }

    fn packing_arguments(&self, output: &Output, folder: &Path) -> Vec<String> {
        let mut arguments = strings(&["-map_metadata", "-1", "-fflags", "+bitexact"]);
        arguments.extend(strings(&[
            "-f",
            "hls",
            "-hls_list_size",
            "0",
            "-hls_playlist_type",
            "vod",
        ]));
        let extension = match self.profile.packing {
            Packing::MpegTs => {
                // Tables only where a segment starts; between, they would be a tenth of a low rung.
                arguments
                    .extend(strings(&["-hls_segment_options", "pat_period=3600:sdt_period=3600"]));
                "ts"
            }
            Packing::Fmp4 => {
                arguments.extend(strings(&["-hls_segment_type", "fmp4"]));
                arguments.extend(strings(&["-hls_fmp4_init_filename", INIT]));
                "m4s"
            }
        };
        let folder = folder.join(&output.name);
        let segment = self.grid.segment();
        // Pictures are cut at the first key frame behind the line, which is half a frame late here.
        let half = output.picture.as_ref().map(|picture| picture.wanted.rate.begins(1).half());
        arguments
            .extend([String::from("-hls_time"), (segment - half.unwrap_or_default()).to_string()]);
        arguments.push(String::from("-hls_segment_filename"));
        arguments.push(path(&folder.join(format!("%03d.{extension}"))));
        arguments.push(path(&folder.join(MUXERS_LIST)));
        arguments
    }
}

fn encoder(picture: &PictureOutput) -> Vec<String> {
    let codec = &picture.wanted.codec;
    match codec.family {
        Family::Avc => {
            let level = format!("{}.{}", codec.level / 10, codec.level % 10);
            let mut arguments = strings(&["-c:v", "libx264", "-preset", "veryfast", "-bf", "0"]);
            arguments.extend(strings(&[
                "-sc_threshold",
                "0",
                "-x264-params",
                "open-gop=0",
                "-level",
            ]));
            arguments.push(level);
            arguments
        }
        Family::Hevc => {
            let parameters = format!(
                "log-level=error:open-gop=0:bframes=0:scenecut=0:repeat-headers=1:level-idc={}",
                codec.level / 3
            );
            let mut arguments = strings(&["-c:v", "libx265", "-preset", "superfast", "-tag:v"]);
            arguments.extend([codec.entry().to_owned(), String::from("-x265-params"), parameters]);
            arguments
        }
    }
}

pub(super) fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A path can be no option and no other protocol's address.
fn input(file: &Path) -> String {
    format!("file:{}", path(file))
}

pub(super) fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// What the muxer calls the initialisation section.
pub(super) const INIT: &str = "init.mp4";
/// The muxer's own list, which nobody is shown.
const MUXERS_LIST: &str = "muxer.m3u8";
/// Of x264: not told from the source at a glance; the rate is bounded besides.
const CONSTANT_QUALITY: u32 = 21;
const LEAST_RATE: u64 = 20_000;
const LEAST_SOUND: u64 = 24_000;
const MOST_SOUND: u64 = 320_000;
