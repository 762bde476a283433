"""boto3 against a running Midroll: every operation of the control API and every field.

Usage: check.py MIDROLL. Starts the service with a key pair, kills it in between, and says which
check failed; exit 0 if none did.
"""

import datetime
import pathlib
import sys
import tempfile

import boto3
import botocore.config
import botocore.exceptions
import botocore.session

import fields
from service import KEY, SECRET, Service

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def client(service, key=KEY, secret=SECRET):
    return boto3.client(
        "mediatailor",
        endpoint_url=service.admin,
        region_name="eu-central-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=botocore.config.Config(retries={"max_attempts": 0}, read_timeout=10),
    )


def put_of(answer):
    """What was put, out of what was answered."""
    told = {
        "ResponseMetadata",
        "PlaybackConfigurationArn",
        "PlaybackEndpointPrefix",
        "SessionInitializationEndpointPrefix",
        "HlsConfiguration",
    }
    rest = {name: value for name, value in answer.items() if name not in told}
    return {name: value for name, value in rest.items() if (name, value) != ("Tags", {})}


def refused(call, *arguments, **named):
    """Status, code and message of a refusal."""
    try:
        call(*arguments, **named)
    except botocore.exceptions.ClientError as error:
        answer = error.response
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        return status, answer["Error"]["Code"], answer["Error"]["Message"]
    raise AssertionError(f"{call.__name__} was not refused")


def equal(got, expected):
    assert got == expected, f"\n     got {got}\nexpected {expected}"


@check
def every_field_round_trips(service):
    model = botocore.session.get_session().get_service_model("mediatailor")
    shape = model.operation_model("PutPlaybackConfiguration").input_shape
    equal(fields.absent(shape, fields.CONFIGURATION), [])
    aws = client(service)
    answer = aws.put_playback_configuration(**fields.CONFIGURATION)
    equal(put_of(answer), fields.CONFIGURATION)
    equal(put_of(aws.get_playback_configuration(Name="all")), fields.CONFIGURATION)
    items = aws.list_playback_configurations()["Items"]
    equal([put_of(one) for one in items if one["Name"] == "all"], [fields.CONFIGURATION])
    told = answer["ResponseMetadata"]["HTTPHeaders"]["x-midroll-not-in-effect"].split(", ")
    assert "YieldOptimizationConfiguration" in told, told


@check
def addresses_are_told(service):
    answer = client(service).get_playback_configuration(Name="all")
    equal(
        [
            answer["PlaybackConfigurationArn"],
            answer["PlaybackEndpointPrefix"],
            answer["SessionInitializationEndpointPrefix"],
            answer["HlsConfiguration"],
        ],
        [
            "arn:aws:mediatailor:midroll:000000000000:playbackConfiguration/all",
            service.players,
            f"{service.players}/v1/session/all/",
            {"ManifestEndpointPrefix": f"{service.players}/v1/master/all/"},
        ],
    )


@check
def putting_replaces_the_whole(service):
    aws = client(service)
    few = {"Name": "few", "VideoContentSourceUrl": "https://origin.example.com/live"}
    aws.put_playback_configuration(**fields.CONFIGURATION | {"Name": "few"})
    equal(put_of(aws.put_playback_configuration(**few)), few)
    equal(put_of(aws.get_playback_configuration(Name="few")), few)


@check
def what_was_put_survives_a_kill(service):
    aws = client(service)
    before = aws.get_playback_configuration(Name="all")
    service.restart()
    after = aws.get_playback_configuration(Name="all")
    before.pop("ResponseMetadata")
    after.pop("ResponseMetadata")
    equal(after, before)


@check
def lists_come_in_pages(service):
    aws = client(service)
    names = [f"page-{number:03}" for number in range(25)]
    for name in names:
        aws.put_playback_configuration(
            Name=name, VideoContentSourceUrl="https://origin.example.com/live"
        )
    pages = list(
        aws.get_paginator("list_playback_configurations").paginate(
            PaginationConfig={"PageSize": 10}
        )
    )
    equal([len(page["Items"]) for page in pages], [10, 10, 8])
    listed = [item["Name"] for page in pages for item in page["Items"]]
    equal(listed, ["all", "few", "in-file", *names])
    for name in names:
        answer = aws.delete_playback_configuration(Name=name)
        equal(answer["ResponseMetadata"]["HTTPStatusCode"], 204)


@check
def everything_wrong_is_said_at_once(service):
    status, code, message = refused(
        client(service).put_playback_configuration,
        Name="a/b",
        VideoContentSourceUrl="ftp://origin.example.com",
        AvailSuppression={"Mode": "SOMETIMES"},
        AdsPersonalizationTimeouts={"AdsRequestTimeoutMilliseconds": 9},
        SlateAdUrl="slate",
    )
    equal((status, code), (400, "BadRequestException"))
    equal(
        message,
        "5 things are wrong:\n"
        "- `AdsPersonalizationTimeouts.AdsRequestTimeoutMilliseconds` is `9`; expected a whole "
        "number from 250 to 6000\n"
        '- `AvailSuppression.Mode` is `"SOMETIMES"`; expected one of `OFF`, `BEHIND_LIVE_EDGE`, '
        "`AFTER_LIVE_EDGE`\n"
        '- `Name` is `"a/b"`; expected letters, digits, `-`, `_` and `.`, the last not in front\n'
        '- `SlateAdUrl` is `"slate"`; not a URL: relative URL without a base\n'
        '- `VideoContentSourceUrl` is `"ftp://origin.example.com"`; expected http or https, got '
        "`ftp`",
    )


@check
def addresses_that_are_not_public_are_refused(service):
    equal(
        refused(
            client(service).put_playback_configuration,
            Name="inside",
            VideoContentSourceUrl="http://169.254.169.254/latest",
        ),
        (400, "BadRequestException", "`169.254.169.254` is not allowed: 169.254.169.254 is "
         "link-local"),
    )


@check
def what_the_file_defines_is_changed_there(service):
    aws = client(service)
    defined = {
        "Name": "in-file",
        "VideoContentSourceUrl": "https://origin.example.com/live",
        "PersonalizationThresholdSeconds": 8,
        "CdnConfiguration": {"AdSegmentUrlPrefix": "https://cdn.example.com/ads"},
    }
    equal(put_of(aws.get_playback_configuration(Name="in-file")), defined)
    no = (
        400,
        "BadRequestException",
        "`in-file` is defined in the configuration file, and changed there",
    )
    equal(refused(aws.put_playback_configuration, **defined), no)
    equal(refused(aws.delete_playback_configuration, Name="in-file"), no)


@check
def what_is_not_there_is_not_found(service):
    aws = client(service)
    for call in (aws.get_playback_configuration, aws.delete_playback_configuration):
        equal(
            refused(call, Name="my cfg/1"),
            (404, "NotFoundException", "there is no playback configuration `my cfg/1`"),
        )


@check
def a_wrong_signature_is_refused(service):
    call = client(service, secret="another-secret-altogether").get_playback_configuration
    equal(
        refused(call, Name="all"),
        (
            403,
            "InvalidSignatureException",
            "the signature does not match the request and the secret access key",
        ),
    )
    call = client(service, key="AKIAANOTHER").get_playback_configuration
    equal(refused(call, Name="all")[:2], (403, "UnrecognizedClientException"))
    unsigned = boto3.client(
        "mediatailor",
        endpoint_url=service.admin,
        region_name="eu-central-1",
        config=botocore.config.Config(signature_version=botocore.UNSIGNED),
    )
    equal(
        refused(unsigned.list_playback_configurations),
        (403, "MissingAuthenticationTokenException", "the request is not signed"),
    )


@check
def logs_are_configured_beside(service):
    aws = client(service)
    logs = {
        "PercentEnabled": 50,
        "EnabledLoggingStrategies": ["VENDED_LOGS"],
        "AdsInteractionLog": {"PublishOptInEventTypes": ["RAW_ADS_REQUEST"]},
        "ManifestServiceInteractionLog": {"ExcludeEventTypes": ["GENERATED_MANIFEST"]},
    }
    answer = aws.configure_logs_for_playback_configuration(
        PlaybackConfigurationName="all", **logs
    )
    answer.pop("ResponseMetadata")
    equal(answer, logs | {"PlaybackConfigurationName": "all"})
    aws.put_playback_configuration(**fields.CONFIGURATION)
    equal(aws.get_playback_configuration(Name="all")["LogConfiguration"], logs)


@check
def tags_are_added_and_taken(service):
    aws = client(service)
    arn = aws.get_playback_configuration(Name="few")["PlaybackConfigurationArn"]
    aws.tag_resource(ResourceArn=arn, Tags={"team": "sport", "a b/c": "ü", "old": "1"})
    aws.untag_resource(ResourceArn=arn, TagKeys=["old", "none"])
    tags = {"team": "sport", "a b/c": "ü"}
    equal(aws.list_tags_for_resource(ResourceArn=arn)["Tags"], tags)
    equal(aws.get_playback_configuration(Name="few")["Tags"], tags)


@check
def prefetch_schedules_round_trip(service):
    model = botocore.session.get_session().get_service_model("mediatailor")
    shape = model.operation_model("CreatePrefetchSchedule").input_shape
    aws = client(service)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    single, recurring = fields.schedules(now)
    equal(fields.absent(shape, single | recurring), [])
    for schedule in (single, recurring):
        arn = (
            "arn:aws:mediatailor:midroll:000000000000:prefetchSchedule/all/" + schedule["Name"]
        )
        answer = aws.create_prefetch_schedule(**schedule)
        answer.pop("ResponseMetadata")
        equal(answer, schedule | {"Arn": arn})
        names = {key: schedule[key] for key in ("PlaybackConfigurationName", "Name")}
        answer = aws.get_prefetch_schedule(**names)
        answer.pop("ResponseMetadata")
        equal(answer, schedule | {"Arn": arn})
        equal(
            refused(aws.create_prefetch_schedule, **schedule),
            (
                400,
                "BadRequestException",
                f"`all` has a prefetch schedule `{schedule['Name']}` already",
            ),
        )
    service.restart()

    def listed(**asked):
        pages = aws.get_paginator("list_prefetch_schedules").paginate(
            PlaybackConfigurationName="all", PaginationConfig={"PageSize": 1}, **asked
        )
        return [item["Name"] for page in pages for item in page["Items"]]

    equal(listed(), [single["Name"]])
    equal(listed(ScheduleType="RECURRING"), [recurring["Name"]])
    equal(listed(ScheduleType="ALL"), [single["Name"], recurring["Name"]])
    equal(listed(ScheduleType="ALL", StreamId="stream-2"), [recurring["Name"]])
    aws.tag_resource(ResourceArn=arn, Tags={"more": "yes"})
    equal(aws.list_tags_for_resource(ResourceArn=arn)["Tags"], {"team": "sport", "more": "yes"})
    equal(aws.delete_prefetch_schedule(**names)["ResponseMetadata"]["HTTPStatusCode"], 204)
    equal(
        refused(aws.get_prefetch_schedule, **names),
        (404, "NotFoundException", "there is no prefetch schedule `every-break` of `all`"),
    )
    # What belongs to a configuration goes with it.
    aws.delete_playback_configuration(Name="all")
    aws.put_playback_configuration(**fields.CONFIGURATION)
    equal(listed(ScheduleType="ALL"), [])


def main():
    midroll = pathlib.Path(sys.argv[1]).resolve()
    failed = []
    with tempfile.TemporaryDirectory() as folder, Service(midroll, folder) as service:
        for one in CHECKS:
            try:
                one(service)
                print(f"good    {one.__name__}")
            except Exception as error:  # each check is to be tried
                failed.append(one.__name__)
                print(f"FAILED  {one.__name__}: {type(error).__name__}: {error}")
    if failed:
        sys.exit(f"{len(failed)} of {len(CHECKS)} checks failed")
    print(f"{len(CHECKS)} checks good")


if __name__ == "__main__":
    main()
