use std::path::{Path, PathBuf};

use axum::{
    Router, extract,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};

use super::*;
use crate::{
    fetch::tests::support::{Names, Server, client, guard},
    vast,
};

const PLAYLIST: &str = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n0.ts\n#EXTINF:5,\n1.ts\n\
                        #EXT-X-ENDLIST\n";

/// A host with creatives of ten seconds.
async fn host() -> Server {
    let file = async |extract::Path((_, file)): extract::Path<(String, String)>| {
        let open = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
        match file.as_str() {
            "main.m3u8" => (open, PLAYLIST).into_response(),
            "0.ts" => (open, "media").into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    };
    Server::start(Router::new().route("/{creative}/{file}", get(file))).await
}

fn answer(base: &str) -> String {
    let ad = |id: &str, path: &str| {
        format!(
            "<Ad id=\"{id}\"><InLine><AdTitle>The {id}</AdTitle><Impression>{base}seen/{id}\
             </Impression><Error>{base}failed/{id}?[ERRORCODE]</Error><Creatives><Creative><Linear>\
             <TrackingEvents><Tracking event=\"complete\">{base}done/{id}</Tracking>\
             </TrackingEvents><MediaFiles><MediaFile type=\"application/x-mpegURL\">{base}{path}\
             </MediaFile></MediaFiles></Linear></Creative></Creatives></InLine></Ad>"
        )
    };
    let ads = [
        ad("first", "a/main.m3u8"),
        ad("gone", "b/none.m3u8"),
        ad("second", "c/main.m3u8"),
        ad("third", "d/main.m3u8"),
    ];
    format!("<VAST version=\"4.2\">{}</VAST>", ads.concat())
}

#[tokio::test]
async fn an_answer_is_told_as_lines_and_as_json() {
    let host = host().await;
    let base = host.url("/").to_string();
    let source = Source::Answer(answer(&base).into_bytes());
    let client = client(guard(&[host.url("/")]), Names::loopback());
    let told = run(client, source, MediaDuration::from_secs(20), true).await.unwrap();
    insta::assert_snapshot!(told.table().replace(&base, "…/"));
    insta::assert_snapshot!(told.json().replace(&base, "…/"));
}

/// An answer as most servers give it: files. What would be made of them is told like everything else
/// that would be called of it.
#[tokio::test]
async fn ads_that_are_files_play_where_something_makes_media_of_them() {
    let ad = |id: &str, more: &str| {
        format!(
            "<Ad id=\"{id}\"><InLine><Impression>http://a.example/{id}</Impression>\
             <Error>http://a.example/{id}/[ERRORCODE]</Error>{more}<Creatives><Creative><Linear>\
             <Duration>00:00:15</Duration><MediaFiles><MediaFile type=\"video/mp4\">\
             http://a.example/{id}.mp4</MediaFile><InteractiveCreativeFile apiFramework=\"SIMID\">\
             http://a.example/s.html</InteractiveCreativeFile></MediaFiles></Linear></Creative>\
             </Creatives></InLine></Ad>"
        )
    };
    let verified = "<AdVerifications><Verification vendor=\"v\"><TrackingEvents>\
                    <Tracking event=\"verificationNotExecuted\">http://a.example/v/[REASON]\
                    </Tracking></TrackingEvents></Verification></AdVerifications>";
    let of = |ads: &[String]| format!("<VAST version=\"4.2\">{}</VAST>", ads.concat());
    let answer = of(&[ad("one", verified), ad("two", ""), ad("three", "")]);
    let plan = format!(
        "<VMAP><AdBreak timeOffset=\"start\" breakType=\"display\"/>\
         <AdBreak timeOffset=\"50%\"><AdSource><VASTAdData>{answer}</VASTAdData></AdSource></AdBreak>\
         <AdBreak timeOffset=\"end\"><AdSource><CustomAdData>no VAST</CustomAdData></AdSource></AdBreak>\
         </VMAP>"
    );
    let mut tables = String::new();
    for (answer, makes) in [(&plan, true), (&answer, false), (&of(&[]), true)] {
        let client = client(guard(&[]), Names::loopback());
        let source = Source::Answer(answer.clone().into_bytes());
        let told = run(client, source, MediaDuration::from_secs(30), makes).await.unwrap();
        tables += &told.table();
        tables.push('\n');
    }
    insta::assert_snapshot!(tables);
}

/// What each file of a folder would play, nothing fetched: of the fixtures, or of the folder that
/// `MIDROLL_VAST_FOLDER` names, so that collections from elsewhere can be looked through
/// (`MIDROLL_VAST_FOLDER=… cargo test what_a_folder -- --nocapture`).
#[test]
#[expect(clippy::print_stderr, reason = "whoever names a folder wants to read what it plays")]
fn what_a_folder_of_answers_would_play() {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vast-fixtures/parse");
    let other = std::env::var_os("MIDROLL_VAST_FOLDER").map(PathBuf::from);
    let mut found = BTreeMap::new();
    read(other.as_ref().unwrap_or(&own), &mut found);
    let lines: Vec<_> = found.iter().map(|(name, plays)| format!("{name}: {plays}")).collect();
    assert!(!lines.is_empty());
    match other {
        Some(_) => eprintln!("{}", lines.join("\n")),
        None => insta::assert_snapshot!(lines.join("\n")),
    }
}

fn read(folder: &Path, into: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, into);
        } else if path.file_name().is_some_and(|name| name != "README.md") {
            let name = path.to_string_lossy().into_owned();
            let name = name.rsplit("vast-fixtures/parse/").next().unwrap().to_owned();
            into.insert(name, plays(&std::fs::read(&path).unwrap()));
        }
    }
}

fn plays(bytes: &[u8]) -> String {
    let response = match vast::text(bytes, None).and_then(|text| vast::parse(&text)) {
        Ok(response) => response,
        Err(error) => return format!("nothing, error {}: {error}", error.code()),
    };
    let (pod, stand_ins) = pod::order(response.ads, vast::Sequencing::Standard);
    let one = |ad: &vast::Ad| {
        let id = ad.id.as_deref().unwrap_or("unnamed");
        match (&ad.kind, pod::Media::of(ad)) {
            (vast::Kind::Wrapper { tag, .. }, _) => format!("{id} asks {tag}"),
            (_, Ok(pod::Media { playlist: Some(url), .. })) => format!("{id} {url}"),
            (_, Ok(pod::Media { file, .. })) => {
                format!("{id} file {}", file.as_ref().map_or("", Url::as_str))
            }
            (_, Err(pod::Refused { reason, why })) => {
                let code = why.as_ref().map_or(reason.code(), pod::Cause::code);
                format!("{id} not, error {code}")
            }
        }
    };
    let told = |ads: &[vast::Ad]| ads.iter().map(one).collect::<Vec<_>>().join("; ");
    match (pod.is_empty(), stand_ins.is_empty()) {
        (true, true) => String::from("nothing"),
        (_, true) => told(&pod),
        _ => format!("{}; else {}", told(&pod), told(&stand_ins)),
    }
}
