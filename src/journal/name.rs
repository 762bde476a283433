//! What the files of a log are called.

use std::{fmt, io, path::Path};

use crate::units::ProgramTime;

/// `2026-11-23T10-00-00Z-0001`: names sort as their files were made, even if the clock goes back.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    stamp: String,
    count: u32,
}

impl Name {
    /// The name after this one.
    pub(super) fn next(&self, now: ProgramTime) -> Self {
        let stamp = jiff::Timestamp::from_millisecond(now.as_millis())
            .map(|now| now.strftime("%Y-%m-%dT%H-%M-%SZ").to_string())
            .unwrap_or_default();
        if stamp > self.stamp { Self { stamp, count: 1 } } else { self.beside() }
    }

    /// The name after this one, of the same second.
    pub(super) fn beside(&self) -> Self {
        Self { stamp: self.stamp.clone(), count: self.count + 1 }
    }

    /// Of a log's file in whatever form: `….jsonl`, `….jsonl.gz`, `….jsonl.partial`.
    pub(super) fn parse(file_name: &str) -> Option<Self> {
        let (stem, form) = file_name.split_once(".jsonl")?;
        let (stamp, count) = stem.rsplit_once('-')?;
        let known = form.is_empty() || form.starts_with('.');
        known.then_some(Self { stamp: stamp.to_owned(), count: count.parse().ok()? })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.stamp, self.count)
    }
}

/// Every file of a log in a folder with its name, oldest first.
pub(super) fn listed(folder: &Path) -> io::Result<Vec<(Name, String)>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let file_name = entry?.file_name();
        let Some(file_name) = file_name.to_str() else { continue };
        all.extend(Name::parse(file_name).map(|name| (name, file_name.to_owned())));
    }
    all.sort();
    Ok(all)
}
