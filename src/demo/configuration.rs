//! The playback configuration that puts Midroll in front of the demo.

use url::Url;

use crate::{
    configuration::PlaybackConfiguration, cue::Trust, ids::ConfigurationName, units::MediaDuration,
};

/// The configuration `demo`, whose channel is the asset `live/main.m3u8` and whose films are
/// `film/4/main.m3u8` and longer ones, for a demo at `base`, as in
/// `http://127.0.0.1:8080`. An error where that is no URL.
pub fn configuration(base: &str) -> Result<PlaybackConfiguration, url::ParseError> {
    let base = base.trim_end_matches('/');
    Ok(PlaybackConfiguration {
        name: ConfigurationName::new("demo"),
        video_content_source_url: Url::parse(&format!("{base}/demo"))?,
        ad_decision_server_url: Some(format!(
            "{base}/demo/ads/vast?sid=[session.uuid]&dur=[session.avail_duration_secs]"
        )),
        slate_ad_url: Some(Url::parse(&format!("{base}/demo/media/slate/main.m3u8"))?),
        personalization_threshold: None,
        avail_suppression: crate::configuration::Suppression::Off,
        viewer_query: Vec::new(),
        beacon_pacing: crate::configuration::BeaconPacing::default(),
        streaming_media: crate::configuration::StreamingMedia::default(),
        cues: Trust::ALL,
        ads_enabled: true,
        ads_request_timeout: MediaDuration::from_secs(3),
        ads_break_timeout: MediaDuration::from_secs(10),
        ad_sequencing: crate::vast::Sequencing::Standard,
        titles: crate::configuration::Titles::default(),
        prefetch_timeouts: crate::configuration::PrefetchTimeouts::default(),
        pre_roll: None,
        bumpers: crate::configuration::BumperUrls::default(),
        ads_http: crate::configuration::AdsHttp::default(),
        aliases: std::collections::BTreeMap::new(),
        content_segment_url_prefix: None,
        ad_segment_url_prefix: None,
    })
}
