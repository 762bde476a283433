//! Parameters that stand for something else, and what players may say for them.

use std::collections::BTreeMap;

use super::PlaybackConfiguration;
use crate::vast::template;

/// What a session says for a parameter that has aliases is none of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{parameter}` is `{said}`, which is no alias of `{configuration}`")]
pub struct UnknownAlias {
    /// `player_params.k`.
    pub parameter: String,
    /// What was said, empty where nothing was.
    pub said: String,
    /// Whose aliases they are.
    pub configuration: String,
}

impl PlaybackConfiguration {
    /// Whether a session's parameters are what the configuration has aliases for; one that stands in
    /// the ad server's host has to be said, or there is nobody to ask (§1.5 of MediaTailor's reference).
    ///
    /// # Errors
    /// The first, by name, that is not.
    pub fn knows_aliases(&self, params: &BTreeMap<String, String>) -> Result<(), UnknownAlias> {
        let of_host = self.host_variables();
        for (name, aliases) in &self.aliases {
            let key = name.strip_prefix("player_params.").unwrap_or(name);
            let said = match params.get(key) {
                None if !of_host.contains(name) => continue,
                said => said.cloned().unwrap_or_default(),
            };
            if !aliases.contains_key(&said) {
                let (parameter, configuration) = (name.clone(), self.name.to_string());
                return Err(UnknownAlias { parameter, said, configuration });
            }
        }
        Ok(())
    }

    /// The variables in the ad server's host.
    fn host_variables(&self) -> Vec<String> {
        let url = self.ad_decision_server_url.as_deref().unwrap_or_default();
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let names = std::cell::RefCell::new(Vec::new());
        template::expand(host, |name| {
            names.borrow_mut().push(name.to_owned());
            None
        });
        names.into_inner()
    }
}
