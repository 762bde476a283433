//! Whether what one rendition carries can stand among what another does.

use crate::hls::{RenditionKind, multivariant::kind_of_codec};

/// Whether media of `ad`'s codecs suits a rendition that announces `channel`'s (rule A-110): the same
/// families of each kind, in no greater depth, and sound where there is sound. Where either says
/// nothing, it suits.
pub(super) fn suit(ad: &[String], channel: &[String]) -> bool {
    if ad.is_empty() || channel.is_empty() {
        return true;
    }
    let kinds = [RenditionKind::Video, RenditionKind::Audio, RenditionKind::Subtitles];
    kinds.into_iter().all(|kind| {
        let (ad, channel) = (of_kind(ad, kind), of_kind(channel, kind));
        let suits = |codec: &&str| {
            channel.iter().any(|c| family(c) == family(codec) && !is_deeper(codec, c))
        };
        ad.is_empty() == channel.is_empty() && ad.iter().all(suits)
    })
}

/// Whether some codec of `ad` needs a higher level than the one of its family in `channel` (G-07).
pub(super) fn need_more(ad: &[String], channel: &[String]) -> bool {
    ad.iter().any(|codec| {
        let same = channel.iter().filter(|known| family(known) == family(codec));
        let highest = same.filter_map(|known| level(known)).max();
        level(codec).zip(highest).is_some_and(|(needed, highest)| needed > highest)
    })
}

fn of_kind(codecs: &[String], kind: RenditionKind) -> Vec<&str> {
    codecs.iter().map(String::as_str).filter(|codec| kind_of_codec(codec) == kind).collect()
}

/// The sample entry; players do not mix `hvc1` and `hev1` either (rule G-07). `mp4a` holds AAC, MP3
/// and others, told apart by its object type.
fn family(codec: &str) -> String {
    let mut parts = codec.split('.');
    let entry = parts.next().unwrap_or_default().to_ascii_lowercase();
    match (entry.as_str(), parts.next()) {
        ("mp4a", Some(object_type)) => format!("mp4a.{}", object_type.to_ascii_lowercase()),
        _ => entry,
    }
}

/// More than eight bits a sample, where `channel` has no more: a decoder made for that cannot go on.
fn is_deeper(ad: &str, channel: &str) -> bool {
    is_deep(ad) == Some(true) && is_deep(channel) == Some(false)
}

/// Of AVC the profiles from High 10 on, of HEVC those that are not Main.
fn is_deep(codec: &str) -> Option<bool> {
    let (entry, rest) = codec.split_once('.')?;
    match entry.to_ascii_lowercase().as_str() {
        "avc1" | "avc3" => {
            u8::from_str_radix(rest.get(..2)?, 16).ok().map(|profile| profile >= 110)
        }
        "hvc1" | "hev1" => {
            let profile = rest.split('.').next()?.trim_start_matches(['A', 'B', 'C']);
            Some(!matches!(profile, "1" | "3"))
        }
        _ => None,
    }
}

/// The level of AVC (`avc1.PPCCLL`) or HEVC (`hvc1.P.C.LNN`), to be compared within a family.
fn level(codec: &str) -> Option<u8> {
    let (entry, rest) = codec.split_once('.')?;
    match entry.to_ascii_lowercase().as_str() {
        "avc1" | "avc3" => u8::from_str_radix(rest.get(4..6)?, 16).ok(),
        "hvc1" | "hev1" => rest.split('.').nth(2)?.get(1..)?.parse().ok(),
        _ => None,
    }
}
