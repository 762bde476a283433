//! The playlists over what was made: read back, they give the creative as any other gives its own.

use std::fmt::Write as _;

use super::{Output, Plan, arguments::INIT};
use crate::{
    profile::{Packing, Sound},
    units::MediaDuration,
};

/// What was made of one output: its segments' lengths as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// In order.
    pub segments: Vec<MediaDuration>,
}

impl Plan {
    /// The multivariant playlist. Each rung has the bandwidth and codecs of the channel's.
    pub fn multivariant(&self) -> String {
        let mut text = String::from("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        let language = self.source.sounds.first().and_then(|sound| sound.language.as_deref());
        let mut groups: Vec<&Sound> = Vec::new();
        for (at, output) in self.alone() {
            let Some(sound) = output.sound.as_ref().map(|sound| &sound.wanted) else { continue };
            if sound.variant.is_some() {
                continue;
            }
            let first = !groups.iter().any(|known| known.codec == sound.codec);
            if first {
                groups.push(sound);
            }
            let default = if first { "YES" } else { "NO" };
            let language = language_attribute(language);
            let _ = writeln!(
                text,
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{}\",NAME=\"{at}\"{language},DEFAULT={default},\
                 AUTOSELECT=YES,CHANNELS=\"{}\",URI=\"{}.m3u8\"",
                sound.codec, sound.channels, output.name
            );
        }
        for (at, language) in self.texts.iter().enumerate() {
            let language = language_attribute(language.as_deref());
            let name = Self::text_name(at);
            let _ = writeln!(
                text,
                "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\",NAME=\"{name}\"{language},DEFAULT=NO,\
                 AUTOSELECT=YES,URI=\"{name}.m3u8\""
            );
        }
        for output in &self.outputs {
            self.variants(output, &groups, &mut text);
        }
        text
    }

    fn alone(&self) -> impl Iterator<Item = (usize, &Output)> {
        self.outputs.iter().filter(|output| output.picture.is_none()).enumerate()
    }

    /// One entry per group of sounds beside it, which all name the same playlist.
    fn variants(&self, output: &Output, groups: &[&Sound], text: &mut String) {
        let own = output.sound.as_ref().map(|sound| &sound.wanted);
        let Some(picture) = output.picture.as_ref().map(|picture| &picture.wanted) else {
            let Some((sound, bandwidth)) = own.and_then(|own| Some((own, own.variant?))) else {
                return;
            };
            let _ = writeln!(
                text,
                "#EXT-X-STREAM-INF:BANDWIDTH={bandwidth},CODECS=\"{}\"\n{}.m3u8",
                sound.codec, output.name
            );
            return;
        };
        let (width, height) = picture.size;
        let rate = picture.rate.millihertz();
        let subtitles = if self.texts.is_empty() { "" } else { ",SUBTITLES=\"text\"" };
        let mut variant = |sound: Option<&Sound>, group: String| {
            let codecs = sound.map(|sound| format!(",{}", sound.codec)).unwrap_or_default();
            let _ = writeln!(
                text,
                "#EXT-X-STREAM-INF:BANDWIDTH={},CODECS=\"{}{codecs}\",RESOLUTION={width}x{height},\
                 FRAME-RATE={}.{:03}{group}{subtitles}\n{}.m3u8",
                picture.bandwidth,
                picture.codec,
                rate / 1_000,
                rate % 1_000,
                output.name
            );
        };
        match (own, groups.is_empty()) {
            (None, false) => {
                for sound in groups {
                    variant(Some(sound), format!(",AUDIO=\"{}\"", sound.codec));
                }
            }
            (own, _) => variant(own, String::new()),
        }
    }

    /// An output's media playlist.
    pub fn media_playlist(&self, output: &Output, made: &Made) -> String {
        let map = self.initialisation(output);
        playlist(map.as_deref(), made, |at| self.kept_name(output, at))
    }

    /// The media playlist of captions, cut as the leading output was made.
    pub fn text_playlist(&self, text: usize, lead: &Made) -> String {
        playlist(None, lead, |at| Self::text_segment(text, at))
    }

    /// The folder of captions, and their playlist without `.m3u8`.
    pub fn text_name(text: usize) -> String {
        format!("t{text}")
    }

    /// Where a segment of captions stands below the creative's folder.
    pub fn text_segment(text: usize, at: usize) -> String {
        format!("{}/{at:03}.vtt", Self::text_name(text))
    }

    /// Where a segment stands below the creative's folder.
    pub fn segment_name(&self, output: &Output, at: usize) -> String {
        let extension = match self.profile.packing {
            Packing::MpegTs => "ts",
            Packing::Fmp4 => "m4s",
        };
        format!("{}/{at:03}.{extension}", output.name)
    }

    /// Where a segment stands in what is kept: bare frames are taken out of what was encoded.
    pub fn kept_name(&self, output: &Output, at: usize) -> String {
        match output.sound.as_ref().map(|sound| &sound.wanted).filter(|sound| sound.packed) {
            Some(sound) => format!("{}/{at:03}.{}", output.name, sound.codec.extension()),
            None => self.segment_name(output, at),
        }
    }

    /// Where an output's initialisation section stands, if it has one.
    pub fn initialisation(&self, output: &Output) -> Option<String> {
        (self.profile.packing == Packing::Fmp4).then(|| format!("{}/{INIT}", output.name))
    }
}

fn playlist(map: Option<&str>, made: &Made, name: impl Fn(usize) -> String) -> String {
    let longest = made.segments.iter().map(|length| length.rounded_secs()).max().unwrap_or(1);
    let mut text = format!(
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:0\n\
         #EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n",
        longest.max(1)
    );
    if let Some(map) = map {
        let _ = writeln!(text, "#EXT-X-MAP:URI=\"{map}\"");
    }
    for (at, length) in made.segments.iter().enumerate() {
        let _ = writeln!(text, "#EXTINF:{length},\n{}", name(at));
    }
    text + "#EXT-X-ENDLIST\n"
}

/// What comes from a file or an ad server has to be a language tag to stand there.
fn language_attribute(tag: Option<&str>) -> String {
    let is_plain = |tag: &&str| {
        (1..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    tag.filter(is_plain).map(|tag| format!(",LANGUAGE=\"{tag}\"")).unwrap_or_default()
}
