//! Every file of `vast-fixtures/wrappers` asked for over the wire, and what came out of it.

use std::{fmt::Write as _, fs, path::PathBuf};

use axum::{extract::Path, http::HeaderMap};

use super::*;
use crate::{pod, vast::Ad};

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vast-fixtures/wrappers")
}

async fn file(path: String, headers: HeaderMap) -> axum::response::Response {
    let Ok(text) = fs::read_to_string(fixtures().join(path)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    text.replace("{{base}}", &format!("http://{host}")).into_response()
}

/// Answers with an ad whose title is what was asked.
async fn echo(request: Request) -> String {
    let asked = request.uri().query().unwrap_or_default().replace('&', "&amp;");
    let asked = asked.split("&amp;").skip(1).collect::<Vec<_>>().join("&amp;");
    format!(
        "<VAST><Ad id=\"echo\"><InLine><AdTitle>{asked}</AdTitle>\
         <Category authority=\"x\">y</Category></InLine></Ad></VAST>"
    )
}

fn router() -> Router {
    Router::new()
        .route("/slow", get(async || tokio::time::sleep(Duration::from_secs(5)).await))
        .route("/echo", get(echo))
        .route(
            "/{*path}",
            get(async |Path(path): Path<String>, headers: HeaderMap| file(path, headers).await),
        )
}

/// What is left of counting URLs once what they share is taken off.
fn short(urls: &[String]) -> String {
    let short = |url: &String| {
        let url = url.trim_start_matches("https://count.example.com/");
        url.split('/').next().unwrap_or_default().to_owned()
    };
    urls.iter().map(short).collect::<Vec<_>>().join("+")
}

fn summary(ad: &Ad) -> String {
    let mut line = ad.id.clone().unwrap_or_default();
    if let Some(sequence) = ad.sequence {
        write!(line, " #{sequence}").unwrap();
    }
    write!(line, " depth {}", ad.wrapper_depth).unwrap();
    match pod::Media::of(ad) {
        Ok(_) => write!(line, ", impressions {}", short(&ad.impressions)).unwrap(),
        Err(refused) => {
            let why = refused.why.unwrap();
            let code = why.code();
            write!(line, ", {} {code} to {}: {why}", refused.reason.as_str(), short(&ad.errors))
                .unwrap();
            if ad.irreplaceable {
                line.push_str(", no other stands in for it");
            }
        }
    }
    if let Some((_, linear)) = ad.linear() {
        let starts: Vec<_> = linear.tracking.iter().map(|one| one.url.clone()).collect();
        write!(line, ", start {}", short(&starts)).unwrap();
        if let Some(click) = &linear.click_through {
            write!(line, ", click {click} {}", short(&linear.click_tracking)).unwrap();
        }
        for icon in &linear.icons {
            write!(line, ", icon {}", icon.resources[0].content).unwrap();
        }
    }
    if let Some(title) = ad.title.as_ref().filter(|_| ad.id.as_deref() == Some("echo")) {
        write!(line, ", {title}").unwrap();
    }
    line
}

/// The first of twenty wrappers is answered once the last has been asked for.
#[tokio::test]
async fn a_wrapper_that_leads_nowhere_holds_up_only_itself() {
    let one = |n: usize| {
        let to = match n {
            0 => "first",
            19 => "last",
            _ => "echo",
        };
        format!(
            "<Ad sequence=\"{n}\"><Wrapper><VASTAdTagURI>{{{{base}}}}/{to}</VASTAdTagURI></Wrapper></Ad>"
        )
    };
    let pod = format!("<VAST>{}</VAST>", (0..20).map(one).collect::<String>());
    let answer = async move |headers: HeaderMap| {
        let host = headers[header::HOST].to_str().unwrap_or_default();
        pod.replace("{{base}}", &format!("http://{host}"))
    };
    let asked_for = Arc::new(tokio::sync::Notify::new());
    let until = Arc::clone(&asked_for);
    let first = move |request: Request| {
        let until = Arc::clone(&until);
        async move {
            until.notified().await;
            echo(request).await
        }
    };
    let last = move |request: Request| {
        asked_for.notify_one();
        echo(request)
    };
    let router =
        router().route("/pod", get(answer)).route("/first", get(first)).route("/last", get(last));
    let server = Server::start(router).await;
    let configuration = PlaybackConfiguration {
        ads_request_timeout: MediaDuration::from_secs(20),
        ads_break_timeout: MediaDuration::from_secs(20),
        ..configuration(server.url("/pod").as_str())
    };
    let asked = door(&server).ask(&configuration, &question()).await;
    let depths: Vec<_> = asked.ads.iter().map(|ad| ad.wrapper_depth).collect();
    assert_eq!(depths, [1; 20]);
}

/// Directly or behind wrappers: in the order in which they are written, those without a place too.
#[tokio::test]
async fn where_sequence_is_ignored_a_pod_is_as_it_is_written() {
    let server = Server::start(router()).await;
    let guard = guard(&[server.url("/")]);
    let door = AdServer::new(client(guard, Names::loopback()), Clock::real(), Settings::default());
    let mut all = Vec::new();
    for name in ["steps/pod.xml", "steps/to-pod.xml", "pod-behind-two.xml"] {
        let url = server.url(&format!("/{name}"));
        let ad_sequencing = Sequencing::Ignore;
        let configuration = PlaybackConfiguration { ad_sequencing, ..configuration(url.as_str()) };
        let asked = door.ask(&configuration, &question()).await;
        let (pod, stand_ins) = pod::order(asked.ads, asked.sequencing);
        assert!(stand_ins.is_empty());
        all.push(pod.into_iter().map(|ad| ad.id.unwrap()).collect::<Vec<_>>());
    }
    assert_eq!(all[0].len(), 3);
    assert!(all.iter().all(|pod| *pod == all[0]), "{all:?}");
}

/// The table in the fixtures' README says of every file what comes out of it.
#[tokio::test]
async fn every_wrapper_fixture_gives_what_its_readme_says() {
    let server = Server::start(router()).await;
    let door = AdServer::new(
        client(guard(&[server.url("/")]), Names::loopback()),
        Clock::real(),
        Settings::default(),
    );
    let readme = fs::read_to_string(fixtures().join("README.md")).unwrap();
    let (_, table) = readme.split_once("| --- | --- | --- |\n").unwrap();
    let mut names: Vec<_> = fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".xml"))
        .collect();
    names.sort();
    let mut found = String::new();
    for name in &names {
        let configuration = PlaybackConfiguration {
            ads_request_timeout: MediaDuration::from_millis(if name == "slow.xml" {
                100
            } else {
                3_000
            }),
            ..configuration(server.url(&format!("/{name}")).as_str())
        };
        let asked = door.ask(&configuration, &question()).await;
        let ads: Vec<_> = asked.ads.iter().map(summary).collect();
        let outcome = ads.join(" — ").replace(server.url("/").as_str(), "…/").replace('|', "\\|");
        let row = table.lines().find(|row| row.starts_with(&format!("| {name} |")));
        let shows = row.and_then(|row| row.split(" | ").nth(1)).unwrap_or("…");
        writeln!(found, "| {name} | {shows} | {outcome} |").unwrap();
    }
    assert_eq!(table, found, "\n{found}");
}

/// Of an answer that is being followed, what stands before the first wrapper that has not answered; an
/// answer that is nothing but a wrapper is the one behind it.
#[tokio::test]
async fn what_is_known_of_an_answer_is_what_comes_first_whatever_follows() {
    let inline = |id: &str, sequence: usize| {
        format!(
            "<Ad id=\"{id}\" sequence=\"{sequence}\"><InLine><AdTitle>{id}</AdTitle></InLine></Ad>"
        )
    };
    let wrapper = |sequence: usize, to: &str| {
        format!(
            "<Ad sequence=\"{sequence}\"><Wrapper><VASTAdTagURI>{{{{base}}}}/{to}</VASTAdTagURI></Wrapper></Ad>"
        )
    };
    // Out of order, and one ad behind the silent wrapper.
    let pod = [inline("d", 4), wrapper(3, "silent"), wrapper(2, "quick"), inline("a", 1)].concat();
    let alone = "<Ad><Wrapper allowMultipleAds=\"true\"><VASTAdTagURI>{{base}}/pod</VASTAdTagURI>\
                 </Wrapper></Ad>";
    let first = wrapper(1, "silent") + &inline("b", 2);
    let plain = inline("a", 1);
    let based = |text: String| {
        get(async move |headers: HeaderMap| {
            let host = headers[header::HOST].to_str().unwrap_or_default();
            format!("<VAST>{text}</VAST>").replace("{{base}}", &format!("http://{host}"))
        })
    };
    let router = Router::new()
        .route("/pod", based(pod))
        .route("/alone", based(alone.to_owned()))
        .route("/first", based(first))
        .route("/plain", based(plain))
        .route("/quick", based(inline("q", 1)))
        .route("/silent", get(async || std::future::pending::<()>().await));
    let server = Server::start(router).await;
    let door = door(&server);
    let mut told = Vec::new();
    for path in ["pod", "alone", "first", "plain"] {
        let (so_far, mut seen) = (SoFar::default(), 0);
        let configuration = configuration(server.url(&format!("/{path}")).as_str());
        let question = question();
        let asking = door.ask_in_sight(&configuration, &question, &so_far);
        let halfway = async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            let first = so_far.first(&mut seen);
            assert!(so_far.first(&mut seen).is_none(), "nothing new");
            first
        };
        let (whole, first) = tokio::join!(asking, halfway);
        let (pod, _) = pod::order(whole.ads, whole.sequencing);
        let first = first.map(|first| (first.transaction_id == whole.transaction_id, first.ads));
        let ids = |ads: &[Ad]| {
            let ids = ads.iter().map(|ad| ad.id.as_deref().unwrap_or("-"));
            ids.collect::<Vec<_>>().join(" ")
        };
        let first = first.map(|(is_same, ads)| {
            assert!(is_same);
            assert_eq!(ads[..], pod[..ads.len()], "{path}: the first of the whole");
            ids(&ads)
        });
        told.push(format!("{path}: {first:?} of {}", ids(&pod)));
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
    pod: Some("a q") of a q - d
    alone: Some("a q") of a q - d
    first: Some("") of - b
    plain: None of a
    "#);
}
