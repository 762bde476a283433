//! How far a job is.

use std::sync::Arc;

use serde::Serialize;

use crate::creative::{Creative, Unusable};

/// How far a job is.
#[derive(Clone, Debug, Default)]
pub enum State {
    /// It is looked for among what was made already.
    #[default]
    Looking,
    /// It has to be made, and has its turn to come.
    Waiting,
    /// It is being done.
    Working {
        /// What.
        step: Step,
        /// Hundredths of that, as far as known.
        percent: u8,
    },
    /// It is done.
    Ready(Arc<Creative>),
    /// It cannot be done.
    Refused(Unusable),
}

/// A step of the workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// The source is fetched.
    Fetch,
    /// It is looked into.
    Probe,
    /// Its loudness is measured.
    Measure,
    /// The renditions are made.
    Encode,
    /// They are held against what they have to be.
    Verify,
    /// They are put where they are served from.
    Publish,
}

impl Step {
    /// As it stands in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Probe => "probe",
            Self::Measure => "measure",
            Self::Encode => "encode",
            Self::Verify => "verify",
            Self::Publish => "publish",
        }
    }
}

impl State {
    /// What came of it, once that is certain.
    pub fn outcome(&self) -> Option<Result<Arc<Creative>, Unusable>> {
        match self {
            Self::Ready(creative) => Some(Ok(Arc::clone(creative))),
            Self::Refused(why) => Some(Err(why.clone())),
            Self::Looking | Self::Waiting | Self::Working { .. } => None,
        }
    }
}
