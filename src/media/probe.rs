//! Reading `ffprobe -of json` with its streams, its format and its packets' times.

use std::{collections::HashMap, str::FromStr};

use serde::Deserialize;

use super::{Media, Picture, Rate, Sound, Span, Unreadable, language};
use crate::units::MediaDuration;

impl Media {
    /// What to ask `ffprobe` to show.
    pub const SHOWN: &str = "packet=stream_index,pts_time,duration_time:format=duration:\
        stream=index,codec_type,codec_name,profile,level,width,height,r_frame_rate,avg_frame_rate,\
        field_order,color_transfer,sample_aspect_ratio,sample_rate,channels:\
        stream_disposition=attached_pic,default:stream_tags=language";

    /// Reads its answer.
    ///
    /// # Errors
    /// What is no such answer.
    pub fn read(json: &[u8]) -> Result<Self, Unreadable> {
        let answer: Answer = serde_json::from_slice(json).map_err(|_| Unreadable)?;
        let spans = spans(&answer.packets);
        let span = |index| spans.get(&index).copied().unwrap_or_default();
        let mut media =
            Self { claimed: read(answer.format.duration.as_deref()), ..Self::default() };
        for stream in answer.streams {
            match stream.codec_type.as_deref() {
                Some("video")
                    if media.picture.is_none() && stream.disposition.attached_pic == 0 =>
                {
                    let span = span(stream.index);
                    media.picture = Some(stream.picture(span));
                }
                Some("audio") => {
                    let span = span(stream.index);
                    media.sounds.extend(stream.sound(span));
                }
                _ => {}
            }
        }
        Ok(media)
    }
}

impl Stream {
    fn picture(self, span: Span) -> Picture {
        let transfer = self.color_transfer.as_deref().unwrap_or_default();
        let shape = self.sample_aspect_ratio.as_deref().unwrap_or("1:1");
        let rate = |text: Option<String>| text.as_deref().and_then(Rate::parse);
        Picture {
            index: self.index,
            codec: self.codec_name.unwrap_or_default(),
            profile: self.profile,
            level: self.level.and_then(|level| u32::try_from(level).ok()),
            size: (self.width, self.height),
            rate: rate(self.r_frame_rate),
            average_rate: rate(self.avg_frame_rate),
            interlaced: !matches!(
                self.field_order.as_deref(),
                None | Some("progressive" | "unknown")
            ),
            bright: matches!(transfer, "smpte2084" | "arib-std-b67"),
            anamorphic: !matches!(shape, "1:1" | "0:1"),
            span,
        }
    }

    /// None where it cannot be decoded: without a rate or channels.
    fn sound(self, span: Span) -> Option<Sound> {
        let rate = self.sample_rate.as_deref()?.parse().ok().filter(|rate| *rate > 0)?;
        Some(Sound {
            index: self.index,
            codec: self.codec_name?,
            profile: self.profile,
            rate,
            channels: Some(self.channels).filter(|channels| *channels > 0)?,
            language: self.tags.language.as_deref().and_then(language::tag),
            span,
        })
    }
}

fn spans(packets: &[Packet]) -> HashMap<usize, Span> {
    let mut spans: HashMap<usize, Span> = HashMap::new();
    for packet in packets {
        let Some(begins) = read(packet.pts_time.as_deref()) else { continue };
        let ends = begins + read(packet.duration_time.as_deref()).unwrap_or_default();
        let span = spans.entry(packet.stream_index).or_insert(Span { begins, ends, packets: 0 });
        span.begins = span.begins.min(begins);
        span.ends = span.ends.max(ends);
        span.packets += 1;
    }
    spans
}

fn read(time: Option<&str>) -> Option<MediaDuration> {
    time.and_then(|text| MediaDuration::from_str(text).ok())
}

#[derive(Debug, Default, Deserialize)]
struct Answer {
    #[serde(default)]
    packets: Vec<Packet>,
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Format,
}

#[derive(Debug, Default, Deserialize)]
struct Format {
    duration: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Packet {
    stream_index: usize,
    pts_time: Option<String>,
    duration_time: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Stream {
    index: usize,
    codec_type: Option<String>,
    codec_name: Option<String>,
    profile: Option<String>,
    level: Option<i64>,
    #[serde(default)]
    width: u32,
    #[serde(default)]
    height: u32,
    r_frame_rate: Option<String>,
    avg_frame_rate: Option<String>,
    field_order: Option<String>,
    color_transfer: Option<String>,
    sample_aspect_ratio: Option<String>,
    sample_rate: Option<String>,
    #[serde(default)]
    channels: u32,
    #[serde(default)]
    disposition: Disposition,
    #[serde(default)]
    tags: Tags,
}

#[derive(Debug, Default, Deserialize)]
struct Disposition {
    #[serde(default)]
    attached_pic: u8,
}

#[derive(Debug, Default, Deserialize)]
struct Tags {
    language: Option<String>,
}
