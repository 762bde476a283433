//! What was found in a configuration file.

use std::fmt;

use super::Config;

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
    /// What, which, limit.
    pub text: String,
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
    errors: Vec<(usize, String)>,
    warnings: Vec<(usize, String)>,
}

impl<'t> Notes<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, errors: Vec::new(), warnings: Vec::new() }
    }

    pub(super) fn error(&mut self, at: usize, text: String) {
        self.errors.push((at, text));
    }

    pub(super) fn warning(&mut self, at: usize, text: String) {
        self.warnings.push((at, text));
    }

    /// What stands in the file there, shortened.
    pub(super) fn written(&self, span: std::ops::Range<usize>) -> String {
        let text = self.text.get(span).unwrap_or_default();
        if text.chars().nth(MOST_SHOWN).is_none() {
            return text.to_owned();
        }
        text.chars().take(MOST_SHOWN).chain(['…']).collect()
    }

    pub(super) fn line(&self, at: usize) -> usize {
        self.before(at).matches('\n').count() + 1
    }

    pub(super) fn into_report(self, config: Option<Config>) -> Report {
        let place = |list: &[(usize, String)]| {
            let mut list = list.to_vec();
            list.sort();
            list.into_iter().map(|(at, text)| self.place(at, text)).collect::<Vec<_>>()
        };
        let (errors, warnings) = (place(&self.errors), place(&self.warnings));
        let config = config.filter(|_| errors.is_empty());
        Report { errors, warnings, config }
    }

    fn place(&self, at: usize, text: String) -> Finding {
        let line = self.before(at).rsplit('\n').next().unwrap_or_default();
        Finding { line: self.line(at), column: line.chars().count() + 1, text }
    }

    fn before(&self, at: usize) -> &str {
        self.text.get(..at).unwrap_or(self.text)
    }
}

const MOST_SHOWN: usize = 60;
