//! Where logs are, and reading them in whatever form.

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::Error;

/// One file of a log.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    /// Bytes of all files before it, and of all.
    before: u64,
    total: u64,
}

/// How far reading has come, in bytes as they are on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Read.
    pub done: u64,
    /// To be read.
    pub total: u64,
}

/// Every log file at these paths, each once, in order of their names: a file that is there plain
/// and compressed is one that is just being put away.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<Source>, Error> {
    let mut found = BTreeMap::new();
    for path in paths {
        let real = fs::canonicalize(path).map_err(unreadable(path))?;
        if !real.is_dir() {
            found.insert(stem(&real).unwrap_or_else(|| real.clone()), real);
        } else if walk(&real, &mut found, &mut HashSet::new())? == 0 {
            return Err(Error::NoLogs { path: path.clone() });
        }
    }
    let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    let total = found.values().map(|path| size(path)).sum();
    let mut before = 0;
    let sources = found.into_values().map(|path| {
        let source = Source { before, total, path };
        before += size(&source.path);
        source
    });
    Ok(sources.collect())
}

/// Returns how many files it has come across. Links are followed, into each folder once.
fn walk(
    folder: &Path,
    found: &mut BTreeMap<PathBuf, PathBuf>,
    walked: &mut HashSet<PathBuf>,
) -> Result<usize, Error> {
    let mut count = 0;
    if !walked.insert(folder.to_owned()) {
        return Ok(0);
    }
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        // One that leads nowhere is said to be unreadable later, under the name it has.
        let path = fs::canonicalize(&path).unwrap_or(path);
        if path.is_dir() {
            count += walk(&path, found, walked)?;
        } else if let Some(stem) = stem(&path) {
            count += 1;
            // Of two forms the compressed one is the whole.
            let plain = path.extension().is_some_and(|ending| ending == "jsonl");
            if !plain || !found.contains_key(&stem) {
                found.insert(stem, path);
            }
        }
    }
    Ok(count)
}

/// `….jsonl` of a log's file in whatever form.
fn stem(path: &Path) -> Option<PathBuf> {
    let text = path.to_str()?;
    let plain = FORMS.iter().filter_map(|form| text.strip_suffix(form));
    plain.map(PathBuf::from).find(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
}

impl Source {
    /// Opens it to be read line by line; a plain one that was put away meanwhile is found again.
    pub(super) fn open(&self) -> io::Result<(Box<dyn BufRead>, Counter)> {
        let others =
            FORMS.iter().map(|form| PathBuf::from(format!("{}{form}", self.path.display())));
        let mut failed = None;
        for path in std::iter::once(self.path.clone()).chain(others) {
            match fs::File::open(&path) {
                Ok(file) => return Ok(self.opened(&path, file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    failed.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(failed.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
    }

    fn opened(&self, path: &Path, file: fs::File) -> (Box<dyn BufRead>, Counter) {
        let counter = Counter(Arc::new(AtomicU64::new(0)));
        let counted = BufReader::with_capacity(BUFFER, Counted { file, counter: counter.clone() });
        let ending = path.extension().and_then(|ending| ending.to_str());
        let reader: Box<dyn BufRead> = match ending {
            Some("gz") => {
                let plain = flate2::bufread::MultiGzDecoder::new(counted);
                Box::new(BufReader::with_capacity(BUFFER, plain))
            }
            Some("zst") => match zstd::stream::read::Decoder::with_buffer(counted) {
                Ok(plain) => Box::new(BufReader::with_capacity(BUFFER, plain)),
                Err(error) => Box::new(BufReader::new(Broken(Some(error)))),
            },
            _ => Box::new(counted),
        };
        (reader, counter)
    }

    pub(super) fn progress(&self, counter: &Counter) -> Progress {
        let done = self.before + counter.0.load(Ordering::Relaxed);
        Progress { done: done.min(self.total), total: self.total }
    }
}

/// How many bytes of a file have been read.
#[derive(Clone, Debug)]
pub(super) struct Counter(Arc<AtomicU64>);

struct Counted {
    file: fs::File,
    counter: Counter,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.counter.0.fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}

/// A file that cannot even be begun.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Unreadable { path, source }
}

/// What a log's files end in, behind `.jsonl`.
const FORMS: [&str; 3] = ["", ".gz", ".zst"];
const BUFFER: usize = 256 << 10;
