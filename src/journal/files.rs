//! The files of one log: their names, and when the next one begins.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::name::{self, Name};
use crate::units::{MediaDuration, ProgramTime};

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
    rotation: Rotation,
    newest: Name,
    current: Option<Current>,
    /// A file that was full or whose time was over, until somebody asks.
    closed: Option<Name>,
}

/// When the next file begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rotation {
    /// Before a file would pass this many bytes.
    pub(super) bytes: u64,
    /// At the full hour, where this is an hour.
    pub(super) period: MediaDuration,
    /// How long a line may be in the operating system's hands only.
    pub(super) sync_every: MediaDuration,
}

struct Current {
    file: Box<dyn File>,
    len: u64,
    period: i64,
    /// When the first line was appended that is not known to be on disk.
    unsafe_since: Option<ProgramTime>,
}

impl Files {
    /// Begins behind the newest file of the folder.
    pub(super) fn open(folder: &Path, rotation: Rotation) -> io::Result<Self> {
        let newest = name::listed(folder)?.pop().map(|(name, _)| name).unwrap_or_default();
        Ok(Self::on(Box::new(Folder(folder.to_owned())), rotation, newest))
    }

    fn on(disk: Box<dyn Disk>, rotation: Rotation, newest: Name) -> Self {
        Self { disk, rotation, newest, current: None, closed: None }
    }

    #[cfg(test)]
    pub(super) fn on_disk(disk: Box<dyn Disk>, rotation: Rotation) -> Self {
        Self::on(disk, rotation, Name::default())
    }

    /// Appends whole lines: all of them or, on an error, none.
    pub(super) fn append(&mut self, lines: &[u8], now: ProgramTime) -> io::Result<()> {
        let more = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        let most = self.rotation.bytes;
        let full = |current: &Current| current.len.saturating_add(more) > most;
        if self.current.as_ref().is_some_and(full) {
            self.close()?;
        }
        self.turn(now)?;
        let current = match &mut self.current {
            Some(current) => current,
            None => {
                let file = create(&*self.disk, &mut self.newest, now)?;
                let period = period(now, self.rotation);
                self.current.insert(Current { file, len: 0, period, unsafe_since: None })
            }
        };
        let outcome = current.file.append(lines);
        match outcome {
            Ok(()) => {
                current.len += more;
                current.unsafe_since.get_or_insert(now);
            }
            // What cannot be cut either is mended before the file is put away.
            Err(_) if current.file.cut(current.len).is_err() => self.current = None,
            Err(_) => {}
        }
        outcome
    }

    /// What time has made necessary: closes a file whose period is over, and has what was appended
    /// some while ago written to the disk.
    pub(super) fn turn(&mut self, now: ProgramTime) -> io::Result<()> {
        let (period, every) = (period(now, self.rotation), self.rotation.sync_every);
        match &mut self.current {
            Some(current) if current.period != period => self.close(),
            Some(current) if current.unsafe_since.is_some_and(|since| now >= since + every) => {
                current.sync()
            }
            _ => Ok(()),
        }
    }

    /// When there is something to do next.
    pub(super) fn next_turn(&self) -> Option<ProgramTime> {
        let current = self.current.as_ref()?;
        let over = self.rotation.period.times(current.period.saturating_add(1));
        let over = ProgramTime::from_millis(over.as_millis());
        let sync = current.unsafe_since.map(|since| since + self.rotation.sync_every);
        Some(sync.map_or(over, |sync| sync.min(over)))
    }

    /// The newest of the files that have become full or old since the last time this was asked.
    pub(super) fn take_closed(&mut self) -> Option<Name> {
        self.closed.take()
    }

    /// Closes the current file, if there is one, once it is safe on disk.
    pub(super) fn close(&mut self) -> io::Result<()> {
        if let Some(current) = &mut self.current {
            current.sync()?;
            self.closed = Some(self.newest.clone());
        }
        self.current = None;
        Ok(())
    }

    /// The newest file; before the first one a name that no file has.
    pub(super) const fn newest(&self) -> &Name {
        &self.newest
    }
}

impl Current {
    fn sync(&mut self) -> io::Result<()> {
        if self.unsafe_since.is_some() {
            self.file.sync()?;
            self.unsafe_since = None;
        }
        Ok(())
    }
}

fn period(now: ProgramTime, rotation: Rotation) -> i64 {
    now.as_millis().div_euclid(rotation.period.as_millis().max(1))
}

fn create(disk: &dyn Disk, newest: &mut Name, now: ProgramTime) -> io::Result<Box<dyn File>> {
    let mut name = newest.next(now);
    loop {
        match disk.create(&format!("{name}.jsonl")) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => name = name.beside(),
            Err(error) => return Err(error),
            Ok(file) => {
                *newest = name;
                return Ok(file);
            }
        }
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
