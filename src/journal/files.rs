//! The files of one log: their names, and when the next one begins.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::units::ProgramTime;

/// Where files are made: the file system, or what a test puts in its place.
pub(super) trait Disk: Send {
    fn create(&self, name: &str) -> io::Result<Box<dyn File>>;
}

/// A file being appended to.
pub(super) trait File: Send {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Cuts off what was appended behind the first `len` bytes.
    fn cut(&mut self, len: u64) -> io::Result<()>;
    fn sync(&mut self) -> io::Result<()>;
}

/// The files of one log.
pub(super) struct Files {
    disk: Box<dyn Disk>,
    most: u64,
    newest: Name,
    current: Option<Current>,
}

struct Current {
    file: Box<dyn File>,
    len: u64,
    hour: i64,
}

/// `2026-11-23T10-00-00Z-0001`: names sort as their files were made, even if the clock goes back.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    stamp: String,
    count: u32,
}

impl Files {
    /// Begins behind the newest file of the folder.
    pub(super) fn open(folder: &Path, most: u64) -> io::Result<Self> {
        let names = fs::read_dir(folder)?
            .filter_map(|entry| Name::parse(entry.ok()?.file_name().to_str()?));
        let newest = names.max().unwrap_or_default();
        Ok(Self::on(Box::new(Folder(folder.to_owned())), most, newest))
    }

    fn on(disk: Box<dyn Disk>, most: u64, newest: Name) -> Self {
        Self { disk, most, newest, current: None }
    }

    #[cfg(test)]
    pub(super) fn on_disk(disk: Box<dyn Disk>, most: u64) -> Self {
        Self::on(disk, most, Name::default())
    }

    /// Appends whole lines: all of them or, on an error, none.
    pub(super) fn append(&mut self, lines: &[u8], now: ProgramTime) -> io::Result<()> {
        let more = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        let hour = now.as_millis().div_euclid(MILLIS_PER_HOUR);
        let full = |current: &Current| current.len.saturating_add(more) > self.most;
        if self.current.as_ref().is_some_and(|current| current.hour != hour || full(current)) {
            self.close()?;
        }
        let current = match &mut self.current {
            Some(current) => current,
            None => {
                let file = create(&*self.disk, &mut self.newest, now)?;
                self.current.insert(Current { file, len: 0, hour })
            }
        };
        let outcome = current.file.append(lines);
        match outcome {
            Ok(()) => current.len += more,
            // What cannot be cut either is mended at the next start, and not appended to.
            Err(_) if current.file.cut(current.len).is_err() => self.current = None,
            Err(_) => {}
        }
        outcome
    }

    /// Closes the current file once it is safe on disk.
    pub(super) fn close(&mut self) -> io::Result<()> {
        if let Some(current) = &mut self.current {
            current.file.sync()?;
        }
        self.current = None;
        Ok(())
    }
}

fn create(disk: &dyn Disk, newest: &mut Name, now: ProgramTime) -> io::Result<Box<dyn File>> {
    let mut name = newest.next(now);
    loop {
        match disk.create(&format!("{name}.jsonl")) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => name.count += 1,
            Err(error) => return Err(error),
            Ok(file) => {
                *newest = name;
                return Ok(file);
            }
        }
    }
}

impl Name {
    fn next(&self, now: ProgramTime) -> Self {
        let stamp = jiff::Timestamp::from_millisecond(now.as_millis())
            .map(|now| now.strftime("%Y-%m-%dT%H-%M-%SZ").to_string())
            .unwrap_or_default();
        if stamp > self.stamp {
            Self { stamp, count: 1 }
        } else {
            Self { stamp: self.stamp.clone(), count: self.count + 1 }
        }
    }

    fn parse(file_name: &str) -> Option<Self> {
        let (stamp, count) = file_name.strip_suffix(".jsonl")?.rsplit_once('-')?;
        Some(Self { stamp: stamp.to_owned(), count: count.parse().ok()? })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.stamp, self.count)
    }
}

struct Folder(PathBuf);

impl Disk for Folder {
    fn create(&self, name: &str) -> io::Result<Box<dyn File>> {
        let file = OpenOptions::new().append(true).create_new(true).open(self.0.join(name))?;
        Ok(Box::new(file))
    }
}

impl File for fs::File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").field("newest", &self.newest).finish_non_exhaustive()
    }
}

const MILLIS_PER_HOUR: i64 = 3_600_000;
