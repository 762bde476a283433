//! The file's own keys, `[limits]`, `[beacons]` and `[store]`.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use toml::de::DeValue;
use url::Url;

use super::{
    Beacons, Config, Document, Limits, Store, creatives, document, logs, playback,
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
    let (playback_configurations, documents) = playback_configurations(file);
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
        creatives: file.section("creatives", creatives::read),
        store: file.section("store", store),
        control_api: file.section("control_api", key_pair),
        playback_configurations,
        documents,
        logs: file.section("logs", logs::read),
    }
}

fn playback_configurations(
    file: &mut Section<'_, '_>,
) -> (Vec<Arc<PlaybackConfiguration>>, Vec<Document>) {
    let mut lines = HashMap::<ConfigurationName, usize>::new();
    let all = file.sections(KEY, |section| {
        let one = playback::read(section)?;
        match lines.get(&one.name) {
            Some(line) => section.error("name", &format!("stands in line {line} already")),
            None => _ = lines.insert(one.name.clone(), section.line("name")),
        }
        Some((Arc::new(one), document::of_file(section.table())))
    });
    if all.is_empty() {
        file.warning(KEY, "is missing; no player can be served");
    }
    all.into_iter().flatten().unzip()
}

/// A key pair that clients of the control API sign their requests with (AWS Signature Version 4).
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// Names the pair; stands in every request.
    pub access_key_id: String,
    /// Never sent, and never shown.
    pub secret_access_key: String,
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

fn key_pair(section: &mut Section<'_, '_>) -> Option<KeyPair> {
    if section.is_empty() {
        section.declare(&["access_key_id", "secret_access_key"]);
        return None;
    }
    let access_key_id = section.required("access_key_id", access_key_id);
    let secret_access_key = section.required_secret("secret_access_key", secret);
    Some(KeyPair { access_key_id: access_key_id?, secret_access_key: secret_access_key? })
}

/// It stands between `/`s in a header.
fn access_key_id(value: &DeValue<'_>) -> Read<String> {
    let id = value::text(128)(value)?;
    let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if plain { Ok(id) } else { Err("expected letters, digits, `-`, `_` and `.`".to_owned()) }
}

/// Long enough that it cannot be guessed from a signature.
fn secret(value: &DeValue<'_>) -> Read<String> {
    let secret = value::text(256)(value)?;
    let enough = secret.chars().count() >= LEAST_SECRET;
    enough.then_some(secret).ok_or_else(|| format!("expected at least {LEAST_SECRET} characters"))
}

fn limits(section: &mut Section<'_, '_>) -> Limits {
    let mut limit = |key, default, most| section.value(key, value::count(most)).unwrap_or(default);
    let default = Limits::default();
    Limits {
        connections: limit("connections", default.connections, 10_000_000),
        connections_per_address: limit(
            "connections_per_address",
            default.connections_per_address,
            10_000_000,
        ),
        sessions: limit("sessions", default.sessions, 10_000_000),
        sessions_per_address: limit(
            "sessions_per_address",
            default.sessions_per_address,
            10_000_000,
        ),
        channels_per_configuration: limit(
            "channels_per_configuration",
            default.channels_per_configuration,
            1_000_000,
        ),
        segments: limit("segments", default.segments, 1_000_000),
        playlist_bytes: limit("playlist_bytes", default.playlist_bytes, 1 << 30),
        ads_response_bytes: limit("ads_response_bytes", default.ads_response_bytes, 1 << 30),
        ads_requests_per_host: limit(
            "ads_requests_per_host",
            default.ads_requests_per_host,
            100_000,
        ),
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
    let Some(urls) = section.secret("url", redis) else { return Store::Embedded };
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

const LEAST_SECRET: usize = 16;

const KEY: &str = "playback_configuration";

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8080);

const ADMIN_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081);
