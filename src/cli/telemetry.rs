//! The service's own log, on standard error: lines for people, JSON for machines. Where it cannot be
//! written (a full disk, a reader that has gone), its lines are lost and the service goes on.

use std::io::{self, IsTerminal};

use tracing_subscriber::{EnvFilter, filter::ParseError};

/// Sets the log up for the rest of the process. `directives` are `tracing`'s, such as
/// `info,midroll::origin=debug`; without them everything from `info` on is shown.
///
/// # Errors
/// When the directives cannot be read.
pub fn init(directives: Option<&str>) -> Result<(), ParseError> {
    let filter = EnvFilter::try_new(directives.unwrap_or(DEFAULT))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        // Saying on standard error that standard error fails ends the thread that says it.
        .log_internal_errors(false);
    // A second call changes nothing: the first log stays.
    let _ = if io::stderr().is_terminal() { log.try_init() } else { log.json().try_init() };
    Ok(())
}

const DEFAULT: &str = "info";
