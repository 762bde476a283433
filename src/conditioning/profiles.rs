//! The profiles of channels that have been seen, on disk, for conditioning ahead of time.

use std::{io, path::Path};

use crate::profile::Profile;

/// Notes a profile of a configuration's channel. A disk that takes no note costs only that it
/// cannot be conditioned for from the command line.
pub(super) async fn remember(folder: &Path, configuration: &str, profile: &Profile) {
    let folder = folder.join(PROFILES).join(configuration);
    let Ok(text) = serde_json::to_vec_pretty(profile) else { return };
    let written = async {
        tokio::fs::create_dir_all(&folder).await?;
        tokio::fs::write(folder.join(format!("{}.json", profile.id())), text).await
    };
    if let Err(error) = written.await {
        tracing::warn!(%error, "a channel's profile cannot be noted");
    }
}

/// The profiles that have been seen of a configuration's channels; none where it has had no viewer.
///
/// # Errors
/// A folder that cannot be read.
pub fn remembered(folder: &Path, configuration: &str) -> io::Result<Vec<Profile>> {
    let folder = folder.join(PROFILES).join(configuration);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut profiles = Vec::new();
    for entry in entries {
        let text = std::fs::read(entry?.path())?;
        profiles.extend(serde_json::from_slice::<Profile>(&text));
    }
    profiles.sort_by_key(Profile::id);
    Ok(profiles)
}

const PROFILES: &str = "profiles";
