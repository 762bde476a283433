//! A playback configuration: what ad ops set for one channel or group of channels.
//!
//! Names and meanings are MediaTailor's (its playback configuration object), in snake case.
//! Reading and checking them from a file is `config`'s.

use url::Url;

use crate::{
    cue::Trust,
    ids::ConfigurationName,
    units::MediaDuration,
    vast::{Sequencing, variables::Aliases},
};

mod aliased;
pub mod prefetch;

pub use aliased::UnknownAlias;

/// When a moment of an ad counts (`beacon_pacing`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BeaconPacing {
    /// When a player that began with the first request can have come to it, and has asked for all
    /// that lies before it.
    #[default]
    Media,
    /// As soon as its segment is asked for, as MediaTailor counts.
    Request,
}

/// What is done with the playlists that ads bring (MediaTailor's
/// `StreamingMediaFileConditioning`, §1.10 of its reference).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StreamingMedia {
    /// One that suits the channel is stitched as it is; another is made anew, unless there is a file.
    #[default]
    IfItSuits,
    /// All is made anew, files rather than playlists (`TRANSCODE`).
    Transcode,
    /// A playlist is stitched as it is or not at all; files are made anew (`NONE`).
    AsItIs,
}

/// One `[[playback_configuration]]`, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaybackConfiguration {
    /// Stands in every player URL.
    pub name: ConfigurationName,
    /// The origin's prefix; the player's asset path is appended to its path.
    pub video_content_source_url: Url,
    /// The ADS URL template with `[session.…]`, `[avail.…]` and `[player_params.…]` variables.
    pub ad_decision_server_url: Option<String>,
    /// Fills what no ad fills; absent: the programme under the break is shown.
    pub slate_ad_url: Option<Url>,
    /// What is shown before and after the ads of a break.
    pub bumpers: BumperUrls,
    /// Which breaks of a session that has just begun stay programme.
    pub avail_suppression: Suppression,
    /// Most unfilled time of a break, above which the break is given back to the programme.
    pub personalization_threshold: Option<MediaDuration>,
    /// Query parameters that differ per viewer: not part of a channel's identity and not sent on
    /// shared origin fetches.
    pub viewer_query: Vec<String>,
    /// Which cues are acted on (`cue_dialects`, `ad_triggers`, `cue_profile`); part of a channel's
    /// identity.
    pub cues: Trust,
    /// The switch: when false, new breaks are content.
    pub ads_enabled: bool,
    /// How long one ad request may take (MediaTailor's `AdsRequestTimeoutMilliseconds`).
    pub ads_request_timeout: MediaDuration,
    /// How long the ad request and all that its wrappers lead to may take together
    /// (MediaTailor's `LiveMaximumAdsPersonalizationTimeMilliseconds`).
    pub ads_break_timeout: MediaDuration,
    /// The same of ads that are asked for before their break.
    pub prefetch_timeouts: PrefetchTimeouts,
    /// What is sent to the ad server besides the URL.
    pub ads_http: AdsHttp,
    /// What players' parameters stand for in ad requests.
    pub aliases: Aliases,
    /// What the sequence of ads in an answer means.
    pub ad_sequencing: Sequencing,
    /// What is otherwise for recorded programmes.
    pub titles: Titles,
    /// The ads live sessions begin with.
    pub pre_roll: Option<PreRoll>,
    /// When the moments of ads count.
    pub beacon_pacing: BeaconPacing,
    /// What is done with ads' playlists.
    pub streaming_media: StreamingMedia,
    /// Replaces the origin's prefix in content segment URLs.
    pub content_segment_url_prefix: Option<Url>,
    /// Replaces scheme, host and path prefix of ad segment URLs.
    pub ad_segment_url_prefix: Option<Url>,
}

impl PlaybackConfiguration {
    /// A name and a source, and nothing else set: what a file means that says no more.
    pub fn new(name: ConfigurationName, video_content_source_url: Url) -> Self {
        Self {
            name,
            video_content_source_url,
            ad_decision_server_url: None,
            slate_ad_url: None,
            avail_suppression: Suppression::default(),
            personalization_threshold: None,
            viewer_query: Vec::new(),
            cues: Trust::ALL,
            ads_enabled: true,
            ads_request_timeout: MediaDuration::from_secs(3),
            ads_break_timeout: MediaDuration::from_secs(10),
            ads_http: AdsHttp::default(),
            aliases: Aliases::default(),
            ad_sequencing: Sequencing::default(),
            titles: Titles::default(),
            prefetch_timeouts: PrefetchTimeouts::default(),
            pre_roll: None,
            bumpers: BumperUrls::default(),
            beacon_pacing: BeaconPacing::default(),
            streaming_media: StreamingMedia::default(),
            content_segment_url_prefix: None,
            ad_segment_url_prefix: None,
        }
    }

    /// How its pre-roll is asked for: in at most that time; none where it has none.
    pub fn of_pre_roll(&self, most: MediaDuration) -> Option<Self> {
        let pre_roll = self.pre_roll.as_ref()?;
        let within = self.ads_break_timeout.min(most);
        Some(Self {
            ad_decision_server_url: Some(pre_roll.ad_decision_server_url.clone()),
            ad_sequencing: pre_roll.sequencing,
            ads_request_timeout: self.ads_request_timeout.min(within),
            ads_break_timeout: within,
            ..self.clone()
        })
    }
}

/// MediaTailor's `Bumper` (§1.9 of its reference).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BumperUrls {
    /// Of what is shown before the ads.
    pub start: Option<Url>,
    /// Of what is shown after them.
    pub end: Option<Url>,
}

/// MediaTailor's `LivePreRollConfiguration` (§1.9 of its reference).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreRoll {
    /// The URL template that is asked for them.
    pub ad_decision_server_url: String,
    /// The longest they may be together.
    pub longest: MediaDuration,
    /// What their sequence means.
    pub sequencing: Sequencing,
}

/// How recorded programmes get their ads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Titles {
    /// How long all decisions of a title may take together, before its first playlist is served without
    /// those that are missing (MediaTailor's `VodMaximumAdsPersonalizationTimeMilliseconds`).
    pub timeout: MediaDuration,
    /// What the sequence of ads in an answer means there.
    pub sequencing: Sequencing,
}

impl Default for Titles {
    fn default() -> Self {
        Self { timeout: MediaDuration::from_secs(10), sequencing: Sequencing::default() }
    }
}

/// How long asking for ads before their break may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrefetchTimeouts {
    /// One request (`PrefetchAdsRequestTimeoutMilliseconds`).
    pub each: MediaDuration,
    /// All of them together (`PrefetchMaximumAdsPersonalizationTimeMilliseconds`).
    pub all: MediaDuration,
}

/// As for other requests; MediaTailor bounds the whole only where that is asked for, here it is the
/// longest that can be.
impl Default for PrefetchTimeouts {
    fn default() -> Self {
        Self { each: MediaDuration::from_secs(3), all: MediaDuration::from_secs(600) }
    }
}

/// How an ad server is asked (MediaTailor's `HttpRequest`). Headers and body may hold `{{…}}`
/// variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdsHttp {
    /// What is sent with POST; a GET has none.
    pub body: Option<String>,
    /// Headers beside those that name the device, which they replace where they are called alike.
    pub headers: Vec<(String, String)>,
    /// Is the body compressed?
    pub gzip: bool,
}

/// MediaTailor's `AvailSuppression` (§1.8 of its reference).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suppression {
    /// Every break that begins after the session joined is filled; also what `BEHIND_LIVE_EDGE`
    /// comes to, since no break that began before is ever filled.
    #[default]
    Off,
    /// For so long after the session joined nothing is filled.
    AfterLiveEdge {
        /// How long.
        period: MediaDuration,
        /// Is the rest of a break filled that is under way when the period ends
        /// (`PARTIAL_AVAIL`), or does it stay programme (`FULL_AVAIL_ONLY`)?
        partial: bool,
    },
}

impl Suppression {
    /// What a mode, a value and a policy mean; a value that is no time turns it off, as MediaTailor
    /// does for sessions.
    pub fn of(mode: &str, value: Option<MediaDuration>, fill_policy: &str) -> Self {
        match (mode, value) {
            ("AFTER_LIVE_EDGE", Some(period)) => {
                Self::AfterLiveEdge { period, partial: fill_policy == "PARTIAL_AVAIL" }
            }
            _ => Self::Off,
        }
    }
}
