//! What is remembered of a session's newest breaks for those who ask why they were filled so: what was
//! asked, what was left out, what was held back, what became of them. The decision log has it all and
//! for ever; this is at hand. Deliberately absent: names of viewers, and whole answers.

use std::collections::VecDeque;

use crate::{
    adserver::{Asked, Trouble},
    channel::{Break, BreakSerial},
    ids::BreakId,
    pod::{SkipReason, Skipped},
    session::Shortfall,
    units::{MediaDuration, ProgramTime},
    vast,
};

/// The newest breaks of a session, oldest first.
#[derive(Debug, Default)]
pub(super) struct Accounts(VecDeque<Account>);

/// One break.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) serial: BreakSerial,
    pub(super) avail: BreakId,
    pub(super) begins: ProgramTime,
    pub(super) requests: Vec<Request>,
    /// How long the media of the ads offered took to be read.
    pub(super) media_took: Option<MediaDuration>,
    /// The schedule by which its ads were asked for ahead of time.
    pub(super) prefetched: Option<String>,
    pub(super) held: Option<Hold>,
    pub(super) skipped: Vec<Left>,
    pub(super) outcome: Option<Outcome>,
    /// Requests and ads beyond the limit, which are not told one by one.
    pub(super) left_out: usize,
}

/// An ad request that was made for it.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) at: ProgramTime,
    pub(super) took: MediaDuration,
    pub(super) host: String,
    /// How many wrappers led to it.
    pub(super) depth: usize,
    /// How many ads it offered, wrappers among them, or why none.
    pub(super) outcome: Result<usize, (&'static str, String)>,
}

/// For how long a playlist waited for the decision.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    pub(super) since: ProgramTime,
    /// None: it still does.
    pub(super) length: Option<MediaDuration>,
    /// There was none by the deadline.
    pub(super) missed: bool,
}

/// An ad that was left out.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) ad_id: Option<String>,
    pub(super) creative_id: Option<String>,
    pub(super) reason: SkipReason,
    pub(super) detail: Option<String>,
    pub(super) code: u16,
}

/// What became of it, or has so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// As long as the source's break, as far as that is known.
    pub(super) length: MediaDuration,
    /// Ads that were chosen.
    pub(super) planned: MediaDuration,
    /// Ads that stood in playlists.
    pub(super) published: MediaDuration,
    /// Ads whose segments were asked for.
    pub(super) requested: MediaDuration,
    /// Slate that stood in playlists.
    pub(super) slate: MediaDuration,
    /// Black that stood in playlists where nine tenths of a second or more would have been missing at the
    /// return.
    pub(super) pad: MediaDuration,
    /// Clips around the ads that stood in playlists.
    pub(super) bumpers: MediaDuration,
    /// How far the viewer's clock is behind the source's after it.
    pub(super) carried: MediaDuration,
    /// Every second without an ad.
    pub(super) unfilled: Vec<Shortfall>,
}

impl Accounts {
    /// A break begins to be worked on; the oldest ones go.
    pub(super) fn begin(&mut self, ad_break: &Break) {
        self.keep(ad_break, KEPT);
    }

    /// The same of a title, whose breaks are worked on all at once.
    pub(super) fn begin_of_title(&mut self, ad_break: &Break) {
        self.keep(ad_break, KEPT_OF_TITLE);
    }

    /// A pre-roll has found its place.
    pub(super) fn place(&mut self, place: &Break) {
        if let Some(account) = self.of(BreakSerial::NO_PLACE) {
            (account.serial, account.begins) = (place.serial, place.begins());
        }
    }

    fn keep(&mut self, ad_break: &Break, most: usize) {
        if self.of(ad_break.serial).is_some() {
            return;
        }
        if self.0.len() >= most {
            self.0.pop_front();
        }
        self.0.push_back(Account {
            serial: ad_break.serial,
            avail: ad_break.id.clone(),
            begins: ad_break.begins(),
            requests: Vec::new(),
            media_took: None,
            prefetched: None,
            held: None,
            skipped: Vec::new(),
            outcome: None,
            left_out: 0,
        });
    }

    /// That of a break, if it is still kept.
    pub(super) fn of(&mut self, serial: BreakSerial) -> Option<&mut Account> {
        self.0.iter_mut().find(|account| account.serial == serial)
    }

    /// All that are kept, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Account> {
        self.0.iter()
    }
}

impl Account {
    /// An ad server was asked, and whom its wrappers name.
    pub(super) fn asked(&mut self, asked: &Asked) {
        let first = Request {
            at: asked.at,
            took: asked.took,
            host: asked.host.clone(),
            depth: 0,
            outcome: outcome(&asked.outcome),
        };
        self.left_out += keep(&mut self.requests, vec![first]);
        self.led(asked);
    }

    /// Those were asked whom the wrappers of an answer name.
    pub(super) fn led(&mut self, asked: &Asked) {
        let hops = asked.hops.iter().map(|hop| Request {
            at: hop.at,
            took: hop.took,
            host: hop.host.clone(),
            depth: hop.depth,
            outcome: outcome(&hop.outcome),
        });
        let all = hops.collect();
        self.left_out += keep(&mut self.requests, all);
    }

    /// These ads were left out.
    pub(super) fn skipped(&mut self, skipped: &[Skipped]) {
        let left = skipped.iter().map(|ad| Left {
            ad_id: ad.info.ad_id.clone(),
            creative_id: ad.info.creative_id.clone(),
            reason: ad.reason,
            detail: ad.why.as_ref().map(ToString::to_string),
            code: ad.code(),
        });
        let left = left.collect();
        self.left_out += keep(&mut self.skipped, left);
    }
}

fn outcome(answer: &Result<vast::Response, Trouble>) -> Result<usize, (&'static str, String)> {
    match answer {
        Ok(response) => Ok(response.ads.len()),
        Err(trouble) => Err((trouble.unfilled().as_str(), trouble.to_string())),
    }
}

/// Keeps as many as are told, and says how many that leaves out.
fn keep<T>(kept: &mut Vec<T>, more: Vec<T>) -> usize {
    let all = kept.len() + more.len();
    kept.extend(more);
    kept.truncate(MOST_TOLD);
    all - kept.len()
}

/// Breaks remembered of a session. There may be 200,000 sessions, and a break takes a kilobyte.
const KEPT: usize = 8;
/// Breaks remembered of a title's session: more than titles have, save for mistakes.
const KEPT_OF_TITLE: usize = 50;
/// Requests, and ads left out, told of a break.
const MOST_TOLD: usize = 20;
