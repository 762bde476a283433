//! Whether what one rendition carries can stand among what another does.

use crate::hls::{RenditionKind, multivariant::kind_of_codec};

/// Whether media of `ad`'s codecs suits a rendition that announces `channel`'s (rule A-110): the same
/// families of each kind, and sound where there is sound. Where either says nothing, it suits.
pub(super) fn suit(ad: &[String], channel: &[String]) -> bool {
    if ad.is_empty() || channel.is_empty() {
        return true;
    }
    [RenditionKind::Video, RenditionKind::Audio].into_iter().all(|kind| {
        let (ad, channel) = (families(ad, kind), families(channel, kind));
        ad.is_empty() == channel.is_empty() && ad.iter().all(|family| channel.contains(family))
    })
}

fn families(codecs: &[String], kind: RenditionKind) -> Vec<String> {
    codecs.iter().filter(|codec| kind_of_codec(codec) == kind).map(|codec| family(codec)).collect()
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
