//! `midroll creative add`: conditions an advertiser's file ahead of time, in this process, into the
//! service's store, where the service finds it.

use std::{io::Write, sync::Arc};

use anyhow::Context as _;
use url::Url;

use super::{AddCreative, Failure, Streams, check};
use crate::{
    app,
    clock::Clock,
    conditioning::{Conditioning, State, Wanted, remembered},
    config::{Config, File},
    creative::Creative,
    profile::Profile,
    units::ProgramTime,
};

pub(super) fn config(
    arguments: &AddCreative,
    streams: &mut Streams<impl Write, impl Write>,
) -> Result<Config, Failure> {
    let report = check::load(&mut File::at(arguments.config.clone()))?;
    check::print(&arguments.config, &report, &mut streams.err)?;
    report.config.ok_or(Failure::Usage(None))
}

pub(super) async fn add(
    arguments: AddCreative,
    config: Config,
    streams: &mut Streams<impl Write, impl Write>,
) -> Result<(), Failure> {
    let name = &arguments.configuration;
    let usage = |text: String| Failure::Usage(Some(format!("midroll: {text}\n")));
    if !config.playback_configurations.iter().any(|one| one.name.as_str() == name) {
        return Err(usage(format!("no playback configuration is named `{name}`")));
    }
    let source =
        Url::parse(&arguments.url).with_context(|| format!("`{}` is no URL", arguments.url))?;
    let profiles = remembered(&app::conditioning_folder(&config), name)?;
    if profiles.is_empty() {
        let text =
            format!("no channel of `{name}` has been watched yet, so it is not known what to make");
        return Err(usage(text));
    }
    let conditioning = app::conditioning_aside(&config, &Clock::real())?;
    let made = make_all(&conditioning, &source, profiles, streams).await;
    let _ = std::fs::remove_dir_all(app::folder_aside(&config));
    made
}

async fn make_all(
    conditioning: &Conditioning,
    source: &Url,
    profiles: Vec<Profile>,
    streams: &mut Streams<impl Write, impl Write>,
) -> Result<(), Failure> {
    for profile in profiles {
        let id = profile.id();
        let creative = make(conditioning, source, profile, &mut streams.err).await?;
        let (length, segments) = (creative.duration, creative.segments());
        writeln!(streams.out, "{source}: {length} s in {segments} segments for profile {id}")?;
    }
    Ok(())
}

async fn make(
    conditioning: &Conditioning,
    source: &Url,
    profile: Profile,
    err: &mut impl Write,
) -> Result<Arc<Creative>, Failure> {
    let by = ProgramTime::from_millis(0);
    let wanted = Wanted::new(source.clone(), Arc::new(profile), by);
    let mut states = conditioning.watch(&wanted).map_err(anyhow::Error::from)?;
    loop {
        let state = states.borrow_and_update().clone();
        if let State::Working { step, percent } = &state {
            write!(err, "\r{:<8} {}", step.as_str(), bar(*percent))?;
            err.flush()?;
        }
        if let Some(outcome) = state.outcome() {
            writeln!(err)?;
            return Ok(outcome.map_err(anyhow::Error::from)?);
        }
        states.changed().await.context("the work was given up")?;
    }
}

fn bar(percent: u8) -> String {
    let done = usize::from(percent.min(100)) * WIDTH / 100;
    format!("[{}{}] {percent:>3} %", "#".repeat(done), " ".repeat(WIDTH - done))
}

const WIDTH: usize = 40;
