//! Running ffmpeg and ffprobe: the only place that starts processes.
//!
//! A child is ended when its time is over, when its future is dropped and, by the kernel, when this
//! process dies (`setpriv --pdeathsig`, of util-linux). It runs with low priority, so that playlists
//! are not late for a transcode, is ended before the service where memory runs out (`choom`), reads
//! nothing from standard input, and what it says is bounded.
//! Deliberately absent: what it is told, which is `encoding`'s.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader},
    process::{Child, Command},
};

use crate::units::MediaDuration;

#[cfg(test)]
mod tests;

/// Programs that are there and run; clones share nothing.
#[derive(Clone, Debug)]
pub struct Transcoder {
    _found: (),
}

/// A program that is needed is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{program}` cannot be run ({why}); install {package}")]
pub struct Absent {
    /// Which.
    pub program: &'static str,
    /// Who has it.
    pub package: &'static str,
    /// Why it cannot be run.
    pub why: String,
}

/// Why a program did not do its work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// It could not be started.
    #[error("it cannot be started: {0}")]
    Start(String),
    /// It took too long and was ended.
    #[error("it took longer than {0:?}")]
    TimedOut(Duration),
    /// It ended with an error, and said this last.
    #[error("it ended with {status}: {said}")]
    Ended {
        /// How it ended.
        status: String,
        /// Its last words.
        said: String,
    },
}

/// What a program said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// On standard output.
    pub out: Vec<u8>,
    /// On standard error.
    pub err: String,
}

impl Transcoder {
    /// Looks whether all programs are there.
    ///
    /// # Errors
    /// The first that is not.
    pub fn find() -> Result<Self, Absent> {
        for (program, package, version) in PROGRAMS {
            let mut command = std_command(program);
            let why = match command.arg(version).output() {
                Ok(output) if output.status.success() => continue,
                Ok(output) => output.status.to_string(),
                Err(error) => error.to_string(),
            };
            return Err(Absent { program, package, why });
        }
        Ok(Self { _found: () })
    }

    /// What `ffprobe` says.
    ///
    /// # Errors
    /// Why it says nothing.
    pub async fn ffprobe(&self, arguments: &[String], limit: Duration) -> Result<Said, Failed> {
        run("ffprobe", arguments, limit, |_| {}).await
    }

    /// Runs ffmpeg; `progress` is told how far into the media it is, where the arguments ask for it.
    ///
    /// # Errors
    /// Why it did not do its work.
    pub async fn ffmpeg(
        &self,
        arguments: &[String],
        limit: Duration,
        progress: impl FnMut(MediaDuration),
    ) -> Result<Said, Failed> {
        run("ffmpeg", arguments, limit, progress).await
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that starts processes")]
fn command(program: &str) -> Command {
    Command::new(program)
}

#[expect(clippy::disallowed_methods, reason = "the one place that starts processes")]
fn std_command(program: &str) -> std::process::Command {
    std::process::Command::new(program)
}

async fn run(
    program: &str,
    arguments: &[String],
    limit: Duration,
    progress: impl FnMut(MediaDuration),
) -> Result<Said, Failed> {
    let mut command = command(PROGRAM_THAT_BINDS);
    command.args(["--pdeathsig", "KILL", "choom", "-n", FIRST_TO_GO, "--"]);
    command.args(["nice", "-n", NICENESS, program]).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| Failed::Start(error.to_string()))?;
    let ended = tokio::time::timeout(limit, watch(&mut child, progress)).await;
    let Ok(ended) = ended else {
        // Its end is waited for, so that nothing is written any more to files that are given up.
        let _ = child.kill().await;
        return Err(Failed::TimedOut(limit));
    };
    let (status, said) = ended.map_err(|error| Failed::Start(error.to_string()))?;
    if status.success() {
        return Ok(said);
    }
    let last = said.err.lines().rev().take(LAST_LINES).collect::<Vec<_>>();
    let last = last.into_iter().rev().collect::<Vec<_>>().join("; ");
    Err(Failed::Ended { status: status.to_string(), said: last })
}

async fn watch(
    child: &mut Child,
    progress: impl FnMut(MediaDuration),
) -> std::io::Result<(std::process::ExitStatus, Said)> {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (out, err) = tokio::join!(listen(out, progress), drain(err));
    let status = child.wait().await?;
    Ok((status, Said { out: out?, err: String::from_utf8_lossy(&err?).into_owned() }))
}

/// All that is said line by line; times of `-progress` are told on.
async fn listen(
    from: Option<impl AsyncRead + Unpin>,
    mut progress: impl FnMut(MediaDuration),
) -> std::io::Result<Vec<u8>> {
    let Some(mut rest) = from else { return Ok(Vec::new()) };
    let mut from = BufReader::new((&mut rest).take(MOST_SAID));
    let (mut all, mut at) = (Vec::new(), 0);
    while from.read_until(b'\n', &mut all).await? > 0 {
        let line = all.get(at..).unwrap_or_default();
        if let Some(micros) = line.strip_prefix(b"out_time_us=") {
            let micros = std::str::from_utf8(micros).ok().and_then(|text| text.trim().parse().ok());
            progress(MediaDuration::from_nanos(micros.unwrap_or(0_i64).saturating_mul(1_000)));
        }
        at = all.len();
    }
    // As in `drain`.
    tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
    Ok(all)
}

/// What is beyond the limit is read and dropped, so that the child is not kept from going on.
async fn drain(from: Option<impl AsyncRead + Unpin>) -> std::io::Result<Vec<u8>> {
    let Some(mut from) = from else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    (&mut from).take(MOST_SAID).read_to_end(&mut all).await?;
    tokio::io::copy(&mut from, &mut tokio::io::sink()).await?;
    Ok(all)
}

/// What is run, the Debian package that has it, and how it is asked for its version.
const PROGRAMS: [(&str, &str, &str); 5] = [
    ("ffmpeg", "ffmpeg", "-version"),
    ("ffprobe", "ffmpeg", "-version"),
    ("setpriv", "util-linux", "--version"),
    ("choom", "util-linux", "--version"),
    ("nice", "coreutils", "--version"),
];
/// What makes the child end with this process; `exec` keeps it.
const PROGRAM_THAT_BINDS: &str = "setpriv";
const NICENESS: &str = "10";
/// Where memory runs out the kernel ends a child, and not the service.
const FIRST_TO_GO: &str = "500";
/// A probe of ten minutes at 60 frames a second is some 8 MB.
const MOST_SAID: u64 = 32 << 20;
const LAST_LINES: usize = 4;
