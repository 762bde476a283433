use scte35_splice::commands::AnyCommand;

use super::*;
use crate::{
    hls::MediaPlaylist,
    scte35::tests::written::{self, hexadecimal, segmentation},
};

mod cue_out;
mod date_range;
mod dialects;
mod laws;
mod life;
mod messages;
mod oddities;
mod others;
mod trust;

/// A window of segments of 6 s from number 100 and midnight on, each line standing before the
/// segment of its number; the last is what has not been listed yet.
fn window(segments: u64, lines: &[(u64, &str)]) -> MediaPlaylist {
    reload(100, segments, lines)
}

/// The same as it is when `first` is the first segment listed.
fn reload(first: u64, segments: u64, lines: &[(u64, &str)]) -> MediaPlaylist {
    let mut text = format!(
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{first}\n\
         #EXT-X-PROGRAM-DATE-TIME:{}\n",
        date(first)
    );
    for msn in first..=first + segments {
        for (_, line) in lines.iter().filter(|(before, _)| *before == msn) {
            text += &format!("{line}\n");
        }
        if msn < first + segments {
            text += &format!("#EXTINF:6,\n{msn}.ts\n");
        }
    }
    MediaPlaylist::parse(text).unwrap().0
}

/// When a segment starts.
fn date(msn: u64) -> ProgramTime {
    let midnight = ProgramTime::parse("2026-01-01T00:00:00Z").unwrap();
    midnight + MediaDuration::from_secs(6 * (i64::try_from(msn).unwrap() - 100))
}

/// A line per cue: place, time of day, signal, event, dialect.
fn shown(playlist: &MediaPlaylist) -> String {
    cues(playlist, Trust::ALL).iter().map(shown_cue).collect()
}

fn shown_cue(cue: &Cue) -> String {
    let time = cue.time.map_or(String::from("-"), |time| time.to_string()[11..23].to_owned());
    let secs = |secs: Option<MediaDuration>| secs.map_or("?".into(), |secs| secs.to_string());
    let signal = match cue.signal {
        Signal::Out { duration } => format!("out {}", secs(duration)),
        Signal::Continue { elapsed, duration } => {
            format!("on {}/{}", secs(elapsed), secs(duration))
        }
        Signal::In => "in".into(),
    };
    let event = cue.event_id.map_or(String::new(), |id| format!(" #{id}"));
    let message = if cue.splice.is_some() { " +message" } else { "" };
    format!("{} {time} {signal}{event} {}{message}\n", cue.at.0, cue.dialect.as_str())
}

/// A `splice_insert` in base64.
fn insert(id: u32, out: bool, secs: Option<u64>) -> String {
    message(written::insert(id, out, secs))
}

fn message(command: impl Into<AnyCommand<'static>>) -> String {
    written::base64(command, &[])
}

/// A `time_signal` in base64 with a descriptor per type, event and duration in seconds.
fn signal(segmentations: &[(u8, u32, Option<u64>)]) -> String {
    let descriptors = segmentations.iter();
    let descriptors =
        descriptors.flat_map(|&(kind, id, secs)| segmentation(kind, id, secs, (0, 0)));
    written::base64(written::signal(), &descriptors.collect::<Vec<_>>())
}
