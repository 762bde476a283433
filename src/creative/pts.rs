//! At which presentation time a segment begins, read from its first bytes.

use super::{Container, packets::packets};

/// The first presentation time in a segment (90 kHz), as far as `media`, its beginning, tells:
/// of MPEG-TS the first of any elementary stream, of fragmented MP4 that of the first fragment's
/// first track, whose timescale `init` says; edit lists are left out, as players that map text to
/// media by themselves leave them out. None where there is none to be read.
pub fn first(container: Container, init: &[u8], media: &[u8]) -> Option<u64> {
    match container {
        Container::MpegTs => of_transport_stream(media),
        Container::Fmp4 => of_fragment(init, media),
        Container::PackedAudio | Container::WebVtt | Container::Nothing => None,
    }
}

fn of_transport_stream(media: &[u8]) -> Option<u64> {
    let beginnings = packets(media).flatten().filter(|packet| packet.begins);
    beginnings.filter_map(|packet| packet.payload.strip_prefix(&[0, 0, 1])).find_map(pts)
}

/// The presentation time stamp of an audio or video stream's packet (ISO/IEC 13818-1 §2.4.3.7).
fn pts(pes: &[u8]) -> Option<u64> {
    let [0xbd | 0xc0..=0xef, _, _, _, flags, _, stamp @ ..] = pes else { return None };
    let &[a, b, c, d, e, ..] = stamp else { return None };
    let bits = |high: u8, low: u8| (u64::from(high) << 7) | (u64::from(low) >> 1);
    let value = (u64::from(a >> 1) & 7) << 30 | bits(b, c) << 15 | bits(d, e);
    (flags & 0x80 != 0).then_some(value)
}

fn of_fragment(init: &[u8], media: &[u8]) -> Option<u64> {
    let fragment = inside(inside(media, b"moof")?, b"traf")?;
    let track = be(inside(fragment, b"tfhd")?.get(4..8)?);
    let time = inside(fragment, b"tfdt")?;
    let begins = match time.first()? {
        0 => be(time.get(4..8)?),
        _ => be(time.get(4..12)?),
    };
    let timescale = timescale(inside(init, b"moov")?, track)?;
    let ticks = u128::from(begins) * 90_000 / u128::from(timescale);
    Some(u64::try_from(ticks).ok()? & MOST_TICKS)
}

/// Is there a track run in a segment's first fragment, as far as `media`, its beginning, shows, that
/// does not say when it is decoded (rule A-85)? Players would have to guess where to put it.
pub fn lacks_time(container: Container, media: &[u8]) -> bool {
    let parts = inside(media, b"moof").into_iter().flat_map(boxes);
    let mut tracks = parts.filter(|(kind, _)| kind == b"traf").map(|(_, body)| body);
    let untimed = |traf| inside(traf, b"trun").is_some() && inside(traf, b"tfdt").is_none();
    container == Container::Fmp4 && tracks.any(untimed)
}

fn timescale(moov: &[u8], track: u64) -> Option<u64> {
    let traks = boxes(moov).filter(|(kind, _)| kind == b"trak").map(|(_, body)| body);
    let mut own = traks.filter(|trak| {
        let header = inside(trak, b"tkhd");
        let at = |header: &&[u8]| if header.first() == Some(&1) { 20..24 } else { 12..16 };
        header.and_then(|header| header.get(at(&header))).map(be) == Some(track)
    });
    let header = inside(inside(own.next()?, b"mdia")?, b"mdhd")?;
    let at = if header.first() == Some(&1) { 20..24 } else { 12..16 };
    Some(be(header.get(at)?)).filter(|timescale| *timescale > 0)
}

/// The body of the first box of that type (ISO/IEC 14496-12 §4.2).
pub(crate) fn inside<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes).find(|(found, _)| found == kind).map(|(_, body)| body)
}

/// Type and body of each box; of the last what there is of it.
fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::try_from(be(bytes.get(..4)?)).ok().filter(|length| *length >= 8)?;
        let kind = bytes.get(4..8)?.try_into().ok()?;
        let (whole, rest) = bytes.split_at(length.min(bytes.len()));
        bytes = rest;
        Some((kind, whole.get(8..)?))
    })
}

fn be(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// Presentation times of MPEG-TS have 33 bits.
const MOST_TICKS: u64 = (1 << 33) - 1;
