//! Sources of hosts that accept whoever comes, and say nothing, or not soon.

use super::*;
use crate::creative::Failure;

/// A host that says nothing, and conditioning that may reach it too.
struct Silent {
    workshop: Workshop,
    server: Server,
}

impl Silent {
    async fn open(settings: impl FnOnce(Settings) -> Settings) -> Self {
        let workshop = Workshop::open().await;
        let router = Router::new().fallback(std::future::pending::<StatusCode>);
        Self::on(workshop, router, settings).await
    }

    async fn on(
        mut workshop: Workshop,
        router: Router,
        settings: impl FnOnce(Settings) -> Settings,
    ) -> Self {
        let server = Server::start(router).await;
        let guard = guard(&[workshop.server.url("/"), server.url("/")]);
        let doors = Doors {
            client: client(guard, Names::loopback()),
            ..doors(&workshop.server, workshop.storage())
        };
        let settings = settings(super::settings(&workshop.folder));
        workshop.conditioning = Conditioning::start(doors, settings).unwrap();
        Self { workshop, server }
    }

    fn wanted(&self, name: &str) -> Wanted {
        wanted(self.server.url(&format!("/{name}")), profile(Packing::MpegTs))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_host_holds_up_nothing_else() {
    let silence = Duration::from_secs(120);
    let silent = Silent::open(|usual| Settings { silence, ..usual }).await;
    let workshop = &silent.workshop;
    workshop.source("ad.mp4", &AD.replace("d=5", "d=1")).await;
    // More than are fetched at once; all are wanted sooner.
    let all: Vec<_> = (0..10).map(|n| silent.wanted(&format!("{n}.mp4"))).collect();
    let watched: Vec<_> = all.iter().map(|one| workshop.conditioning.watch(one).unwrap()).collect();
    for states in &watched {
        let mut states = states.clone();
        let looked = states.wait_for(|state| !matches!(state, State::Looking));
        tokio::time::timeout(Duration::from_secs(10), looked).await.unwrap().unwrap();
    }
    let profile = profile(Packing::MpegTs);
    let good = workshop.condition("ad.mp4", &profile);
    let good = tokio::time::timeout(Duration::from_secs(60), good).await.unwrap();
    assert_eq!(told(&good), "1.0 s in 1 segments, 3 renditions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_stays_silent_is_not_asked_for_a_while() {
    let silent =
        Silent::open(|usual| Settings { silence: Duration::from_millis(100), ..usual }).await;
    let conditioning = &silent.workshop.conditioning;
    let ask = |n: usize| {
        let wanted = silent.wanted(&format!("{n}.mp4"));
        async move { conditioning.creative(&wanted).await.unwrap_err() }
    };
    futures_util::future::join_all((0..2).map(ask)).await;
    let began = Clock::real().now();
    let failure = Failure::Silent { tries: 8 };
    assert_eq!(ask(2).await, Unusable::Fetch { host: "127.0.0.1".to_owned(), failure });
    let took = Clock::real().now() - began;
    assert!(took < MediaDuration::from_millis(500), "{took} s");
    assert_eq!(silent.workshop.conditioning.0.queue.len(), 0);
}

/// Nor is its first byte waited for in vain: who looks is gone before it comes, who fetches is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_host_is_no_silent_one() {
    let workshop = Workshop::open().await;
    workshop.source("ad.mp4", &AD.replace("d=5", "d=1")).await;
    let sources = workshop.folder.path("sources");
    let router = Router::new().fallback(move |request: Request| {
        let answer = answer(&sources, &request);
        async move {
            tokio::time::sleep(lookup::PATIENCE + Duration::from_millis(200)).await;
            answer
        }
    });
    let slow = Silent::on(workshop, router, |usual| usual).await;
    // More than what silences a host, each under a token of its own.
    let ask = |n: usize| {
        let (slow, wanted) = (&slow, slow.wanted(&format!("ad.mp4?token={n}")));
        async move { slow.workshop.conditioning.creative(&wanted).await }
    };
    let made = futures_util::future::join_all((0..10).map(ask)).await;
    let failed: Vec<_> = made.into_iter().filter_map(Result::err).collect();
    assert_eq!(failed, []);
}
