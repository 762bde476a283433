//! Variables (`EXT-X-DEFINE`, rfc8216bis §4.4.2.3), replaced as a playlist is read.
//!
//! What is replaced at the entrance need not stay defined at the exit, whatever a line is moved
//! to. The original lines are kept aside for writing the playlist back.

use std::collections::HashMap;

use url::form_urlencoded;

use super::{Attributes, Limits, Line, NotAPlaylist, OddityKind, Tag, Text, oddity::Oddities};

/// Where a playlist's variables may come from besides itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// What its multivariant playlist defines, for `IMPORT`.
    pub variables: Option<&'a HashMap<String, String>>,
    /// The query of the address from which it came in the end, for `QUERYPARAM`.
    pub query: &'a str,
}

/// The variables defined so far.
#[derive(Debug)]
pub(super) struct Variables<'a> {
    given: Given<'a>,
    defined: HashMap<String, String>,
    originals: Vec<(u32, Text)>,
    written: usize,
    limits: Limits,
    /// Whether any line refers to a variable.
    referred: bool,
}

impl<'a> Variables<'a> {
    pub(super) fn new(text: &str, limits: Limits, given: Given<'a>) -> Self {
        let referred = text.contains(OPENING);
        Self { given, defined: HashMap::new(), originals: Vec::new(), written: 0, limits, referred }
    }

    /// Replaces the references in a line and takes note of what it defines.
    pub(super) fn pass(
        &mut self,
        line: &mut Line,
        oddities: &mut Oddities,
    ) -> Result<(), NotAPlaylist> {
        let refers = self.referred && !matches!(line.tag, Tag::Comment | Tag::Blank);
        if refers && line.text.contains(OPENING) {
            self.replace(line, oddities)?;
        }
        if line.tag == Tag::Define {
            self.define(line, oddities);
        }
        Ok(())
    }

    /// The lines as they stood before, by number, and the variables by name.
    pub(super) fn into_parts(self) -> (Vec<(u32, Text)>, HashMap<String, String>) {
        (self.originals, self.defined)
    }

    fn define(&mut self, line: &Line, oddities: &mut Oddities) {
        let Some((name, value)) = self.definition(Attributes::of(line.value())) else {
            return oddities.note(OddityKind::ForeignVariable, line.number);
        };
        if self.defined.len() < MOST_VARIABLES {
            self.defined.entry(name).or_insert(value);
        }
    }

    /// Name and value; `None` where what gives the value does not know it.
    fn definition(&self, attributes: Attributes<'_>) -> Option<(String, String)> {
        if let Some(name) = attributes.get("NAME") {
            return Some((name.to_owned(), attributes.get("VALUE")?.to_owned()));
        }
        if let Some(name) = attributes.get("IMPORT") {
            return Some((name.to_owned(), self.given.variables?.get(name)?.clone()));
        }
        let name = attributes.get("QUERYPARAM")?;
        let mut pairs = form_urlencoded::parse(self.given.query.as_bytes());
        let (_, value) = pairs.find(|(known, _)| known == name)?;
        // What would end a line or an attribute's quotes has no business in a playlist.
        let sound = !value.contains(|c: char| c == '"' || c.is_control());
        sound.then(|| (name.to_owned(), value.into_owned()))
    }

    fn replace(&mut self, line: &mut Line, oddities: &mut Oddities) -> Result<(), NotAPlaylist> {
        let Some(replaced) = self.replaced(&line.text) else {
            oddities.note(OddityKind::UndefinedVariable, line.number);
            return Ok(());
        };
        self.written += replaced.len();
        if replaced.len() > self.limits.line {
            return Err(NotAPlaylist::LineTooLong { line: line.number, limit: self.limits.line });
        }
        if self.written > self.limits.bytes {
            let (bytes, limit) = (self.written, self.limits.bytes);
            return Err(NotAPlaylist::TooLong { bytes, limit });
        }
        let original = std::mem::replace(&mut line.text, replaced.into());
        self.originals.push((line.number, original));
        Ok(())
    }

    /// `None` if a variable is not defined: nothing is written then. It ends past the limit.
    fn replaced(&self, text: &str) -> Option<String> {
        let mut names = text.split(OPENING).skip(1).map(|after| after.split_once('}'));
        if !names.all(|name| name.is_some_and(|(name, _)| self.defined.contains_key(name))) {
            return None;
        }
        let mut replaced = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPENING) {
            let (name, after) = after.split_once('}')?;
            let value = self.defined.get(name)?;
            replaced.push_str(before);
            replaced.push_str(value);
            rest = after;
            if replaced.len() > self.limits.line {
                break;
            }
        }
        replaced.push_str(rest);
        Some(replaced)
    }
}

const OPENING: &str = "{$";
const MOST_VARIABLES: usize = 1_000;
