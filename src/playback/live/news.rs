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
    /// So many breaks are over because nobody told how long they are, nor where they end.
    pub(in crate::playback) ran_out: usize,
    /// What is odd about the markers of segments nobody knew.
    pub(in crate::playback) odd: Vec<cue::Oddity>,
}

/// Whether there is a new break, which are refused now, and how many have run out.
pub(super) fn difference(
    before: Option<&View>,
    after: Option<&View>,
) -> (bool, Vec<Unfilled>, usize) {
    let newest = |view: Option<&View>| view.and_then(|view| Some(view.breaks.last()?.serial));
    let lately = || after.into_iter().flat_map(|view| view.breaks.iter().rev().take(LATELY));
    let known = |serial| before.and_then(|view| view.ad_break(serial)?.refusal).is_some();
    let refusals = lately().filter(|b| !known(b.serial)).filter_map(|b| b.refusal).collect();
    let over = |serial| before.and_then(|view| view.ad_break(serial)?.end).is_some();
    let ran_out = lately().filter(|b| b.ran_out() && !over(b.serial)).count();
    (newest(after) > newest(before), refusals, ran_out)
}

/// Only so many of the newest breaks can still be refused.
const LATELY: usize = 4;
