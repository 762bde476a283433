use std::{fmt::Write as _, fs, path::PathBuf};

use proptest::prelude::*;

use crate::units::MediaDuration;

use super::*;

mod addendum;

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vast-fixtures/parse")
}

fn read(name: &str) -> Result<Response, Error> {
    let bytes = fs::read(fixtures().join(name)).unwrap();
    parse(&text(&bytes, None)?)
}

/// One line that tells what came out, so that a whole document can stand in a table.
fn summary(outcome: &Result<Response, Error>) -> String {
    let response = match outcome {
        Ok(response) => response,
        Err(error) => return format!("{}: {error}", error.code()),
    };
    let mut line = format!("{:?} {}", response.root, response.version);
    if !response.errors.is_empty() {
        write!(line, ", {} error", response.errors.len()).unwrap();
    }
    for ad in &response.ads {
        line.push_str(" — ");
        line.push_str(&ad_summary(ad));
    }
    line
}

fn ad_summary(ad: &Ad) -> String {
    let mut line = ad.id.clone().unwrap_or_else(|| String::from("unnamed"));
    if let Some(sequence) = ad.sequence {
        write!(line, " #{sequence}").unwrap();
    }
    if let Kind::Wrapper { tag, .. } = &ad.kind {
        write!(line, " wraps `{tag}`").unwrap();
    }
    if ad.conditional {
        line.push_str(" conditional");
    }
    if let Some(title) = &ad.title {
        write!(line, " “{title}”").unwrap();
    }
    for url in &ad.impressions {
        write!(line, " `{url}`").unwrap();
    }
    for creative in &ad.creatives {
        line.push_str(&creative_summary(creative));
    }
    for extension in &ad.extensions {
        let kind = extension.kind.as_deref().unwrap_or("-");
        write!(line, ", extension {kind} `{}`", extension.xml).unwrap();
    }
    line
}

fn creative_summary(creative: &Creative) -> String {
    let mut line = format!(", {}", creative.id.as_deref().unwrap_or("-"));
    if let Some(ad_id) = &creative.ad_id {
        write!(line, " ({ad_id})").unwrap();
    }
    for id in &creative.universal_ad_ids {
        write!(line, " [{} {}]", id.registry, id.value).unwrap();
    }
    let Some(linear) = &creative.linear else { return line + " not linear" };
    match linear.duration {
        Some(duration) => write!(line, " {duration} s").unwrap(),
        None => line.push_str(" ? s"),
    }
    for tracking in &linear.tracking {
        write!(line, " {}", tracking.event).unwrap();
        if let Some(offset) = tracking.offset {
            write!(line, "@{offset:?}").unwrap();
        }
    }
    for file in &linear.media_files {
        let (width, height) = (file.width.unwrap_or(0), file.height.unwrap_or(0));
        write!(line, " {} {width}×{height}", file.mime).unwrap();
        if let Some(bitrate) = file.bitrate {
            write!(line, " {bitrate}k").unwrap();
        }
    }
    for master in &linear.mezzanines {
        write!(line, " master {}", master.mime).unwrap();
    }
    line
}

/// The table in the fixtures' README says of every file what comes out of it.
#[test]
fn every_fixture_gives_what_its_readme_says() {
    let readme = fs::read_to_string(fixtures().join("README.md")).unwrap();
    let (_, table) = readme.split_once("| --- | --- | --- |\n").unwrap();
    let mut names: Vec<_> = fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    names.sort();
    let shows = |name: &str| {
        let row = table.lines().find(|row| row.starts_with(&format!("| {name} |")));
        row.and_then(|row| row.split(" | ").nth(1)).unwrap_or("…").to_owned()
    };
    let mut found = String::new();
    for name in &names {
        let outcome = summary(&read(name)).replace('\n', "⏎").replace('|', "\\|");
        writeln!(found, "| {name} | {} | {outcome} |", shows(name)).unwrap();
    }
    assert_eq!(table, found);
}

#[test]
fn what_stands_in_a_document_is_all_there() {
    insta::assert_debug_snapshot!(read("vast-4-complete.xml").unwrap());
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| {
        let inner = format!("{}{}", "<x>".repeat(depth), "</x>".repeat(depth));
        parse(&format!("<VAST version=\"4.0\">{inner}</VAST>"))
    };
    assert!(nested(63).is_ok());
    assert_eq!(nested(64).unwrap_err().to_string(), "elements are nested more than 64 deep");
    assert_eq!(nested(100_000).unwrap_err().code(), 100);
}

#[test]
fn what_passes_a_limit_is_left_out_and_counted() {
    let urls = "<Impression>https://a.example/</Impression>".repeat(MAX_URLS + 3);
    let ads = format!("<Ad><InLine>{urls}</InLine></Ad>{}", "<Ad/>".repeat(MAX_ADS + 1));
    let response = parse(&format!("<VAST>{ads}</VAST>")).unwrap();
    let first = response.ads[0].impressions.len();
    assert_eq!((response.ads.len(), first, response.left_out), (MAX_ADS, MAX_URLS, 5));
}

/// What only looks like a reference or a variable was read to its end once for each: four megabytes
/// took minutes.
#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
fn unfinished_references_cost_no_more_than_text() {
    let many = "&".repeat(4 << 20);
    let began = std::time::Instant::now();
    let response = parse(&format!("<VAST version=\"4.0\"><Ad id=\"{many}\"/></VAST>")).unwrap();
    assert_eq!(response.ads[0].id.as_ref().map(String::len), Some(4 << 20));
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    let opened = "{{".repeat(1 << 10);
    assert_eq!(template::expand_braces(&opened, |_| None), opened);
}

#[test]
fn an_url_that_nobody_would_answer_is_left_out() {
    let url = |length| format!("<Error>{}</Error>", "x".repeat(length));
    let response = parse(&format!("<VAST>{}{}</VAST>", url(MAX_URL), url(MAX_URL + 1))).unwrap();
    assert_eq!((response.errors.len(), response.left_out), (1, 1));
}

#[test]
fn a_long_extension_is_dropped() {
    let long = "x".repeat(MAX_EXTENSION + 1);
    let body = format!("<Extensions><Extension type=\"t\">{long}</Extension></Extensions>");
    let response = parse(&format!("<VAST><Ad><InLine>{body}</InLine></Ad></VAST>")).unwrap();
    let kept = Extension { kind: Some(String::from("t")), xml: String::new() };
    assert_eq!(response.ads[0].extensions, [kept]);
}

#[test]
fn a_charset_counts_where_the_document_declares_none() {
    let bytes = b"<VAST><Error>caf\xe9</Error></VAST>";
    assert!(matches!(text(bytes, None), Err(Error::NotText)));
    assert!(matches!(text(bytes, Some("no-such-charset")), Err(Error::NotText)));
    assert_eq!(parse(&text(bytes, Some("iso-8859-1")).unwrap()).unwrap().errors, ["café"]);
}

#[test]
fn offsets_are_moments_of_the_ad() {
    let at = |text| Offset::parse(text).map(|offset| offset.at(MediaDuration::from_secs(30)));
    assert_eq!(at("00:00:07.5"), Some(MediaDuration::from_millis(7_500)));
    assert_eq!(at("25%"), Some(MediaDuration::from_millis(7_500)));
    assert_eq!(at("33.333%"), Some(MediaDuration::from_nanos(9_999_900_000)));
    assert_eq!((at("101%"), at("-5%"), at(""), at("later")), (None, None, None, None));
}

proptest! {
    /// No text makes the reader panic.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = parse(&text);
    }

    /// Nor do documents that were damaged somewhere: a piece lost, another doubled.
    #[test]
    fn damaged_documents_are_read_or_refused(
        which in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        doubled in any::<bool>(),
    ) {
        let files: Vec<_> = fs::read_dir(fixtures()).unwrap().collect();
        let bytes = fs::read(which.get(&files).as_ref().unwrap().path()).unwrap();
        let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
        let (from, to) = (from.min(to), from.max(to));
        let mut damaged = bytes[..from].to_vec();
        if doubled {
            damaged.extend_from_slice(&bytes[from..to]);
            damaged.extend_from_slice(&bytes[from..]);
        } else {
            damaged.extend_from_slice(&bytes[to..]);
        }
        if let Ok(text) = text(&damaged, None) {
            let _ = parse(&text);
        }
    }

    /// No bytes make the decoder panic.
    #[test]
    fn any_bytes_are_text_or_not(bytes: Vec<u8>, charset in "[a-z0-9-]{0,12}") {
        let _ = text(&bytes, Some(&charset));
    }
}
