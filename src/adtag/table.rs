//! What an ad tag would play, for people.

use std::{
    fmt::{self, Write as _},
    sync::Arc,
};

use super::Told;
use crate::{
    beacon,
    pod::{Ad, AdInfo, INTERACTIVE_NOT_EXECUTED, Skipped},
    units::MediaDuration,
    vast::AdBreak,
};

impl Told {
    /// Would its media be made of a file first?
    pub(super) fn is_of_file(&self, info: &Arc<AdInfo>) -> bool {
        self.of_files.iter().any(|one| Arc::ptr_eq(one, info))
    }

    /// As lines.
    pub fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, to: &mut String) -> fmt::Result {
        if !self.asked.url.is_empty() {
            writeln!(to, "asked    {} ({} s)", self.asked.url, self.asked.took)?;
        }
        for hop in &self.asked.hops {
            let outcome = match &hop.outcome {
                Ok(response) => format!("{} ads", response.ads.len()),
                Err(trouble) => trouble.to_string(),
            };
            writeln!(to, "wrapper  {} {} ({} s): {outcome}", hop.depth, shown(&hop.url), hop.took)?;
        }
        if let Err(trouble) = &self.asked.outcome {
            writeln!(to, "no answer: {trouble}")?;
        }
        if let Ok(response) = &self.asked.outcome {
            if response.ads.is_empty() {
                writeln!(to, "no ads   the answer holds none")?;
            }
            response.breaks.iter().try_for_each(|known| planned(to, known))?;
            if response.left_out > 0 {
                let count = response.left_out;
                writeln!(to, "left out {count} of its parts: past a limit, or unreadable")?;
            }
        }
        let filled: MediaDuration = self.filled.ads.iter().map(|ad| ad.creative.duration).sum();
        writeln!(to, "plays    {filled} s of {} s", self.length)?;
        self.filled.ads.iter().try_for_each(|ad| plays(to, ad, self.is_of_file(&ad.info)))?;
        self.filled.skipped.iter().try_for_each(|skipped| skips(to, skipped))?;
        let empty = self.asked.outcome.iter().filter(|response| response.ads.is_empty());
        for url in empty.flat_map(|response| &response.errors) {
            writeln!(to, "    error 303 {}", shown(url))?;
        }
        Ok(())
    }
}

/// A break of a VMAP; those of the first that has any ads are chosen from.
fn planned(to: &mut String, known: &AdBreak) -> fmt::Result {
    let (offset, ads) = (shown(&known.written), known.ads.len());
    let kind = if known.linear { "" } else { ", not linear" };
    writeln!(to, "break    {offset}: {ads} ads{kind}")
}

fn plays(to: &mut String, ad: &Ad, is_of_file: bool) -> fmt::Result {
    let (info, creative) = (&ad.info, &ad.creative);
    let how = if is_of_file { " as it says, to be made of" } else { "," };
    writeln!(to, "+ {}: {} s{how} {}", name(info), creative.duration, creative.url)?;
    for owed in beacon::owed(info, creative.duration) {
        let at = owed.moment.offset;
        writeln!(to, "    {at} s {} {}", owed.moment.event, shown(owed.url))?;
    }
    for url in beacon::unverified(info) {
        writeln!(to, "    {} s verificationNotExecuted {}", MediaDuration::ZERO, shown(url))?;
    }
    for url in info.errors.iter().filter(|_| !info.interactive.is_empty()) {
        writeln!(to, "    error {INTERACTIVE_NOT_EXECUTED} {}", shown(url))?;
    }
    Ok(())
}

fn skips(to: &mut String, skipped: &Skipped) -> fmt::Result {
    let why = skipped.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    writeln!(to, "- {}: {}{why}", name(&skipped.info), skipped.reason.as_str())?;
    for url in &skipped.info.errors {
        writeln!(to, "    error {} {}", skipped.code(), shown(url))?;
    }
    Ok(())
}

fn name(info: &AdInfo) -> String {
    let id = shown(info.ad_id.as_deref().unwrap_or("unnamed"));
    let title = info.title.as_ref().map(|title| format!(" “{}”", shown(title)));
    let title = title.unwrap_or_default();
    match info.wrapper_depth {
        0 => format!("{id}{title}"),
        1 => format!("{id}{title} behind a wrapper"),
        depth => format!("{id}{title} behind {depth} wrappers"),
    }
}

/// What others wrote, without what a terminal would obey.
fn shown(text: &str) -> String {
    let escaped =
        |c: char| if c.is_control() { c.escape_default().collect() } else { c.to_string() };
    text.chars().map(escaped).collect()
}
