//! Running ffmpeg and ffprobe: the only place that starts processes.
//!
//! A child is ended when its time is over, when its future is dropped and, by the kernel, when this
//! process dies (`setpriv --pdeathsig`, of util-linux). It runs with low priority, so that playlists
//! are not late for a transcode, has a bound to its memory (`prlimit`) and is ended before the service
//! where there is less (`choom`), reads nothing from standard input, and what it says is bounded.
//! Deliberately absent: what it is told, which is `encoding`'s.

use std::{process::Stdio, sync::Arc, time::Duration};

use rustix::process::{Resource, getrlimit};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader},
    process::{Child, Command},
};

use crate::units::MediaDuration;

#[cfg(test)]
mod tests;

/// Programs that are there and run.
#[derive(Clone, Debug)]
pub struct Transcoder {
    version: Arc<str>,
    /// Bytes that one program may have.
    memory: u64,
    /// What `choom` is told.
    first_to_go: String,
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
    /// It asked for more memory than it may have. It will another time, too.
    #[error("it needs more than {} MiB of memory", .limit >> 20)]
    OutOfMemory {
        /// How many bytes it may have.
        limit: u64,
    },
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
    /// Looks whether all programs are there, and whether ffmpeg and ffprobe run as they will be run.
    ///
    /// # Errors
    /// The first that is not, or does not run.
    pub fn find() -> Result<Self, Absent> {
        let mut version = None;
        for (program, package, asking) in PROGRAMS {
            let said = output(&mut std_command(program, &[asking]));
            let said = said.map_err(|why| Absent { program, package, why })?;
            version.get_or_insert_with(|| first_line(&said));
        }
        let own = std::fs::read_to_string("/proc/self/oom_score_adj").unwrap_or_default();
        let found = Self {
            version: version.unwrap_or_default().into(),
            memory: memory(),
            first_to_go: first_to_go(&own).to_string(),
        };
        for (program, package, asking) in &PROGRAMS[..2] {
            let arguments = [found.wrapped(program), vec![(*asking).to_owned()]].concat();
            let tried = output(&mut std_command(PROGRAM_THAT_BINDS, &arguments));
            tried.map_err(|why| Absent { program, package, why })?;
        }
        Ok(found)
    }

    /// What ffmpeg calls itself: another one makes something else of the same file.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// As if ffmpeg said that it is something else.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn called(self, version: &str) -> Self {
        Self { version: version.into(), ..self }
    }

    /// What `ffprobe` says.
    ///
    /// # Errors
    /// Why it says nothing.
    pub async fn ffprobe(&self, arguments: &[String], limit: Duration) -> Result<Said, Failed> {
        self.run("ffprobe", arguments, limit, |_| {}).await
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
        self.run("ffmpeg", arguments, limit, progress).await
    }

    /// What stands before a program's arguments.
    fn wrapped(&self, program: &str) -> Vec<String> {
        let data = format!("--data={}", self.memory);
        let own = std::process::id().to_string();
        let bound = ["--pdeathsig", "KILL", "sh", "-c", IF_CHILD_OF, &own, "prlimit", &data];
        let yields = ["choom", "-n", &self.first_to_go, "--", "nice", "-n", NICENESS, program];
        bound.into_iter().chain(yields).map(str::to_owned).collect()
    }

    async fn run(
        &self,
        program: &str,
        arguments: &[String],
        limit: Duration,
        progress: impl FnMut(MediaDuration),
    ) -> Result<Said, Failed> {
        let mut command = command(PROGRAM_THAT_BINDS);
        command.args(self.wrapped(program)).args(arguments).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
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
        if OUT_OF_MEMORY.iter().any(|words| said.err.contains(words)) {
            return Err(Failed::OutOfMemory { limit: self.memory });
        }
        let last = last_lines(&said.err);
        match said.out.is_empty() && is_a_wrappers(&said.err) {
            true => Err(Failed::Start(last)),
            false => Err(Failed::Ended { status: status.to_string(), said: last }),
        }
    }
}

/// Bytes that one program may have: no more than this process may, which only root could give more.
fn memory() -> u64 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let wanted = MEMORY + MEMORY_PER_CORE * u64::try_from(cores).unwrap_or(1);
    getrlimit(Resource::Data).maximum.map_or(wanted, |most| wanted.min(most))
}

/// What the kernel ends first where memory runs out: no less than what holds for the service itself,
/// below which it may not go. Container runtimes give that up to 1000 (Kubernetes by how much memory
/// a pod asks for).
fn first_to_go(own: &str) -> i32 {
    own.trim().parse().map_or(FIRST_TO_GO, |own: i32| own.max(FIRST_TO_GO))
}

/// Whether what was said first is of a program that only starts another.
fn is_a_wrappers(said: &str) -> bool {
    WRAPPERS.iter().any(|name| said.strip_prefix(name).is_some_and(|rest| rest.starts_with(": ")))
}

fn last_lines(said: &str) -> String {
    let last = said.lines().rev().take(LAST_LINES).collect::<Vec<_>>();
    last.into_iter().rev().collect::<Vec<_>>().join("; ")
}

fn first_line(said: &[u8]) -> String {
    String::from_utf8_lossy(said).lines().next().unwrap_or_default().to_owned()
}

#[expect(clippy::disallowed_methods, reason = "the one place that starts processes")]
fn command(program: &str) -> Command {
    Command::new(program)
}

#[expect(clippy::disallowed_methods, reason = "the one place that starts processes")]
fn std_command(program: &str, arguments: &[impl AsRef<std::ffi::OsStr>]) -> std::process::Command {
    let mut command = std::process::Command::new(program);
    command.args(arguments);
    command
}

/// What it says where it runs to its end, or why it does not.
fn output(command: &mut std::process::Command) -> Result<Vec<u8>, String> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(output.stdout),
        Ok(output) => {
            let said = last_lines(&String::from_utf8_lossy(&output.stderr));
            Err(if said.is_empty() { output.status.to_string() } else { said })
        }
        Err(error) => Err(error.to_string()),
    }
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

/// What is run, ffmpeg first, the Debian package that has it, and how it is asked for its version.
const PROGRAMS: [(&str, &str, &str); 6] = [
    ("ffmpeg", "ffmpeg", "-version"),
    ("ffprobe", "ffmpeg", "-version"),
    ("setpriv", "util-linux", "--version"),
    ("prlimit", "util-linux", "--version"),
    ("choom", "util-linux", "--version"),
    ("nice", "coreutils", "--version"),
];
/// What makes the child end with this process; `exec` keeps it.
const PROGRAM_THAT_BINDS: &str = "setpriv";
const NICENESS: &str = "10";
/// Where memory runs out the kernel ends a child, and not the service.
const FIRST_TO_GO: i32 = 500;
const WRAPPERS: [&str; 4] = [PROGRAM_THAT_BINDS, "prlimit", "choom", "nice"];
/// Bytes of heap and stacks that one program may have (`RLIMIT_DATA`): an 8K picture is 50 to 200 MiB, of
/// which decoding and filters hold a few dozen at most.
const MEMORY: u64 = 4 << 30;
/// And per core, since encoders have threads for each: four rungs up to 1080p were seen to take 0.7 GiB
/// on two cores and 2.7 GiB with the threads of sixteen.
const MEMORY_PER_CORE: u64 = 256 << 20;
/// What ffmpeg and the encoders in it say where they get none.
const OUT_OF_MEMORY: [&str; 3] = ["Cannot allocate memory", "malloc of size", "out of memory"];
/// A probe of ten minutes at 60 frames a second is some 8 MB.
const MOST_SAID: u64 = 32 << 20;
const LAST_LINES: usize = 4;

/// Whoever was started by a process that died before the kernel was told would not be ended with it.
const IF_CHILD_OF: &str = r#"[ "$PPID" = "$0" ] && exec "$@""#;
