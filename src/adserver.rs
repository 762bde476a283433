//! Asking an ad decision server which ads a viewer should see.
//!
//! The one door to ad servers. A question is asked once, within its configuration's time limit, and
//! whatever comes of it is a value: ads, or a [`Trouble`] that names the break's reason for
//! having none. Wrappers are followed here, within what one break may cost in time and requests.
//! Neither retries nor caches, since an answer is for one viewer and one break.
//! Deliberately absent: fetching the ads' media, which is `library`'s, and choosing among them,
//! which is `pod`'s.

use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use crate::{
    clock::Clock,
    configuration::{PlaybackConfiguration, PrefetchTimeouts},
    fetch,
    units::{MediaDuration, ProgramTime},
    vast::{self, Sequencing},
};

mod asked;
mod follow;
mod headers;
mod lanes;
pub mod log;
mod question;
mod send;
mod so_far;
#[cfg(test)]
pub(crate) mod tests;
mod trouble;

pub use asked::{Asked, First, Hop};
pub use headers::{OURSELVES, device_headers};
pub use lanes::Load;
pub use question::Question;
pub use so_far::SoFar;
pub use trouble::Trouble;

use follow::{Spent, Walk};
use lanes::{Lanes, Named, Needed};
use question::{Draw, Scene};
use send::Sent;

/// Asks ad servers; clones share limits and connections.
#[derive(Clone, Debug)]
pub struct AdServer {
    client: fetch::Client,
    clock: Clock,
    lanes: Arc<Lanes>,
    settings: Settings,
}

/// What holds for all questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Most questions on their way to one host and port, and as many that wrappers ask of it; half as
    /// many of each ahead of their breaks. More wait for their turn.
    pub per_host: usize,
    /// Most bytes of an answer, decompressed.
    pub limit: usize,
    /// Most wrappers that may lead on from one another (rule D-10).
    pub most_wrappers: usize,
    /// Most requests for one break, the first aside.
    pub most_requests: usize,
    /// Most ads that are looked at in an answer's own pod; wrappers lead to twice as many in all.
    pub most_ads: usize,
    /// Most bytes of text that the ads wrappers lead to may come from, each with what its wrappers
    /// leave on it.
    pub most_bytes: usize,
    /// Whether ads that are files are of use, which ad servers are told (`MEDIAMIME`).
    pub takes_files: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            per_host: 200,
            limit: 1 << 20,
            most_wrappers: 5,
            most_requests: 100,
            most_ads: 100,
            most_bytes: 4 << 20,
            takes_files: false,
        }
    }
}

/// On which terms one question's requests are sent.
#[derive(Clone, Copy, Debug)]
struct Terms {
    /// How long each may take, from when its turn has come.
    each: MediaDuration,
    /// When the last answer may come, waiting for turns included: a break's worth of viewers may
    /// ask a server that takes a few at a time, and whoever's answer comes late still uses it.
    deadline: ProgramTime,
    /// Which questions they may stand before.
    needed: Needed,
}

impl Terms {
    const fn of(configuration: &PlaybackConfiguration, deadline: ProgramTime) -> Self {
        Self { each: configuration.ads_request_timeout, deadline, needed: Needed::Now }
    }
}

impl AdServer {
    /// A door through `client`.
    pub fn new(client: fetch::Client, clock: Clock, settings: Settings) -> Self {
        Self { client, clock, lanes: Arc::new(Lanes::new(settings.per_host)), settings }
    }

    /// How many questions are on their way, and how many wait for their turn.
    pub fn load(&self) -> Load {
        self.lanes.load()
    }

    /// Asks the ad server of `configuration`, and whom its wrappers name. No request takes longer
    /// than its `ads_request_timeout`, redirects included, and all of them together no longer than
    /// its `ads_break_timeout`, waiting for turns included.
    pub async fn ask(&self, configuration: &PlaybackConfiguration, question: &Question) -> Asked {
        let deadline = self.clock.now() + configuration.ads_break_timeout;
        self.ask_on(Terms::of(configuration, deadline), configuration, question, None).await
    }

    /// The same, where others can see how far it has come.
    pub async fn ask_in_sight(
        &self,
        configuration: &PlaybackConfiguration,
        question: &Question,
        so_far: &SoFar,
    ) -> Asked {
        let deadline = self.clock.now() + configuration.ads_break_timeout;
        let terms = Terms::of(configuration, deadline);
        self.ask_on(terms, configuration, question, Some(so_far)).await
    }

    /// The same for a break that is still to come, within the configuration's `prefetch_timeouts`. Such
    /// questions have turns of their own: however many there are, none that a viewer waits for stands
    /// behind them.
    pub async fn ask_ahead(
        &self,
        configuration: &PlaybackConfiguration,
        question: &Question,
    ) -> Asked {
        let PrefetchTimeouts { each, all } = configuration.prefetch_timeouts;
        let deadline = self.clock.now() + all;
        let terms = Terms { each, deadline, needed: Needed::Ahead };
        self.ask_on(terms, configuration, question, None).await
    }

    async fn ask_on(
        &self,
        terms: Terms,
        configuration: &PlaybackConfiguration,
        question: &Question,
        so_far: Option<&SoFar>,
    ) -> Asked {
        let sequencing = configuration.ad_sequencing;
        let first = self.first_on(terms, configuration, question, sequencing).await;
        self.follow_in_sight(first, None, question, so_far).await
    }

    /// The first answer to a question about several breaks at once, for whose ads it is then to be
    /// followed; all that is done with it ends at `deadline`.
    pub async fn first(
        &self,
        configuration: &PlaybackConfiguration,
        question: &Question,
        sequencing: Sequencing,
        deadline: ProgramTime,
    ) -> First {
        let terms = Terms::of(configuration, deadline);
        self.first_on(terms, configuration, question, sequencing).await
    }

    async fn first_on(
        &self,
        terms: Terms,
        configuration: &PlaybackConfiguration,
        question: &Question,
        sequencing: Sequencing,
    ) -> First {
        let at = self.clock.now();
        let draw = Draw::new();
        let mut asked = Asked {
            url: String::new(),
            host: String::new(),
            at,
            took: MediaDuration::ZERO,
            transaction_id: draw.transaction_id(),
            outcome: Err(Trouble::NoAdServer),
            ads: Vec::new(),
            hops: Vec::new(),
            sequencing,
        };
        if let Some(template) = &configuration.ad_decision_server_url {
            let aliases = &configuration.aliases;
            let scene = Scene { draw: &draw, now: at, takes_files: self.settings.takes_files };
            asked.url = question.expanded(template, aliases, scene);
            let http = &configuration.ads_http;
            let variables = question.variables(aliases, &draw);
            let sent = Sent::to_ad_server(http, &question.session, &variables);
            asked.outcome = match Url::parse(&asked.url) {
                Ok(url) => {
                    asked.host = url.host_str().unwrap_or_default().to_owned();
                    self.get(&url, sent, Named::ByUs, terms).await
                }
                Err(_) => Err(Trouble::Url),
            };
            asked.took = self.clock.now() - at;
        }
        First { asked, draw, terms, spent: Spent::default() }
    }

    /// What an answer about several breaks has for one of them: these of its ads, wrappers followed.
    /// The answer itself is not repeated for each, and all of them together may cost no more than a few
    /// alone; where that leaves ads out, one of them is there as lost.
    pub async fn lead(
        &self,
        first: &First,
        ads: impl IntoIterator<Item = &vast::Ad>,
        question: &Question,
    ) -> Asked {
        let First { asked, draw, terms, spent } = first;
        let ads = ads.into_iter().take(self.settings.most_ads);
        let ads = spent.share(ads, &self.settings);
        let (ads, hops) =
            self.followed(ads, asked.sequencing, *terms, question, (draw, spent), None).await;
        Asked { ads, hops, ..asked.without_ads() }
    }

    /// Follows these ads of an answer about one break, or all of them.
    pub async fn follow(
        &self,
        first: First,
        ads: Option<Vec<vast::Ad>>,
        question: &Question,
    ) -> Asked {
        self.follow_in_sight(first, ads, question, None).await
    }

    async fn follow_in_sight(
        &self,
        first: First,
        ads: Option<Vec<vast::Ad>>,
        question: &Question,
        so_far: Option<&SoFar>,
    ) -> Asked {
        let First { mut asked, draw, terms, spent } = first;
        let all = || asked.outcome.as_ref().map(|response| response.ads.clone());
        let mut ads = ads.or_else(|| all().ok()).unwrap_or_default();
        ads.truncate(self.settings.most_ads);
        let sequencing = asked.sequencing;
        if let Some(so_far) = so_far {
            so_far.begin(&asked, &ads);
        }
        (asked.ads, asked.hops) =
            self.followed(ads, sequencing, terms, question, (&draw, &spent), so_far).await;
        asked
    }

    /// The same for what an ad server has answered already.
    pub async fn given(
        &self,
        answer: &[u8],
        configuration: &PlaybackConfiguration,
        question: &Question,
    ) -> Asked {
        let draw = Draw::new();
        let outcome = vast::text(answer, None).and_then(|text| vast::parse(&text));
        let asked = Asked {
            url: String::new(),
            host: String::new(),
            at: self.clock.now(),
            took: MediaDuration::ZERO,
            transaction_id: draw.transaction_id(),
            ads: Vec::new(),
            hops: Vec::new(),
            sequencing: configuration.ad_sequencing,
            outcome: outcome.map_err(Trouble::from),
        };
        let terms = Terms::of(configuration, asked.at + configuration.ads_break_timeout);
        let first = First { asked, draw, terms, spent: Spent::default() };
        self.follow(first, None, question).await
    }

    /// What ads lead to, and how.
    async fn followed(
        &self,
        ads: Vec<vast::Ad>,
        sequencing: Sequencing,
        terms: Terms,
        question: &Question,
        (draw, spent): (&Draw, &Spent),
        so_far: Option<&SoFar>,
    ) -> (Vec<vast::Ad>, Vec<Hop>) {
        let hops = Mutex::default();
        let walk = Walk { door: self, question, draw, terms, spent, sequencing, so_far, hops };
        let ads = walk.follow(ads).await;
        (ads, walk.hops.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    async fn get(
        &self,
        url: &Url,
        sent: Sent,
        named: Named,
        Terms { each, deadline, needed }: Terms,
    ) -> Result<vast::Response, Trouble> {
        let admitted = self.client.guard().admit(url)?;
        let limit = self.settings.limit;
        let busy = Trouble::Busy { limit: needed.most(self.settings.per_host) };
        let now = self.clock.now();
        let turn = self.lanes.turn(url, (named, needed), now);
        let waited = tokio::time::timeout((deadline - now).to_std(), turn).await;
        let _turn = waited.map_err(|_| busy)??;
        let left = deadline - self.clock.now();
        let timeout = each.min(left).to_std();
        let answer = async {
            let Sent { headers, body } = sent;
            let request = fetch::Request { headers, validators: None, limit, timeout };
            let answer = match body {
                None => self.client.get(&admitted, request).await,
                Some(body) => self.client.post(&admitted, request, body).await,
            };
            answer.map_err(Trouble::from)
        };
        let answer = match tokio::time::timeout(timeout, answer).await {
            Ok(answer) => answer.and_then(|answer| read(&answer)),
            Err(_) => Err(Trouble::TimedOut { after: timeout }),
        };
        let failed = answer.as_ref().is_err_and(Trouble::is_the_hosts);
        // That the break's time ran out while a host was taking its own speaks against nobody.
        let cut_short = left < each && matches!(answer, Err(Trouble::TimedOut { .. }));
        if !cut_short {
            self.lanes.note(url, failed, self.clock.now());
        }
        answer
    }
}

/// An empty answer is a way to say "no ad" (rule D-05).
fn read(answer: &fetch::Response) -> Result<vast::Response, Trouble> {
    if !answer.status.is_success() {
        return Err(Trouble::Status(answer.status.as_u16()));
    }
    let content_type = answer.headers.get(fetch::header::CONTENT_TYPE);
    let charset = content_type.and_then(|value| value.to_str().ok()).and_then(headers::charset);
    match vast::text(&answer.body, charset).and_then(|text| vast::parse(&text)) {
        Err(vast::Error::Empty) => Ok(vast::Response::default()),
        read => Ok(read?),
    }
}
