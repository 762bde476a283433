//! `inspect`: fetches what is to be looked at.

use std::io::Write;

use anyhow::Context as _;
use url::Url;

use super::{Failure, Inspect};
use crate::{
    fetch::{self, HeaderMap, Request},
    guard::{Guard, Policy, PrivateNetworks},
    inspect,
};

pub(super) async fn run(arguments: &Inspect, out: &mut impl Write) -> Result<(), Failure> {
    let text = text(&arguments.source).await?;
    let told = inspect::run(&text, arguments.json)
        .map_err(|error| Failure::Usage(Some(format!("midroll: {error}\n"))))?;
    writeln!(out, "{}", told.trim_end())?;
    Ok(())
}

/// A URL's answer, a file's text, or the words themselves: a splice message.
async fn text(source: &str) -> Result<String, Failure> {
    if source.starts_with("http://") || source.starts_with("https://") {
        return fetched(source).await;
    }
    let path = std::path::Path::new(source);
    if path.is_file() {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read `{source}`"))?;
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(source.to_owned())
}

/// Whoever types an address means it, wherever it leads.
async fn fetched(source: &str) -> Result<String, Failure> {
    let url = Url::parse(source).with_context(|| format!("`{source}` is no URL"))?;
    let guard = Guard::new(Policy { private: PrivateNetworks::AllowedAll, ..Policy::default() });
    let client = fetch::Client::new(guard, fetch::Settings::default())?;
    let url = client.guard().admit(&url).context("cannot fetch it")?;
    let request = Request {
        headers: HeaderMap::new(),
        validators: None,
        limit: MOST_BYTES,
        timeout: std::time::Duration::from_secs(10),
    };
    let answer = client.get(&url, request).await.with_context(|| format!("cannot fetch {url}"))?;
    if !answer.status.is_success() {
        return Err(anyhow::anyhow!("{url} answered {}", answer.status.as_u16()).into());
    }
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}

const MOST_BYTES: usize = 16 << 20;
