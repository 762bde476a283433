//! The ad server, which can misbehave, and what its ads are.

use std::{
    fmt::Write as _,
    sync::{Arc, atomic::Ordering},
};

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{Manners, World, origin::multivariant};

#[derive(Deserialize)]
pub(super) struct Ask {
    sid: String,
}

pub(super) async fn creative(
    State(world): State<Arc<World>>,
    Path((creative, file)): Path<(String, String)>,
) -> Response {
    let text = match file.as_str() {
        "main.m3u8" => multivariant().await.to_owned(),
        "v.m3u8" | "a.m3u8" => {
            let step = world.step;
            let (count, secs) = if creative == "slate" { (4, 1) } else { (3, step) };
            let mut text = format!("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{step}\n");
            for n in 0..count {
                let name = file.trim_end_matches(".m3u8");
                let _ = writeln!(text, "#EXTINF:{secs}.00000,\n{name}{n}.ts");
            }
            text + "#EXT-X-ENDLIST\n"
        }
        _ => "a segment".to_owned(),
    };
    ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], text).into_response()
}

pub(super) async fn vast(State(world): State<Arc<World>>, Query(ask): Query<Ask>) -> Response {
    world.asked.fetch_add(1, Ordering::Relaxed);
    let manners = *world.manners.lock().unwrap();
    match manners {
        Manners::Good => pod(&world, &ask.sid).into_response(),
        Manners::SlowBy(time) => {
            let asking = world.asking.fetch_add(1, Ordering::Relaxed) + 1;
            world.most_asking.fetch_max(asking, Ordering::Relaxed);
            tokio::time::sleep(time).await;
            world.asking.fetch_sub(1, Ordering::Relaxed);
            pod(&world, &ask.sid).into_response()
        }
        Manners::Never => std::future::pending().await,
        Manners::Fails => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Manners::Html => "<!doctype html><html><body>sign in</body></html>".into_response(),
        Manners::Huge => {
            let piece = || Ok::<_, std::io::Error>(vec![b' '; 1 << 20]);
            let stream = futures_util::stream::iter(std::iter::repeat_with(piece).take(100));
            Body::from_stream(stream).into_response()
        }
        Manners::RedirectsInside => {
            Redirect::temporary("http://169.254.169.254/vast").into_response()
        }
        Manners::Empty => "<VAST version=\"4.2\"/>".into_response(),
        Manners::Broken => broken(&world, &ask.sid).into_response(),
        Manners::Wraps(_) => wrapping(&world, &ask.sid).into_response(),
        Manners::Plan(_) => plan(&world, &ask.sid).into_response(),
    }
}

/// Pods before and in a film, one ad after it.
fn plan(world: &World, sid: &str) -> String {
    let base = format!("http://{}", world.address);
    let told = |event: &str| {
        format!(
            "<vmap:TrackingEvents><vmap:Tracking event=\"{event}\"><![CDATA[{base}/sink/{event}?ad=break&sid={sid}]]>\
             </vmap:Tracking></vmap:TrackingEvents>"
        )
    };
    let at = |offset: &str, source: String, event: &str| {
        format!(
            "<vmap:AdBreak timeOffset=\"{offset}\" breakType=\"linear\"><vmap:AdSource>{source}</vmap:AdSource>{}\
             </vmap:AdBreak>",
            told(event)
        )
    };
    let verified = format!(
        "<AdVerifications><Verification vendor=\"v\"><TrackingEvents>\
         <Tracking event=\"verificationNotExecuted\"><![CDATA[{base}/sink/unverified-[REASON]?ad=ad1&sid={sid}]]>\
         </Tracking></TrackingEvents></Verification></AdVerifications><Creatives>"
    );
    let pod = pod(world, sid).replacen("<Creatives>", &verified, 1);
    let data = format!("<vmap:VASTAdData>{pod}</vmap:VASTAdData>");
    let tag = format!(
        "<vmap:AdTagURI templateType=\"vast4\"><![CDATA[{base}/tag?sid={sid}]]></vmap:AdTagURI>"
    );
    [
        "<vmap:VMAP xmlns:vmap=\"http://www.iab.net/videosuite/vmap\" version=\"1.0\">".to_owned(),
        at("start", data.clone(), "breakStart"),
        at("50%", tag, "breakEnd"),
        at("end", data, "breakStart"),
        at("00:05:00", String::new(), "breakStart"),
        "</vmap:VMAP>".to_owned(),
    ]
    .concat()
}

pub(super) async fn tag(State(world): State<Arc<World>>, Query(ask): Query<Ask>) -> Response {
    let manners = *world.manners.lock().unwrap();
    if let Manners::Plan(delay) | Manners::Wraps(delay) = manners {
        tokio::time::sleep(delay).await;
    }
    pod(&world, &ask.sid).into_response()
}

/// A wrapper that leads to nothing, a program, a conditional ad and one whose media is not there.
fn broken(world: &World, sid: &str) -> String {
    let base = format!("http://{}", world.address);
    let error = |ad: &str| {
        format!("<Error><![CDATA[{base}/sink/error-[ERRORCODE]?ad={ad}&sid={sid}]]></Error>")
    };
    let ad = |id: &str, attributes: &str, file: &str| {
        format!(
            "<Ad id=\"{id}\" {attributes}><InLine>{}<Creatives><Creative><Linear>\
             <Duration>00:00:06</Duration><MediaFiles>{file}</MediaFiles></Linear></Creative>\
             </Creatives></InLine></Ad>",
            error(id)
        )
    };
    let hls =
        |path: &str| format!("<MediaFile type=\"application/x-mpegURL\">{base}/{path}</MediaFile>");
    let program = "<MediaFile type=\"application/javascript\" apiFramework=\"VPAID\">\
                   https://a.example/v.js</MediaFile>";
    [
        "<VAST version=\"4.2\">".to_owned(),
        format!(
            "<Ad id=\"w\"><Wrapper>{}<VASTAdTagURI><![CDATA[{base}/nothing?sid={sid}]]>\
             </VASTAdTagURI></Wrapper></Ad>",
            error("wrapper")
        ),
        ad("program", "", program),
        ad("conditional", "conditionalAd=\"true\"", &hls("ads/ad1/main.m3u8")),
        ad("gone", "", &hls("nowhere.m3u8")),
        "</VAST>".to_owned(),
    ]
    .concat()
}

/// The two ads, and between them a wrapper.
fn wrapping(world: &World, sid: &str) -> String {
    let base = format!("http://{}", world.address);
    let wrapper = format!(
        "<Ad id=\"w\" sequence=\"2\"><Wrapper>\
         <Error><![CDATA[{base}/sink/error-[ERRORCODE]?ad=wrapper&sid={sid}]]></Error>\
         <VASTAdTagURI><![CDATA[{base}/tag?sid={sid}]]></VASTAdTagURI></Wrapper></Ad>"
    );
    let second = "<Ad id=\"ad2\" sequence=\"2\">";
    let third = "<Ad id=\"ad2\" sequence=\"3\">";
    pod(world, sid).replacen(second, &(wrapper + third), 1)
}

pub(super) async fn nothing(State(world): State<Arc<World>>, Query(ask): Query<Ask>) -> String {
    let (base, sid) = (format!("http://{}", world.address), ask.sid);
    format!(
        "<VAST version=\"4.2\"><Error><![CDATA[{base}/sink/error-[ERRORCODE]?ad=nothing&sid={sid}]]>\
         </Error></VAST>"
    )
}

/// Two ads of three segments each, for every session others.
fn pod(world: &World, sid: &str) -> String {
    let base = format!("http://{}", world.address);
    let sink = format!("http://{}/sink", world.sink.lock().unwrap().unwrap_or(world.address));
    let staged = world.stage().is_some();
    let mut text = "<VAST version=\"4.2\">".to_owned();
    for n in 1..=2 {
        let ad = format!("ad{n}");
        let (mime, media) = match staged {
            true => ("video/mp4", format!("{base}/files/ad.mp4")),
            false => ("application/x-mpegURL", format!("{base}/ads/{ad}/main.m3u8")),
        };
        let events = ["start", "firstQuartile", "midpoint", "thirdQuartile", "complete"];
        let tracking: String = events
            .iter()
            .map(|event| {
                format!(
                    "<Tracking event=\"{event}\"><![CDATA[{sink}/{event}?ad={ad}&sid={sid}]]></Tracking>"
                )
            })
            .collect();
        let _ = write!(
            text,
            "<Ad id=\"{ad}\" sequence=\"{n}\"><InLine><AdSystem>test</AdSystem><AdTitle>{ad}</AdTitle>\
             <Impression><![CDATA[{sink}/impression?ad={ad}&sid={sid}]]></Impression>\
             <Creatives><Creative id=\"c{n}\"><UniversalAdId idRegistry=\"test\">{ad}</UniversalAdId>\
             <Linear><Duration>00:00:06</Duration><TrackingEvents>{tracking}</TrackingEvents><MediaFiles>\
             <MediaFile delivery=\"streaming\" type=\"{mime}\" width=\"640\" height=\"360\">\
             <![CDATA[{media}]]></MediaFile></MediaFiles></Linear></Creative></Creatives>\
             </InLine></Ad>"
        );
    }
    text + "</VAST>"
}
