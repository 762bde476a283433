//! What a reading told of breaks that was not known.

use crate::{
    channel::{Reading, View},
    cue,
    pod::Unfilled,
};

/// What one more playlist brought.
#[derive(Debug)]
pub(in crate::playback) struct News {
    pub(in crate::playback) reading: Reading,
    /// It told of a break nobody knew.
    pub(in crate::playback) new_break: bool,
    /// Why breaks are left alone that were not before.
    pub(in crate::playback) refusals: Vec<Unfilled>,
    /// What is odd about the markers of segments nobody knew.
    pub(in crate::playback) odd: Vec<cue::Oddity>,
}

pub(super) fn difference(before: Option<&View>, after: Option<&View>) -> (bool, Vec<Unfilled>) {
    let newest = |view: Option<&View>| view.and_then(|view| Some(view.breaks.last()?.serial));
    let lately = after.into_iter().flat_map(|view| view.breaks.iter().rev().take(LATELY));
    let known = |serial| before.and_then(|view| view.ad_break(serial)?.refusal).is_some();
    let refusals = lately.filter(|b| !known(b.serial)).filter_map(|b| b.refusal).collect();
    (newest(after) > newest(before), refusals)
}

/// Only so many of the newest breaks can still be refused.
const LATELY: usize = 4;
