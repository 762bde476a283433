//! What each door is told of the configuration.

use super::{error::Error, keys::log_key};
use crate::{
    adserver,
    config::{Config, PersonalData},
    dispatch, journal, origin,
};

pub(super) fn beacons(config: &Config) -> dispatch::Policy {
    dispatch::Policy {
        most: config.limits.beacons,
        per_host: config.limits.beacons_per_host,
        lifetime: config.beacons.lifetime,
        timeout: config.beacons.timeout.to_std(),
        retry_unknown: config.beacons.retry_unknown,
        ..dispatch::Policy::default()
    }
}

pub(super) fn origin(config: &Config) -> origin::Settings {
    origin::Settings {
        limit: config.limits.playlist_bytes,
        idle_target_durations: IDLE_TARGET_DURATIONS,
        ..origin::Settings::default()
    }
}

pub(super) fn asking(config: &Config, takes_files: bool) -> adserver::Settings {
    adserver::Settings {
        limit: config.limits.ads_response_bytes,
        per_host: config.limits.ads_requests_per_host,
        takes_files,
        ..adserver::Settings::default()
    }
}

pub(super) fn logs(config: &Config) -> Result<journal::Settings, Error> {
    let (logs, default) = (&config.logs, journal::Settings::default());
    Ok(journal::Settings {
        file_bytes: logs.rotate_bytes.unwrap_or(default.file_bytes),
        file_period: logs.rotate_after.unwrap_or(default.file_period),
        compression: logs.compression,
        most_bytes: logs.most_bytes,
        export: logs.parquet.clone(),
        personal: match logs.personal_data {
            PersonalData::Full => journal::Personal::Full,
            PersonalData::Truncated => journal::Personal::Truncated,
            PersonalData::Hashed => journal::Personal::Hashed(log_key(&config.data_dir)?),
            PersonalData::None => journal::Personal::None,
        },
        ..default
    })
}

/// A viewer who asks every 20 s shall not find a channel asleep.
const IDLE_TARGET_DURATIONS: i64 = 10;
