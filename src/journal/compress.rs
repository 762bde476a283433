//! A closed file, compressed.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// What a closed file becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// It stays as it is.
    None,
    /// `….jsonl.gz`, which everything reads.
    #[default]
    Gzip,
    /// `….jsonl.zst`, smaller and faster.
    Zstd,
}

impl Compression {
    /// All of them, with what they are called in a configuration.
    pub const ALL: [(&str, Self); 3] =
        [("none", Self::None), ("gzip", Self::Gzip), ("zstd", Self::Zstd)];

    /// That of a log's file, by its name; none of what is no whole file (`….jsonl.partial`).
    pub(super) fn of(file: &str) -> Option<Self> {
        let (_, form) = file.split_once(".jsonl")?;
        let form = if form.is_empty() { None } else { Some(form.strip_prefix('.')?) };
        Self::ALL.into_iter().map(|(_, one)| one).find(|one| one.ending() == form)
    }

    /// The lines of a file of this form.
    pub(super) fn lines_of(self, file: fs::File) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::None => Box::new(file),
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(file)),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::new(file)?),
        })
    }

    /// What its files end in, behind `.jsonl`.
    pub(super) const fn ending(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Gzip => Some("gz"),
            Self::Zstd => Some("zst"),
        }
    }
}

/// Puts a compressed file in the place of `path`, unless `stopped` meanwhile.
///
/// The whole of it is on disk under another name before it gets its own, and has its own before the
/// original goes: at no moment of a crash is a row gone, and [`settle`] ends what was begun.
pub(super) fn compress(
    path: &Path,
    with: Compression,
    stopped: &dyn Fn() -> bool,
) -> io::Result<()> {
    let Some(ending) = with.ending() else { return Ok(()) };
    let (whole, unfinished) = (beside(path, ending), beside(path, UNFINISHED));
    if let Err(error) = written(path, &unfinished, with, stopped) {
        let _ = fs::remove_file(&unfinished);
        return if stopped() { Ok(()) } else { Err(error) };
    }
    fs::rename(&unfinished, &whole)?;
    let folder = fs::File::open(path.parent().unwrap_or(Path::new(".")))?;
    folder.sync_all()?;
    fs::remove_file(path)
}

/// Ends what a crash has interrupted: of a file that is there in both forms the original goes, and
/// so does what was not finished.
pub(super) fn settle(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.to_str().is_some_and(|path| path.ends_with(UNFINISHED)) {
            fs::remove_file(&path)?;
        } else if path.extension().is_some_and(|ending| ending == "jsonl") {
            let whole = Compression::ALL.iter().filter_map(|(_, one)| one.ending());
            if whole.map(|ending| beside(&path, ending)).any(|whole| whole.is_file()) {
                fs::remove_file(&path)?;
            }
        }
    }
    Ok(())
}

fn written(
    from: &Path,
    to: &Path,
    with: Compression,
    stopped: &dyn Fn() -> bool,
) -> io::Result<()> {
    let mut source = Stoppable { source: fs::File::open(from)?, stopped };
    let to = fs::File::create(to)?;
    let to = match with {
        Compression::None => return Ok(()),
        Compression::Gzip => {
            let mut to = flate2::write::GzEncoder::new(to, flate2::Compression::default());
            io::copy(&mut source, &mut to)?;
            to.finish()?
        }
        Compression::Zstd => {
            let mut to = zstd::stream::write::Encoder::new(to, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            to.include_checksum(true)?;
            io::copy(&mut source, &mut to)?;
            to.finish()?
        }
    };
    (&to).flush()?;
    to.sync_all()
}

struct Stoppable<'a> {
    source: fs::File,
    stopped: &'a dyn Fn() -> bool,
}

impl Read for Stoppable<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if (self.stopped)() {
            return Err(io::Error::other("the service stops"));
        }
        self.source.read(into)
    }
}

pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

const UNFINISHED: &str = "unfinished";
