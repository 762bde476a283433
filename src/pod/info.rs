//! From an ad server's words to what is kept of an ad.

use crate::{
    creative,
    units::{MediaDuration, ProgramTime},
    vast,
};

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
            wrapper_depth: ad.wrapper_depth,
            verifications: ad.verifications.clone(),
            viewable: ad.viewable.clone(),
            extensions: ad.extensions.clone(),
            ad_type: ad.ad_type.clone(),
            categories: ad.categories.clone(),
            irreplaceable: ad.irreplaceable,
            companions: graphics(ad, |creative| &creative.companions),
            non_linears: graphics(ad, |creative| &creative.non_linears),
            impressions: ad.impressions.iter().filter(|url| is_called(url)).cloned().collect(),
            errors: ad.errors.iter().filter(|url| is_called(url)).cloned().collect(),
            ..Self::default()
        };
        if let Some((_, linear)) = linear {
            info.take(linear);
        }
        info
    }

    /// What its media is called wherever it is offered: by registries, else by the ad server.
    pub fn media_names(&self) -> Vec<String> {
        let registered = self.universal_ad_ids.iter();
        let mut names: Vec<_> =
            registered.map(|id| format!("{} {}", id.registry, id.value)).take(MOST_NAMES).collect();
        if let (true, Some(id)) = (names.is_empty(), &self.creative_id) {
            let system = self.ad_system.as_deref().unwrap_or(&self.ads_host);
            names.push(format!("{system} {id}"));
        }
        names
    }

    /// What is kept of an answer without ads, which may say whom to tell.
    pub fn of_no_ad(errors: &[String], ads_host: &str) -> Self {
        let errors = errors.iter().filter(|url| is_called(url)).cloned().collect();
        Self { ads_host: ads_host.to_owned(), errors, ..Self::default() }
    }

    /// The same of an ad that was asked for at `asked_at`.
    #[must_use]
    pub fn asked_at(self, asked_at: ProgramTime, ad: &vast::Ad) -> Self {
        let until = |secs: u32| asked_at + MediaDuration::from_secs(i64::from(secs));
        Self { expires: ad.expires.map(|secs| (secs, until(secs))), ..self }
    }

    fn take(&mut self, linear: &vast::Linear) {
        self.skip_offset.clone_from(&linear.skip_offset);
        self.claimed = linear.duration;
        self.media = creative::Files::of(linear).named().map(str::to_owned);
        self.tracking = linear.tracking.iter().filter(|t| is_called(&t.url)).cloned().collect();
        self.click_through.clone_from(&linear.click_through);
        self.click_tracking.clone_from(&linear.click_tracking);
        self.custom_clicks.clone_from(&linear.custom_clicks);
        self.icons.clone_from(&linear.icons);
        self.captions.clone_from(&linear.captions);
        self.interactive.clone_from(&linear.interactive);
        self.ad_parameters.clone_from(&linear.ad_parameters);
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

fn graphics(ad: &vast::Ad, of: fn(&vast::Creative) -> &Vec<vast::Graphic>) -> Vec<vast::Graphic> {
    ad.creatives.iter().flat_map(of).cloned().collect()
}

/// What can be requested at all. `about:blank` is a placeholder, which some servers send where a URL
/// is required (rule D-05); `javascript:` and `file:` are for somebody else.
fn is_called(url: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|own| own.eq_ignore_ascii_case(scheme)))
}

/// VAST has no element for it; ad servers that tell it do so in an extension of this type.
fn campaign(ad: &vast::Ad) -> Option<String> {
    let is_campaign =
        |kind: &str| ["campaign", "campaignid"].iter().any(|name| kind.eq_ignore_ascii_case(name));
    let extension = ad.extensions.iter().find(|e| e.kind.as_deref().is_some_and(is_campaign))?;
    Some(extension.text()).filter(|text| !text.is_empty())
}

/// A creative has a name or two.
const MOST_NAMES: usize = 4;
