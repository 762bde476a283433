//! The command line: what can be asked, and how the process ends.
//!
//! Exit codes: 0 done, 64 usage or configuration (`EX_USAGE`), 1 anything else. What was asked for
//! goes to standard output, everything else to standard error. The service's own log is set up here
//! too, because only what runs for long has one.

use std::{
    ffi::OsString,
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};

use crate::report::Dimension;

mod check;
mod commands;
mod creative;
mod look;
mod report;
mod tag;
pub mod telemetry;
#[cfg(test)]
mod tests;

/// Server-side ad insertion for HLS, live and recorded.
#[derive(Debug, Parser)]
#[command(name = "midroll", version, about)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// A live channel, an ad server, a player page and Midroll between them, in one process
    Demo(Demo),
    /// The service
    Serve(Configured),
    /// Says everything that is wrong with a configuration file
    Check(Configured),
    /// Advertisers' files, made to match channels
    #[command(subcommand)]
    Creative(CreativeCommand),
    /// Prints the breaks of a playlist, or decodes a SCTE-35 message
    Inspect(Inspect),
    /// Prints what an ad tag would play, what not and why, and which URLs would be called
    Vast(Vast),
    /// Sums up beacon and decision logs
    Report(Report),
}

/// Arguments of `demo`.
#[derive(Clone, Debug, Args)]
pub struct Demo {
    /// Where the page, the channel and the service answer
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where health and metrics answer [default: any free port beside the page's]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub admin_listen: Option<SocketAddr>,
    /// Where logs are kept [default: a folder of its own among temporary files]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

/// Arguments of commands that need a configuration file.
#[derive(Clone, Debug, Args)]
pub struct Configured {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "midroll.toml")]
    pub config: PathBuf,
}

/// What can be done with creatives.
#[derive(Debug, Subcommand)]
pub enum CreativeCommand {
    /// Makes a file ready for a configuration's channels ahead of time
    Add(AddCreative),
}

/// Arguments of `creative add`.
#[derive(Clone, Debug, Args)]
pub struct AddCreative {
    /// Where the advertiser's file is, as VAST names it
    #[arg(value_name = "URL")]
    pub url: String,
    /// For the channels of which playback configuration
    #[arg(long, value_name = "NAME")]
    pub configuration: String,
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "midroll.toml")]
    pub config: PathBuf,
}

/// Arguments of `inspect`.
#[derive(Clone, Debug, Args)]
pub struct Inspect {
    /// A playlist's file or URL, or a SCTE-35 message in base64 or hex
    #[arg(value_name = "FILE-or-URL-or-MESSAGE")]
    pub source: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `vast`.
#[derive(Clone, Debug, Args)]
pub struct Vast {
    /// An ad server's URL, `[…]` variables and macros among it, or a file with its answer
    #[arg(value_name = "FILE-or-URL")]
    pub source: String,
    /// How long the break is, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..))]
    pub duration: u16,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `report`.
#[derive(Clone, Debug, Args)]
pub struct Report {
    /// Log files (`.jsonl`, `.jsonl.gz`, `.jsonl.zst`), or folders that hold them at any depth
    #[arg(value_name = "DIR-or-FILE", required = true)]
    pub logs: Vec<PathBuf>,
    /// Print JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print CSV
    #[arg(long)]
    pub csv: bool,
    /// Write one self-contained page with plots
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "csv"])]
    pub html: Option<PathBuf>,
    /// Tell apart by these only, in tables and CSV
    #[arg(long, value_enum, value_delimiter = ',', value_name = "DIMENSION")]
    pub by: Vec<Dimension>,
    /// Where records are kept meanwhile, a tenth of the logs' size [default: among temporary files]
    #[arg(long, value_name = "DIR")]
    pub work_dir: Option<PathBuf>,
}

/// Why a command was not done.
#[derive(Debug)]
pub enum Failure {
    /// The command line or the configuration is wrong; said already, or in this text.
    Usage(Option<String>),
    /// Anything else.
    Other(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// Where a command prints.
#[derive(Debug)]
pub struct Streams<Out, Err> {
    /// What was asked for.
    pub out: Out,
    /// Everything else.
    pub err: Err,
}

/// Does what the process was asked to do.
pub fn main() -> ExitCode {
    let mut streams = Streams { out: io::stdout(), err: io::stderr() };
    ExitCode::from(run(std::env::args_os(), &mut streams))
}

/// Does what the arguments (the program's name first) ask, and returns the exit code.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    streams: &mut Streams<impl Write, impl Write>,
) -> u8 {
    let done = match Arguments::try_parse_from(arguments) {
        Ok(Arguments { command }) => commands::run(command, streams),
        Err(answer) if answer.use_stderr() => Err(Failure::Usage(Some(answer.to_string()))),
        // `--help` and `--version`.
        Err(answer) => write!(streams.out, "{answer}").map_err(Failure::from),
    };
    // With standard error gone there is nobody left to tell.
    let _ = streams.out.flush();
    match done {
        Ok(()) => DONE,
        Err(Failure::Usage(text)) => {
            let _ = write!(streams.err, "{}", text.unwrap_or_default());
            USAGE
        }
        Err(Failure::Other(error)) => {
            let _ = writeln!(streams.err, "midroll: {error:#}");
            FAILED
        }
    }
}

const DONE: u8 = 0;
const FAILED: u8 = 1;
/// `EX_USAGE` of sysexits.h.
const USAGE: u8 = 64;
