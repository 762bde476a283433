//! The ad server of a case, and how long its ads take to be made.

use midroll::pod::{self, Unfilled};

use super::World;
use crate::{
    random::{Random, hash},
    scenario::Server,
};

/// How the ad server answers a viewer's question about a break.
pub(super) struct Mood {
    /// None if it never does.
    pub(super) delay: Option<i64>,
    pub(super) offered: Result<Vec<pod::Ad>, Unfilled>,
}

pub(super) fn mood(world: &World, viewer: usize, serial: u32) -> Mood {
    let break_at = usize::try_from(serial).unwrap_or(0);
    let mut random = Random::new(hash(world.scenario.seed, viewer, break_at));
    let server = match world.scenario.viewers[viewer].server {
        Server::Moody => random.pick(&[
            Server::Prompt,
            Server::Slow,
            Server::Late,
            Server::Never,
            Server::Failing,
        ]),
        server => server,
    };
    let delay = match server {
        Server::Prompt => Some(random.between(20, 400)),
        Server::Slow => Some(random.between(1_000, 8_000)),
        Server::Late => Some(random.between(8_000, 30_000)),
        Server::Failing => Some(random.between(20, 5_000)),
        Server::Never | Server::Moody => None,
    };
    let count = random.between(1, 4);
    let ads: Vec<_> = (0..count)
        .map(|_| {
            let last = i64::try_from(world.shelf.ads.len()).unwrap_or(1) - 1;
            world.shelf.ads[usize::try_from(random.between(0, last)).unwrap_or(0)].clone()
        })
        .collect();
    let offered = if server == Server::Failing { Err(Unfilled::NoAds) } else { Ok(ads) };
    Mood { delay, offered }
}

/// How long each ad of an answer takes to be made, if it is not there already.
pub(super) fn makings(world: &World, viewer: usize, serial: u32, ads: usize) -> Vec<Option<i64>> {
    let break_at = usize::try_from(serial).unwrap_or(0);
    let mut random = Random::new(hash(world.scenario.seed ^ 0x6d61_6465, viewer, break_at));
    let mut one = || {
        let made = world.scenario.makes && random.chance(60);
        made.then(|| random.between(200, 40_000))
    };
    (0..ads).map(|_| one()).collect()
}
