//! Name resolution whose every answer is judged.

use std::{net::SocketAddr, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Blocked, Guard, Policy};

/// Resolves names for requests on public grounds, and lets only allowed addresses through.
///
/// Addresses that are refused are left out; if none remains, the first refusal is the error. The
/// connection goes to an address judged here, so an answer that changes later does not matter.
#[derive(Clone)]
pub struct Resolver {
    guard: Guard,
    names: Arc<dyn Resolve>,
}

impl Resolver {
    /// Judges what `names` answers.
    pub fn new(guard: Guard, names: Arc<dyn Resolve>) -> Self {
        Self { guard, names }
    }
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolver").field("guard", &self.guard).finish_non_exhaustive()
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.guard.policy();
        let host: Box<str> = name.as_str().into();
        let answers = self.names.resolve(name);
        Box::pin(async move {
            let allowed: Addrs = Box::new(allowed(&policy, &host, answers.await?)?.into_iter());
            Ok(allowed)
        })
    }
}

/// What the system resolves a name to (hosts file, DNS), unjudged.
#[derive(Clone, Copy, Debug)]
pub struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Addrs = Box::new(found.collect::<Vec<_>>().into_iter());
            Ok(found)
        })
    }
}

fn allowed(policy: &Policy, host: &str, answers: Addrs) -> Result<Vec<SocketAddr>, Blocked> {
    let mut allowed = Vec::new();
    let mut refused = None;
    for answer in answers {
        match policy.judge(host, answer.ip()) {
            Ok(()) => allowed.push(answer),
            Err(blocked) => refused = refused.or(Some(blocked)),
        }
    }
    match refused {
        Some(blocked) if allowed.is_empty() => Err(blocked),
        _ => Ok(allowed),
    }
}
