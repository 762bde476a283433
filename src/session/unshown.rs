//! Which ads of a plan never stood in a playlist though their break is over.

use std::sync::Arc;

use super::{Decision, Replacement};
use crate::{
    channel::Break,
    pod::{SkipReason, Skipped},
};

/// The ads decided for a break of which nothing was shown, once it is over: it ended before them (rule
/// B-45), or all of it stayed the programme's. `replaced` is what was shown in it.
pub fn unshown(
    decision: &Decision,
    ad_break: &Break,
    replaced: &[Replacement],
) -> impl Iterator<Item = Skipped> {
    let reason = match (ad_break.refusal, ad_break.end) {
        (Some(_), _) => Some(SkipReason::NoPlace),
        (None, Some(_)) => Some(SkipReason::EarlyCueIn),
        (None, None) => None,
    };
    let groups = replaced.iter().flat_map(|replacement| &replacement.groups);
    let mut shown = groups.filter(|group| group.is_ad()).peekable();
    // They are shown in the order in which they were decided for.
    let ads = decision.pods().flat_map(|pod| &pod.ads);
    let unshown = ads.filter(move |ad| {
        shown.next_if(|group| Arc::ptr_eq(&group.creative, &ad.creative)).is_none()
    });
    unshown.filter_map(move |ad| Some(Skipped { reason: reason?, ..Skipped::without_place(ad) }))
}
