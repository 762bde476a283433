//! File descriptors: one for each connection, and those that the service needs itself.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

#[cfg(test)]
mod tests;

/// How many connections of players there may be: as many as are wanted, if there are descriptors for
/// them beside the service's own. For those the soft limit is raised to the hard one: it is 1,024 as a
/// rule, for programs that use `select`. Where that is not enough, whoever comes waits at the door, and
/// origins, ad servers, beacons and logs go on.
pub(super) fn connections(wanted: usize) -> usize {
    let Some(descriptors) = raised() else { return wanted };
    let room = room(descriptors);
    if room < wanted {
        tracing::warn!(
            descriptors,
            connections = room,
            wanted,
            "fewer connections than `limits.connections`: the hard limit of file descriptors (`ulimit -Hn`, \
             `LimitNOFILE=`) allows no more"
        );
    }
    wanted.min(room)
}

/// How many of them are left for players.
const fn room(descriptors: usize) -> usize {
    let half = descriptors / 2;
    descriptors - if half < OWN { half } else { OWN }
}

/// The limit of descriptors, once it is as high as it may be; none: there is no limit.
fn raised() -> Option<usize> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let limit = if raised.is_ok() { maximum } else { current };
    limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// A thousand beacons on their way, questions to ad servers, origins, operators, logs; half of what there
/// is where that is less.
const OWN: usize = 2_000;
