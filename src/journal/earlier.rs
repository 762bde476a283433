//! The end of what an earlier process has written, for those who must know whether a row is there.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use super::name;

/// The newest files that are not compressed, open, so that putting them away takes nothing from them.
/// Newest first.
#[derive(Debug, Default)]
pub(super) struct Earlier(Vec<File>);

impl Earlier {
    /// None of a folder that is not there.
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        if !folder.is_dir() {
            return Ok(Self::default());
        }
        let plain = name::listed(folder)?.into_iter().rev().map(|(_, file)| file);
        let plain = plain.filter(|file| file.ends_with(".jsonl")).take(MOST_FILES);
        plain.map(|file| File::open(folder.join(file))).collect::<io::Result<_>>().map(Self)
    }

    /// The last so many bytes, oldest first; the first line may lack its beginning, the last line of a
    /// file its end. What cannot be read is left out.
    pub(super) fn end(self, mut most: u64) -> impl BufRead {
        let mut all: Box<dyn Read + Send> = Box::new(io::empty());
        for mut file in self.0 {
            let Ok(length) = file.metadata().map(|metadata| metadata.len()) else { break };
            if most == 0 || file.seek(SeekFrom::Start(length.saturating_sub(most))).is_err() {
                break;
            }
            most = most.saturating_sub(length);
            // A line without its end must not swallow the first of the next file.
            all = Box::new(file.chain(&b"\n"[..]).chain(all));
        }
        BufReader::with_capacity(BUFFER, all)
    }
}

/// More are only there when rows come faster than files are compressed.
const MOST_FILES: usize = 8;

const BUFFER: usize = 256 << 10;
