//! The program as its users start it.

use std::process::{Command, Output};

#[expect(clippy::disallowed_methods, reason = "a program is tested by starting it")]
fn midroll(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_midroll")).args(arguments).output().unwrap()
}

#[test]
fn exit_codes_tell_usage_from_success() {
    for (arguments, code) in [
        (&["--version"][..], 0),
        (&["--help"], 0),
        (&[], 64),
        (&["no-such-command"], 64),
        (&["check", "--config", "/nowhere.toml"], 64),
        (&["serve", "--config", "/nowhere.toml"], 64),
    ] {
        let output = midroll(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert_eq!(output.stdout.is_empty(), code != 0, "{arguments:?}");
        assert_eq!(output.stderr.is_empty(), code == 0, "{arguments:?}");
    }
}
