//! What was found in a configuration file.

use std::{borrow::Cow, fmt};

use super::{Config, names::Names};

/// Everything that is wrong with a file, or the configuration it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What makes the file unusable, in its order.
    pub errors: Vec<Finding>,
    /// What is of no effect or probably not meant, in its order.
    pub warnings: Vec<Finding>,
    /// The configuration; present exactly when there are no errors.
    pub config: Option<Config>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Line in the file, from 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
    /// The key it is about, as whoever wrote it spells it; empty where it is about no one key.
    pub key: String,
    /// What, which, limit.
    pub text: String,
    /// What follows from it.
    pub kind: Kind,
}

/// What follows from a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something is to be mended, or looked at.
    #[default]
    Fault,
    /// What is known and was written does nothing.
    WithoutEffect,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.text)
    }
}

/// One line per finding, errors first.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.errors {
            writeln!(f, "error: {error}")?;
        }
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        Ok(())
    }
}

/// Collects findings by their place in the text.
#[derive(Debug)]
pub(super) struct Notes<'t> {
    text: &'t str,
    names: Names,
    errors: Vec<Note>,
    warnings: Vec<Note>,
}

/// A finding's place, key, text and kind.
type Note = (usize, String, String, Kind);

impl<'t> Notes<'t> {
    pub(super) const fn new(text: &'t str, names: Names) -> Self {
        Self { text, names, errors: Vec::new(), warnings: Vec::new() }
    }

    pub(super) const fn names(&self) -> Names {
        self.names
    }

    pub(super) fn error(&mut self, at: usize, key: String, text: String) {
        self.errors.push((at, key, text, Kind::Fault));
    }

    pub(super) fn warning(&mut self, at: usize, key: String, text: String, kind: Kind) {
        self.warnings.push((at, key, text, kind));
    }

    /// What stands in the file there, shortened.
    pub(super) fn written(&self, span: std::ops::Range<usize>) -> String {
        let text = without_credentials(self.text.get(span).unwrap_or_default());
        if text.chars().nth(MOST_SHOWN).is_none() {
            return text.into_owned();
        }
        text.chars().take(MOST_SHOWN).chain(['…']).collect()
    }

    pub(super) fn line(&self, at: usize) -> usize {
        self.before(at).matches('\n').count() + 1
    }

    pub(super) fn into_report(self, config: Option<Config>) -> Report {
        let (errors, warnings) = self.into_findings();
        let config = config.filter(|_| errors.is_empty());
        Report { errors, warnings, config }
    }

    /// Errors and warnings, each in the order of the text.
    pub(super) fn into_findings(self) -> (Vec<Finding>, Vec<Finding>) {
        let place = |list: &[Note]| {
            let mut list = list.to_vec();
            list.sort();
            list.into_iter().map(|note| self.place(note)).collect()
        };
        (place(&self.errors), place(&self.warnings))
    }

    fn place(&self, (at, key, text, kind): Note) -> Finding {
        let line = self.before(at).rsplit('\n').next().unwrap_or_default();
        Finding { line: self.line(at), column: line.chars().count() + 1, key, text, kind }
    }

    fn before(&self, at: usize) -> &str {
        self.text.get(..at).unwrap_or(self.text)
    }
}

/// What is shown of a text that may be a URL, or hold some: reports are read by more people than
/// configurations.
pub(super) fn without_credentials(text: &str) -> Cow<'_, str> {
    let Some((before, rest)) = text.split_once("://") else { return text.into() };
    let authority = rest.split(['/', '?', '#', '"', '\'']).next().unwrap_or_default();
    match authority.rfind('@') {
        Some(at) => format!("{before}://…{}", without_credentials(&rest[at..])).into(),
        None => format!("{before}://{}", without_credentials(rest)).into(),
    }
}

const MOST_SHOWN: usize = 60;
