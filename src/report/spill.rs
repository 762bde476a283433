//! Records in partitions, in memory as long as they are few and in unnamed files beyond.

use std::{
    fs,
    io::{self, BufReader, Read, Seek, Write},
    path::{Path, PathBuf},
};

use super::record::{Key, Record};

/// Partitions by a few bits of the key.
#[derive(Debug)]
pub(super) struct Spill {
    work: PathBuf,
    bounds: Bounds,
    /// How many bits of the key have been used by partitions around this one.
    depth: u32,
    parts: Vec<Part>,
}

/// What may be in memory at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Bytes of a partition's newest records, before they go to its file.
    pub(super) waiting: usize,
    /// Records of a partition that is folded; some hundred bytes each.
    pub(super) records: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { waiting: 128 << 10, records: 250_000 }
    }
}

/// All records of some keys.
#[derive(Debug, Default)]
pub(super) struct Part {
    waiting: Vec<u8>,
    file: Option<fs::File>,
    records: u64,
}

impl Spill {
    pub(super) fn new(work: &Path, bounds: Bounds) -> Self {
        Self::deeper(work, bounds, 0)
    }

    fn deeper(work: &Path, bounds: Bounds, depth: u32) -> Self {
        let parts = (0..1 << BITS).map(|_| Part::default()).collect();
        Self { work: work.to_owned(), bounds, depth, parts }
    }

    pub(super) fn push(&mut self, key: Key, record: &Record) -> io::Result<()> {
        let bits = key.0 << self.depth >> (u128::BITS - BITS);
        let part = &mut self.parts[usize::try_from(bits).unwrap_or(0)];
        part.push(key, record, &self.work, self.bounds.waiting)
    }

    /// Hands out all records, partition by partition; one with very many is parted once more.
    pub(super) fn each(self, fold: &mut dyn FnMut(Part) -> io::Result<()>) -> io::Result<()> {
        for part in self.parts {
            // Past all bits of a key only records of the same few keys are left.
            if part.records > self.bounds.records && self.depth + 2 * BITS <= u128::BITS {
                let mut deeper = Self::deeper(&self.work, self.bounds, self.depth + BITS);
                part.each(&mut |key, record| deeper.push(key, &record))?;
                deeper.each(fold)?;
            } else if part.records > 0 {
                fold(part)?;
            }
        }
        Ok(())
    }
}

impl Part {
    fn push(&mut self, key: Key, record: &Record, work: &Path, most: usize) -> io::Result<()> {
        self.waiting = postcard::to_extend(&(key, record), std::mem::take(&mut self.waiting))
            .map_err(io::Error::other)?;
        self.records += 1;
        if self.waiting.len() >= most {
            let file = match &mut self.file {
                Some(file) => file,
                None => self.file.insert(tempfile::tempfile_in(work)?),
            };
            file.write_all(&self.waiting)?;
            self.waiting.clear();
        }
        Ok(())
    }

    /// Hands out its records in the order they came in.
    pub(super) fn each(
        self,
        take: &mut dyn FnMut(Key, Record) -> io::Result<()>,
    ) -> io::Result<()> {
        let spilled: Box<dyn Read> = match self.file {
            Some(mut file) => {
                file.rewind()?;
                Box::new(BufReader::with_capacity(BUFFER, file))
            }
            None => Box::new(io::empty()),
        };
        let mut all = spilled.chain(&*self.waiting);
        let mut scratch = vec![0; LONGEST];
        for _ in 0..self.records {
            let read = postcard::from_io((&mut all, &mut scratch));
            let ((key, record), _) = read.map_err(io::Error::other)?;
            take(key, record)?;
        }
        Ok(())
    }
}

/// 64 partitions: few enough to be open at once.
const BITS: u32 = 6;
const BUFFER: usize = 128 << 10;
/// Borrowed parts of a record on the way in; records have none.
const LONGEST: usize = 64;
