//! The end of what an earlier process has written, for those who must know whether a row is there.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom},
    path::Path,
};

use super::{compress::Compression, name};

/// The newest files in whatever form, open, so that putting them away or removing them takes nothing
/// from them. Newest first.
#[derive(Debug, Default)]
pub(super) struct Earlier(Vec<Written>);

#[derive(Debug)]
struct Written {
    file: File,
    form: Compression,
}

impl Earlier {
    /// As many as may hold this many bytes of lines; none of a folder that is not there.
    pub(super) fn of(folder: &Path, most: u64) -> io::Result<Self> {
        let (mut newest, mut bytes) = (Vec::new(), 0_u64);
        if !folder.is_dir() {
            return Ok(Self(newest));
        }
        let mut files = name::listed(folder)?;
        files.retain(|(_, file)| Compression::of(file).is_some());
        // One that is there in two forms is the same in both.
        files.dedup_by(|later, earlier| later.0 == earlier.0);
        for (_, file) in files.iter().rev() {
            if bytes >= most || newest.len() == MOST_FILES {
                break;
            }
            let form = Compression::of(file).unwrap_or_default();
            if let Ok(file) = File::open(folder.join(file)) {
                // No file is smaller than what is on disk of it.
                bytes = bytes.saturating_add(file.metadata()?.len());
                newest.push(Written { file, form });
            }
        }
        Ok(Self(newest))
    }

    /// The last so many bytes, oldest first; the first line may lack its beginning, the last line of a
    /// file its end. What cannot be read is left out.
    pub(super) fn end(self, mut most: u64) -> impl BufRead + use<> {
        let mut parts = Vec::new();
        for Written { mut file, form } in self.0 {
            if most == 0 {
                break;
            }
            let length = length(&mut file, form);
            parts.push(Part { file, form, from: length.saturating_sub(most), length });
            most = most.saturating_sub(length);
        }
        BufReader::with_capacity(BUFFER, End { parts, reading: Box::new(io::empty()) })
    }
}

/// How many bytes of lines can be read of a file.
fn length(file: &mut File, form: Compression) -> u64 {
    if form == Compression::None {
        return file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
    }
    let lines = file.try_clone().and_then(|file| form.lines_of(file));
    let count = |mut lines: Box<dyn Read + Send>| {
        let (mut length, mut buffer) = (0, vec![0; BUFFER]);
        while let Ok(read @ 1..) = lines.read(&mut buffer) {
            length += u64::try_from(read).unwrap_or_default();
        }
        length
    };
    lines.map(count).unwrap_or_default()
}

/// A file of which lines are wanted.
struct Part {
    file: File,
    form: Compression,
    from: u64,
    length: u64,
}

impl Part {
    fn open(mut self) -> io::Result<Box<dyn Read + Send>> {
        if self.form == Compression::None {
            self.file.seek(SeekFrom::Start(self.from))?;
            return Ok(Box::new(self.file));
        }
        self.file.rewind()?;
        let mut lines = self.form.lines_of(self.file)?.take(self.length);
        io::copy(&mut lines.by_ref().take(self.from), &mut io::sink())?;
        Ok(Box::new(lines))
    }
}

/// One file behind the other, each opened when it is its turn.
struct End {
    /// The next one last.
    parts: Vec<Part>,
    reading: Box<dyn Read + Send>,
}

impl Read for End {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reading.read(into) {
                Ok(0) => {}
                Err(error) if error.kind() != ErrorKind::Interrupted => {}
                read => return read,
            }
            let Some(next) = self.parts.pop() else { return Ok(0) };
            // A line without its end must not swallow the first of the next file.
            let next = next.open().unwrap_or_else(|_| Box::new(io::empty()));
            self.reading = Box::new((&b"\n"[..]).chain(next));
        }
    }
}

/// Stops make short files; those of an hour that beacons may wait are fewer.
const MOST_FILES: usize = 128;

const BUFFER: usize = 256 << 10;
