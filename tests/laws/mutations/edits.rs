//! Ways to write mutations briefly.

use std::sync::Arc;

use super::{
    Base, Mutation, Protection,
    base::{AUDIO, FIRST_BREAK, at},
    model::{Model, Out, wall},
    rewrite,
};
use crate::{checker::Reload, time::SECOND};

/// Changes the session before it is written.
pub(super) fn laid(
    name: &'static str,
    rules: &'static [&'static str],
    base: Base,
    model: fn(&mut Model),
) -> Mutation {
    Mutation { name, rules, base, model, history: |_| {} }
}

/// Changes what the viewer got.
pub(super) fn written(
    name: &'static str,
    rules: &'static [&'static str],
    history: fn(&mut Vec<Reload>),
) -> Mutation {
    Mutation { name, rules, base: Base::default(), model: |_| {}, history }
}

pub(super) fn ads<const N: usize>(list: [(&'static str, [&'static [i64]; 2]); N]) -> Base {
    let mut base = Base::default();
    base.ads.extend(list);
    base
}

/// Two ads cut alike in every rendition.
pub(super) fn twins() -> Base {
    let lengths: [&'static [i64]; 2] = [&[6_000, 6_000, 2_800]; 2];
    ads([("a", lengths), ("b", lengths)])
}

pub(super) fn fmp4() -> Base {
    Base { fmp4: true, ..Base::default() }
}

pub(super) fn drm() -> Base {
    Base { fmp4: true, protection: Protection::Drm, ..Base::default() }
}

pub(super) fn implicit() -> Base {
    Base { protection: Protection::Implicit, ..Base::default() }
}

/// The first answer that a rendition gets after a moment.
pub(super) fn answer(history: &[Reload], rendition: usize, secs: i64) -> i64 {
    let mine = history.iter().filter(|answer| answer.rendition == rendition);
    mine.map(|answer| answer.at_ms).find(|ms| *ms >= wall(at(secs))).expect("an answer so late")
}

/// Changes one answer of one rendition.
pub(super) fn once(
    history: &mut [Reload],
    rendition: usize,
    secs: i64,
    change: impl Fn(&str) -> String,
) {
    let ms = answer(history, rendition, secs);
    rewrite(history, |answer| answer.at_ms == ms && answer.rendition == rendition, change);
}

pub(super) fn is_ad(out: &Out) -> bool {
    out.content.is_none()
}

pub(super) fn begins(out: &Out, ad: &str) -> bool {
    out.uri.contains(&format!("/{ad}/0."))
}

/// The first content after the first break.
pub(super) fn returns(out: &Out) -> bool {
    out.content.is_some() && (out.start - at(FIRST_BREAK.1)).abs() < SECOND
}

pub(super) fn delay(model: &mut Model, renditions: &[usize], by: &[i64]) {
    for &rendition in renditions {
        let run = model.outs[rendition].iter_mut().filter(|out| out.uri.contains("ad/b0/"));
        for (out, by) in run.zip(by) {
            out.publish_ms += by * 1_000;
        }
    }
}

/// Nothing new for one rendition from a moment on.
pub(super) fn freeze(history: &mut [Reload], rendition: usize, from: i64, secs: i64) {
    let ms = answer(history, rendition, from);
    let frozen = history.iter().find(|a| a.at_ms == ms && a.rendition == rendition);
    let text = Arc::clone(&frozen.expect("the answer just found").text);
    for answer in history.iter_mut().filter(|answer| answer.rendition == rendition) {
        if answer.at_ms >= ms && answer.at_ms <= ms + secs * 1_000 {
            answer.text = Arc::clone(&text);
        }
    }
}

pub(super) fn ranges() -> Base {
    Base { byte_ranges: true, ..Base::default() }
}

/// Audio plays the programme under the ads.
pub(super) fn untouched(model: &mut Model) {
    content_alone(model, AUDIO);
}

/// A rendition plays the programme under the ads.
pub(super) fn content_alone(model: &mut Model, rendition: usize) {
    let source = &model.truth.renditions[rendition];
    let outs = source.segments.iter().enumerate().map(|(index, segment)| Out {
        uri: segment.uri.clone(),
        extinf: segment.extinf.clone(),
        duration: segment.duration,
        discontinuity: segment.discontinuity,
        start: segment.start,
        dated: segment.discontinuity,
        content: Some(index),
        tags: segment.tags.iter().filter(|tag| !tag.contains("CUE")).cloned().collect(),
        publish_ms: wall(segment.end()) + 1_000,
        ..Out::default()
    });
    model.outs[rendition] = outs.collect();
}

/// Without the lines that hold `word`.
pub(super) fn without(text: &str, word: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains(word));
    lines.fold(String::new(), |text, line| text + line + "\n")
}
