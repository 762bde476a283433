//! A player without a picture: reads playlists as players do and asks for every new segment.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

/// What one viewer has been shown, rendition by rendition.
#[derive(Debug)]
pub(crate) struct Viewer {
    client: reqwest::Client,
    manifest: String,
    pub(crate) session: String,
    /// Number to address.
    pub(crate) seen: BTreeMap<u64, String>,
    /// The longest a playlist took.
    pub(crate) slowest: Duration,
    /// Ask for ad segments.
    pub(crate) plays: bool,
}

impl Viewer {
    /// Opens an implicit session.
    pub(crate) async fn join(app: SocketAddr) -> Self {
        Self::of(&format!("http://{app}/v1/master/news/main.m3u8?ads.device=test")).await
    }

    /// Plays what a multivariant playlist offers first.
    pub(crate) async fn of(master: &str) -> Self {
        let client = client();
        let text = client.get(master).send().await.unwrap().text().await.unwrap();
        let line = text.lines().find(|line| !line.starts_with('#'));
        let line = line.unwrap_or_else(|| panic!("no variant in {text}"));
        Self::at(client, master, line)
    }

    /// Opens an implicit session and plays nothing but its sound.
    pub(crate) async fn hearing(app: SocketAddr) -> Self {
        let client = client();
        let master = format!("http://{app}/v1/master/news/main.m3u8");
        let text = client.get(&master).send().await.unwrap().text().await.unwrap();
        let line = text.lines().find(|line| line.contains("TYPE=AUDIO")).unwrap();
        let line = line.split("URI=\"").nth(1).unwrap().split('"').next().unwrap();
        Self::at(client, &master, line)
    }

    fn at(client: reqwest::Client, master: &str, line: &str) -> Self {
        let manifest = reqwest::Url::parse(master).unwrap().join(line).unwrap().to_string();
        let session = manifest.split('/').nth(6).unwrap().to_owned();
        let seen = BTreeMap::new();
        Self { client, manifest, session, seen, slowest: Duration::ZERO, plays: true }
    }

    /// Reads the playlist once and asks for what is new in it.
    pub(crate) async fn reload(&mut self) -> String {
        let clock = midroll::clock::Clock::real();
        let before = clock.now();
        let answer = self.client.get(&self.manifest).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{status} {text}");
        self.slowest = self.slowest.max((clock.now() - before).to_std());
        let base = reqwest::Url::parse(&self.manifest).unwrap();
        let first = number(&text, "#EXT-X-MEDIA-SEQUENCE:");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for (msn, line) in (first..).zip(lines) {
            let address = base.join(line).unwrap().to_string();
            match self.seen.insert(msn, address.clone()) {
                None if self.plays && line.starts_with("ad/") => {
                    let answer = self.client.get(&address).send().await.unwrap();
                    assert_eq!(answer.status(), 302, "{address}");
                }
                Some(before) => assert_eq!(before, address, "segment {msn} changed"),
                None => {}
            }
        }
        text
    }

    /// How a playlist is answered.
    pub(crate) async fn status(&self) -> u16 {
        self.try_status().await.unwrap()
    }

    /// The same where the answer may not come.
    pub(crate) async fn try_status(&self) -> Result<u16, reqwest::Error> {
        Ok(self.client.get(&self.manifest).send().await?.status().as_u16())
    }

    /// The playlist of another rendition, as it is.
    pub(crate) async fn other(&self, rendition: usize) -> String {
        let (folder, _) = self.manifest.rsplit_once('/').unwrap();
        let url = format!("{folder}/{rendition}.m3u8");
        self.client.get(url).send().await.unwrap().text().await.unwrap()
    }

    /// Reloads twice a second.
    pub(crate) async fn watch(&mut self, time: Duration) {
        let rounds = time.as_millis() / 500;
        for _ in 0..rounds {
            self.reload().await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// How many ad segments it was shown.
    pub(crate) fn ads(&self) -> usize {
        self.seen.values().filter(|address| address.contains("/ad/")).count()
    }

    /// The newest segment's number.
    pub(crate) fn newest(&self) -> u64 {
        *self.seen.keys().next_back().unwrap()
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("test-player/1.0")
        .no_proxy()
        .build()
        .unwrap()
}

fn number(text: &str, tag: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(tag));
    line.unwrap_or_else(|| panic!("no {tag} in {text}")).parse().unwrap()
}
