//! Playlists that viewers share, laid out, rendered and deflated once.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, PoisonError, RwLock},
};

use crate::{
    channel::{TrackView, View},
    session::{Outlook, Timeline},
    stitch::{self, Body, Held, Links, Numbers, Outline},
    units::ProgramTime,
};

/// A view with what has been made of it.
#[derive(Debug)]
pub struct Published {
    /// What is known of the channel.
    pub view: Arc<View>,
    tracks: Vec<Option<Shelf>>,
}

/// What all viewers of one rendition with the same outlook see.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The program time to which it shows.
    pub edge: ProgramTime,
    /// The break at which it waits for a decision.
    pub held: Option<Held>,
    /// Everything but the viewer's own two numbers.
    pub body: Arc<Body>,
    /// Those numbers for a viewer without settled breaks.
    numbers: Numbers,
}

/// One rendition of a view.
#[derive(Debug)]
struct Shelf {
    /// By outlook, for this view alone.
    sights: RwLock<HashMap<Outlook, Option<Arc<Sight>>>>,
    bodies: Arc<Bodies>,
}

/// What has been rendered of one rendition as long as it does not change.
#[derive(Debug)]
struct Bodies {
    track: Arc<TrackView>,
    rendered: RwLock<HashMap<Outline, Arc<Body>>>,
}

impl Published {
    /// A new view; renditions that did not change keep what `before` rendered of them.
    pub fn after(before: Option<&Self>, view: Arc<View>) -> Self {
        let tracks = view.tracks.iter().enumerate().map(|(at, track)| {
            let track = track.as_ref()?;
            let known = before.and_then(|before| before.tracks.get(at)?.as_ref());
            let same = known.filter(|known| Arc::ptr_eq(&known.bodies.track, track));
            let bodies = same.map_or_else(|| Bodies::of(track), |known| Arc::clone(&known.bodies));
            Some(Shelf { sights: RwLock::default(), bodies })
        });
        let tracks = tracks.collect();
        Self { view, tracks }
    }

    /// What `rendition` shows a viewer, and the numbers it begins with; none while it has nothing
    /// to show. Worked out for the first viewer with his outlook, and known for all others.
    pub fn sight(
        &self,
        rendition: usize,
        timeline: &Timeline,
        links: &dyn Links,
    ) -> Option<(Arc<Sight>, Numbers)> {
        let shelf = self.tracks.get(rendition)?.as_ref()?;
        let outlook = timeline.outlook(&self.view);
        let make = |_: &Outlook| self.look(shelf, rendition, timeline, links).map(Arc::new);
        let sight = once(&shelf.sights, outlook, make)?;
        let numbers = sight.numbers.moved(timeline.ahead(rendition));
        Some((sight, numbers))
    }

    fn look(
        &self,
        shelf: &Shelf,
        rendition: usize,
        timeline: &Timeline,
        links: &dyn Links,
    ) -> Option<Sight> {
        let playlist = stitch::playlist(&self.view, rendition, timeline)?;
        let render = |outline: &Outline| {
            let text = stitch::render(&shelf.bodies.track, rendition, outline, links);
            Arc::new(Body::new(text))
        };
        let (msn, dsn) = timeline.ahead(rendition);
        Some(Sight {
            edge: playlist.edge,
            held: playlist.held,
            body: once(&shelf.bodies.rendered, playlist.outline, render),
            numbers: playlist.numbers.moved((-msn, -dsn)),
        })
    }
}

impl Bodies {
    fn of(track: &Arc<TrackView>) -> Arc<Self> {
        Arc::new(Self { track: Arc::clone(track), rendered: RwLock::default() })
    }
}

/// The value for `key`, made under the lock on purpose: others who want the same wait for it instead
/// of making it too.
fn once<K: Eq + Hash, V: Clone>(
    known: &RwLock<HashMap<K, V>>,
    key: K,
    make: impl Fn(&K) -> V,
) -> V {
    if let Some(value) = known.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return value.clone();
    }
    let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= MOST_KEPT {
        known.clear();
    }
    let value = match known.get(&key) {
        Some(value) => return value.clone(),
        None => make(&key),
    };
    known.insert(key, value.clone());
    value
}

/// Past this many different playlists of one rendition at one moment, sharing is no longer worth its
/// memory.
const MOST_KEPT: usize = 4_096;
