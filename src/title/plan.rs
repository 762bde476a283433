//! Where a VMAP's breaks are in a title.

use std::collections::BTreeSet;

use super::{Spot, Title};
use crate::{
    units::MediaDuration,
    vast::{AdBreak, BreakOffset, MAX_BREAKS},
};

/// A break of the plan that is in no place of the title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Its `timeOffset`, as written.
    pub offset: String,
    /// Why.
    pub why: Why,
}

/// Why a planned break is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is for overlays or displays.
    NotLinear,
    /// Its offset cannot be read.
    Unreadable,
    /// It lies past the title's end.
    PastTheEnd,
    /// It names an opportunity that the title does not mark.
    NotMarked,
    /// The renditions share no boundary near it.
    NoCommonBoundary,
    /// The plan has more places than are kept ([`MAX_BREAKS`]).
    TooMany,
}

impl Why {
    /// Its name in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotLinear => "NOT_LINEAR",
            Self::Unreadable => "UNREADABLE_OFFSET",
            Self::PastTheEnd => "PAST_THE_END",
            Self::NotMarked => "NOT_MARKED",
            Self::NoCommonBoundary => "NO_COMMON_BOUNDARY",
            Self::TooMany => "TOO_MANY",
        }
    }
}

/// The places of a plan's breaks, each with the number of its break in the plan, in the order of the
/// title and, at one place, of the document (rule D-83): each at the boundary before its offset, as
/// MediaTailor rounds, at most [`MAX_BREAKS`]. And those that have no place.
pub fn plan(title: &Title, breaks: &[AdBreak]) -> (Vec<(usize, Spot)>, Vec<Dropped>) {
    let (mut placed, mut dropped) = (Vec::new(), Vec::new());
    for (number, ad_break) in breaks.iter().enumerate() {
        let mut drop = |why| dropped.push(Dropped { offset: ad_break.written.clone(), why });
        match moments(title, ad_break) {
            Err(why) => drop(why),
            Ok(moments) => {
                for asked in moments {
                    match title.before(asked) {
                        Some(at) => placed.push((number, Spot::between(asked, at))),
                        None => drop(Why::NoCommonBoundary),
                    }
                }
            }
        }
    }
    placed.sort_by_key(|(_, spot)| spot.at);
    let beyond = placed.split_off(placed.len().min(MAX_BREAKS));
    let cut: BTreeSet<_> = beyond.into_iter().map(|(number, _)| number).collect();
    let written = cut.into_iter().filter_map(|number| Some(breaks.get(number)?.written.clone()));
    dropped.extend(written.map(|offset| Dropped { offset, why: Why::TooMany }));
    (placed, dropped)
}

fn moments(title: &Title, ad_break: &AdBreak) -> Result<Vec<MediaDuration>, Why> {
    if !ad_break.linear {
        return Err(Why::NotLinear);
    }
    let offset = match ad_break.offset.ok_or(Why::Unreadable)? {
        BreakOffset::Position(_) => return Err(Why::NotMarked),
        offset => offset,
    };
    let moments = offset.places(title.length, ad_break.repeat_after);
    if moments.is_empty() { Err(Why::PastTheEnd) } else { Ok(moments) }
}
