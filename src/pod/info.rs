//! From an ad server's words to what is kept of an ad.

use crate::{creative, vast};

use super::AdInfo;

impl AdInfo {
    /// What is kept of `ad`, which the ad server at `ads_host` offered.
    pub fn of(ad: &vast::Ad, ads_host: &str) -> Self {
        let linear = ad.linear();
        let named = linear.map(|(creative, _)| creative).or(ad.creatives.first());
        let mut info = Self {
            ad_id: ad.id.clone(),
            ad_system: ad.system.clone(),
            title: ad.title.clone(),
            advertiser: ad.advertiser.clone(),
            campaign: campaign(ad),
            creative_id: named.and_then(|creative| creative.id.clone()),
            creative_ad_id: named.and_then(|creative| creative.ad_id.clone()),
            universal_ad_ids: named.map(known_ids).unwrap_or_default(),
            serving_id: ad.serving_id.clone(),
            ads_host: ads_host.to_owned(),
            sequence: ad.sequence,
            impressions: ad.impressions.iter().filter(|url| is_called(url)).cloned().collect(),
            errors: ad.errors.iter().filter(|url| is_called(url)).cloned().collect(),
            ..Self::default()
        };
        if let Some((_, linear)) = linear {
            info.take(linear);
        }
        info
    }

    fn take(&mut self, linear: &vast::Linear) {
        self.skip_offset.clone_from(&linear.skip_offset);
        self.claimed = linear.duration;
        self.media = creative::media_file(linear).map(|file| file.uri.clone());
        self.tracking = linear.tracking.iter().filter(|t| is_called(&t.url)).cloned().collect();
        self.click_through.clone_from(&linear.click_through);
        self.click_tracking.clone_from(&linear.click_tracking);
    }
}

/// `unknown` names nothing (rule D-28).
fn known_ids(creative: &vast::Creative) -> Vec<vast::UniversalAdId> {
    let known = creative.universal_ad_ids.iter();
    known
        .filter(|id| !id.value.is_empty() && !id.value.eq_ignore_ascii_case("unknown"))
        .cloned()
        .collect()
}

/// A placeholder, which some servers send where a URL is required (rule D-05).
fn is_called(url: &str) -> bool {
    !url.eq_ignore_ascii_case("about:blank")
}

/// VAST has no element for it; ad servers that tell it do so in an extension of this type.
fn campaign(ad: &vast::Ad) -> Option<String> {
    let is_campaign =
        |kind: &str| ["campaign", "campaignid"].iter().any(|name| kind.eq_ignore_ascii_case(name));
    let extension = ad.extensions.iter().find(|e| e.kind.as_deref().is_some_and(is_campaign))?;
    Some(extension.text()).filter(|text| !text.is_empty())
}
