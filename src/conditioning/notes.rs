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
    /// In how many runs of the service it was begun. What waits its turn over many restarts is not at
    /// fault.
    #[serde(default)]
    begun: u32,
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
        if let Some(note) = note.as_ref().filter(|note| note.begun > MOST_BEGUN) {
            let (source, begun) = (note.source.split('?').next(), note.begun);
            tracing::error!(source, begun, "a creative was cut off each time; it is left alone");
            std::fs::remove_file(&path)?;
            continue;
        }
        // What was being written anew as the service ended is there as it was.
        let note = note.filter(|_| path.extension().is_some_and(|extension| extension == "json"));
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

/// Notes a job once in each run. A disk that takes no note costs only the going on after a crash.
pub(super) async fn begin(folder: &Path, job: &Job) {
    if !job.note_down() {
        return;
    }
    let place = place(folder, &job.id);
    let known = tokio::fs::read(&place).await.ok();
    let known: Option<Note> = known.and_then(|text| serde_json::from_slice(&text).ok());
    let begun = known.map_or(0, |note| note.begun) + 1;
    let (source, profile) = (job.source.to_string(), (*job.profile).clone());
    let captions = job.captions.iter().map(|text| (text.url.to_string(), text.language.clone()));
    let (captions, names) = (captions.collect(), job.names.clone());
    let note = Note { source, profile, cut: job.cut, captions, names, begun };
    let Ok(text) = serde_json::to_vec(&note) else { return };
    let new = place.with_extension("new");
    let written = async {
        tokio::fs::write(&new, text).await?;
        tokio::fs::rename(&new, &place).await
    };
    if let Err(error) = written.await {
        tracing::warn!(%error, "a creative's job cannot be noted");
    }
}

pub(super) async fn end(folder: &Path, job: &Job) {
    job.strike_out();
    let _ = tokio::fs::remove_file(place(folder, &job.id)).await;
}

fn place(folder: &Path, id: &Key) -> PathBuf {
    folder.join(JOBS).join(format!("{id}.json"))
}

/// A job may be what ends the service.
const MOST_BEGUN: u32 = 3;
/// How the folders of commands beside the service begin.
pub const ASIDE: &str = "aside-";
/// No command takes so long for one job.
const LEFT: Duration = Duration::from_secs(86_400);
const WORK: &str = "work";
const NODE: &str = "node";
const JOBS: &str = "jobs";
