//! Asking for the breaks of a title: for each that it marks, side by side; where it marks none, once,
//! and whoever answers with a VMAP says where they are.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use futures_util::{StreamExt, stream};

use super::{
    super::{
        Playback,
        offers::{PATIENCE, hops, question},
        session::Session,
    },
    decide::{Draft, Drafts, unmarked},
};
use crate::{
    adserver::{Asked, First, Question, Trouble, log},
    channel::{Break, BreakSerial},
    configuration::PlaybackConfiguration,
    ids::BreakId,
    library::Answer,
    pod::Unfilled,
    title::{self, Mark, Spot, Title},
    units::{MediaDuration, ProgramTime},
    vast::{self, AdBreak, BreakOffset, variables::Avail},
};

/// A break that an answer has something for.
struct Wanted {
    ad_break: Arc<Break>,
    spot: Spot,
    /// Which of the plan's breaks it is; where the answer is no plan, all of it is for this one.
    of_plan: Option<usize>,
}

impl Playback {
    /// Asks once about a title that marks no break: a VAST is what comes before it, a VMAP says what
    /// comes where.
    pub(super) async fn ask_for_all(
        self: &Arc<Self>,
        session: &Arc<Session>,
        title: &Title,
        configuration: &PlaybackConfiguration,
        until: ProgramTime,
    ) -> Drafts {
        let start = Spot::between(MediaDuration::ZERO, MediaDuration::ZERO);
        let opening = unmarked(title, 0, "pre".to_owned(), start, self.doors.clock.now());
        if !configuration.ads_enabled {
            let offered = Err(Unfilled::AdsDisabled);
            let all = vec![Draft { ad_break: opening, spot: start, offered }];
            return Drafts { all, dropped: Vec::new() };
        }
        let avail = Avail {
            index: 1,
            source_time: title.is_dated().then_some(title.zero),
            position: title.position(opening.begins()),
            is_whole_title: true,
            ..Avail::default()
        };
        let question = Question { avail, ..question(session, &opening, 1) };
        let sequencing = configuration.titles.sequencing;
        let server = &self.doors.adserver;
        let first = server.first(configuration, &question, sequencing, until).await;
        let first = first.about_several();
        let (wanted, dropped) = self.wanted(title, &first, opening);
        self.begin_accounts(session, wanted.iter().map(|one| one.ad_break.as_ref()));
        if let Some(leading) = wanted.first() {
            self.note_asked(session, &leading.ad_break, &first.asked);
        }
        let (first, question) = (&first, &question);
        let each = wanted.into_iter().map(|one| async move {
            // Whoever is asked for one break's ads is told where that is.
            let position = title.position(one.ad_break.begins());
            let avail = Avail { position, playhead: Some(one.spot.at), ..question.avail };
            let asked = (first, &Question { avail, ..question.clone() });
            let offered = self.offered(session, asked, &one, until).await;
            Draft { ad_break: one.ad_break, spot: one.spot, offered }
        });
        Drafts { all: in_order(each.collect()).await, dropped }
    }

    /// The breaks an answer has ads for.
    fn wanted(
        &self,
        title: &Title,
        first: &First,
        opening: Arc<Break>,
    ) -> (Vec<Wanted>, Vec<title::Dropped>) {
        let start = Spot::between(MediaDuration::ZERO, MediaDuration::ZERO);
        let plan = match &first.asked.outcome {
            Ok(response) if response.root == vast::Root::Vmap => &response.breaks,
            _ => {
                return (
                    vec![Wanted { ad_break: opening, spot: start, of_plan: None }],
                    Vec::new(),
                );
            }
        };
        let (placed, dropped) = title::plan(title, plan);
        let mut names = Names::default();
        let now = self.doors.clock.now();
        let wanted = placed.into_iter().enumerate().map(|(serial, (number, spot))| Wanted {
            ad_break: unmarked(title, serial, names.of(title, spot), spot, now),
            spot,
            of_plan: Some(number),
        });
        let mut wanted: Vec<_> = wanted.collect();
        if wanted.is_empty() {
            // So that it is written down that nothing came of it, and why.
            wanted.push(Wanted { ad_break: opening, spot: start, of_plan: Some(plan.len()) });
        }
        (wanted, dropped)
    }

    /// What the ad server offers for one break of an answer about all.
    async fn offered(
        &self,
        session: &Arc<Session>,
        (first, question): (&First, &Question),
        Wanted { ad_break, of_plan, .. }: &Wanted,
        until: ProgramTime,
    ) -> Result<Answer, Unfilled> {
        let response = first.asked.outcome.as_ref().map_err(Trouble::unfilled)?;
        let planned = of_plan.map(|number| response.breaks.get(number));
        let ads = match planned {
            None => response.ads.as_slice(),
            Some(known) => known.map(|known| known.ads.as_slice()).unwrap_or_default(),
        };
        if ads.is_empty() {
            // Where nothing has any ads the whole answer has been noted as such.
            if let Some(known) = planned.flatten().filter(|_| !response.ads.is_empty()) {
                self.report_empty(session, ad_break, &known.errors, &first.asked.host);
            }
            return Err(Unfilled::NoAds);
        }
        let asked = self.doors.adserver.lead(first, ads, question).await;
        let scene =
            log::Scene { request_id: &asked.transaction_id, ..self.scene(session, ad_break) };
        self.write_rows(session, hops(&scene, &asked));
        if let Some(account) = session.work().accounts.of(ad_break.serial) {
            account.led(&asked);
        }
        if asked.ads.is_empty() {
            return Err(Unfilled::NoAds);
        }
        Ok(self.media_by(session, ad_break, &asked, until).await)
    }

    /// The media of ads of a title, which nobody waits for any longer at `until`; what has to be made
    /// comes behind what live breaks want now.
    async fn media_by(
        &self,
        session: &Session,
        ad_break: &Break,
        asked: &Asked,
        until: ProgramTime,
    ) -> Answer {
        let patience = (until - self.doors.clock.now()).min(PATIENCE);
        self.media_of(session, ad_break, asked, patience, until).await
    }

    /// Asks for every break the title marks.
    pub(super) async fn ask_for_each(
        self: &Arc<Self>,
        session: &Arc<Session>,
        title: &Title,
        configuration: &PlaybackConfiguration,
        until: ProgramTime,
    ) -> Drafts {
        let now = self.doors.clock.now();
        let mut named = HashSet::new();
        let marks = title.marks.iter().enumerate();
        let marked: Vec<_> = marks.map(|at| marked(title, at, &mut named, now)).collect();
        self.begin_accounts(session, marked.iter().map(|(ad_break, _)| ad_break.as_ref()));
        let each = marked.into_iter().enumerate().map(|(at, (ad_break, spot))| async move {
            let mark = (at, &ad_break, spot);
            let offered = match (ad_break.refusal, configuration.ads_enabled) {
                (_, false) => Err(Unfilled::AdsDisabled),
                (Some(why), true) => Err(why),
                (None, true) => self.ask_for_mark(session, title, configuration, mark, until).await,
            };
            Draft { ad_break, spot, offered }
        });
        Drafts { all: in_order(each.collect()).await, dropped: Vec::new() }
    }

    async fn ask_for_mark(
        self: &Arc<Self>,
        session: &Arc<Session>,
        title: &Title,
        configuration: &PlaybackConfiguration,
        (at, ad_break, spot): (usize, &Arc<Break>, Spot),
        until: ProgramTime,
    ) -> Result<Answer, Unfilled> {
        let index = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
        let question = question(session, ad_break, index);
        let avail = Avail {
            duration: spot.planned,
            source_time: title.is_dated().then(|| ad_break.begins()),
            position: title.position(ad_break.begins()),
            playhead: Some(spot.at),
            ..question.avail
        };
        let question = Question { avail, ..question };
        let (server, sequencing) = (&self.doors.adserver, configuration.titles.sequencing);
        let first = server.first(configuration, &question, sequencing, until).await;
        let ads = first.asked.outcome.as_ref().map(|response| of_position(response, index)).ok();
        let asked = server.follow(first, ads, &question).await;
        self.note_asked(session, ad_break, &asked);
        match &asked.outcome {
            Err(trouble) => Err(trouble.unfilled()),
            Ok(_) if asked.ads.is_empty() => Err(Unfilled::NoAds),
            Ok(_) => Ok(self.media_by(session, ad_break, &asked, until).await),
        }
    }

    fn begin_accounts<'a>(&self, session: &Session, breaks: impl Iterator<Item = &'a Break>) {
        let mut work = session.work();
        breaks.for_each(|ad_break| work.accounts.begin_of_title(ad_break));
    }
}

/// What comes of each, some at once; one of which nothing comes holds up only itself.
async fn in_order<T>(each: Vec<impl Future<Output = T>>) -> Vec<T> {
    let each = each.into_iter().enumerate();
    let each = each.map(|(place, one)| async move { (place, one.await) });
    let mut all: Vec<_> = stream::iter(each).buffer_unordered(AT_ONCE).collect().await;
    all.sort_unstable_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, one)| one).collect()
}

/// A break that the title marks, and where it is; refused where that cannot be.
fn marked(
    title: &Title,
    (at, mark): (usize, &Mark),
    named: &mut HashSet<String>,
    now: ProgramTime,
) -> (Arc<Break>, Spot) {
    let (spot, refusal) = match mark.spot {
        Ok(spot) => (spot, None),
        Err(why) => (Spot::between(mark.asked, mark.asked), Some(why)),
    };
    let mut name = mark.cue.event_id.map_or_else(
        || format!("s{}", mark.cue.at.0),
        |event| format!("{event}-{}", mark.asked.as_millis()),
    );
    if !named.insert(name.clone()) {
        // One segment may hold several marks.
        name += &format!("-{at}");
    }
    let identity = (BreakId::new(name), BreakSerial(u32::try_from(at).unwrap_or(u32::MAX)));
    let begins = title.date(spot.at);
    let mut known = Break::recorded(identity, mark.cue.clone(), begins, spot.planned, now);
    known.refusal = refusal;
    (Arc::new(known), spot)
}

/// The ads for the how-manieth break that the title marks: a VMAP may say which it means by `#m`.
fn of_position(response: &vast::Response, index: u32) -> Vec<vast::Ad> {
    let numbered = |known: &&AdBreak| matches!(known.offset, Some(BreakOffset::Position(_)));
    if !response.breaks.iter().any(|known| numbered(&known)) {
        return response.ads.clone();
    }
    let own = |known: &&AdBreak| known.offset == Some(BreakOffset::Position(index)) && known.linear;
    response.breaks.iter().filter(own).flat_map(|known| known.ads.clone()).collect()
}

/// Names for breaks by their place, no two alike.
#[derive(Default)]
struct Names(HashMap<String, u32>);

impl Names {
    fn of(&mut self, title: &Title, spot: Spot) -> String {
        let name = match spot.at {
            MediaDuration::ZERO => "pre".to_owned(),
            at if at >= title.length => "post".to_owned(),
            at => format!("mid-{}", at.as_millis()),
        };
        let times = self.0.entry(name.clone()).or_default();
        *times += 1;
        if *times == 1 { name } else { format!("{name}-{times}") }
    }
}

/// Breaks of one title that are asked for, or followed, at once.
const AT_ONCE: usize = 8;
