//! Questions and what came of them.

use super::{Terms, Trouble, follow::Spent, question::Draw};
use crate::{
    pod::Unfilled,
    units::{MediaDuration, ProgramTime},
    vast::{self, Sequencing},
};

/// A question and what came of it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The URL that was asked, variables filled in; empty where none was made.
    pub url: String,
    /// Its host; empty where none was made.
    pub host: String,
    /// When it was asked.
    pub at: ProgramTime,
    /// How long it took, waiting for its turn included.
    pub took: MediaDuration,
    /// A UUID that names this question (`[TRANSACTIONID]`), also for beacons that follow from it.
    pub transaction_id: String,
    /// The answer, which may hold no ads, or why there is none.
    pub outcome: Result<vast::Response, Trouble>,
    /// Its ads, wrappers followed: each is inline or lost.
    pub ads: Vec<vast::Ad>,
    /// What wrappers led to, in the order of the answers.
    pub hops: Vec<Hop>,
    /// What the ads' sequence means.
    pub sequencing: Sequencing,
}

/// An answer whose wrappers have not been followed yet.
#[derive(Debug)]
pub struct First {
    /// The answer; it has no ads so far.
    pub asked: Asked,
    pub(super) draw: Draw,
    /// On which terms what it leads to is asked for.
    pub(super) terms: Terms,
    pub(super) spent: Spent,
}

/// A wrapper's request and what came of it.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The URL that was asked, macros filled in.
    pub url: String,
    /// Its host; empty where it is no URL.
    pub host: String,
    /// When it was asked.
    pub at: ProgramTime,
    /// How long it took.
    pub took: MediaDuration,
    /// The how-manieth wrapper from the first answer, from 1.
    pub depth: usize,
    /// The answer, or why there is none.
    pub outcome: Result<vast::Response, Trouble>,
}

impl First {
    /// The same as an answer about several breaks, each of which is then led to its ads.
    #[must_use]
    pub fn about_several(self) -> Self {
        Self { spent: Spent::of_several(), ..self }
    }
}

impl Asked {
    /// The same without its ads, and without the answer's.
    #[must_use]
    pub(super) fn without_ads(&self) -> Self {
        let outcome = self.outcome.as_ref().map(|answer| vast::Response {
            root: answer.root,
            version: answer.version.clone(),
            ..vast::Response::default()
        });
        Self {
            url: self.url.clone(),
            host: self.host.clone(),
            transaction_id: self.transaction_id.clone(),
            outcome: outcome.map_err(Trouble::clone),
            ads: Vec::new(),
            hops: Vec::new(),
            ..*self
        }
    }

    /// Why the break gets no ads from this; `None` where ads were offered.
    pub fn unfilled(&self) -> Option<Unfilled> {
        match &self.outcome {
            Ok(response) if response.ads.is_empty() => Some(Unfilled::NoAds),
            Ok(_) => None,
            Err(trouble) => Some(trouble.unfilled()),
        }
    }
}
