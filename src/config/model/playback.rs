//! The fields of a playback configuration.

use super::{
    Field,
    Kind::{Choice, List, Map, Secret, Structure, Switch, Text, Whole},
    TAGS,
};

/// Everything that `PutPlaybackConfiguration` takes, and six fields of our own at the end.
pub(in crate::config) const FIELDS: &[Field] = &[
    Field::new("Name", Text(512)),
    Field::new("VideoContentSourceUrl", Text(512)),
    Field::new("AdDecisionServerUrl", Text(25_000)),
    Field::new("SlateAdUrl", URL),
    Field::new("PersonalizationThresholdSeconds", Whole(1, 86_400)),
    Field::new("AdConditioningConfiguration", Structure(AD_CONDITIONING)),
    Field::new("AdDecisionServerConfiguration", Structure(AD_DECISION_SERVER)),
    Field::new("AdsPersonalizationConcurrency", Structure(CONCURRENCY)),
    Field::new("AdsPersonalizationTimeouts", Structure(TIMEOUTS)),
    Field::new("AvailSuppression", Structure(AVAIL_SUPPRESSION)),
    Field::new("BeaconingConfiguration", Structure(BEACONING)),
    Field::new("Bumper", Structure(BUMPER)),
    Field::new("CdnConfiguration", Structure(CDN)),
    Field::new("ConfigurationAliases", Map(&Map(&Text(25_000)))),
    Field::new("DashConfiguration", Structure(DASH)),
    Field::new("FunctionMapping", Map(&Text(512))),
    Field::new("InsertionMode", Choice(&["STITCHED_ONLY", "PLAYER_SELECT"])),
    Field::new("LivePreRollConfiguration", Structure(LIVE_PRE_ROLL)),
    Field::new("ManifestProcessingRules", Structure(MANIFEST_PROCESSING)),
    Field::new("TranscodeProfileName", Text(512)),
    Field::new("YieldOptimizationConfiguration", Structure(YIELD)),
    Field::new("tags", TAGS),
    Field::new("AdsEnabled", Switch),
    Field::new("AdTriggers", List(&Text(512))),
    Field::new("CueDialects", List(&Text(512))),
    Field::new("CueProfile", Choice(&["ANY", "DVB_TA"])),
    Field::new("ViewerQuery", List(&Text(512))),
    Field::new("BeaconPacing", Text(512)),
];

const URL: super::Kind = Text(2048);

const AD_CONDITIONING: &[Field] =
    &[Field::required("StreamingMediaFileConditioning", Choice(&["TRANSCODE", "NONE"]))];

const AD_DECISION_SERVER: &[Field] = &[
    Field::new("HttpRequest", Structure(HTTP_REQUEST)),
    Field::new("VastResponse", Structure(VAST_RESPONSE)),
];

const HTTP_REQUEST: &[Field] = &[
    Field::new("Method", Choice(&["GET", "POST"])),
    Field::new("Body", Text(102_400)),
    Field::new("Headers", Map(&Secret(4096))),
    Field::new("CompressRequest", Choice(&["NONE", "GZIP"])),
];

const VAST_RESPONSE: &[Field] = &[Field::new(
    "AdSequencingMode",
    Choice(&[
        "IGNORE_AD_SEQUENCE",
        "FOLLOW_AD_SEQUENCE",
        "FOLLOW_AD_SEQUENCE_ONLY_LIVE",
        "FOLLOW_AD_SEQUENCE_ONLY_VOD",
    ]),
)];

const CONCURRENCY: &[Field] = &[
    Field::new("MaxConcurrentAdsRequests", Whole(1, 100)),
    Field::new("EnableVodVastParallelization", Switch),
];

const TIMEOUTS: &[Field] = &[
    Field::new("AdsRequestTimeoutMilliseconds", Whole(250, 6_000)),
    Field::new("LiveMaximumAdsPersonalizationTimeMilliseconds", Whole(250, 10_000)),
    Field::new("VodMaximumAdsPersonalizationTimeMilliseconds", Whole(250, 10_000)),
    Field::new("PrefetchAdsRequestTimeoutMilliseconds", Whole(250, 10_000)),
    Field::new("PrefetchMaximumAdsPersonalizationTimeMilliseconds", Whole(250, 600_000)),
];

const AVAIL_SUPPRESSION: &[Field] = &[
    Field::new("Mode", Choice(&["OFF", "BEHIND_LIVE_EDGE", "AFTER_LIVE_EDGE"])),
    Field::new("Value", Text(512)),
    Field::new("FillPolicy", Choice(&["FULL_AVAIL_ONLY", "PARTIAL_AVAIL"])),
];

const BEACONING: &[Field] = &[Field::new(
    "ClientSide",
    Structure(&[
        Field::required("ReportingMode", Choice(&["INSIGHTS", "DISABLED"])),
        Field::new("AdditionalEventTypes", List(&Choice(&["MUTE", "UNMUTE", "PAUSE", "SKIP"]))),
    ]),
)];

const BUMPER: &[Field] = &[Field::new("StartUrl", URL), Field::new("EndUrl", URL)];

const CDN: &[Field] =
    &[Field::new("AdSegmentUrlPrefix", URL), Field::new("ContentSegmentUrlPrefix", URL)];

const DASH: &[Field] = &[
    Field::new("MpdLocation", Choice(&["EMT_DEFAULT", "DISABLED"])),
    Field::new("OriginManifestType", Choice(&["MULTI_PERIOD", "SINGLE_PERIOD"])),
];

const LIVE_PRE_ROLL: &[Field] = &[
    Field::new("AdDecisionServerUrl", Text(25_000)),
    Field::new("MaxDurationSeconds", Whole(1, 86_400)),
    Field::new(
        "AdDecisionServerConfiguration",
        Structure(&[Field::new("VastResponse", Structure(PRE_ROLL_VAST_RESPONSE))]),
    ),
];

const PRE_ROLL_VAST_RESPONSE: &[Field] =
    &[Field::new("AdSequencingMode", Choice(&["IGNORE_AD_SEQUENCE", "FOLLOW_AD_SEQUENCE"]))];

const MANIFEST_PROCESSING: &[Field] =
    &[Field::new("AdMarkerPassthrough", Structure(&[Field::new("Enabled", Switch)]))];

const YIELD: &[Field] = &[
    Field::required("MinimumUnfilledDuration", Whole(6, 3_600)),
    Field::required("PublisherId", Text(36)),
    Field::required("Region", Choice(&["AMERICAS", "EUROPE", "ASIA_PACIFIC"])),
    Field::required("OpenRtbTemplate", Text(102_400)),
];
