//! The playback configuration that puts Midroll in front of the demo.

use url::Url;

use crate::{configuration::PlaybackConfiguration, ids::ConfigurationName};

/// The configuration `demo`, whose channel is the asset `live/main.m3u8` and whose films are
/// `film/4/main.m3u8` and longer ones, for a demo at `base`, as in
/// `http://127.0.0.1:8080`. An error where that is no URL.
pub fn configuration(base: &str) -> Result<PlaybackConfiguration, url::ParseError> {
    let base = base.trim_end_matches('/');
    let source = Url::parse(&format!("{base}/demo"))?;
    Ok(PlaybackConfiguration {
        ad_decision_server_url: Some(format!(
            "{base}/demo/ads/vast?sid=[session.uuid]&dur=[session.avail_duration_secs]"
        )),
        slate_ad_url: Some(Url::parse(&format!("{base}/demo/media/slate/main.m3u8"))?),
        ..PlaybackConfiguration::new(ConfigurationName::new("demo"), source)
    })
}
