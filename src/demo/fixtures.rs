//! The ad server's answers: `vast-fixtures/`, inside the binary.

use rust_embed::Embed;

#[derive(Embed)]
#[folder = "vast-fixtures"]
#[include = "pods/*.xml"]
#[include = "answers/*"]
struct Fixtures;

/// The fixture at a path such as `pods/aurora-fjord.xml`, its placeholders filled in as
/// `vast-fixtures/README.md` says.
pub(super) fn answer(path: &str, base: &str, session: &str) -> Option<String> {
    let bytes = Fixtures::get(path)?.data.into_owned();
    let text = String::from_utf8(bytes).ok()?;
    Some(text.replace("{{base}}", base).replace("{{session}}", &plain(session)))
}

/// What may stand in a URL and in XML as it is.
pub(super) fn plain(session: &str) -> String {
    session.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(64).collect()
}
