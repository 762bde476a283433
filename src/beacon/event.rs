//! The moments of an ad that a server can know.

use std::fmt;

/// A moment of a linear ad (VAST 4.3 §3.14.1), as beacons, logs and metrics name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// The ad was delivered; what is paid for.
    Impression,
    /// Its creative was shown: the same moment as `Start`.
    CreativeView,
    /// It began.
    Start,
    /// A quarter of it.
    FirstQuartile,
    /// Half of it.
    Midpoint,
    /// Three quarters of it.
    ThirdQuartile,
    /// All of it.
    Complete,
}

impl Event {
    /// All of them, in the order they happen in.
    pub const ALL: [Self; 7] = [
        Self::Impression,
        Self::CreativeView,
        Self::Start,
        Self::FirstQuartile,
        Self::Midpoint,
        Self::ThirdQuartile,
        Self::Complete,
    ];

    /// VAST's name of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Impression => "impression",
            Self::CreativeView => "creativeView",
            Self::Start => "start",
            Self::FirstQuartile => "firstQuartile",
            Self::Midpoint => "midpoint",
            Self::ThirdQuartile => "thirdQuartile",
            Self::Complete => "complete",
        }
    }

    /// The event of a VAST `Tracking` element; `None` for those only a player can know.
    pub fn of_tracking(name: &str) -> Option<Self> {
        let is_tracked = |event: &Self| *event != Self::Impression;
        Self::ALL.into_iter().filter(is_tracked).find(|event| event.as_str() == name)
    }

    /// How many quarters of the ad have passed by then.
    pub(super) const fn quarters(self) -> i64 {
        match self {
            Self::Impression | Self::CreativeView | Self::Start => 0,
            Self::FirstQuartile => 1,
            Self::Midpoint => 2,
            Self::ThirdQuartile => 3,
            Self::Complete => 4,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Event {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}
