//! Reading a multivariant playlist.

use std::{collections::HashMap, ops::Range, sync::Arc};

use super::{
    Limits, Line, Multivariant, NotAPlaylist, Oddity, Place, RenditionInfo, RenditionKind, codecs,
    describe::{described, merge, variant_kind},
    groups::{Groups, media_kind},
};
use crate::hls::{
    Attributes, BYTE_ORDER_MARK, Given, OddityKind, Tag, input::Input, oddity::Oddities,
};

pub(super) fn multivariant(
    text: &Arc<str>,
    limits: Limits,
    given: Given<'_>,
) -> Result<(Multivariant, Vec<Oddity>), NotAPlaylist> {
    let mut oddities = Oddities::default();
    let mut input = Input::open(text, limits, given, &mut oddities)?;
    let mut lines = Vec::new();
    while let Some(line) = input.line(&mut oddities)? {
        if line.tag.is_media() {
            oddities.note(OddityKind::Misplaced, line.number);
        }
        lines.push(line);
    }
    let (renditions, places) = renditions(&mut lines, limits, &mut oddities)?;
    hold_against_second_reader(text, &lines, &mut oddities);
    let byte_order_mark = input.has_byte_order_mark();
    let (originals, variables) = input.into_parts();
    let playlist =
        Multivariant { lines, renditions, variables, places, byte_order_mark, originals };
    Ok((playlist, oddities.into_vec()))
}

/// Both readers must count the same variants, or one of them misreads.
fn hold_against_second_reader(text: &str, lines: &[Line], oddities: &mut Oddities) {
    let variant = |line: &&Line| matches!(line.tag, Tag::StreamInf | Tag::IFrameStreamInf);
    let counted = lines.iter().filter(variant).count();
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let second = m3u8_rs::parse_master_playlist_res(text.as_bytes());
    if second.map(|second| second.variants.len()) != Ok(counted) {
        oddities.note(OddityKind::SecondReaderDiffers, 0);
    }
}

fn renditions(
    lines: &mut [Line],
    limits: Limits,
    oddities: &mut Oddities,
) -> Result<(Vec<RenditionInfo>, Vec<Place>), NotAPlaylist> {
    let mut reader = Reader::new(Groups::of(lines));
    let mut variant = None;
    for index in 0..lines.len() {
        let line = &lines[index];
        match line.tag {
            Tag::StreamInf => {
                if let Some(before) = variant.replace(index) {
                    oddities.note(OddityKind::NoUri, lines[before].number);
                }
            }
            Tag::Uri => match variant.take() {
                Some(stream_inf) => reader.variant(&lines[stream_inf], index, line),
                None => {
                    oddities.note(OddityKind::Unannounced, line.number);
                    lines[index].tag = Tag::Stray;
                }
            },
            _ => reader.attribute(index, line),
        }
        if reader.renditions.len() > limits.renditions {
            return Err(NotAPlaylist::TooManyRenditions { limit: limits.renditions });
        }
    }
    if let Some(last) = variant {
        oddities.note(OddityKind::NoUri, lines[last].number);
    }
    if reader.renditions.is_empty() { Err(refusal(lines)) } else { Ok(reader.found()) }
}

/// What a playlist without renditions is.
fn refusal(lines: &[Line]) -> NotAPlaylist {
    let media = lines.iter().find(|line| line.tag.is_media());
    media.map_or(NotAPlaylist::NoVariants, |line| NotAPlaylist::Media { line: line.number })
}

/// The renditions found so far.
struct Reader {
    groups: Groups,
    renditions: Vec<RenditionInfo>,
    by_address: HashMap<String, usize>,
    places: Vec<Place>,
}

impl Reader {
    fn new(groups: Groups) -> Self {
        Self { groups, renditions: Vec::new(), by_address: HashMap::new(), places: Vec::new() }
    }

    fn found(self) -> (Vec<RenditionInfo>, Vec<Place>) {
        (self.renditions, self.places)
    }

    /// A variant: its attributes stand in one line, its address in a later one.
    fn variant(&mut self, stream_inf: &Line, index: usize, address: &Line) {
        let attributes = Attributes::of(stream_inf.value());
        let mut info = described(attributes, address.value());
        info.kind = variant_kind(&info);
        if info.kind == RenditionKind::Video {
            let groups = &self.groups;
            info.codecs.retain(|codec| !groups.separate(attributes, codecs::kind_of(codec)));
        }
        let start = address.text.len() - address.text.trim_start().len();
        self.rendition(info, index, start..start + address.value().len());
    }

    /// A line that may have an address among its attributes.
    fn attribute(&mut self, index: usize, line: &Line) {
        let name = if line.tag == Tag::ContentSteering { "SERVER-URI" } else { "URI" };
        let Some((start, list)) = tag_list(line) else { return };
        let Some(uri) = Attributes::of(list).find(name) else { return };
        let span = start + uri.span.start..start + uri.span.end;
        match self.attributed(line.tag, Attributes::of(list), uri.value) {
            Some(info) => self.rendition(info, index, span),
            None => self.places.push(Place { line: index, span, rendition: None }),
        }
    }

    fn attributed(&self, tag: Tag, attributes: Attributes<'_>, uri: &str) -> Option<RenditionInfo> {
        let mut info = described(attributes, uri);
        match tag {
            Tag::IFrameStreamInf => info.kind = RenditionKind::IFrame,
            Tag::Media => {
                info.kind = attributes.get("TYPE").and_then(media_kind)?;
                let group = info.group.as_deref().unwrap_or("");
                info.codecs = self.groups.codecs(info.kind, group).to_vec();
            }
            _ => return None,
        }
        Some(info)
    }

    fn rendition(&mut self, info: RenditionInfo, line: usize, span: Range<usize>) {
        let rendition = match self.by_address.get(&info.uri) {
            Some(&known) => {
                merge(&mut self.renditions[known], &info);
                known
            }
            None => {
                self.by_address.insert(info.uri.clone(), self.renditions.len());
                self.renditions.push(info);
                self.renditions.len() - 1
            }
        };
        self.places.push(Place { line, span, rendition: Some(rendition) });
    }
}

/// What stands after a tag's colon, and where it starts in the line.
fn tag_list(line: &Line) -> Option<(usize, &str)> {
    let colon = line.text.starts_with('#').then(|| line.text.find(':'))??;
    Some((colon + 1, &line.text[colon + 1..]))
}
