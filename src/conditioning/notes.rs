//! What has been begun, on disk: a job is done after a crash too.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Cut, Wanted, job::Job};
use crate::{profile::Profile, storage::Key, units::ProgramTime};

/// A job that has begun and not ended.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    source: String,
    profile: Profile,
    #[serde(default)]
    cut: Cut,
}

/// The jobs that were begun and not ended; what they left half-made is thrown away.
pub(super) fn take_over(folder: &Path) -> io::Result<Vec<Wanted>> {
    let work = folder.join(WORK);
    match std::fs::remove_dir_all(&work) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => std::fs::create_dir_all(&work)?,
    }
    std::fs::create_dir_all(folder.join(JOBS))?;
    let mut left = Vec::new();
    for entry in std::fs::read_dir(folder.join(JOBS))? {
        let path = entry?.path();
        let note: Option<Note> = serde_json::from_slice(&std::fs::read(&path)?).ok();
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
        let Self { source, profile, cut } = self;
        let (source, by) = (Url::parse(&source).ok()?, ProgramTime::from_nanos(i64::MAX));
        Some(Wanted { source, profile: Arc::new(profile), cut, by })
    }
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
    let (source, profile) = (job.source.to_string(), (*job.profile).clone());
    let note = Note { source, profile, cut: job.cut };
    let Ok(text) = serde_json::to_vec(&note) else { return };
    if let Err(error) = tokio::fs::write(place(folder, &job.id), text).await {
        tracing::warn!(%error, "a creative's job cannot be noted");
    }
}

pub(super) async fn end(folder: &Path, job: &Job) {
    let _ = tokio::fs::remove_file(place(folder, &job.id)).await;
}

fn place(folder: &Path, id: &Key) -> PathBuf {
    folder.join(JOBS).join(format!("{id}.json"))
}

const WORK: &str = "work";
const NODE: &str = "node";
const JOBS: &str = "jobs";
