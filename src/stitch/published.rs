//! What viewers share, laid out, rendered and deflated once: whole playlists for those with one
//! history, runs of content and ads for all.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use crate::{
    channel::{TrackView, View},
    session::{Decision, Outlook, Timeline},
    stitch::{self, Body, Chunk, Context, Held, Links, Numbers, Outline, Run},
    units::{MediaDuration, MediaSequence, ProgramTime, Source},
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
    /// What made it: an outlook knows creatives by where they lie in memory, so they must lie there
    /// as long as it is known by them.
    _decisions: Vec<Arc<Decision>>,
}

/// One rendition of a view.
#[derive(Debug)]
struct Shelf {
    /// By outlook, for this view alone, with the value of it that all who have it are to hold.
    sights: RwLock<HashMap<Outlook, (Outlook, Arc<Sight>)>>,
    bodies: Arc<Bodies>,
}

/// What has been rendered of one rendition as long as it does not change.
#[derive(Debug)]
pub(super) struct Bodies {
    track: Arc<TrackView>,
    head: OnceLock<Arc<Chunk>>,
    /// Viewers with other histories share these.
    chunks: RwLock<Chunks>,
    /// Of a recorded rendition: what is dated for one viewer, so that it takes no place of the others.
    of_viewers: RwLock<Chunks>,
    /// What was shown before this one: what of it still stands is taken over when it is shown again.
    before: Chunks,
    rendered: RwLock<HashMap<Outline, Arc<Body>>>,
}

/// A run's chunk and what it leaves for the next, by run and what stands before it.
type Chunks = HashMap<(Run, Context), (Arc<Chunk>, Context)>;

impl Published {
    /// A new view; renditions that did not change keep what `before` rendered of them.
    pub fn after(before: Option<&Self>, view: Arc<View>) -> Self {
        let tracks = view.tracks.iter().enumerate().map(|(at, track)| {
            let track = track.as_ref()?;
            let known = before.and_then(|before| before.tracks.get(at)?.as_ref());
            let bodies = match known.map(|known| &known.bodies) {
                Some(bodies) if Arc::ptr_eq(&bodies.track, track) => Arc::clone(bodies),
                known => Bodies::after(known, track),
            };
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
        let sights = shelf.sights.read().unwrap_or_else(PoisonError::into_inner);
        let known = sights.get(&outlook).cloned();
        drop(sights);
        let (shared, sight) = match known {
            Some(known) => known,
            None => {
                // Nothing is not kept: it would not hold the creatives that its outlook names.
                let sight = Arc::new(self.look(shelf, rendition, timeline, links)?);
                let keep = |own: &Outlook| (own.clone(), Arc::clone(&sight));
                once(&shelf.sights, outlook.clone(), MOST_KEPT, keep)
            }
        };
        if !shared.is(&outlook) {
            timeline.share(&shared);
        }
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
        let render = |outline: &Outline| Arc::new(shelf.bodies.body(rendition, outline, links));
        let (msn, dsn) = timeline.ahead(rendition);
        Some(Sight {
            edge: playlist.edge,
            held: playlist.held,
            body: once(&shelf.bodies.rendered, playlist.outline, MOST_KEPT, render),
            numbers: playlist.numbers.moved((-msn, -dsn)),
            _decisions: timeline.decisions.clone(),
        })
    }
}

impl Bodies {
    /// Of a rendition as it is now; what was shown of it last may be shown again.
    fn after(before: Option<&Arc<Self>>, track: &Arc<TrackView>) -> Arc<Self> {
        let before = before.filter(|before| before.track.frame.dated == track.frame.dated);
        Arc::new(Self {
            track: Arc::clone(track),
            head: OnceLock::new(),
            chunks: RwLock::default(),
            of_viewers: RwLock::default(),
            before: before.map(|before| before.shown()).unwrap_or_default(),
            rendered: RwLock::default(),
        })
    }

    /// What was shown last; of runs that moved on nothing is kept.
    fn shown(&self) -> Chunks {
        let chunks = self.chunks.read().unwrap_or_else(PoisonError::into_inner);
        if chunks.is_empty() { self.before.clone() } else { chunks.clone() }
    }

    /// Of a rendition that will not change any more.
    pub(super) fn of(track: &Arc<TrackView>) -> Arc<Self> {
        Self::after(None, track)
    }

    /// A recorded rendition's body, under a head that follows from the outline. Viewers of a title
    /// have dates of their own, so that little is shared for long, and less is kept; and it is long, so
    /// nobody waits while another's is written.
    pub(super) fn recorded(
        &self,
        rendition: usize,
        outline: Outline,
        head: impl Fn() -> Arc<Chunk>,
        links: &dyn Links,
    ) -> Arc<Body> {
        apart(&self.rendered, outline, MOST_KEPT_OF_TITLES, |outline| {
            let chunk = |key: (Run, Context)| {
                let shifted = |shift: MediaDuration| shift != MediaDuration::ZERO;
                let chunks = match &key.0 {
                    Run::Content { shift, .. } if shifted(*shift) => &self.of_viewers,
                    _ => &self.chunks,
                };
                apart(chunks, key, MOST_KEPT_OF_TITLES, |key| self.written(rendition, key, links))
            };
            Arc::new(Self::under(head(), outline, chunk))
        })
    }

    fn body(&self, rendition: usize, outline: &Outline, links: &dyn Links) -> Body {
        let head = || Arc::new(Chunk::new(stitch::head(&self.track, rendition, links)));
        let head = Arc::clone(self.head.get_or_init(head));
        let known = |key: &(Run, Context)| self.before.get(key).cloned();
        let make = |key: &_| known(key).unwrap_or_else(|| self.written(rendition, key, links));
        Self::under(head, outline, |key| once(&self.chunks, key, MOST_KEPT, make))
    }

    /// A run's chunk, and what it leaves for the next.
    fn written(
        &self,
        rendition: usize,
        (run, before): &(Run, Context),
        links: &dyn Links,
    ) -> (Arc<Chunk>, Context) {
        let (text, after) = stitch::run(&self.track, rendition, run, before, links);
        (Arc::new(Chunk::new(text)), after)
    }

    fn under(
        head: Arc<Chunk>,
        outline: &Outline,
        chunk: impl Fn((Run, Context)) -> (Arc<Chunk>, Context),
    ) -> Body {
        let mut chunks = vec![head];
        let mut context = Context::default();
        for run in outline.runs.iter().flat_map(pieces) {
            let (text, after) = chunk((run, context));
            chunks.push(text);
            context = after;
        }
        if outline.ended {
            chunks.push(Arc::new(Chunk::new(stitch::END.to_owned())));
        }
        Body::of(chunks)
    }
}

/// A long run of content in pieces that stay the same while its two ends move.
fn pieces(run: &Run) -> Vec<Run> {
    let Run::Content { from, to, returning, shift } = run else { return vec![run.clone()] };
    let mut pieces = Vec::new();
    let mut next = *from;
    while next < *to {
        let ends = Source(MediaSequence((next.0.0 / PIECE + 1) * PIECE)).min(*to);
        let returning = *returning && next == *from;
        pieces.push(Run::Content { from: next, to: ends, returning, shift: *shift });
        next = ends;
    }
    pieces
}

/// The value for `key`, made under the lock on purpose: others who want the same wait for it instead
/// of making it too.
fn once<K: Eq + Hash, V: Clone>(
    known: &RwLock<HashMap<K, V>>,
    key: K,
    most: usize,
    make: impl Fn(&K) -> V,
) -> V {
    if let Some(value) = known.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return value.clone();
    }
    let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= most {
        known.clear();
    }
    let value = match known.get(&key) {
        Some(value) => return value.clone(),
        None => make(&key),
    };
    known.insert(key, value.clone());
    value
}

/// The same, made while nobody waits: two who want it at once may both make it.
fn apart<K: Eq + Hash, V: Clone>(
    known: &RwLock<HashMap<K, V>>,
    key: K,
    most: usize,
    make: impl Fn(&K) -> V,
) -> V {
    if let Some(value) = known.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return value.clone();
    }
    let made = make(&key);
    once(known, key, most, |_| made.clone())
}

/// Past this many different playlists of one rendition at one moment, sharing is no longer worth its
/// memory.
const MOST_KEPT: usize = 4_096;

/// The same of a recorded programme, whose playlists are hundreds of kilobytes.
const MOST_KEPT_OF_TITLES: usize = 64;

/// Segments of a piece: small windows are one or two, long ones change only at their ends, and even
/// six hours are a short list.
const PIECE: u64 = 512;

#[cfg(test)]
mod tests;
