//! Mending what a crash has left: a last line without its end.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use super::compress;

/// Mends every log file of a folder. A last line that is complete but for its line break gets one;
/// a broken one is moved to a file beside it (`….jsonl.partial`), so that nothing is thrown away
/// and every line that stays is whole.
pub(super) fn mend(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            mend_file(&path)?;
        }
    }
    Ok(())
}

/// Mends one file, if it needs it.
pub(super) fn mend_file(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).open(path)?;
    if ends_with_line_break(&mut file)? {
        return Ok(());
    }
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
    let rest = &bytes[whole..];
    if serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(rest).is_ok() {
        tracing::warn!(file = %path.display(), "a log's last line had no end and got one");
        file.write_all(b"\n")?;
    } else {
        let beside = compress::beside(path, "partial");
        tracing::warn!(
            file = %path.display(), moved_to = %beside.display(), bytes = rest.len(),
            "a log's last line was half-written and is moved aside",
        );
        fs::write(&beside, rest)?;
        file.set_len(u64::try_from(whole).unwrap_or(u64::MAX))?;
    }
    file.sync_data()
}

/// True of an empty file too: there is nothing to mend.
fn ends_with_line_break(file: &mut fs::File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
