//! Whatever an ad server sends is read or refused, within limits, and wrapped without loss.
#![no_main]

use libfuzzer_sys::fuzz_target;
use midroll::{
    pod::{self, AdInfo},
    vast::{self, Chosen, Kind, Sequencing},
};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = vast::text(bytes, None) else { return };
    let Ok(response) = vast::parse(&text) else { return };
    assert!(response.ads.len() <= vast::MAX_ADS);
    for ad in &response.ads {
        assert!(ad.impressions.len() <= vast::MAX_URLS && ad.errors.len() <= vast::MAX_URLS);
        let _ = pod::Media::of(ad);
        let info = AdInfo::of(ad, "ads.example.com");
        assert!(info.impressions.iter().all(|url| ad.impressions.contains(url)));
    }
    let (pod, stand_ins) = pod::order(response.ads.clone(), Sequencing::Standard);
    assert_eq!(pod.len() + stand_ins.len(), response.ads.len());
    if let Some(outer) = response.ads.first().filter(|ad| matches!(ad.kind, Kind::Wrapper { .. })) {
        for ad in Chosen::of(response.ads.clone(), true).pod {
            let own = ad.impressions.len();
            let wrapped = ad.wrapped_by(outer);
            assert_eq!(wrapped.impressions.len(), own + outer.impressions.len());
            assert_eq!(wrapped.wrapper_depth, 1);
        }
    }
});
