//! The few things that come from the environment and not from the file.

/// `MIDROLL_LOG`: what the service's own log shows, in `tracing`'s directives (`info`,
/// `midroll::origin=debug`).
#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
pub fn log_directives() -> Option<String> {
    std::env::var("MIDROLL_LOG").ok().filter(|directives| !directives.is_empty())
}

/// Variables that begin like ours and are none, each most likely a slip.
pub fn unknown() -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut unknown: Vec<_> =
        names.filter(|name| name.starts_with("MIDROLL_") && name != "MIDROLL_LOG").collect();
    unknown.sort();
    unknown
}
