//! What has been begun, on disk: a job is done after a crash too.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Cut, Wanted, job::Job, queue::LEFT_OVER};
use crate::{creative::TextFile, profile::Profile, storage::Key};

/// A job that has begun and not ended.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    source: String,
    profile: Profile,
    #[serde(default)]
    cut: Cut,
    #[serde(default)]
    captions: Vec<(String, Option<String>)>,
    #[serde(default)]
    names: Vec<String>,
    /// How often the service has ended while it was being done.
    #[serde(default)]
    ends: u32,
}

/// The jobs that were begun and not ended; what they left half-made is thrown away.
pub(super) fn take_over(folder: &Path) -> io::Result<Vec<Wanted>> {
    let work = folder.join(WORK);
    match std::fs::remove_dir_all(&work) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => std::fs::create_dir_all(&work)?,
    }
    std::fs::create_dir_all(folder.join(JOBS))?;
    sweep(folder)?;
    let mut left = Vec::new();
    for entry in std::fs::read_dir(folder.join(JOBS))? {
        let path = entry?.path();
        let note: Option<Note> = serde_json::from_slice(&std::fs::read(&path)?).ok();
        let note = note.map(|note| Note { ends: note.ends + 1, ..note });
        if let Some(note) = note.as_ref().filter(|note| note.ends > MOST_ENDS) {
            let ends = note.ends;
            let source = note.source.split('?').next();
            tracing::error!(source, ends, "a creative was cut off each time; it is left alone");
            std::fs::remove_file(&path)?;
            continue;
        }
        let noted = note.as_ref().and_then(|note| serde_json::to_vec(note).ok());
        noted.map(|text| std::fs::write(&path, text)).transpose()?;
        match note.and_then(Note::wanted) {
            Some(wanted) => left.push(wanted),
            // Half-written as the service ended, or of another version.
            None => std::fs::remove_file(&path)?,
        }
    }
    Ok(left)
}

impl Note {
    /// What is to be made, after everything that somebody waits for.
    fn wanted(self) -> Option<Wanted> {
        let Self { source, profile, cut, captions, names, .. } = self;
        let (source, by) = (Url::parse(&source).ok()?, LEFT_OVER);
        let text =
            |(url, language): (String, _)| Some(TextFile { url: Url::parse(&url).ok()?, language });
        let captions = captions.into_iter().filter_map(text).collect();
        Some(Wanted { source, profile: Arc::new(profile), cut, captions, names, by })
    }
}

/// Removes what a command beside the service has left, being cut off.
fn sweep(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let aside = entry.file_name().to_string_lossy().starts_with(ASIDE);
        // Such a command may be removing it just now.
        let changed = entry.metadata().and_then(|known| known.modified());
        let age = changed.ok().and_then(|at| at.elapsed().ok()).unwrap_or_default();
        if aside
            && age > LEFT
            && let Err(error) = std::fs::remove_dir_all(entry.path())
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
    }
    Ok(())
}

/// The name of whoever works in this folder, made at the first start.
pub(super) fn node(folder: &Path) -> io::Result<String> {
    let path = folder.join(NODE);
    match std::fs::read_to_string(&path) {
        Ok(name) if !name.is_empty() => return Ok(name),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let name = hex::encode(bytes);
    std::fs::write(&path, &name)?;
    Ok(name)
}

/// Where a job may write.
pub(super) fn workplace(folder: &Path, id: &Key) -> PathBuf {
    folder.join(WORK).join(id.to_string())
}

/// Where a segment is put to be looked into.
pub(super) fn sample(folder: &Path, number: u64) -> PathBuf {
    folder.join(WORK).join(format!("sample-{number}"))
}

/// A disk that takes no note costs only the going on after a crash.
pub(super) async fn begin(folder: &Path, job: &Job) {
    let place = place(folder, &job.id);
    if tokio::fs::try_exists(&place).await.unwrap_or(false) {
        return;
    }
    let (source, profile) = (job.source.to_string(), (*job.profile).clone());
    let captions = job.captions.iter().map(|text| (text.url.to_string(), text.language.clone()));
    let (captions, names) = (captions.collect(), job.names.clone());
    let note = Note { source, profile, cut: job.cut, captions, names, ends: 0 };
    let Ok(text) = serde_json::to_vec(&note) else { return };
    if let Err(error) = tokio::fs::write(place, text).await {
        tracing::warn!(%error, "a creative's job cannot be noted");
    }
}

pub(super) async fn end(folder: &Path, job: &Job) {
    let _ = tokio::fs::remove_file(place(folder, &job.id)).await;
}

fn place(folder: &Path, id: &Key) -> PathBuf {
    folder.join(JOBS).join(format!("{id}.json"))
}

/// A job may be what ends the service.
const MOST_ENDS: u32 = 3;
/// How the folders of commands beside the service begin.
pub const ASIDE: &str = "aside-";
/// No command takes so long for one job.
const LEFT: Duration = Duration::from_secs(86_400);
const WORK: &str = "work";
const NODE: &str = "node";
const JOBS: &str = "jobs";
