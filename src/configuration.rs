//! A playback configuration: what ad ops set for one channel or group of channels.
//!
//! Names and meanings are MediaTailor's (its playback configuration object), in snake case.
//! Reading and checking them from a file is `config`'s.

use url::Url;

use crate::{cue::Trust, ids::ConfigurationName, units::MediaDuration, vast::Sequencing};

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
    /// What the sequence of ads in an answer means.
    pub ad_sequencing: Sequencing,
    /// Replaces the origin's prefix in content segment URLs.
    pub content_segment_url_prefix: Option<Url>,
    /// Replaces scheme, host and path prefix of ad segment URLs.
    pub ad_segment_url_prefix: Option<Url>,
}
