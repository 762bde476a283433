use std::fs;

use super::*;

/// Exit code, standard output, standard error.
fn run(arguments: &[&str]) -> (u8, String, String) {
    let mut streams = Streams { out: Vec::new(), err: Vec::new() };
    let arguments = ["midroll"].iter().chain(arguments).map(OsString::from);
    let code = super::run(arguments, &mut streams);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (code, text(streams.out), text(streams.err))
}

struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("midroll-{}-{name}", std::process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_good_file_is_good() {
    let file = File::new(
        "good.toml",
        r#"
        [[playback_configuration]]
        name = "news"
        video_content_source_url = "https://origin.example.com/live"
        insertion_mode = "PLAYER_SELECT"
        "#,
    );
    let path = file.path();
    assert_eq!(
        run(&["check", "--config", path]),
        (
            0,
            format!("{path}: good, 1 playback configuration\n"),
            format!(
                "{path}:5:9: warning: `playback_configuration[0].insertion_mode` is not in effect yet\n"
            ),
        )
    );
}

#[test]
fn a_bad_file_is_64() {
    let file = File::new("bad.toml", "lisen = 1\ndata_dir = 2\nplayback_configuration = []\n");
    let path = file.path();
    let findings = format!(
        "{path}:1:1: error: `lisen` is unknown; the nearest is `listen`\n\
         {path}:2:12: error: `data_dir` is `2`; expected text in quotes\n\
         {path}:3:26: warning: `playback_configuration` is missing; no player can be served\n"
    );
    assert_eq!(run(&["check", "--config", path]), (64, String::new(), findings.clone()));
    assert_eq!(run(&["serve", "--config", path]), (64, String::new(), findings));
}

#[test]
fn a_file_that_is_not_there_is_64() {
    assert_eq!(
        run(&["check", "--config", "/nowhere/midroll.toml"]),
        (
            64,
            String::new(),
            "midroll: cannot read `/nowhere/midroll.toml`: No such file or directory (os error 2)\n"
                .to_owned()
        )
    );
}

#[test]
fn a_wrong_command_line_is_64() {
    let (code, out, err) = run(&["chek"]);
    assert_eq!((code, out.as_str()), (64, ""));
    assert_eq!(
        err,
        "error: unrecognized subcommand 'chek'\n\n  tip: a similar subcommand exists: 'check'\n\n\
         Usage: midroll <COMMAND>\n\nFor more information, try '--help'.\n"
    );
    for arguments in [&[][..], &["demo", "--listen", "8080"], &["inspect"], &["check", "--strict"]]
    {
        assert_eq!(run(arguments).0, 64, "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_what_was_asked_for() {
    let (code, help, err) = run(&["--help"]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(help);
    let version = format!("midroll {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(run(&["--version"]), (0, version, String::new()));
}

#[test]
fn a_report_is_printed_in_the_form_asked_for() {
    let row = r#"{"beacon_id":"1","configuration":"news","event":"impression","outcome":"sent"}"#;
    let file = File::new("beacons.jsonl", &format!("{row}\n"));
    let path = file.path();
    let (code, out, err) = run(&["report", path, "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["by"]["configuration"][0]["impressions"], 1);
    let (_, out, _) = run(&["report", path, "--csv", "--by", "configuration"]);
    let first: Vec<_> = out.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(first, ["by", "total", "configuration"]);
    let (_, out, _) = run(&["report", path]);
    assert_eq!(out.lines().next(), Some("1 files, 1 rows"));
    assert_eq!(run(&["report", path, "--csv", "--json"]).0, 64);
    assert_eq!(run(&["report"]).0, 64);
    let (code, _, err) = run(&["report", "/nowhere"]);
    let said = "midroll: cannot read `/nowhere`: No such file or directory (os error 2)\n";
    assert_eq!((code, err.as_str()), (1, said));
}

#[test]
fn the_definition_is_sound() {
    use clap::CommandFactory as _;
    Arguments::command().debug_assert();
}
