//! The file's own keys, `[limits]`, `[beacons]` and `[store]`.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use toml::de::DeValue;
use url::Url;

use super::{
    Beacons, Config, Limits, Store, playback,
    section::Section,
    value::{self, Read},
};
use crate::{
    configuration::PlaybackConfiguration, guard::PrivateNetworks, ids::ConfigurationName,
    units::MediaDuration,
};

/// Reads the whole file, with defaults in place of what is wrong.
pub(super) fn config(file: &mut Section<'_, '_>) -> Config {
    let listen = file.value("listen", value::address).unwrap_or(LISTEN);
    let admin_listen = file.value("admin_listen", value::address).unwrap_or(ADMIN_LISTEN);
    if listen == admin_listen && listen.port() != 0 {
        file.error("admin_listen", "is the same as `listen`");
    }
    let data_dir = file.value("data_dir", value::text(4096));
    let deadline = file.value("shutdown_deadline_seconds", value::whole(1..=600)).unwrap_or(10);
    Config {
        listen,
        admin_listen,
        data_dir: data_dir.unwrap_or_else(|| "./midroll-data".to_owned()).into(),
        public_url: file.value("public_url", value::url(512)),
        trusted_proxies: file
            .value("trusted_proxies", value::list(value::parsed))
            .unwrap_or_default(),
        allow_private_networks: file
            .value("allow_private_networks", private_networks)
            .unwrap_or_default(),
        shutdown_deadline: MediaDuration::from_secs(deadline),
        limits: file.section("limits", limits),
        beacons: file.section("beacons", beacons),
        store: file.section("store", store),
        playback_configurations: playback_configurations(file),
    }
}

fn playback_configurations(file: &mut Section<'_, '_>) -> Vec<Arc<PlaybackConfiguration>> {
    let mut lines = HashMap::<ConfigurationName, usize>::new();
    let all = file.sections(KEY, |section| {
        let one = playback::read(section)?;
        match lines.get(&one.name) {
            Some(line) => section.error("name", &format!("stands in line {line} already")),
            None => _ = lines.insert(one.name.clone(), section.line("name")),
        }
        Some(Arc::new(one))
    });
    if all.is_empty() {
        file.warning(KEY, "is missing; no player can be served");
    }
    all.into_iter().flatten().collect()
}

fn limits(section: &mut Section<'_, '_>) -> Limits {
    let mut limit = |key, default, most| section.value(key, value::count(most)).unwrap_or(default);
    let default = Limits::default();
    Limits {
        sessions: limit("sessions", default.sessions, 10_000_000),
        sessions_per_address: limit(
            "sessions_per_address",
            default.sessions_per_address,
            10_000_000,
        ),
        segments: limit("segments", default.segments, 1_000_000),
        playlist_bytes: limit("playlist_bytes", default.playlist_bytes, 1 << 30),
        ads_response_bytes: limit("ads_response_bytes", default.ads_response_bytes, 1 << 30),
        beacons: limit("beacons", default.beacons, 100_000_000),
        beacons_per_host: limit("beacons_per_host", default.beacons_per_host, 10_000),
    }
}

fn beacons(section: &mut Section<'_, '_>) -> Beacons {
    let default = Beacons::default();
    let timeout = section.value("timeout_milliseconds", value::whole(100..=60_000));
    let lifetime = section.value("give_up_after_seconds", value::whole(1..=86_400));
    Beacons {
        retry_unknown: section
            .value("retry_unknown", value::boolean)
            .unwrap_or(default.retry_unknown),
        timeout: timeout.map_or(default.timeout, MediaDuration::from_millis),
        lifetime: lifetime.map_or(default.lifetime, MediaDuration::from_secs),
    }
}

fn store(section: &mut Section<'_, '_>) -> Store {
    let Some(urls) = section.value("url", redis) else { return Store::Embedded };
    section.warning("url", "is not in effect yet; sessions are kept in this process");
    Store::Redis(urls)
}

/// One URL, or several cluster nodes.
fn redis(value: &DeValue<'_>) -> Read<Vec<Url>> {
    let one = |value: &DeValue<'_>| {
        let url: Url = value::parsed(value)?;
        match url.scheme() {
            "redis" | "rediss" => Ok(url),
            scheme => Err(format!("expected redis or rediss, got `{scheme}`")),
        }
    };
    if value.is_array() { value::list(one)(value) } else { Ok(vec![one(value)?]) }
}

/// `true`, `false`, or a list of networks.
fn private_networks(value: &DeValue<'_>) -> Read<PrivateNetworks> {
    match value.as_bool() {
        Some(true) => Ok(PrivateNetworks::AllowedAll),
        Some(false) => Ok(PrivateNetworks::Denied),
        None if value.is_array() => value::list(value::parsed)(value).map(PrivateNetworks::Allowed),
        None => Err("expected true, false or a list of networks".to_owned()),
    }
}

const KEY: &str = "playback_configuration";

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8080);

const ADMIN_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081);
