//! Viewers who put up with anything, and remember what they were promised.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// One process of the service: what is promised by one is not promised by the next.
#[derive(Debug)]
pub(super) struct Life(Mutex<(u64, Option<SocketAddr>)>);

impl Life {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self(Mutex::new((0, Some(address))))
    }

    pub(super) fn ends(&self) {
        let mut life = self.0.lock().unwrap();
        *life = (life.0 + 1, None);
    }

    pub(super) fn begins(&self, address: SocketAddr) {
        self.0.lock().unwrap().1 = Some(address);
    }

    fn now(&self) -> (u64, Option<SocketAddr>) {
        *self.0.lock().unwrap()
    }
}

/// An ad of a break of a session: which of its segments were asked for, and which were given.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    pub(super) session: String,
    pub(super) ad: &'static str,
    /// When it begins to count: not before the ad in front of it is over.
    pub(super) begins: Instant,
    pub(super) asked: [bool; 3],
    pub(super) given: [Option<Instant>; 3],
}

/// Watches until it is over, with a new session whenever the old one is not known any more.
pub(super) async fn watch(life: Arc<Life>, over: Arc<AtomicBool>) -> Vec<Watched> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(5))
        .no_proxy()
        .build()
        .unwrap();
    let mut all = Vec::new();
    while !over.load(Ordering::Relaxed) {
        if let (now, Some(address)) = life.now() {
            let mut session =
                Session { client: &client, life: &life, born: now, ads: BTreeMap::new() };
            session.play(address, &over).await;
            all.extend(session.ads.into_values());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    all
}

struct Session<'a> {
    client: &'a reqwest::Client,
    life: &'a Life,
    born: u64,
    ads: BTreeMap<(String, usize), Watched>,
}

impl Session<'_> {
    async fn play(&mut self, address: SocketAddr, over: &AtomicBool) -> Option<()> {
        let master = format!("http://{address}/v1/master/news/main.m3u8");
        let text = self.text(&master).await?;
        let line = text.lines().find(|line| !line.starts_with('#'))?;
        let manifest = reqwest::Url::parse(&master).unwrap().join(line).unwrap();
        let session = manifest.path().split('/').nth(4)?.to_owned();
        super::SESSIONS.fetch_add(1, Ordering::Relaxed);
        while !over.load(Ordering::Relaxed) {
            let text = self.text(manifest.as_str()).await?;
            for line in text.lines().filter(|line| line.starts_with("ad/")) {
                self.ask(&session, &manifest, line).await;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Some(())
    }

    async fn text(&self, url: &str) -> Option<String> {
        let answer = self.client.get(url).send().await.ok()?;
        let good = answer.status().is_success() && self.life.now().0 == self.born;
        if good { answer.text().await.ok() } else { None }
    }

    /// Asks for an ad's segment if it has not been given yet.
    async fn ask(&mut self, session: &str, manifest: &reqwest::Url, line: &str) {
        let mut parts = line.split('/').skip(1);
        let (avail, position) = (parts.next().unwrap(), parts.nth(1).unwrap());
        let Some((ad, segment)) = leads_to(parts.next().unwrap()) else { return };
        // An ad whose media could not be fetched in time is not there, and the other is the first.
        let first = position.parse::<usize>().unwrap() - segment;
        let now = Instant::now();
        let before = first.checked_sub(3).and_then(|at| self.ads.get(&(avail.to_owned(), at)));
        let begins = before.map_or(now, |before| (before.begins + LENGTH).max(now));
        let new = || Watched {
            session: session.to_owned(),
            ad,
            begins,
            asked: [false; 3],
            given: [None; 3],
        };
        let known = self.ads.entry((avail.to_owned(), first)).or_insert_with(new);
        if known.given[segment].is_some() || self.life.now().0 != self.born {
            return;
        }
        known.asked[segment] = true;
        let answer = self.client.get(manifest.join(line).unwrap()).send().await;
        let given = answer.is_ok_and(|answer| answer.status() == 302);
        if given && self.life.now().0 == self.born {
            known.given[segment] = Some(now);
        }
    }
}

/// Which ad's segment a link leads to: the address stands in it, behind a signature of 12 bytes.
fn leads_to(link: &str) -> Option<(&'static str, usize)> {
    let bytes = URL_SAFE_NO_PAD.decode(link.split('.').next()?).ok()?;
    let address = reqwest::Url::parse(std::str::from_utf8(bytes.get(12..)?).ok()?).ok()?;
    let mut path = address.path_segments()?.skip(1);
    let (ad, file) = (path.next()?, path.next()?);
    let segment = file.trim_start_matches(['v', 'a']).strip_suffix(".ts")?.parse().ok()?;
    Some((["ad1", "ad2"].into_iter().find(|known| *known == ad)?, segment))
}

/// Of an ad.
const LENGTH: Duration = Duration::from_secs(6);
