//! The moments of an ad.

use std::fmt;

/// A moment of a linear ad (VAST 4.3 §3.14.1) or of a break (VMAP 1.0 §2.3.2), as beacons, logs and
/// metrics name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// The break began.
    BreakStart,
    /// The ad was delivered; what is paid for.
    Impression,
    /// Its creative was shown: the same moment as `Start`.
    CreativeView,
    /// It began.
    Start,
    /// So much of it was shown as the ad server named.
    Progress,
    /// A quarter of it.
    FirstQuartile,
    /// Half of it.
    Midpoint,
    /// Three quarters of it.
    ThirdQuartile,
    /// All of it.
    Complete,
    /// The break is over.
    BreakEnd,
    /// Something kept it from being shown.
    Error,
    /// What only the player can know.
    Player(PlayerEvent),
}

macro_rules! player_events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A moment that only a player can know; a server that invents one lies.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum PlayerEvent {
            $($(#[$doc])* $variant,)*
        }

        impl PlayerEvent {
            const ALL: &[Self] = &[$(Self::$variant,)*];

            /// VAST's name of it, or MediaTailor's of a click.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

player_events! {
    /// The ad was loaded and buffered.
    Loaded = "loaded",
    /// It was skipped.
    Skip = "skip",
    /// Its sound was turned off.
    Mute = "mute",
    /// Its sound was turned on.
    Unmute = "unmute",
    /// It was paused.
    Pause = "pause",
    /// It was resumed.
    Resume = "resume",
    /// It was rewound.
    Rewind = "rewind",
    /// The player was enlarged.
    PlayerExpand = "playerExpand",
    /// The player was made smaller.
    PlayerCollapse = "playerCollapse",
    /// The same in VAST 3.
    Fullscreen = "fullscreen",
    /// The same in VAST 3.
    ExitFullscreen = "exitFullscreen",
    /// The viewer closed the ad.
    CloseLinear = "closeLinear",
    /// The viewer accepted what it offered.
    AcceptInvitation = "acceptInvitation",
    /// The same in VAST 4.
    AcceptInvitationLinear = "acceptInvitationLinear",
    /// The viewer did something else with it.
    OtherAdInteraction = "otherAdInteraction",
    /// Its interactive part began.
    InteractiveStart = "interactiveStart",
    /// It was clicked.
    ClickThrough = "clickThrough",
    /// The click is to be counted.
    ClickTracking = "clickTracking",
    /// It was in view as the standard wants it.
    Viewable = "viewable",
    /// It was not.
    NotViewable = "notViewable",
    /// The player cannot tell.
    ViewUndetermined = "viewUndetermined",
    /// A verification script was not run.
    VerificationNotExecuted = "verificationNotExecuted",
}

impl Event {
    /// Those of an ad that follow from the playing of it, in the order they happen in.
    pub const OF_PLAYING: [Self; 8] = [
        Self::Impression,
        Self::CreativeView,
        Self::Start,
        Self::Progress,
        Self::FirstQuartile,
        Self::Midpoint,
        Self::ThirdQuartile,
        Self::Complete,
    ];

    const SERVERS: [Self; 3] = [Self::BreakStart, Self::BreakEnd, Self::Error];

    /// VAST's name of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BreakStart => "breakStart",
            Self::Impression => "impression",
            Self::CreativeView => "creativeView",
            Self::Start => "start",
            Self::Progress => "progress",
            Self::FirstQuartile => "firstQuartile",
            Self::Midpoint => "midpoint",
            Self::ThirdQuartile => "thirdQuartile",
            Self::Complete => "complete",
            Self::BreakEnd => "breakEnd",
            Self::Error => "error",
            Self::Player(event) => event.as_str(),
        }
    }

    /// The event of a name.
    pub fn named(name: &str) -> Option<Self> {
        let players = PlayerEvent::ALL.iter().copied().map(Self::Player);
        let mut all = Self::OF_PLAYING.into_iter().chain(Self::SERVERS).chain(players);
        all.find(|event| event.as_str() == name)
    }

    /// The event of a VAST `Tracking` element that a server can know; `None` for the others.
    pub fn of_tracking(name: &str) -> Option<Self> {
        let known = |event: &Self| !matches!(event, Self::Impression | Self::Error);
        Self::named(name).filter(known).filter(|event| event.is_servers())
    }

    /// Whether a server can know of it.
    pub const fn is_servers(self) -> bool {
        !matches!(self, Self::Player(_))
    }

    /// How many quarters of the ad have passed by then; `None` where that does not say when.
    pub(super) const fn quarters(self) -> Option<i64> {
        match self {
            Self::Impression | Self::CreativeView | Self::Start | Self::BreakStart => Some(0),
            Self::FirstQuartile => Some(1),
            Self::Midpoint => Some(2),
            Self::ThirdQuartile => Some(3),
            Self::Complete | Self::BreakEnd => Some(4),
            Self::Progress | Self::Error | Self::Player(_) => None,
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
