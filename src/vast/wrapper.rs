//! What a wrapper does to the ads it leads to, and why it may lead to none.

use super::{Ad, Category, Creative, Kind, Linear};

/// Why a wrapper led to no ad, or an `Ad` is none. Whoever requests it tells; the error codes are
/// VAST's (§2.3.6).
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Lost {
    /// An `Ad` is either inline or a wrapper.
    #[error("the ad has {count} bodies, expected one of `InLine` or `Wrapper`")]
    Bodies {
        /// How many it has.
        count: usize,
    },
    /// A wrapper without an address.
    #[error("the wrapper names no `VASTAdTagURI`")]
    NoTag,
    /// The address is no URL that could be requested, or lies where none may be.
    #[error("the wrapper's address cannot be requested: {0}")]
    Address(String),
    /// Longer than a request, or the whole break's requests, may take.
    #[error("the wrapper's answer did not come in time")]
    TimedOut,
    /// No complete answer, or one that is no success.
    #[error("the wrapper's address gave no answer: {0}")]
    NoAnswer(String),
    /// No VAST.
    #[error("the wrapper leads to no VAST: {why}")]
    Unreadable {
        /// VAST's code for it.
        code: u16,
        /// In words.
        why: String,
    },
    /// Deeper than is followed (rule D-10).
    #[error("more than {limit} wrappers lead on from one another")]
    TooDeep {
        /// How many may.
        limit: usize,
    },
    /// It leads to itself.
    #[error("the wrapper leads to one that led to it")]
    Loop,
    /// One answer's wrappers would take more requests than are made for a break.
    #[error("more than {limit} requests for one break")]
    TooMany {
        /// How many there may be.
        limit: usize,
    },
    /// What wrappers lead to is copied for every ad, and a plan's ads for each of its breaks, which has to
    /// end somewhere.
    #[error("its answer leads to more than {ads} ads, or {bytes} bytes of them")]
    TooMuch {
        /// How many ads there may be.
        ads: usize,
        /// How much text they may come from.
        bytes: usize,
    },
    /// A wrapper, where the one before forbids another (`followAdditionalWrappers`).
    #[error("the wrapper before it forbids further ones")]
    NotFollowed,
    /// An answer without ads.
    #[error("the wrapper leads to an answer without ads")]
    Empty,
    /// A wrapper on the way blocks the ad's category (rule D-16).
    #[error("a wrapper blocks ads of category `{0}`")]
    CategoryBlocked(String),
    /// A wrapper on the way blocks categories, and the ad names none (rule D-16).
    #[error("a wrapper blocks categories, and the ad names none")]
    CategoryMissing,
}

impl Lost {
    /// VAST's error code for it (§2.3.6, rule D-17).
    pub const fn code(&self) -> u16 {
        match self {
            Self::Bodies { .. } => 101,
            Self::NoTag | Self::Address(_) => 300,
            Self::TimedOut | Self::NoAnswer(_) => 301,
            Self::Unreadable { code, .. } => *code,
            Self::TooDeep { .. } | Self::Loop | Self::TooMany { .. } | Self::TooMuch { .. } => 302,
            Self::NotFollowed | Self::Empty => 303,
            Self::CategoryMissing => 204,
            Self::CategoryBlocked(_) => 205,
        }
    }
}

impl Ad {
    /// The ad as it is once `wrapper` led to it: called and counted for both (rule D-11), in the
    /// wrapper's place in the pod (rule D-18); where only one can count it is the inner (rule D-14).
    #[must_use]
    pub fn wrapped_by(mut self, wrapper: &Self) -> Self {
        self.sequence = wrapper.sequence;
        self.wrapper_depth = wrapper.wrapper_depth + 1;
        self.conditional |= wrapper.conditional;
        self.bytes += wrapper.bytes;
        self.impressions.extend_from_slice(&wrapper.impressions);
        self.errors.extend_from_slice(&wrapper.errors);
        self.verifications.extend_from_slice(&wrapper.verifications);
        self.extensions.extend_from_slice(&wrapper.extensions);
        self.blocked_categories.extend_from_slice(&wrapper.blocked_categories);
        self.viewable.viewable.extend_from_slice(&wrapper.viewable.viewable);
        self.viewable.not_viewable.extend_from_slice(&wrapper.viewable.not_viewable);
        self.viewable.undetermined.extend_from_slice(&wrapper.viewable.undetermined);
        self.pricing = self.pricing.or_else(|| wrapper.pricing.clone());
        match self.kind {
            // What the creatives are for is not known before the inline ad.
            Kind::Wrapper { .. } => self.creatives.extend_from_slice(&wrapper.creatives),
            Kind::InLine => self.take_creatives(&wrapper.creatives),
            Kind::Lost(_) => {}
        }
        self.judged()
    }

    /// The ad as one that is none.
    #[must_use]
    pub fn lost(self, why: Lost) -> Self {
        let says_no =
            |kind: &Kind| matches!(kind, Kind::Wrapper { fallback_on_no_ad: Some(false), .. });
        let irreplaceable = self.irreplaceable || says_no(&self.kind);
        Self { kind: Kind::Lost(why), irreplaceable, ..self }
    }

    fn take_creatives(&mut self, of_wrapper: &[Creative]) {
        // Others are not played, and an ad may have as many as there may be creatives.
        if let Some(linear) = self.playing() {
            of_wrapper.iter().filter_map(|theirs| theirs.linear.as_ref()).for_each(|theirs| {
                linear.counted_with(theirs);
            });
        }
        let bare = |kept: fn(&Creative) -> bool| !self.creatives.iter().any(kept);
        let (companions, non_linears) =
            (bare(|own| !own.companions.is_empty()), bare(|own| !own.non_linears.is_empty()));
        for theirs in of_wrapper {
            let companions = companions && !theirs.companions.is_empty();
            if companions || non_linears && !theirs.non_linears.is_empty() {
                self.creatives.push(Creative { linear: None, ..theirs.clone() });
            }
        }
    }

    /// Is it of a category that a wrapper blocks?
    fn judged(self) -> Self {
        if self.kind != Kind::InLine || self.blocked_categories.is_empty() {
            return self;
        }
        let blocks = |own: &&Category| self.blocked_categories.contains(own);
        match self.categories.iter().find(blocks) {
            Some(category) => {
                let why = Lost::CategoryBlocked(category.code.clone());
                self.lost(why)
            }
            None if self.categories.is_empty() => self.lost(Lost::CategoryMissing),
            None => self,
        }
    }
}

impl Linear {
    fn counted_with(&mut self, theirs: &Self) {
        self.tracking.extend_from_slice(&theirs.tracking);
        self.click_tracking.extend_from_slice(&theirs.click_tracking);
        self.custom_clicks.extend_from_slice(&theirs.custom_clicks);
        if self.click_through.is_none() {
            self.click_through.clone_from(&theirs.click_through);
        }
        if self.icons.is_empty() {
            self.icons.clone_from(&theirs.icons);
        }
    }
}
