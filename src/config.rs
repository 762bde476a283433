//! The configuration file: read once, completely, saying everything that is wrong with it.
//!
//! [`check`] turns text into a [`Report`] and touches nothing else; a [`File`] can be followed as it
//! changes. Every key is declared where it is read (`config/read.rs`, `config/playback.rs`), and an
//! unknown one is held against exactly those. Names and meanings of a playback configuration are
//! MediaTailor's, in snake case. This is also the only module that reads the environment.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use url::Url;

use crate::{
    configuration::PlaybackConfiguration,
    guard::{HostPort, IpNet, Policy, PrivateNetworks},
    hls,
    journal::{Compression, Export},
    units::MediaDuration,
};

mod ads;
mod creatives;
mod document;
pub mod environment;
pub mod model;
mod names;
mod logs;
mod playback;
mod read;
mod report;
mod section;
#[cfg(test)]
mod tests;
mod value;
mod variables;
mod watch;

pub use creatives::Creatives;
pub use document::{Checked, Document, Remark, check_document};
pub use read::KeyPair;
pub use report::{Finding, Kind, Report};
pub use variables::is_variable;
pub use watch::{File, Unreadable, Watch};

/// A whole configuration file, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where players connect.
    pub listen: SocketAddr,
    /// Where operators and machines that watch connect.
    pub admin_listen: SocketAddr,
    /// Where logs, creatives, beacons owed and what the control API was told are kept.
    pub data_dir: PathBuf,
    /// How players reach the service, where that differs from what they send as `Host`.
    pub public_url: Option<Url>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Which addresses that are not public may be reached by URLs that come from outside.
    pub allow_private_networks: PrivateNetworks,
    /// How long the service may take to leave after SIGTERM.
    pub shutdown_deadline: MediaDuration,
    /// Bounds on what may grow.
    pub limits: Limits,
    /// How hard beacons are tried.
    pub beacons: Beacons,
    /// Where sessions are kept.
    pub store: Store,
    /// What signs requests to the control API; absent: it answers on loopback only, unsigned.
    pub control_api: Option<KeyPair>,
    /// How the logs for analytics are kept.
    pub logs: Logs,
    /// How advertisers' files are made to match channels, and where they are kept.
    pub creatives: Creatives,
    /// In the file's order; names differ.
    pub playback_configurations: Vec<Arc<PlaybackConfiguration>>,
    /// The same, as clients of the control API read them.
    pub documents: Vec<Document>,
}

/// `[limits]`: past one of these comes a clear error, never a growing process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections of players open at once.
    pub connections: usize,
    /// Connections open at once of one address, or of one IPv6 network of 64 bits; those of trusted
    /// proxies are not counted.
    pub connections_per_address: usize,
    /// Sessions alive at once.
    pub sessions: usize,
    /// Sessions alive at once of one address, or of one IPv6 network of 64 bits.
    pub sessions_per_address: usize,
    /// Channels of one playback configuration being read at once.
    pub channels_per_configuration: usize,
    /// Segments of one playlist.
    pub segments: usize,
    /// Bytes of one playlist, decompressed.
    pub playlist_bytes: usize,
    /// Bytes of one ad server's answer, decompressed.
    pub ads_response_bytes: usize,
    /// Questions on their way to one ad server at once.
    pub ads_requests_per_host: usize,
    /// Beacons in memory that wait to be due or accepted; more wait on disk.
    pub beacons: usize,
    /// Beacons being sent to one host at once.
    pub beacons_per_host: usize,
}

impl Limits {
    /// How much of a media playlist is read.
    pub fn playlist(&self) -> hls::Limits {
        let usual = hls::Limits::default();
        let lines = u32::try_from(self.segments.saturating_mul(LINES_PER_SEGMENT));
        hls::Limits {
            bytes: self.playlist_bytes,
            segments: self.segments,
            lines: lines.unwrap_or(u32::MAX).max(usual.lines),
            ..usual
        }
    }

    /// Those that hold as they were at the start; a new one is to be put among them or not.
    const fn fixed(&self) -> [usize; 7] {
        let Self {
            connections,
            connections_per_address,
            sessions: _,
            sessions_per_address: _,
            channels_per_configuration: _,
            segments: _,
            playlist_bytes,
            ads_response_bytes,
            ads_requests_per_host,
            beacons,
            beacons_per_host,
        } = *self;
        [
            connections,
            connections_per_address,
            playlist_bytes,
            ads_response_bytes,
            ads_requests_per_host,
            beacons,
            beacons_per_host,
        ]
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 50_000,
            // Browsers open six, and so many sessions of an address may there be.
            connections_per_address: 6_000,
            sessions: 100_000,
            sessions_per_address: 1000,
            channels_per_configuration: 1000,
            segments: 50_000,
            playlist_bytes: 16 << 20,
            ads_response_bytes: 1 << 20,
            ads_requests_per_host: 200,
            beacons: 100_000,
            beacons_per_host: 64,
        }
    }
}

/// `[logs]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logs {
    /// A file is closed before it would pass this many bytes; absent: 64 MiB.
    pub rotate_bytes: Option<u64>,
    /// A file is closed after this time of the day's; absent: at the full hour.
    pub rotate_after: Option<MediaDuration>,
    /// What closed files become.
    pub compression: Compression,
    /// How many bytes of each log are kept; absent: all.
    pub most_bytes: Option<u64>,
    /// What is told of viewers.
    pub personal_data: PersonalData,
    /// `[logs.parquet]`: where closed files also go as Parquet.
    pub parquet: Option<Export>,
}

/// How much of a viewer's address and `User-Agent` is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PersonalData {
    /// All of it.
    Full,
    /// Network and product only.
    #[default]
    Truncated,
    /// A name that only the service's key makes.
    Hashed,
    /// Nothing.
    None,
}

/// `[beacons]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beacons {
    /// Whether an attempt whose outcome is not known is repeated.
    pub retry_unknown: bool,
    /// How long one attempt may take.
    pub timeout: MediaDuration,
    /// How long after it was due a beacon is given up.
    pub lifetime: MediaDuration,
}

impl Default for Beacons {
    fn default() -> Self {
        Self {
            retry_unknown: true,
            timeout: MediaDuration::from_secs(3),
            lifetime: MediaDuration::from_secs(3600),
        }
    }
}

/// `[store]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Store {
    /// In this process.
    #[default]
    Embedded,
    /// On these Redis or Valkey nodes.
    Redis(Vec<Url>),
}

impl Config {
    /// What the address guard is to let through: every host and port that stands in a URL of the
    /// file, and the private networks it allows.
    pub fn guard_policy(&self) -> Policy {
        let written = self.playback_configurations.iter().flat_map(|one| playback::urls(one));
        let always = written.chain(self.public_url.clone());
        Policy {
            always: always.filter_map(|url| HostPort::of(&url)).collect(),
            private: self.allow_private_networks.clone(),
        }
    }

    /// The first configuration, by name, that cannot do without ffmpeg: its slate or a bumper is a file.
    pub fn needs_transcoding(&self) -> Option<&str> {
        let is_file = |clip: &Url| !clip.path().ends_with(".m3u8");
        let needs = |one: &&Arc<PlaybackConfiguration>| {
            let clips = [&one.slate_ad_url, &one.bumpers.start, &one.bumpers.end];
            clips.into_iter().flatten().any(is_file)
        };
        self.playback_configurations.iter().find(needs).map(|one| one.name.as_str())
    }

    /// The keys whose change takes effect only at the next start.
    pub fn fixed_changes(&self, new: &Self) -> Vec<&'static str> {
        [
            ("listen", self.listen != new.listen),
            ("admin_listen", self.admin_listen != new.admin_listen),
            ("data_dir", self.data_dir != new.data_dir),
            ("limits", self.limits.fixed() != new.limits.fixed()),
            ("beacons", self.beacons != new.beacons),
            ("store", self.store != new.store),
            ("logs", self.logs != new.logs),
            ("creatives", self.creatives != new.creatives),
        ]
        .into_iter()
        .filter_map(|(key, changed)| changed.then_some(key))
        .collect()
    }
}

/// As many as the usual limits of both allow.
const LINES_PER_SEGMENT: usize = 20;

/// Every URL that a playback configuration names; the ad server's up to its variables.
pub fn urls(configuration: &PlaybackConfiguration) -> Vec<Url> {
    playback::urls(configuration)
}

/// Reads a configuration file's text.
pub fn check(text: &str) -> Report {
    let mut notes = report::Notes::new(text, names::Names::File);
    let config = match toml::de::DeTable::parse(text) {
        Ok(table) => Some(section::read(&table, &mut notes, read::config)),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            notes.error(at, String::new(), format!("not TOML: {}", error.message()));
            None
        }
    };
    notes.into_report(config)
}
