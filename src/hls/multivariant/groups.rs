//! Groups of separate audio and subtitles (`EXT-X-MEDIA`, rfc8216bis §4.4.6.1).

use std::collections::HashMap;

use super::{RenditionKind, codecs};
use crate::hls::{Attributes, Line, Tag};

/// What the lines of a whole playlist say about its groups.
#[derive(Debug, Default)]
pub(super) struct Groups(HashMap<(RenditionKind, String), Group>);

#[derive(Debug, Default)]
struct Group {
    /// Whether a member has no playlist of its own: then it is in the variant's segments.
    muxed: bool,
    /// The codecs of the variants that name it.
    codecs: Vec<String>,
}

impl Groups {
    pub(super) fn of(lines: &[Line]) -> Self {
        let mut groups = Self::default();
        for line in lines {
            let attributes = Attributes::of(line.value());
            match line.tag {
                Tag::Media => groups.member(attributes),
                Tag::StreamInf => groups.variant(attributes),
                _ => {}
            }
        }
        groups
    }

    fn member(&mut self, attributes: Attributes<'_>) {
        let kind = attributes.get("TYPE").and_then(media_kind);
        let Some((kind, id)) = kind.zip(attributes.get("GROUP-ID")) else { return };
        let group = self.0.entry((kind, id.to_owned())).or_default();
        group.muxed |= attributes.get("URI").is_none();
    }

    fn variant(&mut self, attributes: Attributes<'_>) {
        for kind in SEPARABLE {
            let Some(id) = named(attributes, kind) else { continue };
            let group = self.0.entry((kind, id.to_owned())).or_default();
            let codecs = codecs::list(attributes.get("CODECS").unwrap_or(""));
            union(&mut group.codecs, codecs.filter(|codec| codecs::kind_of(codec) == kind));
        }
    }

    /// The codecs of a group's members.
    pub(super) fn codecs(&self, kind: RenditionKind, id: &str) -> &[String] {
        self.0.get(&(kind, id.to_owned())).map_or(&[], |group| &group.codecs)
    }

    /// Whether a variant leaves what is of `kind` to playlists of their own.
    pub(super) fn separate(&self, variant: Attributes<'_>, kind: RenditionKind) -> bool {
        let group = named(variant, kind).and_then(|id| self.0.get(&(kind, id.to_owned())));
        group.is_some_and(|group| !group.muxed)
    }
}

/// What `TYPE` says a member is; closed captions are never separate.
pub(super) fn media_kind(name: &str) -> Option<RenditionKind> {
    match name {
        "VIDEO" => Some(RenditionKind::Video),
        "AUDIO" => Some(RenditionKind::Audio),
        "SUBTITLES" => Some(RenditionKind::Subtitles),
        _ => None,
    }
}

/// Adds those that are not there yet.
pub(super) fn union<'a>(codecs: &mut Vec<String>, more: impl Iterator<Item = &'a str>) {
    for codec in more {
        if codecs.len() < MOST_CODECS && !codecs.iter().any(|known| known == codec) {
            codecs.push(codec.to_owned());
        }
    }
}

fn named<'a>(variant: Attributes<'a>, kind: RenditionKind) -> Option<&'a str> {
    match kind {
        RenditionKind::Audio => variant.get("AUDIO"),
        RenditionKind::Subtitles => variant.get("SUBTITLES"),
        RenditionKind::Video | RenditionKind::IFrame => None,
    }
}

const SEPARABLE: [RenditionKind; 2] = [RenditionKind::Audio, RenditionKind::Subtitles];
const MOST_CODECS: usize = 32;
