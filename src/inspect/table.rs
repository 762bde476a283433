//! Playlists for people.

use super::{
    Odd,
    breaks::{Break, breaks},
    message,
};
use crate::{
    cue::{Cue, Signal},
    hls::{MediaPlaylist, Multivariant, PlaylistType, RenditionInfo},
    units::MediaDuration,
};

/// A media playlist: itself, its breaks, its oddities.
pub(super) fn media(playlist: &MediaPlaylist, oddities: &[Odd]) -> String {
    let breaks = breaks(playlist);
    let rows = breaks.iter().map(row);
    let notes = breaks.iter().map(notes);
    let table = if breaks.is_empty() {
        "no breaks\n".to_owned()
    } else {
        written(&["SEGMENT", "TIME", "DIALECT", "DURATION", "END", "LASTS", "EVENT"], rows, notes)
    };
    [heading(playlist), table, noted(oddities)].concat()
}

/// What the message and `EXT-X-ASSET` say, if they are there.
fn notes(one: &Break) -> Vec<String> {
    let message = one.begin.splice.as_deref().map(message::summary);
    let asset = one.begin.asset.as_deref().map(|asset| {
        let pairs = asset.iter().map(|(name, value)| format!("{name}={value}"));
        format!("asset: {}", pairs.collect::<Vec<_>>().join(", "))
    });
    message.into_iter().chain(asset).collect()
}

fn heading(playlist: &MediaPlaylist) -> String {
    let kind = match (playlist.end_list, playlist.playlist_type) {
        (true, _) => "complete",
        (false, Some(PlaylistType::Event)) => "event",
        (false, _) => "live",
    };
    let (first, count) = (playlist.media_sequence.0, playlist.segments.len());
    let (length, target) = (playlist.duration(), playlist.target_duration.rounded_secs());
    let from = playlist.segments.first().and_then(|segment| segment.start);
    let from = from.map_or(String::new(), |from| format!(", from {from}"));
    format!(
        "media playlist, {kind}: {count} segments from number {first}, {length} s{from}, target duration {target} s\n\n"
    )
}

fn row(one: &Break) -> Vec<String> {
    let Cue { at, time, dialect, event_id, .. } = &one.begin;
    let (duration, elapsed) = match one.begin.signal {
        Signal::Out { duration } => (duration, None),
        Signal::Continue { elapsed, duration } => (duration, elapsed),
        Signal::In => (None, None),
    };
    let since = if one.is_under_way() {
        elapsed.map_or(" (under way)".to_owned(), |elapsed| format!(" ({elapsed} s under way)"))
    } else {
        String::new()
    };
    let end = one.end.as_ref();
    vec![
        format!("{}{since}", at.0),
        time.map_or_else(|| format!("{} s from the start", one.offset), |time| time.to_string()),
        dialect.as_str().to_owned(),
        secs(duration),
        end.map_or(NONE.to_owned(), |end| end.at.0.to_string()),
        secs(one.lasts),
        event_id.map_or(NONE.to_owned(), |id| id.to_string()),
    ]
}

fn secs(duration: Option<MediaDuration>) -> String {
    duration.map_or(NONE.to_owned(), |duration| duration.to_string())
}

/// A multivariant playlist: its renditions and oddities.
pub(super) fn multivariant(playlist: &Multivariant, oddities: &[Odd]) -> String {
    let count = playlist.renditions.len();
    let heading =
        format!("multivariant playlist: {count} renditions; the breaks are in their playlists\n\n");
    let rows = playlist.renditions.iter().map(rendition);
    let names = ["KIND", "BITS/S", "SIZE", "CODECS", "LANGUAGE", "ADDRESS"];
    [heading, written(&names, rows, std::iter::repeat_with(Vec::new)), noted(oddities)].concat()
}

fn rendition(rendition: &RenditionInfo) -> Vec<String> {
    let none = || NONE.to_owned();
    vec![
        rendition.kind.as_str().to_owned(),
        rendition.bandwidth.map_or_else(none, |bits| bits.to_string()),
        rendition.resolution.map_or_else(none, |(width, height)| format!("{width}x{height}")),
        if rendition.codecs.is_empty() { none() } else { rendition.codecs.join(",") },
        rendition.language.clone().unwrap_or_else(none),
        rendition.uri.clone(),
    ]
}

/// Columns under their names, as wide as they need; notes stand under their row.
fn written(
    names: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    notes: impl Iterator<Item = Vec<String>>,
) -> String {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(names).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..rows[0].len()).filter_map(width).collect();
    let notes = std::iter::once(Vec::new()).chain(notes);
    let line = |(row, notes): (&Vec<String>, Vec<String>)| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}  "));
        let notes = notes.iter().map(|note| format!("  {note}\n")).collect::<String>();
        format!("{}\n{notes}", cells.collect::<String>().trim_end())
    };
    rows.iter().zip(notes).map(line).collect()
}

fn noted(oddities: &[Odd]) -> String {
    let line = |odd: &Odd| match odd.line {
        0 => format!("odd: {}\n", odd.what),
        line => format!("odd: line {line}: {}\n", odd.what),
    };
    let blank = if oddities.is_empty() { "" } else { "\n" };
    std::iter::once(blank.to_owned()).chain(oddities.iter().map(line)).collect()
}

const NONE: &str = "-";
