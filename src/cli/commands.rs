//! From a command to the module that does it.

use std::{future::Future, io::Write, net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use super::{
    Command, CreativeCommand, Demo, Failure, Streams, check, creative, look, report, tag, telemetry,
};
use crate::{
    app::{App, Ports, demo::Running},
    clock::Clock,
    config::{Config, File, environment},
};

pub(super) fn run(
    command: Command,
    streams: &mut Streams<impl Write, impl Write>,
) -> Result<(), Failure> {
    match command {
        Command::Check(arguments) => check::run(&arguments, streams),
        Command::Demo(arguments) => {
            begin_log()?;
            run_async(demo(arguments, &mut streams.out))
        }
        Command::Serve(arguments) => {
            let mut file = File::at(arguments.config.clone());
            let report = check::load(&mut file)?;
            check::print(&arguments.config, &report, &mut streams.err)?;
            let Some(config) = report.config else { return Err(Failure::Usage(None)) };
            begin_log()?;
            run_async(serve(file, config))
        }
        Command::Creative(CreativeCommand::Add(arguments)) => {
            let config = creative::config(&arguments, streams)?;
            run_async(creative::add(arguments, config, streams))
        }
        Command::Inspect(arguments) => run_async(look::run(&arguments, &mut streams.out)),
        Command::Vast(arguments) => run_async(tag::run(&arguments, &mut streams.out)),
        Command::Report(arguments) => report::run(&arguments, streams),
    }
}

/// What runs for long has a log of its own.
fn begin_log() -> Result<(), Failure> {
    let directives = environment::log_directives();
    telemetry::init(directives.as_deref())
        .map_err(|error| Failure::Usage(Some(format!("midroll: `MIDROLL_LOG`: {error}\n"))))?;
    for name in environment::unknown() {
        tracing::warn!("`{name}` is no variable of Midroll's; the only one is `MIDROLL_LOG`");
    }
    Ok(())
}

fn run_async(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("cannot start a runtime")?.block_on(work)
}

async fn serve(file: File, config: Config) -> Result<(), Failure> {
    let app = App::build(&config, &Clock::real())?;
    let ports = Ports::open(config.listen, config.admin_listen).await?;
    let changes =
        file.watch(Arc::new(config), app.metrics()).context("cannot listen for SIGHUP")?;
    let stop = told_to_stop()?;
    app.run(ports, axum::Router::new(), Some(changes), stop).await?;
    Ok(())
}

async fn demo(arguments: Demo, out: &mut impl Write) -> Result<(), Failure> {
    let data_dir = arguments.data_dir.unwrap_or_else(own_folder);
    let beside = SocketAddr::new(arguments.listen.ip(), 0);
    let admin_listen = arguments.admin_listen.unwrap_or(beside);
    let demo = Running::open(arguments.listen, admin_listen, data_dir.clone()).await?;
    writeln!(out, "Midroll's demo: open {}/", demo.page)?;
    writeln!(out, "  logs:    {}", data_dir.join("logs").display())?;
    writeln!(out, "  metrics: http://{}/metrics", demo.admin)?;
    out.flush()?;
    let stop = told_to_stop()?;
    demo.run(stop).await?;
    Ok(())
}

/// A folder for one demo: two beside each other must not write the same logs.
fn own_folder() -> PathBuf {
    std::env::temp_dir().join(format!("midroll-demo-{}", std::process::id()))
}

/// Done when the process is asked to end, by SIGTERM or from the keyboard.
fn told_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
