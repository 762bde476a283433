//! ffmpeg's filter graphs.

use std::fmt::Write as _;

use super::{Level, Output, PictureOutput, Plan};
use crate::media;

impl Plan {
    /// The graph for all outputs: labels `v0` … for pictures and `s0` … for sounds, by output.
    pub(super) fn graph(&self, gains: &[Level]) -> String {
        let mut chains = Vec::new();
        let pictures: Vec<_> = self.labelled(|output| output.picture.as_ref()).collect();
        if let (Some(source), false) = (&self.source.picture, pictures.is_empty()) {
            let labels: String = pictures.iter().map(|(at, _)| format!("[p{at}]")).collect();
            let common = common(source, self.grid.rate);
            chains.push(format!("[0:{}]{common}split={}{labels}", source.index, pictures.len()));
            chains.extend(
                pictures.iter().map(|(at, picture)| format!("[p{at}]{}[v{at}]", shown(picture))),
            );
        }
        for (mix, (channels, rate)) in self.mixes().into_iter().enumerate() {
            let users = self.labelled(|output| output.sound.as_ref().filter(|s| s.mix == mix));
            let labels: Vec<_> = users.map(|(at, _)| format!("[s{at}]")).collect();
            let gain = gains.get(mix).copied().unwrap_or_default();
            let mixed = self.mixed(channels, rate, gain);
            chains.push(format!("{mixed},apad,asplit={}{}", labels.len(), labels.concat()));
        }
        chains.join(";")
    }

    fn labelled<'a, T>(
        &'a self,
        part: impl Fn(&'a Output) -> Option<T> + 'a,
    ) -> impl Iterator<Item = (usize, T)> + 'a {
        self.outputs.iter().enumerate().filter_map(move |(at, output)| Some((at, part(output)?)))
    }

    /// The file's sound in so many channels, with so much gain; silence where it has none.
    pub(super) fn mixed(&self, channels: u32, rate: u32, gain: Level) -> String {
        let layout = layout(channels);
        let Some(sound) = self.source.sounds.first() else {
            return format!("anullsrc=r={rate}:cl={layout}");
        };
        let index = sound.index;
        let mut chain = format!(
            "[0:{index}]aresample=async=1:first_pts=0,\
             aformat=sample_rates={rate}:channel_layouts={layout}"
        );
        if gain != Level::default() {
            // Four decibels below full scale leave room for what lies between samples.
            let _ = write!(chain, ",volume={gain}dB,alimiter=level=false:limit=0.63");
        }
        chain
    }
}

/// What is done to a picture once for all rungs, with a comma behind each.
fn common(source: &media::Picture, rate: media::Rate) -> String {
    let mut chain = String::new();
    if source.interlaced {
        // Each field becomes a picture where there is room for it.
        let fields = source.average_rate.is_some_and(|own| own.is_below(rate));
        chain += if fields { "bwdif=mode=send_field," } else { "bwdif=mode=send_frame," };
    }
    if source.bright {
        chain += "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,\
                  zscale=t=bt709:m=bt709:r=tv,format=yuv420p,";
    }
    if source.anamorphic {
        chain += "scale=trunc(iw*sar/2)*2:ih,setsar=1,";
    }
    chain
}

/// What is done for one rung: its frame rate, and its size without stretching. The last frame stands
/// as long as it is asked for.
fn shown(picture: &PictureOutput) -> String {
    let (width, height) = picture.wanted.size;
    let (rate, format) = (picture.wanted.rate, pixels(picture));
    format!(
        "fps={rate}:start_time=0,\
         scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2:\
         out_color_matrix=bt709:out_range=tv,\
         pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1,format={format},\
         tpad=stop=-1:stop_mode=clone"
    )
}

pub(super) const fn pixels(picture: &PictureOutput) -> &'static str {
    if picture.wanted.codec.deep { "yuv420p10le" } else { "yuv420p" }
}

/// ffmpeg's name of the usual layout of so many channels.
const fn layout(channels: u32) -> &'static str {
    match channels {
        1 => "mono",
        3 => "2.1",
        4 => "4.0",
        5 => "5.0",
        6 => "5.1",
        _ => "stereo",
    }
}
