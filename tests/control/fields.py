"""A value for every field that clients can set, and the check that none is missing."""

import datetime

CONFIGURATION = {
    "Name": "all",
    "VideoContentSourceUrl": "https://origin.example.com/live",
    "AdDecisionServerUrl": "https://ads.example.com/vast?dur=[session.avail_duration_secs]&q=\"ü\"",
    "SlateAdUrl": "https://cdn.example.com/slate/main.m3u8",
    "PersonalizationThresholdSeconds": 8,
    "AdConditioningConfiguration": {"StreamingMediaFileConditioning": "NONE"},
    "AdDecisionServerConfiguration": {
        "HttpRequest": {
            "Method": "POST",
            "Body": '{"id": "{{session.id}}"}',
            "Headers": {"Content-Type": "application/json", "x-some.name": "[session.id]"},
            "CompressRequest": "GZIP",
        },
        "VastResponse": {"AdSequencingMode": "FOLLOW_AD_SEQUENCE_ONLY_LIVE"},
    },
    "AdsPersonalizationConcurrency": {
        "MaxConcurrentAdsRequests": 4,
        "EnableVodVastParallelization": True,
    },
    "AdsPersonalizationTimeouts": {
        "AdsRequestTimeoutMilliseconds": 1500,
        "LiveMaximumAdsPersonalizationTimeMilliseconds": 4000,
        "VodMaximumAdsPersonalizationTimeMilliseconds": 5000,
        "PrefetchAdsRequestTimeoutMilliseconds": 6000,
        "PrefetchMaximumAdsPersonalizationTimeMilliseconds": 7000,
    },
    "AvailSuppression": {
        "Mode": "BEHIND_LIVE_EDGE",
        "Value": "00:00:21",
        "FillPolicy": "PARTIAL_AVAIL",
    },
    "BeaconingConfiguration": {
        "ClientSide": {"ReportingMode": "DISABLED", "AdditionalEventTypes": ["MUTE", "SKIP"]}
    },
    "Bumper": {
        "StartUrl": "https://cdn.example.com/start.m3u8",
        "EndUrl": "https://cdn.example.com/end.m3u8",
    },
    "CdnConfiguration": {
        "AdSegmentUrlPrefix": "https://cdn.example.com/ads",
        "ContentSegmentUrlPrefix": "https://cdn.example.com/live",
    },
    "ConfigurationAliases": {"player_params.region": {"eu": "europe", "us": "america"}},
    "DashConfiguration": {"MpdLocation": "DISABLED", "OriginManifestType": "SINGLE_PERIOD"},
    "FunctionMapping": {"PRE_ADS_REQUEST": "some-function"},
    "InsertionMode": "PLAYER_SELECT",
    "LivePreRollConfiguration": {
        "AdDecisionServerUrl": "https://ads.example.com/preroll",
        "MaxDurationSeconds": 30,
        "AdDecisionServerConfiguration": {
            "VastResponse": {"AdSequencingMode": "FOLLOW_AD_SEQUENCE"}
        },
    },
    "ManifestProcessingRules": {"AdMarkerPassthrough": {"Enabled": False}},
    "Tags": {"team": "news", "Cost.Center": "42"},
    "TranscodeProfileName": "hd",
    "YieldOptimizationConfiguration": {
        "MinimumUnfilledDuration": 6,
        "PublisherId": "publisher-1",
        "Region": "EUROPE",
        "OpenRtbTemplate": '{"id": "{{session.id}}"}',
    },
}


def absent(shape, value, path=""):
    """The members of a structure of botocore's model, however deep, that `value` lacks."""
    if shape.type_name == "list":
        return [lack for item in value[:1] for lack in absent(shape.member, item, f"{path}[]")]
    if shape.type_name != "structure":
        return []
    lacks = []
    for name, member in shape.members.items():
        if name not in value:
            lacks.append(f"{path}.{name}")
        else:
            lacks += absent(member, value[name], f"{path}.{name}")
    return lacks


def traffic(kind):
    return {
        "TrafficShapingType": kind,
        "TrafficShapingRetrievalWindow": {"RetrievalWindowDurationSeconds": 60},
        "TrafficShapingTpsConfiguration": {"PeakTps": 100, "PeakConcurrentUsers": 5000},
    }


def schedules(now):
    """A single prefetch schedule and a recurring one, with every field."""
    start, end = now + datetime.timedelta(minutes=1), now + datetime.timedelta(hours=1)
    variables = {"scte.event_id": "42", "session.client_ip": "192.0.2.1"}
    criteria = [{"DynamicVariable": "scte.event_id", "Operator": "EQUALS"}]
    single = {
        "PlaybackConfigurationName": "all",
        "Name": "break at 8, 50%",
        "ScheduleType": "SINGLE",
        "StreamId": "stream-1",
        "Retrieval": {"StartTime": start, "EndTime": end, "DynamicVariables": variables}
        | traffic("RETRIEVAL_WINDOW"),
        "Consumption": {"StartTime": start, "EndTime": end, "AvailMatchingCriteria": criteria},
        "Tags": {"team": "news"},
    }
    recurring = {
        "PlaybackConfigurationName": "all",
        "Name": "every-break",
        "ScheduleType": "RECURRING",
        "StreamId": "stream-2",
        "RecurringPrefetchConfiguration": {
            "StartTime": start,
            "EndTime": end,
            "RecurringRetrieval": {"DelayAfterAvailEndSeconds": 5, "DynamicVariables": variables}
            | traffic("TPS"),
            "RecurringConsumption": {
                "RetrievedAdExpirationSeconds": 300,
                "AvailMatchingCriteria": criteria,
            },
        },
        "Tags": {"team": "sport"},
    }
    return single, recurring
