//! `vast`: asks for an ad tag, or reads an answer.

use std::io::Write;

use anyhow::Context as _;

use super::{Failure, Vast};
use crate::{
    adtag::{self, Source},
    fetch,
    guard::{Guard, Policy, PrivateNetworks},
    transcode::Transcoder,
    units::MediaDuration,
};

pub(super) async fn run(arguments: &Vast, out: &mut impl Write) -> Result<(), Failure> {
    // Whoever types an address means it, wherever it leads.
    let guard = Guard::new(Policy { private: PrivateNetworks::AllowedAll, ..Policy::default() });
    let client = fetch::Client::new(guard, fetch::Settings::default())?;
    let length = MediaDuration::from_secs(i64::from(arguments.duration));
    let told = adtag::run(client, source(&arguments.source)?, length, makes()).await?;
    let told = if arguments.json { told.json() } else { told.table() };
    writeln!(out, "{}", told.trim_end())?;
    Ok(())
}

/// What the service finds out at its start.
fn makes() -> bool {
    Transcoder::find().is_ok()
}

fn source(source: &str) -> Result<Source, Failure> {
    if source.starts_with("http://") || source.starts_with("https://") {
        return Ok(Source::Url(source.to_owned()));
    }
    let bytes = std::fs::read(source).with_context(|| format!("cannot read `{source}`"))?;
    Ok(Source::Answer(bytes))
}
