//! `midroll check`, and how findings in a configuration file are printed.

use std::{
    io::{self, Write},
    path::Path,
};

use super::{Configured, Failure, Streams};
use crate::config::{File, Finding, Report};

/// Says everything that is wrong with a file.
pub(super) fn run(
    arguments: &Configured,
    streams: &mut Streams<impl Write, impl Write>,
) -> Result<(), Failure> {
    let path = &arguments.config;
    let report = load(&mut File::at(path.clone()))?;
    print(path, &report, &mut streams.err)?;
    let Some(config) = &report.config else { return Err(Failure::Usage(None)) };
    let count = config.playback_configurations.len();
    let plural = if count == 1 { "" } else { "s" };
    writeln!(streams.out, "{}: good, {count} playback configuration{plural}", path.display())?;
    Ok(())
}

/// Reads a file; one that cannot be read is a mistake of whoever named it.
pub(super) fn load(file: &mut File) -> Result<Report, Failure> {
    file.load()
        .map_err(|error| Failure::Usage(Some(format!("midroll: {error}: {}\n", error.source))))
}

/// One line per finding, in the form that editors can jump to.
pub(super) fn print(path: &Path, report: &Report, to: &mut impl Write) -> io::Result<()> {
    let path = path.display();
    let mut print = |kind: &str, findings: &[Finding]| {
        findings.iter().try_for_each(|Finding { line, column, text, .. }| {
            writeln!(to, "{path}:{line}:{column}: {kind}: {text}")
        })
    };
    print("error", &report.errors)?;
    print("warning", &report.warnings)
}
