//! What makes creatives, and where they are kept.

use std::path::{Path, PathBuf};

use super::Error;
use crate::{
    clock::Clock,
    conditioning::{self, Conditioning},
    config::Config,
    encoding, fetch,
    guard::Guard,
    storage::Storage,
    transcode::Transcoder,
};

/// Where creatives are worked on, and where it is noted what they are for.
pub fn conditioning_folder(config: &Config) -> PathBuf {
    config.data_dir.join("conditioning")
}

/// Where [`conditioning_aside`] works; nobody else does.
pub fn folder_aside(config: &Config) -> PathBuf {
    conditioning_folder(config).join(format!("{}{}", conditioning::ASIDE, std::process::id()))
}

/// What makes creatives for the service's store beside the service, in a folder of its own.
///
/// # Errors
/// No ffmpeg, no TLS, no folder to work in.
pub fn conditioning_aside(config: &Config, clock: &Clock) -> Result<Conditioning, Error> {
    let transcoder = Transcoder::find()?;
    let client = fetch::Client::new(Guard::new(config.guard_policy()), fetch::Settings::default())?;
    let storage = storage(config)?;
    let doors = conditioning::Doors { client, clock: clock.clone(), transcoder, storage };
    // What is shown is known to the service alone, so nothing is removed here.
    begin(doors, config, &folder_aside(config), None)
}

fn begin(
    doors: conditioning::Doors,
    config: &Config,
    folder: &Path,
    most_bytes: Option<u64>,
) -> Result<Conditioning, Error> {
    let failed = |source| Error::Work { path: folder.to_owned(), source };
    let (creatives, usual) = (&config.creatives, encoding::Settings::default());
    let settings = conditioning::Settings {
        encoding: encoding::Settings { loudness: creatives.loudness, ..usual },
        at_once: creatives.at_once,
        most_bytes,
        ..conditioning::Settings::new(folder.to_owned())
    };
    Conditioning::start(doors, settings).map_err(failed)
}

/// Files in the data directory, or a bucket.
pub(super) fn storage(config: &Config) -> Result<Storage, Error> {
    match &config.creatives.bucket {
        Some(bucket) => Ok(Storage::s3(bucket)?),
        None => Ok(Storage::local(&config.data_dir.join("creatives"))?),
    }
}

/// What makes creatives: nothing without ffmpeg, unless a configuration cannot do without.
pub(super) fn conditioning(
    config: &Config,
    client: &fetch::Client,
    clock: &Clock,
    storage: &Storage,
) -> Result<Option<Conditioning>, Error> {
    let transcoder = match (Transcoder::find(), config.needs_transcoding()) {
        (Ok(transcoder), _) => transcoder,
        (Err(absent), Some(name)) => {
            return Err(Error::Transcoder { configuration: name.to_owned(), source: absent });
        }
        (Err(absent), None) => {
            tracing::warn!(%absent, "only creatives that are HLS and match their channel are shown");
            return Ok(None);
        }
    };
    let doors = conditioning::Doors {
        client: client.clone(),
        clock: clock.clone(),
        transcoder,
        storage: storage.clone(),
    };
    begin(doors, config, &conditioning_folder(config), config.creatives.most_bytes).map(Some)
}
