//! How keys are spelt: `slate_ad_url` in the file, `SlateAdUrl` by clients of MediaTailor's API.

/// Who wrote what is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// The operator, in the configuration file.
    File,
    /// A client of the control API.
    Api,
}

impl Names {
    /// A key, which code spells as the file does.
    pub(super) fn spell(self, key: &str) -> String {
        match self {
            Self::File => key.to_owned(),
            Self::Api => key.split('_').map(capital).collect(),
        }
    }
}

/// The file's spelling of a field of the API.
pub(super) fn in_file(field: &str) -> String {
    let mut key = String::with_capacity(field.len() + 8);
    for (at, letter) in field.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            key.push('_');
        }
        key.push(letter.to_ascii_lowercase());
    }
    key
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
