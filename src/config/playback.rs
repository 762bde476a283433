//! One `[[playback_configuration]]`.
//!
//! MediaTailor's fields and limits (its API's playback configuration object), in snake case, nested
//! as they are there, and six of our own: `viewer_query`, `ads_enabled`, `cue_dialects`,
//! `ad_triggers`, `cue_profile` and `beacon_pacing`.

use toml::de::DeValue;
use url::Url;

use super::{
    ads,
    section::{self, Section},
    value::{self, Read},
    variables,
};
use crate::{
    configuration::{BeaconPacing, BumperUrls, PlaybackConfiguration, Titles},
    cue::{Dialects, Named, Profile, Set, Triggers, Trust},
    ids::ConfigurationName,
    units::MediaDuration,
    vast::{self, variables::Aliases},
};

/// `None` where it lacks a name or an origin, which is then among the errors.
pub(super) fn read(section: &mut Section<'_, '_>) -> Option<PlaybackConfiguration> {
    section.without_effect(&LATER, section::LATER);
    section.without_effect(&ANSWERS, "is told by the service, not set here");
    let name = section.required("name", name);
    let source = section.required("video_content_source_url", source);
    let (ad_segments, content_segments) = section.section("cdn_configuration", |cdn| {
        let mut prefix = |key| cdn.value(key, whole_url(512));
        (prefix("ad_segment_url_prefix"), prefix("content_segment_url_prefix"))
    });
    let threshold = section.value("personalization_threshold_seconds", value::whole(1..=86_400));
    let ads::Timeouts { each: ads_request_timeout, whole, prefetch } =
        section.section("ads_personalization_timeouts", ads::timeouts);
    let (ads_break_timeout, timeout) = whole;
    let (ads_http, (ad_sequencing, sequencing)) =
        section.section("ad_decision_server_configuration", ads::decision_server);
    let aliases = section.value("configuration_aliases", ads::aliases).unwrap_or_default();
    let ad_decision_server_url = ad_decision_server(section, &aliases);
    let pre_roll = section.section("live_pre_roll_configuration", |pre_roll| {
        ads::pre_roll(pre_roll, |own| ad_decision_server(own, &aliases))
    });
    let viewer_query = section.value("viewer_query", value::list(value::text(512)));
    Some(PlaybackConfiguration {
        ad_decision_server_url,
        slate_ad_url: slate(section),
        bumpers: section.section("bumper", bumpers),
        avail_suppression: section.section("avail_suppression", ads::suppression),
        personalization_threshold: threshold.map(MediaDuration::from_secs),
        viewer_query: viewer_query.unwrap_or_default(),
        cues: cues(section),
        ads_enabled: section.value("ads_enabled", value::boolean).unwrap_or(true),
        ads_request_timeout,
        ads_break_timeout,
        prefetch_timeouts: prefetch,
        ad_sequencing,
        titles: Titles { timeout, sequencing },
        pre_roll,
        beacon_pacing: section.value("beacon_pacing", pacing).unwrap_or_default(),
        streaming_media: section.section("ad_conditioning_configuration", ads::conditioning),
        ads_http,
        aliases,
        content_segment_url_prefix: content_segments,
        ad_segment_url_prefix: ad_segments,
        name: name?,
        video_content_source_url: source?,
    })
}

fn pacing(value: &DeValue<'_>) -> Read<BeaconPacing> {
    match value.as_str() {
        Some("media") => Ok(BeaconPacing::Media),
        Some("request") => Ok(BeaconPacing::Request),
        _ => Err("expected `media` or `request`".to_owned()),
    }
}

fn cues(section: &mut Section<'_, '_>) -> Trust {
    Trust {
        dialects: section.value("cue_dialects", set).unwrap_or(Dialects::ALL),
        triggers: section.value("ad_triggers", set).unwrap_or(Triggers::ALL),
        profile: section.value("cue_profile", one_of).unwrap_or(Profile::Any),
    }
}

/// A list of names.
fn set<T: Named>(value: &DeValue<'_>) -> Read<Set<T>> {
    let names = value::list(value::text(512))(value)?;
    let unknown: Vec<_> = names.iter().filter_map(|name| known::<T>(name).err()).collect();
    if !unknown.is_empty() {
        return Err(unknown.join("; "));
    }
    if names.is_empty() {
        return Err(format!("expected at least one of {}", Set::<T>::ALL));
    }
    Ok(names.iter().filter_map(|name| known(name).ok()).collect())
}

fn one_of<T: Named>(value: &DeValue<'_>) -> Read<T> {
    known(&value::text(512)(value)?)
}

fn known<T: Named>(name: &str) -> Read<T> {
    T::EVERY.iter().find(|one| one.name() == name).copied().ok_or_else(|| {
        let wanted = name.to_ascii_lowercase();
        let distance = |one: &&T| strsim::osa_distance(&wanted, &one.name().to_ascii_lowercase());
        let nearest = T::EVERY.iter().min_by_key(distance).map_or("", |one| one.name());
        format!("`{name}` is no {}, the nearest is `{nearest}`", T::WHAT)
    })
}

/// Every URL of a configuration; an ADS template once with each host it may have.
pub(super) fn urls(one: &PlaybackConfiguration) -> Vec<Url> {
    let pre_roll = one.pre_roll.as_ref().map(|pre_roll| pre_roll.ad_decision_server_url.as_str());
    let ads = one.ad_decision_server_url.as_deref().into_iter().chain(pre_roll);
    let ads = ads.flat_map(|url| with_hosts(url, &one.aliases));
    let ads = ads.filter_map(|(_, url)| Url::parse(&url).ok());
    let prefixes = [&one.content_segment_url_prefix, &one.ad_segment_url_prefix];
    let clips = [&one.slate_ad_url, &one.bumpers.start, &one.bumpers.end];
    let others = clips.into_iter().chain(prefixes).flatten().cloned();
    others.chain(ads).chain([one.video_content_source_url.clone()]).collect()
}

fn ad_decision_server(section: &mut Section<'_, '_>, aliases: &Aliases) -> Option<String> {
    let url = section.value("ad_decision_server_url", |value| template(value, aliases))?;
    for oddity in variables::oddities(&url) {
        section.warning("ad_decision_server_url", &oddity);
    }
    Some(url)
}

fn slate(section: &mut Section<'_, '_>) -> Option<Url> {
    section.value("slate_ad_url", whole_url(2048))
}

fn bumpers(section: &mut Section<'_, '_>) -> BumperUrls {
    let mut clip = |key| section.value(key, whole_url(2048));
    BumperUrls { start: clip("start_url"), end: clip("end_url") }
}

/// A name is a part of URL paths, of log rows and of metric labels.
fn name(value: &DeValue<'_>) -> Read<ConfigurationName> {
    let name = value::text(512)(value)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.chars().all(plain) && !name.starts_with('.') {
        Ok(ConfigurationName::new(name))
    } else {
        Err("expected letters, digits, `-`, `_` and `.`, the last not in front".to_owned())
    }
}

fn source(value: &DeValue<'_>) -> Read<Url> {
    let url = whole_url(512)(value)?;
    match (url.query(), url.fragment()) {
        (None, None) => Ok(url),
        _ => Err("expected a prefix for asset paths, without `?` and `#`".to_owned()),
    }
}

/// A URL with `[…]` variables, in its host only those that stand for one of some aliases.
fn template(value: &DeValue<'_>, aliases: &Aliases) -> Read<String> {
    let text = value::text(25_000)(value)?;
    for (host, url) in with_hosts(&text, aliases) {
        if has_variables(&host) {
            return Err("variables there need `configuration_aliases`".to_owned());
        }
        let is_aliased = host != authority(&text);
        value::http(&url).map_err(|why| match is_aliased {
            true => format!("with the host `{host}`: {why}"),
            false => why,
        })?;
    }
    Ok(text)
}

/// A template with each host that its aliases give it, as they are filled in; the host with it.
fn with_hosts(template: &str, aliases: &Aliases) -> Vec<(String, String)> {
    let host = authority(template);
    let mut hosts = vec![host.to_owned()];
    for (name, meant) in aliases.iter().filter(|(_, meant)| !meant.is_empty()) {
        let variable = format!("[{name}]");
        if host.contains(&variable) {
            let each = |known: &String| {
                let filled = |one: &String| known.replace(&variable, &vast::template::encode(one));
                meant.values().map(filled).collect::<Vec<_>>()
            };
            hosts = hosts.iter().flat_map(each).take(MOST_HOSTS).collect();
        }
    }
    hosts.into_iter().map(|one| (one.clone(), template.replacen(host, &one, 1))).collect()
}

/// The part of a URL that names the host.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// A URL in which nothing is filled in: what viewers share cannot differ by what they said.
fn whole_url(most: usize) -> impl Fn(&DeValue<'_>) -> Read<Url> {
    move |value| {
        if value.as_str().is_some_and(has_variables) {
            return Err("variables are filled in for ad servers only, not here".to_owned());
        }
        value::url(most)(value)
    }
}

fn has_variables(text: &str) -> bool {
    VARIABLES.iter().any(|family| text.contains(family))
}

/// Hosts of one template that are looked at.
const MOST_HOSTS: usize = 1_000;

/// How variables begin; an IPv6 address in brackets begins otherwise.
const VARIABLES: [&str; 5] = ["[session.", "[avail.", "[player_params.", "[scte.", "[asset."];

/// Fields of MediaTailor's that are known and do nothing here yet.
const LATER: [&str; 9] = [
    "ads_personalization_concurrency",
    "beaconing_configuration",
    "dash_configuration",
    "function_mapping",
    "insertion_mode",
    "manifest_processing_rules",
    "tags",
    "transcode_profile_name",
    "yield_optimization_configuration",
];

/// Fields that MediaTailor's answers have and its requests have not.
const ANSWERS: [&str; 7] = [
    "dual_stack_playback_endpoint_prefix",
    "dual_stack_session_initialization_endpoint_prefix",
    "hls_configuration",
    "log_configuration",
    "playback_configuration_arn",
    "playback_endpoint_prefix",
    "session_initialization_endpoint_prefix",
];
