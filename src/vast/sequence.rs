//! What the ads of one answer are to one another.

use super::Ad;

/// What an ad's `sequence` means (MediaTailor's `AdSequencingMode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sequencing {
    /// Ads with a sequence play in its order, those without stand in for them; without any sequence
    /// all play in document order: VAST's rule (D-20) and Midroll's default.
    #[default]
    Standard,
    /// The same, but without any sequence nothing plays (`FOLLOW_AD_SEQUENCE`).
    Follow,
    /// All play in document order (`IGNORE_AD_SEQUENCE`).
    Ignore,
}

/// Which ads of a wrapped answer count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// In playing order.
    pub pod: Vec<Ad>,
    /// Each may take the place of one that is none.
    pub stand_ins: Vec<Ad>,
}

impl Chosen {
    /// Of an answer's ads: with `multiple` its pod, else all of them; without it the first that
    /// stands alone, else the first of the pod, as MediaTailor takes it (rule D-12).
    pub fn of(ads: Vec<Ad>, multiple: bool) -> Self {
        let (mut pod, mut alone): (Vec<_>, Vec<_>) =
            ads.into_iter().partition(|ad| ad.sequence.is_some());
        pod.sort_by_key(|ad| ad.sequence);
        if multiple {
            return if pod.is_empty() {
                Self { pod: alone, stand_ins: Vec::new() }
            } else {
                Self { pod, stand_ins: alone }
            };
        }
        if alone.is_empty() {
            pod.truncate(1);
            return Self { pod, stand_ins: Vec::new() };
        }
        let first = vec![alone.remove(0)];
        Self { pod: first, stand_ins: alone }
    }
}
