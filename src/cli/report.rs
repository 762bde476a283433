//! `report`: sums up logs, with a bar while it reads.

use std::io::{IsTerminal, Write};

use anyhow::{Context as _, anyhow};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Failure, Report, Streams};
use crate::report::{self, Dimension};

pub(super) fn run(
    arguments: &Report,
    streams: &mut Streams<impl Write, impl Write>,
) -> Result<(), Failure> {
    let bar = bar();
    let work = arguments.work_dir.clone().unwrap_or_else(std::env::temp_dir);
    let told = report::report(&arguments.logs, &work, &mut |progress| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    });
    bar.finish_and_clear();
    let told = told?;
    let all = || Dimension::ALL.to_vec();
    let dimensions = if arguments.by.is_empty() { all() } else { arguments.by.clone() };
    if arguments.json {
        writeln!(streams.out, "{:#}", told.to_json())?;
    } else if let Some(page) = &arguments.html {
        std::fs::write(page, told.to_html(&dimensions))
            .with_context(|| format!("cannot write `{}`", page.display()))?;
    } else if arguments.csv {
        write!(streams.out, "{}", told.to_csv(&dimensions))?;
    } else {
        write!(streams.out, "{}", told.to_table(&dimensions))?;
    }
    match told.damaged.as_slice() {
        [] => Ok(()),
        damaged => Err(anyhow!("read only as far as it goes: {}", damaged.join("; ")).into()),
    }
}

/// On standard error, where that is a terminal; else nobody sees it.
fn bar() -> ProgressBar {
    let target = match std::io::stderr().is_terminal() {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    };
    let style = ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {eta} to go");
    let bar = ProgressBar::with_draw_target(None, target);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
