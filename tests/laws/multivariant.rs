//! Multivariant playlists: whatever an origin writes, what leaves is the same but for addresses, and
//! without what is not stitched (A-04, A-09, A-75, A-91, A-97, A-117 … ).
//!
//! Each random playlist is made of pairs: a line as the origin writes it and as it should leave.

use midroll::hls::{Given, Multivariant};
use url::Url;

use crate::random::Random;

/// A line as it comes, and as it should leave, if it does.
type Pair = (String, Option<String>);

struct Writing {
    random: Random,
    pairs: Vec<Pair>,
    /// Addresses in the order in which they first appear.
    known: Vec<String>,
    steered: bool,
}

impl Writing {
    fn same(&mut self, line: &str) {
        self.pairs.push((line.to_owned(), Some(line.to_owned())));
    }

    fn gone(&mut self, line: &str) {
        self.pairs.push((line.to_owned(), None));
    }

    /// The line with `@` for an address, relative, from the root, elsewhere or of a variable's host.
    fn located(&mut self, line: &str, name: &str) {
        let (came, leaves) = self.address(name);
        self.pairs.push((line.replace('@', &came), Some(line.replace('@', &leaves))));
    }

    fn address(&mut self, name: &str) -> (String, String) {
        match self.random.between(0, 4) {
            0 => (format!("/{name}"), format!("https://o.example/{name}")),
            1 => (
                format!("https://Cdn.example:443/{name}?a=%7e"),
                format!("https://Cdn.example:443/{name}?a=%7e"),
            ),
            2 => (format!("{{$host}}/{name}"), format!("https://v.example/{name}")),
            3 => (format!("../{name}"), format!("https://o.example/{name}")),
            _ => (name.to_owned(), format!("https://o.example/live/{name}")),
        }
    }

    /// A rendition's address as it comes and as the viewer's.
    fn rendition(&mut self, name: &str) -> (String, String) {
        let (came, _) = self.address(name);
        let at = self.known.iter().position(|known| *known == came).unwrap_or_else(|| {
            self.known.push(came.clone());
            self.known.len() - 1
        });
        (came, format!("s/{at}.m3u8"))
    }

    fn media(&mut self, kind: &str) {
        let number = self.random.between(0, 3);
        let (came, leaves) = self.rendition(&format!("{kind}{number}.m3u8"));
        let stable = self.random.pick(&[
            "",
            ",STABLE-RENDITION-ID=\"x\"",
            ",CHANNELS=\"6\",PATHWAY-ID=\"a\"",
        ]);
        let line =
            format!("#EXT-X-MEDIA:TYPE={kind},GROUP-ID=\"g\",NAME=\"n{number}\",URI=\"@\"{stable}");
        self.pairs.push((line.replace('@', &came), Some(line.replace('@', &leaves))));
    }

    fn variant(&mut self) {
        let number = self.random.between(0, 3);
        let extra = self.random.pick(&[
            "",
            ",CLOSED-CAPTIONS=NONE",
            ",VIDEO-RANGE=PQ,HDCP-LEVEL=TYPE-1,SUPPLEMENTAL-CODECS=\"dvh1.08.07/db4h\"",
            ",SCORE=1.50,STABLE-VARIANT-ID=\"v\",PATHWAY-ID=\"b\",ALLOWED-CPC=\"com.example:A\"",
            ",REQ-VIDEO-LAYOUT=\"CH-STEREO\",AUDIO=\"g\",X-VENDOR=0.10",
        ]);
        self.same(&format!("#EXT-X-STREAM-INF:BANDWIDTH={number}000{extra}"));
        let (came, leaves) = self.rendition(&format!("v{number}.m3u8"));
        self.pairs.push((came, Some(leaves)));
    }

    fn anything(&mut self) {
        match self.random.between(0, 11) {
            0 => self.media("AUDIO"),
            1 => self.media("SUBTITLES"),
            2 => self.same(
                "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"cc\",NAME=\"CC\",INSTREAM-ID=\"CC1\"",
            ),
            3 => self.gone("#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i.m3u8\""),
            4 => self.gone("#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,URI=\"t.m3u8\""),
            5 => self.located("#EXT-X-SESSION-DATA:DATA-ID=\"a\",URI=\"@\"", "data.json"),
            6 => self.located("#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"@\",IV=0x1F", "key"),
            7 => {
                let key = "METHOD=SAMPLE-AES,URI=\"skd://Key\",KEYFORMAT=\"k\"";
                self.same(&format!("#EXT-X-SESSION-KEY:{key}"));
            }
            8 if !self.steered => {
                self.steered = true;
                self.located("#EXT-X-CONTENT-STEERING:SERVER-URI=\"@\",PATHWAY-ID=\"a\"", "steer");
            }
            8 => self.gone("#EXT-X-CONTENT-STEERING:SERVER-URI=\"/again\""),
            9 => self.gone("#EXT-X-INDEPENDENT-SEGMENTS"),
            10 => self.same("## a comment, and #EXT-X-START:TIME-OFFSET=1"),
            _ => self.variant(),
        }
    }
}

/// A playlist and what should leave of it.
fn playlist(seed: u64) -> (String, String, Vec<String>) {
    let random = Random::new(seed);
    let mut writing = Writing { random, pairs: Vec::new(), known: Vec::new(), steered: false };
    writing.same("#EXTM3U");
    writing.same("#EXT-X-VERSION:12");
    writing.gone("#EXT-X-DEFINE:NAME=\"host\",VALUE=\"https://v.example\"");
    writing.gone("#EXT-X-DEFINE:QUERYPARAM=\"token\"");
    let lines = writing.random.between(1, 14);
    (0..lines).for_each(|_| writing.anything());
    writing.variant();
    let ends = if writing.random.chance(50) { "\n" } else { "\r\n" };
    let came = writing.pairs.iter().map(|(came, _)| format!("{came}{ends}")).collect();
    let leaves = writing.pairs.iter().filter_map(|(_, leaves)| leaves.as_ref());
    let leaves: String = leaves.map(|line| format!("{line}{ends}")).collect();
    (came, leaves.replacen("#EXTM3U\r\n", "#EXTM3U\n", 1), writing.known)
}

#[test]
fn what_leaves_is_what_came_but_for_addresses() {
    let base = Url::parse("https://o.example/live/main.m3u8?token=1").expect("an address");
    for seed in 1..400 {
        let (came, want, known) = playlist(seed);
        let given = Given { variables: None, query: "token=1" };
        let (read, _) = Multivariant::parse_given(came.as_str(), given).expect("a playlist");
        let expanded = |uri: &String| uri.replace("{$host}", "https://v.example");
        let known: Vec<_> = known.iter().map(expanded).collect();
        let got = midroll::stitch::multivariant(&read, &base, |rendition| {
            let at = known.iter().position(|known| *known == rendition.uri)?;
            Some(format!("s/{at}.m3u8"))
        });
        assert_eq!(got.as_deref(), Some(want.as_str()), "seed {seed}\n{came}");
    }
}
